"""Tells stories whose servers die, many at a time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from backend.core.errors import StoreUnavailable
from backend.db.database import Database
from backend.server.workflow.engine import Engine
from tests.crash.checks import (
    Recorded,
    assert_recorded_work_was_not_repeated,
    assert_settles,
    assert_sound_and_projected,
    assert_told,
    calls_in,
    read_logs,
)
from tests.crash.fuse import APPEND, LOST, WRITE, Point
from tests.crash.server import Place, open_engine, play, points_of, run_server
from tests.crash.stories import Story

KILLED = -9


@dataclass(frozen=True, slots=True)
class Slot:
    """A database for one story at a time. `database` is the test's own view of it."""

    uri: str
    database: Database

    async def clear(self) -> None:
        store = self.database.connection.database
        for name in await store.list_collection_names():
            await store[name].delete_many({})


class Rig:
    """Places to tell stories in."""

    def __init__(self, slots: asyncio.Queue[Slot], folder: Path) -> None:
        self._slots = slots
        self._folder = folder
        self._numbers = count()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[tuple[Place, Database]]:
        """An empty database and folder, nobody else's while the block runs."""
        slot = await self._slots.get()
        try:
            await slot.clear()
            folder = self._folder / f"{next(self._numbers)}"
            folder.mkdir()
            yield Place(slot.uri, slot.database.connection.database.name, folder / "node"), slot.database
        finally:
            self._slots.put_nowait(slot)

    async def each(self, points: Sequence[Point], tell: Callable[[Point], Awaitable[None]]) -> None:
        """Tells one story a point, all of them, and says of each that went wrong how."""
        results = await asyncio.gather(*(tell(point) for point in points), return_exceptions=True)
        failures = [(point, error) for point, error in zip(points, results, strict=True) if error is not None]
        for point, error in failures:
            error.add_note(f"killed at {point}") if isinstance(error, BaseException) else None
        if failures:
            broken = ", ".join(str(point) for point, _ in failures)
            raise ExceptionGroup(
                f"{len(failures)} of {len(points)} points went wrong: {broken}",
                [error for _, error in failures if isinstance(error, Exception)],
            )

    async def points(self, story: Story, *operations: str, after: Sequence[Point] = ()) -> list[Point]:
        """Every point of such writes in a server that nothing happens to, after others died at `after`."""
        async with self.place() as (place, _):
            for point in after:
                assert await run_server(place, story, point) == KILLED
            before = len(place.diary.read(WRITE))
            assert await run_server(place, story) == 0
            return points_of(place.diary.read(WRITE)[before:], operations)

    async def survive(self, story: Story, *deaths: Point) -> None:
        """Servers of one node, one after the other; each dies at its point, the last one must put all in order."""
        async with self.place() as (place, database):
            found = [await self._die(place, database, story, point) for point in deaths]
            async with opened(place) as engine:
                await finish(engine, database, story, place, found)

    async def miss_an_answer(self, story: Story, point: Point) -> None:
        """A server that lives, and loses the database's answer to one write."""
        async with self.place() as (place, database), opened(place, point, how=LOST) as engine:
            try:
                await play(engine, story, place.diary, patience=0)
            except StoreUnavailable:
                await assert_settles(database)
                await assert_sound_and_projected(engine, database)
            await finish(engine, database, story, place, [])
            assert set(calls_in(place.diary).values()) == {1}

    async def _die(self, place: Place, database: Database, story: Story, point: Point) -> Recorded:
        code = await run_server(place, story, point)
        sure = story.steady and point.operation == APPEND
        assert code in ((KILLED,) if sure else (KILLED, 0)), f"it ended with {code} before {point}"
        return Recorded.of(await read_logs(database), place.diary)


@asynccontextmanager
async def opened(place: Place, point: Point | None = None, *, how: str = "SIGKILL") -> AsyncIterator[Engine]:
    """A server in this process."""
    engine = await open_engine(place, point, how=how)
    try:
        yield engine
    finally:
        await engine.close()


async def finish(engine: Engine, database: Database, story: Story, place: Place, deaths: list[Recorded]) -> None:
    """The rest of a story on a server that lives, and all checks."""
    if story.settles:
        await assert_settles(database)
        await assert_sound_and_projected(engine, database)
    run_id = await play(engine, story, place.diary)
    await assert_told(engine, story, place.diary, run_id)
    await assert_sound_and_projected(engine, database)
    assert_recorded_work_was_not_repeated(deaths, place.diary)
