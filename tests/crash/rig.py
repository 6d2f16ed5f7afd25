"""Tells stories whose servers die, many at a time."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from backend.core.errors import RunNotActive, StoreUnavailable
from backend.db.database import Database
from backend.db.records import RunStatus
from backend.server.workflow.engine import Engine
from tests.crash.checks import (
    Recorded,
    assert_recorded_work_was_not_repeated,
    assert_settles,
    assert_sound_and_projected,
    assert_taken_over,
    assert_told,
    calls_in,
    read_logs,
    view_of,
)
from tests.crash.client import ME
from tests.crash.diary import Diary
from tests.crash.fuse import APPEND, HELD, LOST, TAKEN, WRITE, Point
from tests.crash.server import (
    Place,
    eventually_stopped,
    exit_code,
    open_engine,
    play,
    points_of,
    run_of,
    run_server,
    start_server,
)
from tests.crash.stories import Story
from tests.fixtures.polling import eventually

KILLED = -9
Tell = Callable[[Story, Point], Awaitable[None]]


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

    async def each(self, story: Story, points: Sequence[Point], tell: Tell) -> None:
        """Tells the story once for each point."""
        assert points
        await self.each_of([(story, point) for point in points], tell)

    async def each_of(self, cases: Sequence[tuple[Story, Point]], tell: Tell) -> None:
        """Tells all of them, and says of each that went wrong how."""
        results = await asyncio.gather(*(tell(story, point) for story, point in cases), return_exceptions=True)
        failures: list[Exception] = []
        for (story, point), error in zip(cases, results, strict=True):
            if isinstance(error, Exception):
                error.add_note(f"in {story.name}, at {point}")
                failures.append(error)
        if failures:
            raise ExceptionGroup(f"{len(failures)} of {len(cases)} points went wrong", failures)

    async def points(self, story: Story, *operations: str, after: Sequence[Point] = ()) -> list[Point]:
        """Every point of such writes in a server that nothing happens to, after others died at `after`."""
        async with self.place() as (place, _):
            for point in after:
                assert await run_server(place, story, point) == KILLED
            before = len(place.diary.read(WRITE))
            assert await run_server(place, story) == 0
            return points_of(place.diary.read(WRITE)[before:], operations)

    async def survive(self, story: Story, *deaths: Point, how: str = "SIGKILL") -> None:
        """Servers of one node, one after the other; each dies at its point, the last one must put all in order."""
        async with self.place() as (place, database):
            found = [await self._die(place, database, story, point, how=how) for point in deaths]
            async with opened(place) as engine:
                await finish(engine, database, story, place, found)

    async def survive_elsewhere(self, story: Story, point: Point) -> None:
        """One server dies; another node's, which ran all along, takes its runs when the lease is over."""
        async with self.place() as (place, database), opened(place.beside) as other:
            found = [await self._die(place, database, story, point)]
            await assert_taken_over(database)
            await finish(other, database, story, place, found)

    async def outlive_a_pause(self, story: Story, point: Point) -> None:
        """A server stands still for longer than its lease and then goes on; another node took its runs meanwhile.

        The client is the paused server's, and must be told everything in the end.
        """
        async with (
            self.place() as (place, database),
            opened(place.beside) as other,
            running(place, story, point, how="SIGSTOP") as process,
        ):
            await eventually_stopped(process)
            await self._go_on(process, place, database, story, other)

    async def outlive_a_pause_in_a_module(self, story: Story) -> None:
        """The same, where the server stands still while the sub-action's second module works."""
        async with self.place() as (place, database), opened(place.beside) as other, running(place, story) as process:
            await eventually_called(place.diary, "two", times=1)
            os.kill(process.pid or 0, signal.SIGSTOP)
            await eventually_called(place.diary, "two", times=2)
            place.diary.gate.touch()
            await self._go_on(process, place, database, story, other)
            last = [line["pid"] for line in place.diary.read("called") if line["module"] == "three"]
            assert last == [os.getpid()]

    async def _go_on(
        self, paused: ForkServerProcess, place: Place, database: Database, story: Story, other: Engine
    ) -> None:
        await assert_settles(database)
        taken_over = Recorded.of(await read_logs(database), place.diary)
        os.kill(paused.pid or 0, signal.SIGCONT)
        assert await exit_code(paused, place) == 0
        await assert_told(other, story, place.diary, run_of(place.diary))
        await assert_sound_and_projected(other, database)
        assert_recorded_work_was_not_repeated([taken_over], place.diary)

    async def miss_an_answer(self, story: Story, point: Point) -> None:
        """A server that lives, and loses the database's answer to one write."""
        async with self.place() as (place, database), opened(place, point, how=LOST) as engine:
            try:
                await play(engine, story, place.diary, patience=0)
            except StoreUnavailable:
                await assert_settles(database)
                await assert_sound_and_projected(engine, database)
            await finish(engine, database, story, place, [])
            calls = calls_in(place.diary)
            assert set(calls.values()) == {1}, calls

    async def survive_a_downtime(self, story: Story, point: Point, *, seconds: float) -> None:
        """A server dies, and something falls due before the next one is there."""
        async with self.place() as (place, database):
            found = [await self._die(place, database, story, point)]
            await asyncio.sleep(seconds)  # the downtime itself
            async with opened(place) as engine:
                await finish(engine, database, story, place, found)

    async def survive_in_flight(self, story: Story, module: str, *, times: int, elsewhere: bool) -> None:
        """A server is killed while so many calls of a module are under way."""
        async with self.place() as (place, database), opened(place.beside) as other:
            async with running(place, story):
                await eventually_called(place.diary, module, times=times)
            found = [Recorded.of(await read_logs(database), place.diary)]
            place.diary.gate.touch()
            if elsewhere:
                await finish(other, database, story, place, found)
                return
            async with opened(place) as engine:
                await finish(engine, database, story, place, found)

    async def lose_the_parent(self, story: Story, point: Point, *, how: str) -> None:
        """A server is about to record the end of a child in its parent when another one writes to the parent.

        Args:
            how: TAKEN: it dies as soon as it is told; HELD: it lives.
        """
        async with (
            self.place() as (place, database),
            opened(place.beside) as other,
            running(place, story, point, how=how) as process,
        ):
            await eventually(lambda: asyncio.to_thread(place.diary.last, HELD), wanted=bool)
            await other.post_event(run_of(place.diary), "meanwhile", None, actor=ME)
            place.diary.gate.touch()
            assert await exit_code(process, place) == (KILLED if how == TAKEN else 0)
            [taken] = place.diary.read(TAKEN)
            assert taken["written"] > 0, "nothing of the write was stored: it is no point in between"
            found = [Recorded.of(await read_logs(database), place.diary)] if how == TAKEN else []
            await finish(other, database, story, place, found)

    async def race(self, story: Story, delays: Sequence[float]) -> list[RunStatus]:
        """Another server cancels the runs of one that is starting their children. Gives how they ended."""
        async with self.place() as (place, database), opened(place.beside) as other, running(place, story) as process:
            for number, delay in enumerate(delays):
                run_id = await _nth_run(place.diary, number)
                await asyncio.sleep(delay)  # at another moment of each run
                await _cancel_if_active(other, run_id)
            assert await exit_code(process, place) == 0
            await assert_settles(database)
            logs = await read_logs(database)
            alive = [run_id for run_id, events in logs.items() if not view_of(events).terminal]
            assert not alive, f"{alive} are alive though their roots have ended"
            await assert_sound_and_projected(other, database)
            return [view_of(logs[line["id"]]).status for line in place.diary.read("run")]

    async def finish_alone(self, story: Story, point: Point) -> None:
        """The next server brings what was asked for to its end, though no client asks again."""
        async with self.place() as (place, database):
            await self._die(place, database, story, point)
            async with opened(place) as engine:
                await assert_settles(database)
                assert (await engine.get_run(run_of(place.diary))).status is story.status
                await assert_sound_and_projected(engine, database)

    async def _die(
        self, place: Place, database: Database, story: Story, point: Point, *, how: str = "SIGKILL"
    ) -> Recorded:
        code = await run_server(place, story, point, how=how)
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


