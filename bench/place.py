"""Where a measurement runs: one embedded mongod in a folder of its own, and engines and bare clients on it."""

import itertools
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.monitoring import CommandListener

from backend.core.collecting import collect_seldom
from backend.core.config import Settings, load_settings
from backend.core.logging import configure_logging
from backend.db.client import SAFETY, Connection
from backend.db.database import build_database
from backend.db.embedded import EmbeddedMongod
from backend.server.modules.registry import load_registry
from backend.server.workflow.engine import Engine

Kind = Literal["embedded", "server"]


@dataclass(slots=True)
class Place:
    """An open mongod. `quick` asks for fewer samples."""

    mongod: EmbeddedMongod
    folder: Path
    quick: bool
    _numbers: Any = field(default_factory=itertools.count)
    _clients: list[Any] = field(default_factory=list)

    def client(self, *, listeners: tuple[CommandListener, ...] = ()) -> Any:
        """A bare driver with the options that the engine's own client has."""
        client: Any = AsyncIOMotorClient(self.mongod.uri, **SAFETY, event_listeners=list(listeners))
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()

    def database_name(self) -> str:
        return f"bench_{next(self._numbers)}"

    @asynccontextmanager
    async def engine(
        self, *, name: str | None = None, kind: Kind = "embedded", listeners: tuple[CommandListener, ...] = ()
    ) -> AsyncIterator[Engine]:
        """An engine in this process, with the bench's modules.

        Args:
            name: of its database; default: a new one.
            kind: `embedded`: the engine knows that it is alone on its database; `server`: it must expect others.
        """
        name = name or self.database_name()
        settings = quiet_settings(self.folder / "engine", mongodb_database=name)
        client = self.client(listeners=listeners)
        database = await build_database(settings, Connection(client[name], kind, client))
        engine = await Engine.create(
            settings, registry=load_registry(["bench.workload", "bench.marks"]), database=database
        )
        try:
            yield engine
        finally:
            await engine.close()


@asynccontextmanager
async def open_place(*, quick: bool) -> AsyncIterator[Place]:
    """A mongod on a temporary folder, ended and removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="interlude-bench-") as name:
        folder = Path(name)
        settings = quiet_settings(folder / "data")
        configure_logging(settings)
        mongod = await EmbeddedMongod.start(settings)
        collect_seldom()  # as a server's process does
        place = Place(mongod, folder, quick)
        try:
            yield place
        finally:
            place.close()
            await mongod.stop()


def quiet_settings(folder: Path, **more: Any) -> Settings:
    """Settings of an embedded database in `folder`, without workflows, which logs errors only."""
    workflows = folder / "workflows"
    workflows.mkdir(parents=True, exist_ok=True)
    return load_settings(mongodb_uri=None, data_dir=folder, workflows_dir=workflows, log_level="error", **more)
