"""Repositories that kill (or stop) their own process at one point, or lose one answer of the database."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from backend.core.errors import PositionTaken, StoreUnavailable
from backend.db.database import Database
from backend.db.records import BranchSpan, Event, Frame, SubAction
from backend.db.repos.events import EventRepo
from backend.db.repos.idempotency import IdempotencyRepo
from backend.db.repos.processes import Process, ProcessRepo
from backend.db.repos.runs import RunRepo, RunRow
from backend.db.repos.sub_actions import SubActionRepo
from backend.db.view import RunView
from tests.crash.diary import Diary
from tests.fixtures.polling import eventually

T = TypeVar("T")
APPEND = "append"
WRITE = "write"
"""The word under which every write is noted."""
LOST, LATE, HELD, TAKEN = "lost", "late", "held", "taken"


@dataclass(frozen=True, slots=True)
class Point:
    """In the `nth` write of a kind, when `done` of its parts are in the database (all of them: acknowledged)."""

    operation: str
    nth: int
    done: int

    def __str__(self) -> str:
        return f"{self.operation} {self.nth} after {self.done}"


class Fuse:
    """Blows at its point.

    Args:
        how: a signal's name; LOST: the database's answer never arrives; LATE: the write takes so long that a heartbeat
            goes out meanwhile, and the process is killed when it is done; HELD: the write waits until there is the
            diary's gate; TAKEN: it waits, too, and the process is killed when another has written there meanwhile.
    """

    def __init__(self, point: Point | None, diary: Diary, *, how: str = "SIGKILL") -> None:
        self._point = point
        self._diary = diary
        self._how = how
        self._seen: Counter[str] = Counter()
        self._beaten = asyncio.Event()

    async def write(self, operation: str, write: Callable[[int], Awaitable[T]], *, parts: int = 1) -> T:
        """`write(n)` writes the first n parts."""
        nth = self._seen[operation]
        self._seen[operation] += 1
        self._diary.note(WRITE, operation=operation, nth=nth, parts=parts)
        point = self._point
        if point is None or (point.operation, point.nth) != (operation, nth):
            return await write(parts)
        if self._how in (HELD, TAKEN):
            return await self._write_when_let_go(write, parts)
        if not point.done:
            self._blow(str(point))
            return await write(parts)
        if self._how == LATE:
            self._beaten.clear()
            await self._beaten.wait()
        result = await write(point.done)
        self._blow(str(point))
        return result

    async def _write_when_let_go(self, write: Callable[[int], Awaitable[T]], parts: int) -> T:
        self._diary.note(HELD)
        await eventually(lambda: asyncio.to_thread(self._diary.gate.exists), wanted=bool)
        try:
            return await write(parts)
        except PositionTaken as taken:
            self._diary.note(TAKEN, written=taken.written)
            if self._how == TAKEN:
                os.kill(os.getpid(), signal.SIGKILL)
            raise

    def _blow(self, where: str) -> None:
        self._diary.note("blown", where=where)
        if self._how == LOST:
            raise StoreUnavailable
        os.kill(os.getpid(), signal.SIGKILL if self._how == LATE else signal.Signals[self._how])

    def beat(self) -> None:
        """A heartbeat is in the database."""
        self._beaten.set()


class _Events(EventRepo):
    def __init__(self, database: Any, fuse: Fuse) -> None:
        super().__init__(database)
        self._fuse = fuse

    async def append(self, events: Sequence[Event]) -> None:
        plain = super().append
        await self._fuse.write(APPEND, lambda parts: plain(events[:parts]), parts=len(events))


class _Runs(RunRepo):
    def __init__(self, database: Any, fuse: Fuse) -> None:
        super().__init__(database, bulk=True)
        self._fuse = fuse

    async def save_all(self, rows: Sequence[RunRow]) -> None:
        plain = super().save_all
        await self._fuse.write("runs", lambda _: plain(rows))

    async def save_snapshot(self, view: RunView, lineage: Sequence[BranchSpan]) -> None:
        plain = super().save_snapshot
        await self._fuse.write("snapshots", lambda _: plain(view, lineage))


class _SubActions(SubActionRepo):
    def __init__(self, database: Any, fuse: Fuse) -> None:
        super().__init__(database, bulk=True)
        self._fuse = fuse

    async def save_all(self, records: Sequence[SubAction]) -> None:
        plain = super().save_all
        await self._fuse.write("sub_actions", lambda _: plain(records))

    async def save_progress(self, frames: Sequence[tuple[str, str, Frame]]) -> None:
        plain = super().save_progress
        await self._fuse.write("progress", lambda _: plain(frames))


class _Processes(ProcessRepo):
    def __init__(self, database: Any, fuse: Fuse) -> None:
        super().__init__(database)
        self._fuse = fuse

    async def register(self, process: Process, *, lease_seconds: float) -> None:
        plain = super().register
        await self._fuse.write("register", lambda _: plain(process, lease_seconds=lease_seconds))

    async def beat(self, process: Process, *, lease_seconds: float) -> bool:
        alive = await super().beat(process, lease_seconds=lease_seconds)
        self._fuse.beat()
        return alive

    async def bury(self, process_id: str, *, node: str | None) -> None:
        plain = super().bury
        await self._fuse.write("bury", lambda _: plain(process_id, node=node))

    async def claim_dead(self, process_id: str, *, lease_seconds: float) -> Process | None:
        plain = super().claim_dead
        return await self._fuse.write("claim_dead", lambda _: plain(process_id, lease_seconds=lease_seconds))

    async def bequeath(self, process_id: str, *, heir: str) -> None:
        plain = super().bequeath
        await self._fuse.write("bequeath", lambda _: plain(process_id, heir=heir))


class _Idempotency(IdempotencyRepo):
    def __init__(self, database: Any, fuse: Fuse) -> None:
        super().__init__(database)
        self._fuse = fuse

    async def claim(self, *, caller: str, route: str, key: str, body: Any, makes: str) -> str:
        plain = super().claim
        return await self._fuse.write(
            "idempotency", lambda _: plain(caller=caller, route=route, key=key, body=body, makes=makes)
        )


def fused(database: Database, fuse: Fuse) -> Database:
    """The same database, whose writes go through the fuse."""
    store = database.connection.database
    return replace(
        database,
        events=_Events(store, fuse),
        runs=_Runs(store, fuse),
        sub_actions=_SubActions(store, fuse),
        processes=_Processes(store, fuse),
        idempotency=_Idempotency(store, fuse),
    )
