"""A server in a process of its own, with its client inside, made by forking a warm one: it takes no second to start."""

import asyncio
import multiprocessing
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import psutil

from backend.core.config import Settings, load_settings
from backend.db.database import open_database
from backend.server.modules.registry import load_registry
from backend.server.workflow.engine import Engine
from tests.crash.client import ME, Client
from tests.crash.diary import Diary
from tests.crash.families import FAMILIES
from tests.crash.fuse import Fuse, Point, fused
from tests.crash.stories import STORIES, WORKFLOW, Story
from tests.fixtures.polling import eventually

LEASE_SECONDS = 1.0
SECONDS = 30.0

_REGISTRY = load_registry(["tests.crash.modules"])
"""Loaded here, so that the warm process has imported every module type."""

_STORIES = STORIES | FAMILIES

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.crash.server", "pytest"])


@dataclass(frozen=True, slots=True)
class Place:
    """What a server is started on: a database, and a folder with its node's name. Nodes side by side share a diary."""

    uri: str
    database: str
    folder: Path

    @property
    def beside(self) -> "Place":
        """The same database for another node."""
        return replace(self, folder=self.folder.parent / "other-node")

    @property
    def diary(self) -> Diary:
        return Diary(self.folder.parent / "diary")

    @property
    def settings(self) -> Settings:
        workflows = self.folder.parent / "workflows"
        workflows.mkdir(exist_ok=True)
        return load_settings(
            mongodb_uri=self.uri,
            mongodb_database=self.database,
            data_dir=self.folder,
            workflows_dir=workflows,
            lease_seconds=LEASE_SECONDS,
            template_workers=1,
        )


async def open_engine(place: Place, point: Point | None = None, *, how: str = "SIGKILL") -> Engine:
    """An engine with the lab's modules, whose process dies at the point."""
    settings = place.settings
    database = await open_database(settings)
    fuse = Fuse(point, place.diary, how=how)
    return await Engine.create(settings, registry=_REGISTRY, database=fused(database, fuse))


async def play(engine: Engine, story: Story, diary: Diary, *, patience: int = 20) -> str:
    """What the client does, from wherever the one before it came to. Gives the run.

    Args:
        patience: how often a client whose request the database did not answer asks again.
    """
    client = Client(engine, diary, patience=patience)
    for definition in story.definitions(diary.path):
        await engine.save_workflow(definition["workflow_id"], definition, actor=ME)
    await client.start(WORKFLOW)
    await story.play(client)
    return client.run_id


def _serve(place: Place, story_name: str, point: Point | None, how: str) -> None:
    log = os.open(place.folder.parent / "server.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    asyncio.run(_serve_story(place, _STORIES[story_name], point, how))


async def _serve_story(place: Place, story: Story, point: Point | None, how: str) -> None:
    engine = await open_engine(place, point, how=how)
    await play(engine, story, place.diary)
    await engine.close()


def start_server(place: Place, story: Story, point: Point | None = None, *, how: str = "SIGKILL") -> ForkServerProcess:
    process = _context.Process(target=_serve, args=(place, story.name, point, how), daemon=False)
    process.start()
    return process


async def run_server(place: Place, story: Story, point: Point | None = None, *, how: str = "SIGKILL") -> int:
    """Runs one until it is dead, or done. Gives its exit code: -9 when it was killed."""
    return await exit_code(start_server(place, story, point, how=how), place)


async def exit_code(process: ForkServerProcess, place: Place) -> int:
    """Waits for its end."""
    await asyncio.to_thread(process.join, SECONDS)
    code = process.exitcode
    if code is None:
        process.kill()
        process.join()
    assert code is not None, f"it hung: {(place.folder.parent / 'server.log').read_text()[-4000:]}"
    return code


async def eventually_stopped(process: ForkServerProcess) -> None:
    async def state() -> str:
        return psutil.Process(process.pid).status()

    await eventually(state, wanted=lambda seen: seen == psutil.STATUS_STOPPED)


def run_of(diary: Diary) -> str:
    """The run that the diary's client started."""
    line = diary.last("run")
    assert line is not None
    return str(line["id"])


def points_of(writes: Sequence[dict[str, Any]], operations: Sequence[str]) -> list[Point]:
    """Every point at which a server that noted these writes could have died in such an operation."""
    return [
        Point(line["operation"], line["nth"], done)
        for line in writes
        if line["operation"] in operations
        for done in range(line["parts"] + 1)
    ]
