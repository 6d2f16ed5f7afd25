"""Engines for tests: in memory, on a real MongoDB, and both."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.core.config import Settings
from tests.fixtures.lab import Lab, open_lab
from tests.fixtures.lab_modules import Calls, new_calls


@pytest.fixture
def calls() -> Calls:
    return new_calls()


@pytest.fixture
def empty_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "workflows"
    folder.mkdir()
    return folder


def _engine_settings(settings: Settings, empty_folder: Path) -> Settings:
    changes = {"workflows_dir": empty_folder, "data_dir": empty_folder.parent / "data", "template_workers": 1}
    return settings.model_copy(update=changes)


@pytest.fixture
async def lab(memory_settings: Settings, calls: Calls, empty_folder: Path) -> AsyncIterator[Lab]:
    """In memory: fast."""
    opened = await open_lab(_engine_settings(memory_settings, empty_folder), calls)
    yield opened
    await opened.engine.close()


@pytest.fixture
def shared_settings(real_settings: Settings, real_connection: object, empty_folder: Path) -> Settings:
    """Settings of a server on a real MongoDB that others may use too. The database is dropped after the test."""
    return _engine_settings(real_settings, empty_folder)


@pytest.fixture
async def real_lab(shared_settings: Settings, calls: Calls) -> AsyncIterator[Lab]:
    opened = await open_lab(shared_settings, calls)
    yield opened
    await opened.engine.close()


@pytest.fixture(params=["memory", pytest.param("real", marks=pytest.mark.mongo)])
def any_lab(request: pytest.FixtureRequest) -> Lab:
    """Both, one after the other: for the promises of the product."""
    name = "lab" if request.param == "memory" else "real_lab"
    found: Lab = request.getfixturevalue(name)
    return found
