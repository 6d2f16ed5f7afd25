"""Runtimes for tests: in memory, on a real MongoDB, and both."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient

from backend.core.config import Settings, load_settings
from backend.db.embedded import EmbeddedMongod
from backend.runtime import Runtime
from tests.runtime.modules import Gate, Note

Definition = dict[str, Any]
Open = Callable[..., Runtime]

LEASE_SECONDS = 0.6


@pytest.fixture
def own_settings(mongod: EmbeddedMongod, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a deployment with an empty database, which is dropped after the test."""
    name = f"test_{uuid4().hex}"
    yield load_settings(
        mongodb_uri=mongod.uri,
        mongodb_database=name,
        data_dir=tmp_path / "data",
        lease_seconds=LEASE_SECONDS,
        template_workers=1,
    )
    with MongoClient[dict[str, Any]](mongod.uri) as client:
        client.drop_database(name)


@pytest.fixture
def quick_settings(tmp_path: Path) -> Settings:
    return load_settings(mongodb_uri="memory://", data_dir=tmp_path / "data", template_workers=1)


def runtime_on(settings: Settings, *workflows: Definition) -> Runtime:
    return Runtime(workflows, modules=[Note, Gate], settings=settings)


@pytest.fixture(params=["quick", pytest.param("own", marks=pytest.mark.mongo)])
def any_settings(request: pytest.FixtureRequest) -> Settings:
    found: Settings = request.getfixturevalue(f"{request.param}_settings")
    return found


@pytest.fixture
def runtime(any_settings: Settings) -> Iterator[Runtime]:
    """Both, one after the other: for what every runtime must promise."""
    with runtime_on(any_settings) as opened:
        yield opened


@pytest.fixture
def quick_runtime(quick_settings: Settings) -> Iterator[Runtime]:
    with runtime_on(quick_settings) as opened:
        yield opened
