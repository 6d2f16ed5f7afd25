"""One renderer for all tests of templates: its processes take a tenth of a second to start."""

from collections.abc import AsyncIterator

import pytest_asyncio

from backend.server.templating.renderer import Renderer

MIB = 1024 * 1024


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def renderer() -> AsyncIterator[Renderer]:
    running = Renderer(workers=2, seconds=1.0, memory_bytes=512 * MIB)
    await running.start()
    yield running
    await running.close()
