"""The fold: what a log of events says a run is."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.clock import iso
from backend.db import claims
from backend.db.event_types import DbEventType as T
from backend.db.event_types import InteractionResponded
from backend.db.projections import apply, current_wait, fold, run_document
from backend.db.records import Event, RunStatus
from backend.db.snapshot import view_from_json, view_to_json
from backend.db.view import RunView
from backend.server.workflow.sub_action_records import open_record, records_of
from tests.fixtures.records import make_event, moment
from tests.fixtures.strategies import lookalikes, scalars, writes
from tests.fixtures.walks import Choices, Walk


@st.composite
def walks(draw: st.DrawFn) -> Walk:
    """A run that some thirty things happened to."""
    choices = Choices(
        pick=lambda last: draw(st.integers(0, last)),
        writes=lambda: draw(writes),
        value=lambda: draw(scalars | lookalikes),
    )
    walk = Walk(choices)
    walk.go(draw(st.integers(10, 60)))
    return walk


def empty_view() -> RunView:
    return RunView(workflow_run_id="wf_walk", branch_id="br_walk")


def as_stored(event: Event) -> Event:
    """The event as the database gives it back."""
    return replace(event, data=claims.decode(*claims.encode(event.data)))


slow = settings(max_examples=25)


@slow
@given(walks())
def test_fold_equals_the_live_run_at_every_position(walk: Walk) -> None:
    view = empty_view()
    for event, live in zip(walk.events, walk.views, strict=True):
        apply(view, as_stored(event))

        assert view == live
        assert run_document(view) == run_document(live)


@slow
@given(walks())
def test_folded_state_equals_a_plain_reference(walk: Walk) -> None:
    assert fold(empty_view(), walk.events).state == walk.model


@slow
@given(walks())
def test_open_modules_are_kept_apart_and_wait_for_retries_among_the_waits(walk: Walk) -> None:
    view = empty_view()
    for event in walk.events:
        apply(view, event)

        assert view.open_modules == {name: module for name, module in view.modules.items() if module.open}
        retries = [module.retry_at for module in view.open_modules.values()]
        retries += [item.retry_at for item in view.sub_actions.values()]
        assert view.waits or not any(retries)


@slow
@given(walks(), st.data())
def test_fold_from_a_snapshot_equals_fold_from_the_beginning(walk: Walk, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(walk.events)))
    taken = fold(empty_view(), walk.events[:at])

    restored = view_from_json(claims.decode(*claims.encode(view_to_json(taken))))
    assert restored == taken

    assert fold(restored, walk.events[at:]) == walk.views[-1]


@slow
@given(walks())
def test_records_made_live_equal_those_from_the_log(walk: Walk) -> None:
    view = walk.run.view
    live = {record.sub_action_id: record for record in walk.run.ended}
    live |= {item.sub_action_id: open_record(view, item) for item in view.sub_actions.values()}

    rebuilt = records_of(empty_view(), [as_stored(event) for event in walk.events])

    assert {record.sub_action_id: record for record in rebuilt} == live


@slow
@given(walks())
def test_folding_changes_no_event(walk: Walk) -> None:
    before = [claims.encode(event.data) for event in walk.events]

    fold(empty_view(), walk.events)

    assert [claims.encode(event.data) for event in walk.events] == before


@slow
@given(walks())
def test_every_view_has_one_status_and_says_what_it_waits_for(walk: Walk) -> None:
    for view in walk.views:
        wait = current_wait(view)
        if view.status is RunStatus.AWAITING_INPUT:
            assert wait is not None
            assert wait["reason"] == "person"
        elif view.status is RunStatus.WAITING:
            assert wait is not None
        else:
            assert wait is None
        assert view.terminal == view.status.terminal
        assert not (view.terminal and (view.in_hand or view.wake_at or view.open_interactions or view.sub_actions))


def created(**more: Any) -> Event:
    data = {
        "workflow_id": "lab",
        "workflow_name": "Lab",
        "version": 3,
        "kind": "root",
        "owner": "local",
        "nesting_depth": 0,
        "visible_in_ui": True,
    }
    return make_event(1, event_type=T.RUN_CREATED, data=data | more)


def module_event(seq: int, event_type: T, /, *, writer: str = "", **data: Any) -> Event:
    return make_event(seq, event_type=event_type, step_id="one", module_name="m", data=data, writer=writer)


def view_after(*events: Event) -> RunView:
    return fold(RunView(workflow_run_id="wf_1", branch_id="br_1"), events)


def started_sub_action(seq: int, sub_action_id: str, *, writer: str, interaction_id: str = "int_1") -> Event:
    request = {"interaction_id": interaction_id, "action_id": "again", "params": {}}
    data: dict[str, Any] = {"sub_action_id": sub_action_id, "request": request, "concurrency": "queue"}
    return module_event(seq, T.SUB_ACTION_STARTED, writer=writer, **data)


@pytest.mark.parametrize("seq", [1, 3])
def test_event_out_of_order_is_refused(seq: int) -> None:
    view = view_after(created())

    with pytest.raises(ValueError, match="after 1"):
        apply(view, make_event(seq))


def test_run_without_its_first_event_has_no_document() -> None:
    with pytest.raises(ValueError, match="run_created"):
        run_document(RunView(workflow_run_id="wf_1", branch_id="br_1"))


def test_old_event_with_fewer_fields_is_read() -> None:
    view = view_after(created(), module_event(2, T.MODULE_STARTED, module_id="lab.echo"))

    assert view.modules["m"].deadline is None
    assert view.payload is None


def test_last_event_of_a_branch_that_is_left_moves_its_position_only() -> None:
    before = view_after(created())
    left = {"from_branch": "br_1", "to_branch": "br_2", "at_seq": 1, "reason": "fork", "generation": 1}
    after = view_after(created(), make_event(2, event_type=T.BRANCH_FORKED, data=left))

    assert (after.seq, after.state) == (2, before.state)


def test_answer_starts_the_clock_of_its_module_anew() -> None:
    asked = {"interaction_id": "int_1", "module_id": "lab.ask", "kind": "select", "title": "?"}
    view = view_after(
        created(),
        module_event(2, T.MODULE_STARTED, module_id="lab.ask", writer="proc_1"),
        module_event(3, T.INTERACTION_REQUESTED, writer="proc_1", **asked),
        module_event(4, T.INTERACTION_RESPONDED, writer="proc_2", interaction_id="int_1", response=None),
    )

    assert view.modules["m"].attempt_at == view.interactions["int_1"].answered_at
    assert view.modules["m"].enabled_by == "proc_2"


BEGUN = (
    created(),
    make_event(2, event_type=T.STEP_STARTED, step_id="one"),
    module_event(3, T.MODULE_STARTED, module_id="lab.echo", writer="proc_1"),
)


def retry_wait(seq: int, event_type: T, **data: Any) -> Event:
    return module_event(seq, event_type, writer="proc_2", wait_key="retry:m", **data)


def test_wait_for_a_retry_ends_with_the_next_attempt() -> None:
    until, deadline = iso(moment(60)), iso(moment(90))
    waiting = retry_wait(4, T.WAIT_STARTED, reason="retry", until=until, details={"attempt": 1})

    before = view_after(*BEGUN, waiting)
    after = view_after(*BEGUN, waiting, retry_wait(5, T.WAIT_RESOLVED, payload={"deadline": deadline}))

    assert (before.status, before.wake_at, before.modules["m"].attempt) == (RunStatus.WAITING, moment(60), 1)
    module = after.modules["m"]
    assert (after.status, after.waits, module.retry_at) == (RunStatus.PROCESSING, {}, None)
    assert (module.attempt, module.deadline, module.attempt_at) == (2, moment(90), moment(5))
    assert module.enabled_by == "proc_2"


def test_wait_that_was_cancelled_before_a_crash_leaves_its_module_at_work() -> None:
    view = view_after(
        *BEGUN,
        retry_wait(4, T.WAIT_STARTED, reason="retry", until=iso(moment(60)), details={"attempt": 1}),
        retry_wait(5, T.WAIT_CANCELLED, reason="cancelled"),
    )

    assert (view.status, view.wake_at, view.modules["m"].attempt) == (RunStatus.PROCESSING, None, 1)


def test_answer_may_be_null() -> None:
    asked: dict[str, Any] = {"interaction_id": "int_1", "module_id": "lab.ask", "kind": "select", "title": "?"}
    view = view_after(
        created(),
        module_event(2, T.MODULE_STARTED, module_id="lab.ask"),
        module_event(3, T.INTERACTION_REQUESTED, **asked),
        module_event(
            4, T.INTERACTION_RESPONDED, **InteractionResponded(interaction_id="int_1", response=None).to_data()
        ),
    )

    assert (view.interactions["int_1"].status, view.interactions["int_1"].response) == ("answered", None)


def test_end_of_a_queued_sub_action_leaves_the_running_one_with_its_process() -> None:
    view = view_after(
        created(),
        started_sub_action(2, "again_1", writer="proc_1"),
        started_sub_action(3, "again_2", writer="proc_1"),
        module_event(4, T.SUB_ACTION_CANCELLED, writer="proc_2", sub_action_id="again_2", reason="cancelled"),
    )

    assert view.sub_actions["again_1"].enabled_by == "proc_1"


def test_end_of_the_running_sub_action_gives_the_next_in_its_queue_to_who_ended_it() -> None:
    view = view_after(
        created(),
        started_sub_action(2, "again_1", writer="proc_1"),
        started_sub_action(3, "again_2", writer="proc_1"),
        started_sub_action(4, "again_3", writer="proc_1"),
        started_sub_action(5, "again_4", writer="proc_1", interaction_id="int_2"),
        module_event(6, T.SUB_ACTION_CANCELLED, writer="proc_2", sub_action_id="again_1", reason="cancelled"),
    )

    owners = {name: item.enabled_by for name, item in view.sub_actions.items()}
    assert owners == {"again_2": "proc_2", "again_3": "proc_1", "again_4": "proc_1"}
