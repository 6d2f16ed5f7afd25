"""Time: aware UTC, cut to milliseconds because that is what the database keeps."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present as the database will give it back: aware, UTC, whole milliseconds."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def monotonic() -> float:
    """Seconds on a clock that no administrator moves; for leases and durations."""
    return time.monotonic()


def iso(moment: datetime) -> str:
    """RFC 3339 with milliseconds and `Z`, the one form of a time in JSON."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_iso(text: str) -> datetime:
    """The time that `iso` wrote (or any RFC 3339 time); ValueError for other text."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
