"""The door for scripts: start, tick, resume, look, cancel."""

from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest

from backend.core.config import Settings, bundled_workflows
from backend.core.errors import (
    InteractionNotFound,
    InteractionNotOpen,
    InvalidDefinition,
    InvalidQuery,
    InvalidRequest,
    InvalidResponse,
    InvalidWaitKey,
    NotWaiting,
    RunNotActive,
    RunNotFound,
    SetupError,
    WaitKeyNeeded,
    WorkflowDiffers,
    WorkflowNotFound,
)
from backend.runtime import RunStatus, Runtime
from tests.runtime.conftest import runtime_on
from tests.runtime.modules import approve, calls, listen, nap, note, workflow


def test_start_holds_the_run_and_tick_runs_it_to_its_end(runtime: Runtime, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    run_id = runtime.start(workflow(note(notes)), {"n": 7})
    held = runtime.get_state(run_id)
    assert (held.status, held.vars, held.waiting, notes.exists()) == (RunStatus.PENDING, {"n": 7}, None, False)

    state = runtime.tick(run_id)

    assert (state.status, state.output, state.state) == (RunStatus.COMPLETED, {"n": 7}, {"n": 7})
    assert (state.workflow_id, state.version, state.error, state.parent_run_id) == ("main", 1, None, None)
    assert held.created_at == state.created_at < datetime.now(UTC)


def test_tick_again_gives_the_run_as_it_is(runtime: Runtime, tmp_path: Path) -> None:
    run_id = runtime.start(workflow(note(tmp_path / "notes")))

    assert runtime.tick(run_id) == runtime.tick(run_id)
    assert len((tmp_path / "notes").read_text().splitlines()) == 1


def test_tick_of_a_run_that_fails_gives_its_error(quick_runtime: Runtime) -> None:
    fail = {"module_id": "core.fail", "name": "fail", "inputs": {"message": "no luck"}}

    state = quick_runtime.tick(quick_runtime.start(workflow(fail)))

    assert (state.status, (state.error or {})["message"]) == (RunStatus.ERROR, "no luck")


def test_tick_stops_at_a_question_and_resume_answers_it(runtime: Runtime) -> None:
    run_id = runtime.start(workflow(approve()))
    asked = runtime.tick(run_id)
    assert asked.waiting is not None
    assert (asked.status, asked.waiting.reason) == (RunStatus.AWAITING_INPUT, "person")

    state = runtime.resume(run_id, asked.waiting.wait_key, {"approved": True})

    assert (state.status, state.output) == (RunStatus.COMPLETED, {"ask": True})


def test_resume_without_a_key_resolves_the_one_thing_that_is_open(runtime: Runtime) -> None:
    run_id = runtime.start(workflow(approve(), listen("paid")))
    runtime.tick(run_id)

    waits = runtime.resume(run_id, payload={"approved": False})
    assert waits.waiting is not None
    assert (waits.waiting.reason, waits.waiting.wait_key) == ("event", "paid")

    assert runtime.resume(run_id, payload={"n": 1}).output == {"ask": False, "listen": {"n": 1}}


def test_resume_with_the_bare_id_of_a_question_answers_it(quick_runtime: Runtime) -> None:
    run_id = quick_runtime.start(workflow(approve()))
    waiting = quick_runtime.tick(run_id).waiting
    assert waiting is not None

    state = quick_runtime.resume(run_id, waiting.details["interaction_id"], {"approved": True})

    assert state.status is RunStatus.COMPLETED


def test_resume_with_a_key_that_nothing_waits_for_is_refused_and_keeps_nothing(runtime: Runtime) -> None:
    run_id = runtime.start(workflow(listen("paid"), listen("sent", "later")))
    runtime.tick(run_id)

    with pytest.raises(NotWaiting, match="It waits for: paid") as refused:
        runtime.resume(run_id, "sent", {"n": 1})
    assert refused.value.waits_for == ("paid",)

    state = runtime.resume(run_id, "paid", {})
    assert state.waiting is not None
    assert state.waiting.wait_key == "sent"


def test_resume_of_a_run_that_waits_for_several_things_needs_the_key(quick_runtime: Runtime) -> None:
    steps = [
        {"step_id": "left", "depends_on": [], "modules": [listen("paid", "left_one")]},
        {"step_id": "right", "depends_on": [], "modules": [approve("right_one")]},
    ]
    run_id = quick_runtime.start({**workflow(), "steps": steps})
    quick_runtime.tick(run_id)

    with pytest.raises(WaitKeyNeeded, match="paid"):
        quick_runtime.resume(run_id, payload={})

    assert quick_runtime.resume(run_id, "paid", {}).status is RunStatus.AWAITING_INPUT
    assert quick_runtime.resume(run_id, payload={"approved": True}).status is RunStatus.COMPLETED


def test_resume_of_what_cannot_be_resumed_says_why(quick_runtime: Runtime) -> None:
    held = quick_runtime.start(workflow(approve()))
    with pytest.raises(NotWaiting, match="It is pending"):
        quick_runtime.resume(held)
    napping = quick_runtime.start(workflow(nap(600)))
    quick_runtime.tick(napping)
    with pytest.raises(InvalidWaitKey):
        quick_runtime.resume(napping, "time:nap")
    with pytest.raises(NotWaiting):
        quick_runtime.resume(napping)
    quick_runtime.cancel_run(napping)
    with pytest.raises(RunNotActive):
        quick_runtime.resume(napping)


def test_answers_are_checked_as_everywhere(quick_runtime: Runtime) -> None:
    run_id = quick_runtime.start(workflow(approve(), approve("again")))
    waiting = quick_runtime.tick(run_id).waiting
    assert waiting is not None

    with pytest.raises(InvalidResponse):
        quick_runtime.resume(run_id, waiting.wait_key, {"approved": "perhaps"})
    quick_runtime.resume(run_id, waiting.wait_key, {"approved": True})
    with pytest.raises(InteractionNotOpen):
        quick_runtime.resume(run_id, waiting.wait_key, {"approved": False})
    with pytest.raises(InteractionNotFound):
        quick_runtime.resume(run_id, "interaction:int_unknown", {})


def test_tick_notices_that_a_time_has_come(runtime: Runtime) -> None:
    run_id = runtime.start(workflow(nap(0)))

    assert runtime.tick(run_id).status in (RunStatus.WAITING, RunStatus.COMPLETED)
    assert runtime.tick(run_id).status is RunStatus.COMPLETED


def test_tick_does_not_sit_through_a_wait_but_wait_does(runtime: Runtime) -> None:
    run_id = runtime.start(workflow(nap(0.3)))

    napping = runtime.tick(run_id)
    assert napping.waiting is not None
    assert napping.waiting.until is not None
    assert (napping.status, napping.waiting.reason) == (RunStatus.WAITING, "time")

    ended = runtime.wait(run_id)
    assert ended.status is RunStatus.COMPLETED
    assert ended.updated_at >= napping.waiting.until


def test_timeout_gives_the_run_as_it_is_while_its_work_goes_on(runtime: Runtime, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    run_id = runtime.start(workflow(note(notes, "test.gate")))

    started = monotonic()
    assert runtime.tick(run_id, timeout_seconds=0.2).status is RunStatus.PROCESSING
    assert runtime.wait(run_id, timeout_seconds=0.2).status is RunStatus.PROCESSING
    assert 0.4 <= monotonic() - started < 5

    Path(f"{notes}.open").touch()
    assert runtime.tick(run_id).status is RunStatus.COMPLETED


def test_tick_waits_while_a_sync_child_works_and_stops_where_that_stops(runtime: Runtime, tmp_path: Path) -> None:
    runtime.start(workflow(note(tmp_path / "notes"), approve(), workflow_id="child"))
    run_id = runtime.start(workflow(calls("child", vars={"n": 1})))

    state = runtime.tick(run_id)

    [child] = runtime.list_children(run_id)
    assert child.status is RunStatus.AWAITING_INPUT
    assert state.waiting is not None
    assert (state.waiting.reason, state.waiting.wait_key) == ("subworkflow", f"subworkflow:{child.run_id}")
    assert child.waiting is not None
    below = state.waiting.details["sub_waiting"]
    assert (below["reason"], below["wait_key"]) == ("person", child.waiting.wait_key)
    runtime.resume(child.run_id, payload={"approved": True})
    assert runtime.wait(run_id).status is RunStatus.COMPLETED


def test_lists_are_by_status_and_workflow_newest_first(runtime: Runtime) -> None:
    first, second = (runtime.start(workflow(approve())) for _ in range(2))
    other = runtime.start(workflow(approve(), workflow_id="other"))
    runtime.tick(second)

    assert [run.run_id for run in runtime.list_runs()] == [other, second, first]
    assert [run.run_id for run in runtime.list_runs(status="pending", workflow_id="main")] == [first]
    assert [run.run_id for run in runtime.list_runs(limit=1)] == [other]
    with pytest.raises(InvalidQuery, match="awaiting_input"):
        runtime.list_runs(status="sleeping")


def test_unknown_ids_are_told_by_name(quick_runtime: Runtime) -> None:
    for door in (
        quick_runtime.tick,
        quick_runtime.wait,
        quick_runtime.resume,
        quick_runtime.get_state,
        quick_runtime.list_children,
        quick_runtime.cancel_run,
        quick_runtime.cancel_with_children,
        quick_runtime.resume_subworkflow_parent,
    ):
        with pytest.raises(RunNotFound, match="wf_unknown"):
            door("wf_unknown")
    with pytest.raises(WorkflowNotFound):
        quick_runtime.start("nowhere")


def test_tick_of_another_workflows_run_is_refused(quick_runtime: Runtime, tmp_path: Path) -> None:
    definition = workflow(note(tmp_path / "notes"))
    run_id = quick_runtime.start(definition)

    with pytest.raises(WorkflowDiffers):
        quick_runtime.tick(run_id, "other")

    assert quick_runtime.get_state(run_id).status is RunStatus.PENDING
    assert quick_runtime.tick(run_id, definition).status is RunStatus.COMPLETED


def test_definition_given_to_start_is_a_new_version_where_it_changed(quick_runtime: Runtime) -> None:
    quick_runtime.start(workflow(approve()))
    same = quick_runtime.start(workflow(approve()))
    changed = quick_runtime.start(workflow(approve("other")))
    older = quick_runtime.start("main", version=1)

    versions = [quick_runtime.get_state(run_id).version for run_id in (same, changed, older)]
    assert versions == [1, 2, 1]
    with pytest.raises(InvalidRequest):
        quick_runtime.start(workflow(approve()), version=1)


def test_cancel_run_ends_what_is_held_too(runtime: Runtime) -> None:
    run_id = runtime.start(workflow(approve()))

    state = runtime.cancel_run(run_id, "no use")

    assert (state.status, (state.error or {})["message"]) == (RunStatus.CANCELLED, "no use")
    assert runtime.tick(run_id).status is RunStatus.CANCELLED
    with pytest.raises(RunNotActive):
        runtime.cancel_run(run_id)


def test_definitions_may_be_folders_and_call_each_other(quick_settings: Settings) -> None:
    circle = [workflow(calls("two"), workflow_id="one"), workflow(calls("one"), workflow_id="two")]
    hello = bundled_workflows() / "hello"

    with Runtime([*circle, hello, str(hello / "workflow.json")], settings=quick_settings) as opened:
        assert opened.get_state(opened.start("hello")).workflow_id == "hello"
        assert opened.get_state(opened.start("one")).workflow_id == "one"


def test_definition_with_problems_is_named_and_nothing_is_opened(quick_settings: Settings, tmp_path: Path) -> None:
    broken = workflow({"module_id": "no.such", "name": "x"}, workflow_id="broken")
    with pytest.raises(InvalidDefinition, match="'broken'"), Runtime([broken], settings=quick_settings):
        pass
    with pytest.raises(InvalidDefinition, match=r"workflow\.json"), Runtime([tmp_path], settings=quick_settings):
        pass


def test_only_the_named_workflows_are_saved(quick_runtime: Runtime) -> None:
    with pytest.raises(WorkflowNotFound):
        quick_runtime.start("hello")


def test_runtime_outside_its_block_says_how_to_open_it(quick_settings: Settings) -> None:
    closed = runtime_on(quick_settings)
    with pytest.raises(SetupError, match="with Runtime"):
        closed.get_state("wf_1")
    with closed:
        pass
    with pytest.raises(SetupError, match="with Runtime"):
        closed.get_state("wf_1")


def test_database_that_cannot_be_is_refused_by_name() -> None:
    with pytest.raises(SetupError, match="MONGODB_URI"), Runtime(database="postgres://here"):
        pass


def test_database_argument_goes_before_the_settings(own_settings: Settings) -> None:
    with Runtime([workflow(approve())], database="memory://", settings=own_settings) as opened:
        opened.start("main")
    with runtime_on(own_settings) as opened:
        assert opened.list_runs() == []
