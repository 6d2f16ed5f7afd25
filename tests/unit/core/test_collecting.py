"""The garbage collector, set for a server."""

import gc
from collections.abc import Iterator

import pytest

from backend.core.collecting import YOUNG, collect_seldom


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The collector is everybody's: it is put back."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_is_there_at_the_start_is_not_looked_at_again() -> None:
    collect_seldom()

    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == YOUNG


def test_cycles_made_later_are_still_collected() -> None:
    collect_seldom()

    cycle: list[object] = []
    cycle.append(cycle)
    del cycle

    assert gc.collect() >= 1
