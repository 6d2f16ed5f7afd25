"""Time in records and in JSON."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.clock import iso, monotonic, now, parse_iso

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
milliseconds = st.integers(-(10**12), 10**14).map(lambda count: EPOCH + timedelta(milliseconds=count))


def test_now_is_aware_utc_in_whole_milliseconds() -> None:
    moment = now()

    assert moment.tzinfo is UTC
    assert moment.microsecond % 1000 == 0


@given(milliseconds)
def test_time_in_whole_milliseconds_survives_json(moment: datetime) -> None:
    assert parse_iso(iso(moment)) == moment


@given(milliseconds, milliseconds)
def test_texts_sort_as_times_do(one: datetime, other: datetime) -> None:
    assert (iso(one) < iso(other)) == (one < other)


def test_time_of_another_zone_is_written_in_utc() -> None:
    there = datetime(2026, 11, 21, 12, 0, tzinfo=timezone(timedelta(hours=2)))

    assert iso(there) == "2026-11-21T10:00:00.000Z"


@pytest.mark.parametrize("text", ["2026-11-21T10:00:00Z", "2026-11-21T12:00:00+02:00", "2026-11-21T10:00:00"])
def test_any_rfc_3339_time_is_read_and_a_naive_one_is_utc(text: str) -> None:
    assert parse_iso(text) == datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00:00Z"])
def test_text_that_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_iso(text)


def test_monotonic_clock_never_goes_back() -> None:
    seen = [monotonic() for _ in range(100)]

    assert seen == sorted(seen)
