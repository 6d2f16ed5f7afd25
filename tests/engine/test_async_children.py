"""Async children that are still open when their parent ends, or that people keep open while it waits for them."""

from typing import Any

from backend.db.event_types import DbEventType as T
from backend.db.records import Interaction, RunStatus
from tests.fixtures.lab import ME, Lab, module, question, workflow
from tests.fixtures.polling import eventually


def begins(workflow_id: str = "child", **inputs: Any) -> dict[str, Any]:
    """A call that goes on at once; the child's id is at `state.child`."""
    return {
        "module_id": "sub_workflow",
        "name": "begin",
        "inputs": {"workflow_id": workflow_id, "mode": "async", **inputs},
        "outputs_to_state": {"sub_run_id": "child"},
    }


JOINS = {
    "module_id": "wait.sub_workflows",
    "name": "join",
    "inputs": {"sub_run_ids": ["{{ state.child }}"]},
    "outputs_to_state": ["results"],
}


async def save(lab: Lab, definition: dict[str, Any], workflow_id: str) -> None:
    await lab.engine.save_workflow(workflow_id, definition | {"workflow_id": workflow_id}, actor=ME)


async def child_of(lab: Lab, run_id: str) -> str:
    await lab.called_children(run_id, 1)
    [event] = await lab.events(run_id, T.SUB_WORKFLOW_STARTED)
    return str(event.data["sub_run_id"])


async def inbox(lab: Lab) -> list[Interaction]:
    return (await lab.engine.list_inbox()).items


async def test_child_that_nobody_waits_for_outlives_its_parent_and_its_end_is_on_record(any_lab: Lab) -> None:
    await save(any_lab, question(), "child")
    run_id = await any_lab.start(workflow(begins(), module("gate", "lab.gated")))
    child_id = await child_of(any_lab, run_id)
    asked = await any_lab.asked(child_id)
    any_lab.calls.gate("gate").set()
    before = await any_lab.ended(run_id)
    assert [item.interaction_id for item in await inbox(any_lab)] == [asked.interaction_id]

    await any_lab.engine.respond(child_id, asked.interaction_id, {"pick": 1}, actor=ME)
    await any_lab.ended(child_id)

    after = await any_lab.engine.get_run(run_id)
    assert (after.status, after.output, after.completed_at) == (RunStatus.COMPLETED, before.output, before.completed_at)
    [call] = (await any_lab.engine.list_sub_workflow_calls(run_id)).items
    assert call.status == "completed"
    await any_lab.check(run_id, child_id)


async def test_child_that_nobody_waits_for_is_cancelled_when_its_parent_fails(any_lab: Lab) -> None:
    await save(any_lab, question(), "child")
    run_id = await any_lab.start(workflow(begins(), {"module_id": "lab.fails", "name": "f"}))
    child_id = await child_of(any_lab, run_id)

    assert (await any_lab.ended(run_id)).status is RunStatus.ERROR
    assert (await any_lab.ended(child_id)).status is RunStatus.CANCELLED
    assert await inbox(any_lab) == []
    await any_lab.check(run_id, child_id)


async def test_child_to_be_abandoned_goes_on_when_its_parent_completes(any_lab: Lab) -> None:
    await save(any_lab, question(), "child")
    run_id = await any_lab.start(workflow(begins(on_parent_cancel="abandon")))
    child_id = await child_of(any_lab, run_id)
    asked = await any_lab.asked(child_id)
    await any_lab.ended(run_id)

    await any_lab.engine.respond(child_id, asked.interaction_id, {"pick": 1}, actor=ME)

    assert (await any_lab.ended(child_id)).status is RunStatus.COMPLETED
    await any_lab.check(run_id, child_id)


async def test_time_that_a_person_takes_in_a_joined_child_does_not_count_against_the_call_above(any_lab: Lab) -> None:
    await save(any_lab, question(), "child")
    await save(any_lab, workflow(begins(timeout_seconds=None), JOINS), "middle")
    call = {"module_id": "sub_workflow", "name": "sub", "inputs": {"workflow_id": "middle", "timeout_seconds": 2}}
    run_id = await any_lab.start(workflow(call))
    middle_id = await child_of(any_lab, run_id)
    leaf_id = await child_of(any_lab, middle_id)
    asked = await any_lab.asked(leaf_id)
    await _passed(any_lab, asked, seconds=2.5)

    await any_lab.engine.respond(leaf_id, asked.interaction_id, {"pick": 1}, actor=ME)

    assert (await any_lab.ended(run_id)).status is RunStatus.COMPLETED
    await any_lab.check(run_id, middle_id, leaf_id)


async def _passed(lab: Lab, asked: Interaction, *, seconds: float) -> None:
    """Until a run that waits for so long has ended: by then the question's age is at least that."""
    nap = {"module_id": "wait.until", "name": "nap", "inputs": {"seconds": seconds}}
    run_id = await lab.start(workflow(nap) | {"workflow_id": "nap"})
    await eventually(lambda: lab.engine.get_run(run_id), wanted=lambda run: run.status.terminal)
