"""Calls that go too far: circles, timeouts of nothing, children that are long or never end."""

import pytest

from backend.core.errors import InvalidDefinition
from backend.db.records import RunStatus
from tests.engine.test_sub_workflows import call, child, children, save
from tests.fixtures.lab import ME, Lab, module, workflow
from tests.fixtures.polling import eventually


async def test_workflow_that_calls_itself_ends_at_the_depth_limit(any_lab: Lab) -> None:
    await save(any_lab, child(module("a"), workflow_id="again"))
    await save(any_lab, child(call("again"), workflow_id="again"))
    run = await any_lab.engine.start_run("again", {}, actor=ME)

    ended = await any_lab.ended(run.workflow_run_id)

    assert (ended.status, (ended.error or {})["code"]) == (RunStatus.ERROR, "MaxNestingDepthExceeded")
    family = (await any_lab.engine.list_runs(limit=100)).items
    assert len(family) == 6
    assert all(item.status is RunStatus.ERROR for item in family)
    await any_lab.check(*(item.workflow_run_id for item in family))


async def test_two_workflows_that_call_each_other_end_at_the_depth_limit(any_lab: Lab) -> None:
    await save(any_lab, child(module("a"), workflow_id="ping"))
    await save(any_lab, child(call("ping"), workflow_id="pong"))
    await save(any_lab, child(call("pong"), workflow_id="ping"))
    run = await any_lab.engine.start_run("ping", {}, actor=ME)

    ended = await any_lab.ended(run.workflow_run_id)

    assert (ended.error or {})["code"] == "MaxNestingDepthExceeded"


@pytest.mark.parametrize("seconds", [0, -1])
async def test_timeout_of_nothing_is_refused_at_save(lab: Lab, seconds: float) -> None:
    await save(lab, child(module("a")))
    with pytest.raises(InvalidDefinition) as refused:
        await save(lab, workflow(call("child", timeout_seconds=seconds)))
    [problem] = refused.value.errors
    assert problem.pointer == "/steps/0/modules/0/inputs/timeout_seconds"
    assert problem.message == "Use a number above 0."


async def test_timeout_of_nothing_that_a_template_gives_fails_the_module(lab: Lab) -> None:
    await save(lab, child(module("a")))
    run_id = await lab.start(workflow(call("child", timeout_seconds="{{ state.limit }}"), initial_state={"limit": 0}))

    ended = await lab.ended(run_id)

    assert (ended.error or {})["code"] == "module_input_invalid"
    assert "timeout_seconds" in (ended.error or {})["message"]
    assert await children(lab, run_id) == []


async def test_mapping_of_an_unknown_name_is_refused_at_save(lab: Lab) -> None:
    await save(lab, child(module("a")))
    with pytest.raises(InvalidDefinition) as refused:
        await save(lab, workflow(call("child", input_mapping={"email": "{{ node1.output.email }}"})))
    [problem] = refused.value.errors
    assert problem.pointer == "/steps/0/modules/0/inputs/input_mapping/email"


async def test_mapping_path_that_leads_nowhere_names_it_and_starts_no_child(lab: Lab) -> None:
    await save(lab, child(module("a")))
    run_id = await lab.start(
        workflow(module("node1"), call("child", input_mapping={"email": "{{ node1.output.email }}"}))
    )

    ended = await lab.ended(run_id)

    assert (ended.error or {})["code"] == "template_undefined"
    assert "email" in (ended.error or {})["message"]
    assert await children(lab, run_id) == []


async def test_child_of_500_steps_completes(any_lab: Lab) -> None:
    definition = child(workflow_id="long")
    definition["steps"] = [{"step_id": f"s{at}", "modules": [module(f"m{at}", "lab.pure")]} for at in range(500)]
    await save(any_lab, definition)
    run_id = await any_lab.start(workflow(call("long")))

    ended = await any_lab.ended(run_id, seconds=60)

    assert ended.status is RunStatus.COMPLETED
    [made] = await children(any_lab, run_id)
    assert (await any_lab.engine.get_run(made.workflow_run_id)).seq == 1 + 500 * 4 + 1
    assert len(made.output or {}) == 500


async def test_cancel_of_a_child_that_never_ends_wakes_its_parent(any_lab: Lab) -> None:
    await save(any_lab, child(module("g", "lab.gated")))
    run_id = await any_lab.start(workflow(call("child", timeout_seconds=None)))
    await any_lab.called("g")
    [made] = await children(any_lab, run_id)

    await any_lab.engine.cancel_run(made.workflow_run_id, actor=ME)

    ended = await eventually(lambda: any_lab.engine.get_run(run_id), wanted=lambda run: run.status.terminal)
    assert (ended.error or {})["code"] == "child_cancelled"
