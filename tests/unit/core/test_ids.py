"""Identifiers."""

import os
from uuid import RFC_4122, UUID

import pytest

from backend.core.ids import ID_PATTERN, derived_id, new_event_id, new_id, new_run_id


def test_ids_made_later_sort_later() -> None:
    made = [new_id("evt") for _ in range(2000)]

    assert made == sorted(set(made))


@pytest.mark.parametrize("made", [new_id("evt"), new_run_id(), derived_id("br", "wf_1"), derived_id("x", "ü" * 500)])
def test_our_own_ids_fit_what_callers_may_send(made: str) -> None:
    assert ID_PATTERN.fullmatch(made)


@pytest.mark.parametrize("text", ["", "a b", "../x", "a/b", "a\n", "-a", "ü", "a" * 201, '{"$ne":null}'])
def test_text_that_is_no_id_is_refused(text: str) -> None:
    assert not ID_PATTERN.fullmatch(text)


def test_same_parts_give_the_same_id() -> None:
    assert derived_id("br", "wf_1", 2) == derived_id("br", "wf_1", 2)


def test_parts_do_not_run_together() -> None:
    made = [derived_id("x", "ab", "c"), derived_id("x", "a", "bc"), derived_id("x", "abc"), derived_id("y", "abc")]

    assert len(set(made)) == len(made)


def test_event_ids_made_in_one_process_are_unique_ordered_uuid7s() -> None:
    made = [new_event_id() for _ in range(20_000)]

    assert made == sorted(set(made))
    parsed = UUID(made[-1].removeprefix("evt_"))
    assert (parsed.version, parsed.variant) == (7, RFC_4122)


def test_event_ids_of_two_processes_differ() -> None:
    other = os.fork()
    if other == 0:
        os._exit(0 if new_event_id()[-16:] != _TAIL else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(other, 0)[1]) == 0


_TAIL = new_event_id()[-16:]
