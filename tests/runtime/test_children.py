"""Children that a script starts under a run, and their ends in the parent."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend.core.errors import ChildNotEnded, ChildOutputDiffers, NoParent, RunNotActive
from backend.runtime import RunStatus, Runtime
from tests.runtime.modules import approve, calls, listen, nap, note, workflow


def test_children_are_listed_oldest_first_with_their_parent(runtime: Runtime) -> None:
    parent = runtime.start(workflow(approve()))
    children = [runtime.start("main", parent_run_id=parent) for _ in range(3)]

    listed = runtime.list_children(parent)

    assert [child.run_id for child in listed] == children
    assert {(child.status, child.parent_run_id) for child in listed} == {(RunStatus.PENDING, parent)}
    assert runtime.list_children(children[0]) == []


def test_children_ticked_side_by_side_are_joined_by_their_parent(runtime: Runtime, tmp_path: Path) -> None:
    runtime.start(workflow(note(tmp_path / "notes"), workflow_id="child"))
    join = {
        "module_id": "wait.sub_workflows",
        "name": "join",
        "inputs": {"sub_run_ids": "{{ state.listen }}"},
        "outputs_to_state": ["results"],
    }
    parent = runtime.start(workflow(listen("ids"), join))
    children = [runtime.start("child", {"n": at}, parent_run_id=parent) for at in range(4)]
    runtime.tick(parent)
    runtime.resume(parent, "ids", children)

    with ThreadPoolExecutor() as pool:
        assert {child.status for child in pool.map(runtime.tick, children)} == {RunStatus.COMPLETED}

    results = runtime.wait(parent).output["results"]
    assert [result["output"] for result in results] == [{"n": at} for at in range(4)]


def test_parent_is_woken_by_the_event_of_its_childs_end(runtime: Runtime, tmp_path: Path) -> None:
    runtime.start(workflow(note(tmp_path / "notes"), workflow_id="child"))
    waits = listen("subworkflow:{{ state.sub_id }}")
    parent = runtime.start(workflow(calls("child", vars={"n": 7}, held=True, **{"async": True}), waits))
    state = runtime.tick(parent)
    assert (state.status, runtime.get_state(state.state["sub_id"]).status) == (RunStatus.WAITING, RunStatus.PENDING)

    child = runtime.tick(state.state["sub_id"])

    assert runtime.resume_subworkflow_parent(child.run_id, child.output).run_id == parent
    assert runtime.wait(parent).output["listen"]["output"] == child.output == {"n": 7}


def test_waking_a_parent_again_changes_nothing(runtime: Runtime, tmp_path: Path) -> None:
    parent = runtime.start(workflow(approve()))
    runtime.tick(parent)
    child = runtime.tick(runtime.start(workflow(note(tmp_path / "notes"), workflow_id="child"), parent_run_id=parent))

    states = [runtime.resume_subworkflow_parent(child.run_id) for _ in range(2)]

    assert states[0] == states[1]
    assert states[0].status is RunStatus.AWAITING_INPUT


def test_waking_the_parent_of_a_child_that_runs_says_to_tick_it(quick_runtime: Runtime) -> None:
    parent = quick_runtime.start(workflow(approve()))
    child = quick_runtime.start("main", parent_run_id=parent)

    with pytest.raises(ChildNotEnded, match="Tick it"):
        quick_runtime.resume_subworkflow_parent(child)


def test_output_that_is_not_the_childs_is_refused(quick_runtime: Runtime, tmp_path: Path) -> None:
    parent = quick_runtime.start(workflow(approve()))
    definition = workflow(note(tmp_path / "notes"), workflow_id="child")
    child = quick_runtime.tick(quick_runtime.start(definition, {"n": 1}, parent_run_id=parent))

    with pytest.raises(ChildOutputDiffers):
        quick_runtime.resume_subworkflow_parent(child.run_id, {"n": 2})


def test_run_without_a_parent_has_none_to_wake(quick_runtime: Runtime) -> None:
    run_id = quick_runtime.start(workflow(approve()))

    with pytest.raises(NoParent):
        quick_runtime.resume_subworkflow_parent(run_id)


def test_cancel_with_children_gives_all_that_it_cancelled(runtime: Runtime) -> None:
    parent = runtime.start(workflow(approve()))
    held, ticked = (runtime.start("main", parent_run_id=parent) for _ in range(2))
    deep = runtime.start("main", parent_run_id=ticked)
    done = runtime.start(workflow(nap(0), workflow_id="quick"), parent_run_id=parent)
    runtime.tick(ticked)
    runtime.tick(done)
    assert runtime.wait(done).status is RunStatus.COMPLETED

    cancelled = runtime.cancel_with_children(parent, "enough")

    assert cancelled[0].run_id == parent
    assert {run.run_id for run in cancelled} == {parent, held, ticked, deep}
    assert {run.status for run in cancelled} == {RunStatus.CANCELLED}
    with pytest.raises(RunNotActive):
        runtime.start("main", parent_run_id=parent)


def test_cancel_leaves_children_that_are_to_be_abandoned(runtime: Runtime, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    runtime.start(workflow(note(notes), workflow_id="child"))
    parent = runtime.start(workflow(calls("child", held=True, on_parent_cancel="abandon")))
    runtime.tick(parent)
    [child] = runtime.list_children(parent)

    assert [run.run_id for run in runtime.cancel_with_children(parent)] == [parent]

    assert runtime.tick(child.run_id).status is RunStatus.COMPLETED
