"""Databases that many short-lived servers use one after the other."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from backend.core.config import load_settings
from backend.db.database import Database, open_database
from backend.db.embedded import EmbeddedMongod
from tests.crash.rig import Rig, Slot

SLOTS = 3
"""Stories told at a time: a little more than a small machine has processors, since each waits for the disk too."""


@pytest.fixture
async def rig(mongod: EmbeddedMongod, tmp_path: Path) -> AsyncIterator[Rig]:
    """Emptied between stories, not dropped: making the indexes takes longer than a story."""
    databases = [await _open(mongod.uri) for _ in range(SLOTS)]
    slots: asyncio.Queue[Slot] = asyncio.Queue()
    for database in databases:
        slots.put_nowait(Slot(mongod.uri, database))
    yield Rig(slots, tmp_path)
    for database in databases:
        name = database.connection.database.name
        await database.connection.database.client.drop_database(name)
        await database.close()


async def _open(uri: str) -> Database:
    return await open_database(load_settings(mongodb_uri=uri, mongodb_database=f"crash_{uuid4().hex[:12]}"))
