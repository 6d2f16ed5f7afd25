"""Nothing that a template tries costs more than a moment."""

import asyncio
import time

import psutil
import pytest

from backend.core.errors import TemplateError
from backend.server.templating.renderer import Renderer
from tests.fixtures.template_bombs import BOMB_SCOPE, BOMBS
from tests.unit.server.templating.conftest import MIB

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECONDS = 1.2


@pytest.mark.parametrize("name", BOMBS)
async def test_bomb_ends_soon_with_an_error(renderer: Renderer, name: str) -> None:
    began = time.monotonic()
    with pytest.raises(TemplateError):
        await renderer.render({"x": BOMBS[name]}, BOMB_SCOPE)
    assert time.monotonic() - began < SECONDS


async def test_bombs_leave_their_process_small_and_alive() -> None:
    renderer = Renderer(workers=1, seconds=10.0, memory_bytes=512 * MIB)
    before = set(psutil.Process().children())
    await renderer.start()
    (process,) = set(psutil.Process().children()) - before
    for source in BOMBS.values():
        with pytest.raises(TemplateError):
            await renderer.render(source, BOMB_SCOPE)
    assert process.is_running()
    assert process.memory_info().rss < 100 * MIB
    await renderer.close()


async def test_server_goes_on_while_bombs_burn(renderer: Renderer) -> None:
    bombs = [asyncio.create_task(renderer.render(source, BOMB_SCOPE)) for source in list(BOMBS.values())[:40]]
    longest = 0.0
    while not all(bomb.done() for bomb in bombs):
        began = time.monotonic()
        await asyncio.sleep(0)
        longest = max(longest, time.monotonic() - began)
    assert all(isinstance(result, TemplateError) for result in await asyncio.gather(*bombs, return_exceptions=True))
    assert longest < 0.5
