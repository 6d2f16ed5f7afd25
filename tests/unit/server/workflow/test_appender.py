"""The one writer: sections that commit at the same moment share a trip, and only that."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from backend.core.errors import Fenced, PositionTaken, StoreUnavailable
from backend.db.records import Event
from backend.db.repos.events import EventRepo
from backend.server.workflow.appender import AT_ONCE, Appender
from backend.server.workflow.leases import Lease
from tests.fixtures.records import make_event


class Log(EventRepo):
    """Keeps trips in memory. `taken`: positions that are not free; `unwritable`: runs that no trip may hold."""

    def __init__(self) -> None:
        super().__init__({"events": None})
        self.trips: list[list[tuple[str, int]]] = []
        self.taken: set[tuple[str, int]] = set()
        self.unwritable: set[str] = set()
        self.away = False
        self.open = asyncio.Event()
        self.open.set()

    async def append(self, events: Sequence[Event]) -> None:
        places = [(event.workflow_run_id, event.seq) for event in events]
        if any(run_id in self.unwritable for run_id, _ in places):
            raise OverflowError
        await self.open.wait()
        if self.away:
            raise StoreUnavailable
        free = next((at for at, place in enumerate(places) if place in self.taken), len(places))
        self.trips.append(places[:free])
        self.taken |= {*places[:free]}
        if free < len(places):
            raise PositionTaken(written=free)


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def lease() -> Lease:
    return Lease(60)


@pytest.fixture
async def appender(log: Log, lease: Lease) -> AsyncIterator[Appender]:
    made = Appender(log, lease)
    yield made
    await made.close()


def batch(run_id: str, *seqs: int) -> list[Event]:
    return [make_event(seq, run_id=run_id) for seq in seqs]


async def busy(appender: Appender, log: Log) -> list[asyncio.Task[None]]:
    """As many trips on their way as there may be; they end when the log opens."""
    log.open.clear()
    trips = []
    for number in range(AT_ONCE):
        trips.append(asyncio.create_task(appender.append(batch(f"busy_{number}", 1))))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    return trips


async def together(appender: Appender, log: Log, *batches: list[Event]) -> list[BaseException | None]:
    """Appends them in one trip: they come while others are on their way."""
    first = await busy(appender, log)
    later = [asyncio.create_task(appender.append(events)) for events in batches]
    await asyncio.sleep(0)
    log.open.set()
    async with asyncio.timeout(5):
        ends = await asyncio.gather(*first, *later, return_exceptions=True)
    return ends[len(first) :]


async def test_single_batch_is_one_trip_in_its_order(appender: Appender, log: Log) -> None:
    await appender.append(batch("a", 1, 2, 3))

    assert log.trips == [[("a", 1), ("a", 2), ("a", 3)]]


async def test_batches_that_come_during_a_trip_share_the_next(appender: Appender, log: Log) -> None:
    await together(appender, log, *(batch(run_id, 1, 2) for run_id in ("a", "b", "c")))

    assert [(run_id, seq) for run_id in ("a", "b", "c") for seq in (1, 2)] in log.trips


async def test_taken_position_fails_its_own_batch_and_no_other(appender: Appender, log: Log) -> None:
    log.taken = {("b", 2)}

    before, taken, after = await together(appender, log, batch("a", 1, 2), batch("b", 1, 2, 3), batch("c", 1))

    assert (before, after) == (None, None)
    assert isinstance(taken, PositionTaken)
    assert taken.written == 1
    assert [("a", 1), ("a", 2), ("b", 1)] in log.trips
    assert [("c", 1)] in log.trips


async def test_unavailable_database_fails_every_batch_of_the_trip(appender: Appender, log: Log) -> None:
    log.away = True

    ends = await together(appender, log, batch("a", 1), batch("b", 1))

    assert all(isinstance(end, StoreUnavailable) for end in ends)


async def test_batch_that_cannot_be_written_fails_alone(appender: Appender, log: Log) -> None:
    log.unwritable = {"b"}

    first, unwritable, last = await together(appender, log, batch("a", 1), batch("b", 1), batch("c", 1))

    assert (first, last) == (None, None)
    assert isinstance(unwritable, OverflowError)


async def test_batch_whose_section_gave_up_before_its_trip_is_not_written(appender: Appender, log: Log) -> None:
    first = await busy(appender, log)
    given_up = asyncio.create_task(appender.append(batch("a", 1)))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    log.open.set()
    async with asyncio.timeout(5):
        await asyncio.gather(*first)
    await appender.append(batch("b", 1))

    assert [trip for trip in log.trips if ("a", 1) in trip] == []


async def test_batch_that_waited_until_the_lease_was_over_is_not_written(
    appender: Appender, log: Log, lease: Lease
) -> None:
    first = await busy(appender, log)
    late = asyncio.create_task(appender.append(batch("a", 1)))
    await asyncio.sleep(0)
    lease.renewed(float("-inf"))
    log.open.set()

    async with asyncio.timeout(5):
        ends = await asyncio.gather(*first, late, return_exceptions=True)

    assert isinstance(ends[-1], Fenced)
    assert [trip for trip in log.trips if ("a", 1) in trip] == []


async def test_every_batch_is_written_however_they_follow_each_other(appender: Appender, log: Log) -> None:
    async def write(run_id: str) -> None:
        for seq in range(1, 50):
            await appender.append(batch(run_id, seq))
            for _ in range(seq % 4):
                await asyncio.sleep(0)

    async with asyncio.timeout(10):
        await asyncio.gather(*(write(f"run_{number}") for number in range(5)))

    assert len([place for trip in log.trips for place in trip]) == 5 * 49