@asynccontextmanager
async def running(
    place: Place, story: Story, point: Point | None = None, *, how: str = "SIGKILL"
) -> AsyncIterator[ForkServerProcess]:
    """A server in a process of its own, which does not outlive the block."""
    process = start_server(place, story, point, how=how)
    try:
        yield process
    finally:
        process.kill()
        process.join()


async def _nth_run(diary: Diary, number: int) -> str:
    async def runs() -> list[str]:
        return [str(line["id"]) for line in diary.read("run")]

    return (await eventually(runs, wanted=lambda seen: len(seen) > number))[number]


async def _cancel_if_active(engine: Engine, run_id: str) -> None:
    try:
        await engine.cancel_run(run_id, reason="enough", actor=ME)
    except RunNotActive:
        assert (await engine.get_run(run_id)).status is RunStatus.COMPLETED, "nobody else cancels it"


async def eventually_called(diary: Diary, module: str, *, times: int) -> None:
    async def count() -> int:
        return sum(line["module"] == module for line in diary.read("called"))

    await eventually(count, wanted=lambda seen: seen == times)


async def finish(engine: Engine, database: Database, story: Story, place: Place, deaths: list[Recorded]) -> None:
    """The rest of a story on a server that lives, and all checks."""
    if story.settles:
        await assert_settles(database)
        await assert_sound_and_projected(engine, database)
    run_id = await play(engine, story, place.diary)
    await assert_told(engine, story, place.diary, run_id)
    await assert_sound_and_projected(engine, database)
    assert_recorded_work_was_not_repeated(deaths, place.diary)
