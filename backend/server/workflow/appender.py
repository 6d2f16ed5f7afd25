"""One writer to the log for this process: what several sections commit at the same moment goes in one trip.

A trip costs far more than the documents in it, so the log takes many runs at once as fast as one. Nobody waits for
company: a write goes out at once, and what comes while it is on its way goes with the next.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from backend.core.errors import Fenced, PositionTaken, StoreUnavailable
from backend.db.records import Event
from backend.db.repos.events import EventRepo
from backend.server.workflow.leases import Lease

AT_ONCE = 2
"""Trips on their way at a time: while the database takes one, the driver makes the next ready."""

MOST_EVENTS = 2_000
"""In one trip, unless one section alone has more."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one section wants written, and its answer."""

    events: Sequence[Event]
    done: asyncio.Future[None]


class Appender:
    """Appends batches of events. Each batch stays together and in order, so a crash leaves a beginning of it."""

    def __init__(self, events: EventRepo, lease: Lease) -> None:
        self._events = events
        self._lease = lease
        self._waiting: list[_Batch] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._working = 0

    async def append(self, events: Sequence[Event]) -> None:
        """Writes the events.

        Raises:
            PositionTaken: another writer holds the position of one; `written` of the events before it were stored.
            StoreUnavailable: whether they were stored is unknown.
            Fenced: the lease ended while they waited; they were not stored.
        """
        if self._waiting or self._working >= AT_ONCE:
            done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(_Batch(events, done))
            self._serve_waiting()
            await done
            return
        self._working += 1
        try:
            self._lease.check()
            await self._events.append(events)
        finally:
            self._working -= 1
            self._serve_waiting()

    def _serve_waiting(self) -> None:
        if self._waiting and self._working < AT_ONCE:
            self._working += 1  # not the number of tasks: one that found nothing more is still there for a moment
            task = asyncio.create_task(self._work(), name="appender")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Gives up what is on its way. Call it when nobody waits for a write any more."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self) -> None:
        try:
            while group := self._take():
                await self._write(group)
        finally:
            self._working -= 1

    def _take(self) -> list[_Batch]:
        """The next batches; not those whose section has given up."""
        waiting = [batch for batch in self._waiting if not batch.done.done()]
        count, size = 0, 0
        while count < len(waiting) and (not count or size + len(waiting[count].events) <= MOST_EVENTS):
            size += len(waiting[count].events)
            count += 1
        self._waiting = waiting[count:]
        return waiting[:count]

    async def _write(self, group: list[_Batch]) -> None:
        try:
            self._lease.check()
            await self._events.append([event for batch in group for event in batch.events])
        except PositionTaken as taken:
            self._answer_taken(group, taken)
        except (StoreUnavailable, Fenced) as error:
            for batch in group:
                _answer(batch, error)
        except Exception as error:  # noqa: BLE001 - it goes to the section whose events it is about
            # One of them cannot be written at all: each by itself, so that the others are.
            if len(group) == 1:
                _answer(group[0], error)
            for batch in group if len(group) > 1 else ():
                await self._write([batch])
        else:
            for batch in group:
                _answer(batch, None)

    def _answer_taken(self, group: list[_Batch], taken: PositionTaken) -> None:
        """The write stopped at one event: those before it are stored, those after it are not."""
        left = taken.written
        for at, batch in enumerate(group):
            if left < len(batch.events):
                _answer(batch, PositionTaken(written=left))
                self._waiting = [*group[at + 1 :], *self._waiting]
                return
            _answer(batch, None)
            left -= len(batch.events)


def _answer(batch: _Batch, error: Exception | None) -> None:
    if batch.done.done():
        return  # its section was cancelled
    if error is None:
        batch.done.set_result(None)
    else:
        batch.done.set_exception(error)
