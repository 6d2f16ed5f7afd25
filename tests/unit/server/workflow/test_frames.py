"""The messages of a sub-action's stream, made from what is stored."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.errors import InvalidQuery
from backend.db.event_types import DbEventType as T
from backend.db.records import Event, Frame, SubAction
from backend.server.workflow.frames import module_frame, position_of, stored_frames
from tests.fixtures.records import make_event, make_sub_action, moment

NAMES = ["one", "two", "three"]
ERROR = {"code": "lab_failed", "message": "no paint"}

numbers = st.integers(0, 10**6)


def child_event(seq: int, event_type: T, name: str | None = None, **data: Any) -> Event:
    return make_event(seq, run_id="wf_sub_1", event_type=event_type, module_name=name, data=data)


def child_log(finished: int) -> list[Event]:
    """A child that finished so many of its modules."""
    events = [child_event(1, T.RUN_CREATED), child_event(2, T.STEP_STARTED)]
    for name in NAMES[:finished]:
        events.append(child_event(len(events) + 1, T.MODULE_STARTED, name))
        events.append(child_event(len(events) + 1, T.MODULE_COMPLETED, name))
    if finished == len(NAMES):
        events += [child_event(9, T.STEP_COMPLETED), child_event(10, T.RUN_COMPLETED)]
    return events


def target(status: str = "running", **more: Any) -> SubAction:
    return make_sub_action(status=status, child_workflow_id="wf_sub_1", **more)


def report(position: int, n: int) -> Frame:
    return Frame(id=f"{position}.{n}", event="progress", data={"status": "running"})


reports = st.lists(st.tuples(st.integers(1, 10), st.integers(1, 12)), unique=True, max_size=8).map(
    lambda found: [report(*item) for item in sorted(found)]
)


def ids(frames: list[Frame]) -> list[tuple[int, int]]:
    return [position_of(frame.id) for frame in frames]


@given(numbers, numbers)
def test_id_gives_its_two_numbers_back(position: int, n: int) -> None:
    assert position_of(f"{position}.{n}") == (position, n)


@pytest.mark.parametrize("text", ["", "1", "1.", ".1", "1.2.3", "-1.0", "1.-1", "a.b", "1,0", "1." + "0" * 60, "²."])
def test_text_that_is_no_id_is_refused_in_short_words(text: str) -> None:
    with pytest.raises(InvalidQuery, match="Last-Event-ID") as caught:
        position_of(text)

    assert len(caught.value.message) < 200


@given(st.text())
def test_any_text_gives_two_numbers_or_a_clear_error(text: str) -> None:
    with suppress(InvalidQuery):
        assert min(position_of(text)) >= 0


@given(st.integers(0, 3), reports)
def test_frames_come_in_the_order_of_their_ids(finished: int, given_reports: list[Frame]) -> None:
    found = ids(stored_frames(target(), child_log(finished), NAMES, given_reports))

    assert found == sorted(found)
    assert found[0] == (0, 0)


@given(reports)
def test_frames_after_any_id_are_exactly_the_rest(given_reports: list[Frame]) -> None:
    ended = target("completed", updated_state={"a": 1}, completed_at=moment(9))
    frames = stored_frames(ended, child_log(3), NAMES, given_reports)

    for at, frame in enumerate(frames):
        rest = [other for other in frames if position_of(other.id) > position_of(frame.id)]
        assert rest == frames[at + 1 :]


@given(st.integers(0, 3), reports)
def test_frames_of_a_longer_log_only_add_to_the_earlier_ones(finished: int, given_reports: list[Frame]) -> None:
    early = stored_frames(target(), child_log(finished), NAMES, [])
    late = stored_frames(target("completed"), child_log(3), NAMES, given_reports)

    assert [frame for frame in late if position_of(frame.id) <= position_of(early[-1].id) and frame in early] == early


def test_every_module_shows_its_start_and_its_end() -> None:
    frames = stored_frames(target(), child_log(2), NAMES, [])

    seen = [(frame.data["module_name"], frame.data["module_index"], frame.data["status"]) for frame in frames[1:]]
    assert seen == [("one", 0, "started"), ("one", 0, "completed"), ("two", 1, "started"), ("two", 1, "completed")]
    assert {frame.data["module_count"] for frame in frames[1:]} == {3}


def test_open_sub_action_has_no_last_frame() -> None:
    events = {frame.event for frame in stored_frames(target(), child_log(3), NAMES, [])}

    assert events == {"started", "progress"}


@pytest.mark.parametrize(
    ("record", "event", "data"),
    [
        (target("completed", updated_state={"a": 1}), "complete", {"updated_state": {"a": 1}}),
        (target("completed", updated_state=None), "complete", {"updated_state": {}}),
        (target("failed", error=ERROR), "error", ERROR),
        (target("cancelled", error={"code": "cancelled", "message": "answered"}), "cancelled", {"reason": "answered"}),
    ],
)
def test_last_frame_tells_how_it_ended(record: SubAction, event: str, data: dict[str, Any]) -> None:
    last = stored_frames(record, child_log(3), NAMES, [report(10, 4)])[-1]

    assert (last.id, last.event) == ("11.0", event)
    assert data.items() <= last.data.items()


def test_child_is_named_where_there_is_one() -> None:
    with_child = stored_frames(target("completed"), child_log(3), NAMES, [])
    without = stored_frames(make_sub_action(status="completed"), [], ["ask"], [])

    assert [frames[at].data.get("child_workflow_id") for frames in (with_child, without) for at in (0, -1)] == [
        "wf_sub_1",
        "wf_sub_1",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (make_sub_action(), [("started", "0.0"), ("progress", "1.0"), ("progress", "1.1")]),
        (
            make_sub_action(status="completed"),
            [("started", "0.0"), ("progress", "1.0"), ("progress", "1.1"), ("progress", "2.0"), ("complete", "3.0")],
        ),
    ],
)
def test_self_sub_action_has_frames_of_its_own(record: SubAction, expected: list[tuple[str, str]]) -> None:
    frames = stored_frames(record, [], ["ask"], [report(1, 1)])

    assert [(frame.event, frame.id) for frame in frames] == expected


def test_retry_of_a_module_shows_with_its_reason() -> None:
    waiting = child_event(4, T.WAIT_STARTED, "two", details={"attempt": 1, "error": ERROR})

    frame = module_frame("again_1", waiting, NAMES)

    assert frame is not None
    assert (frame.data["status"], frame.data["message"]) == ("retrying", "no paint")


@pytest.mark.parametrize("event", [child_event(1, T.RUN_CREATED), child_event(3, T.MODULE_STARTED, "stranger")])
def test_event_that_is_no_progress_makes_no_frame(event: Event) -> None:
    assert module_frame("again_1", event, NAMES) is None


def test_failure_without_a_record_of_its_error_still_ends_the_stream() -> None:
    last = stored_frames(replace(target("failed"), error=None), child_log(1), NAMES, [])[-1]

    assert (last.event, last.data["code"]) == ("error", "unknown")
