"""Time: aware UTC, cut to milliseconds because that is what the database keeps."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


class Clock:
    """Where the time comes from: the machine's clocks."""

    def utc(self) -> datetime:
        """The present: aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()


class _Present:
    clock = Clock()


def now() -> datetime:
    """The present as the database will give it back: aware, UTC, whole milliseconds."""
    moment = _Present.clock.utc()
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def monotonic() -> float:
    """Seconds on a clock that no administrator moves; for leases and durations."""
    return _Present.clock.monotonic()


@contextmanager
def using(clock: Clock) -> Iterator[None]:
    """Time comes from this clock inside the block, in the whole process: for tests in which days pass at once."""
    before, _Present.clock = _Present.clock, clock
    try:
        yield
    finally:
        _Present.clock = before


def iso(moment: datetime) -> str:
    """RFC 3339 with milliseconds and `Z`, the one form of a time in JSON."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_iso(text: str) -> datetime:
    """The time that `iso` wrote (or any RFC 3339 time); ValueError for other text."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
