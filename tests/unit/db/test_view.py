"""What a view says of a run: its status, what waits, who works on what."""

from typing import Any

import pytest

from backend.db.projections import current_wait
from backend.db.records import RunStatus
from backend.db.view import ModuleView, RunView, StepView, SubActionView
from tests.fixtures.records import make_question, moment


def make_module(name: str = "m", **more: Any) -> ModuleView:
    return ModuleView(**({"module_name": name, "step_id": "one", "module_id": "lab.echo", "status": "started"} | more))


def make_view(*modules: ModuleView, **more: Any) -> RunView:
    view = RunView(workflow_run_id="wf_1", branch_id="br_1", steps={"one": StepView("one", "running")}, **more)
    for module in modules:
        view.put_module(module)
    return view


def asking(status: str = "open", *, name: str = "ask") -> RunView:
    view = make_view(make_module(name, interaction_id="int_1"))
    view.interactions = {"int_1": make_question("int_1", status=status)}
    return view


def open_sub_action(number: int, **more: Any) -> SubActionView:
    values: dict[str, Any] = {
        "sub_action_id": f"again_{number}",
        "action_id": "again",
        "interaction_id": "int_1",
        "step_id": "one",
        "module_name": "ask",
        "params": {},
        "concurrency": "queue",
        "started_at": moment(number),
        "started_seq": number,
    }
    return SubActionView(**(values | more))


def with_sub_actions(*items: SubActionView) -> RunView:
    view = asking()
    view.sub_actions = {item.sub_action_id: item for item in items}
    return view


RETRY: dict[str, Any] = {
    "reason": "retry",
    "wait_key": "retry:m",
    "until": None,
    "details": {},
    "module_name": "m",
    "since": "x",
}


def retrying() -> RunView:
    return make_view(make_module(retry_at=moment(5)), waits={"retry:m": dict(RETRY)})


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (RunView(workflow_run_id="wf_1", branch_id="br_1"), RunStatus.PENDING),
        (make_view(), RunStatus.PROCESSING),
        (make_view(make_module()), RunStatus.PROCESSING),
        (make_view(make_module(status="completed")), RunStatus.PROCESSING),
        (retrying(), RunStatus.WAITING),
        (asking(), RunStatus.AWAITING_INPUT),
        (asking("answered"), RunStatus.PROCESSING),
        (make_view(make_module(), ended=RunStatus.CANCELLED), RunStatus.CANCELLED),
    ],
)
def test_status_follows_from_what_is_open(view: RunView, status: RunStatus) -> None:
    assert view.status is status


def test_run_that_works_and_asks_at_once_is_processing() -> None:
    view = asking()
    view.put_module(make_module("other"))

    assert view.status is RunStatus.PROCESSING
    assert current_wait(view) is None


def test_person_comes_before_a_time_in_what_a_run_waits_for() -> None:
    view = retrying()
    view.put_module(make_module("ask", interaction_id="int_1"))
    view.interactions = {"int_1": make_question("int_1")}

    wait = current_wait(view)

    assert view.status is RunStatus.AWAITING_INPUT
    assert wait is not None
    assert wait["wait_key"] == "interaction:int_1"


def test_wait_shows_four_fields() -> None:
    wait = current_wait(retrying())

    assert wait == {"reason": "retry", "wait_key": "retry:m", "until": None, "details": {}}


def test_oldest_of_a_queue_runs_and_the_rest_wait() -> None:
    view = with_sub_actions(open_sub_action(2), open_sub_action(1), open_sub_action(3))

    assert [item.sub_action_id for item in view.running_sub_actions()] == ["again_1"]


@pytest.mark.parametrize("other", [{"action_id": "paint"}, {"interaction_id": "int_2"}, {"concurrency": "parallel"}])
def test_queue_is_one_per_action_and_interaction(other: dict[str, Any]) -> None:
    view = with_sub_actions(open_sub_action(1), open_sub_action(2, **other))

    assert len(view.running_sub_actions()) == 2


def test_run_wakes_at_the_earliest_of_retries_and_deadline() -> None:
    view = retrying()
    view.deadline = moment(9)
    view.put_module(make_module("closed", status="failed", retry_at=moment(1)))
    view.sub_actions = {"again_1": open_sub_action(1, retry_at=moment(3))}

    assert view.wake_at == moment(3)


def test_run_that_only_waits_for_a_person_never_wakes_and_is_in_nobodys_hand() -> None:
    view = asking()

    assert view.wake_at is None
    assert not view.in_hand


def test_ended_run_never_wakes() -> None:
    view = retrying()
    view.ended = RunStatus.ERROR

    assert view.wake_at is None
    assert not view.in_hand


@pytest.mark.parametrize(("retry_at", "in_hand"), [(None, True), (moment(3), False)])
def test_running_sub_action_keeps_a_waiting_run_in_hand(retry_at: Any, in_hand: bool) -> None:
    view = with_sub_actions(open_sub_action(1, retry_at=retry_at), open_sub_action(2))

    assert view.in_hand is in_hand
