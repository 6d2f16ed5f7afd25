"""Forks, retries, differences, and what hangs together."""

from typing import Any

import pytest

from backend.core.errors import EventNotFound, InteractionNotOpen, RunNotRetryable
from backend.db.event_types import DbEventType as T
from backend.db.records import RunStatus
from tests.engine.test_sub_workflows import call, child, children, save
from tests.fixtures.lab import ME, Lab, makes, module, question, target, workflow
from tests.fixtures.polling import eventually


async def seq_of(lab: Lab, run_id: str, kind: T) -> int:
    return (await lab.events(run_id, kind))[0].seq


async def test_fork_before_the_answer_opens_the_question_again(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question())
    await any_lab.engine.respond(run_id, asked.interaction_id, {"pick": 1}, actor=ME)
    assert ((await any_lab.ended(run_id)).output or {})["picked"] == 1

    await any_lab.engine.fork_run(run_id, seq=await seq_of(any_lab, run_id, T.INTERACTION_REQUESTED), actor=ME)
    again = await any_lab.asked(run_id)
    await any_lab.engine.respond(run_id, again.interaction_id, {"pick": 2}, actor=ME)

    run = await eventually(lambda: any_lab.engine.get_run(run_id), wanted=lambda run: run.status is RunStatus.COMPLETED)
    assert (again.interaction_id, (run.output or {})["picked"]) == (asked.interaction_id, 2)
    await any_lab.check(run_id)


async def test_both_branches_are_kept_and_listed(any_lab: Lab) -> None:
    run_id, _ = await any_lab.at_question(question())

    branch_id = await any_lab.engine.fork_run(run_id, seq=2, actor=ME)

    listed = (await any_lab.engine.list_branches(run_id)).items
    assert [item.branch_id for item in listed][1:] == [branch_id]
    assert [span.cutoff_seq for span in listed[1].lineage] == [2, None]
    assert (await any_lab.engine.get_run(run_id)).current_branch_id == branch_id
    await any_lab.asked(run_id)
    await any_lab.check(run_id)


async def test_fork_of_a_fork_reads_along_its_whole_lineage(any_lab: Lab) -> None:
    run_id = await any_lab.start(workflow(module("a", inputs={"value": 1}), module("b", inputs={"value": 2})))
    await any_lab.ended(run_id)
    first_done = await seq_of(any_lab, run_id, T.MODULE_COMPLETED)

    for _ in range(3):
        await any_lab.engine.fork_run(run_id, seq=first_done, actor=ME)
        await any_lab.ended(run_id)
        await any_lab.check(run_id)

    assert len((await any_lab.engine.list_branches(run_id)).items) == 4
    assert await any_lab.state(run_id) == {"a": 1, "b": 2}


async def test_fork_with_a_sub_action_running_cancels_it(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question(target(makes(["x"], "lab.gated"))))
    started = await any_lab.begin(asked)
    await any_lab.called("make")

    await any_lab.engine.fork_run(run_id, seq=(await any_lab.engine.get_run(run_id)).seq, actor=ME)
    any_lab.calls.gate("make").set()

    assert (await any_lab.frames(started))[-1].event == "cancelled"
    assert (await any_lab.state(run_id))["scenes"] == ["first"]
    assert (await any_lab.engine.get_interaction(run_id, asked.interaction_id)).status == "open"
    await any_lab.check(run_id, started.child_workflow_id or "")


@pytest.mark.parametrize("mode", ["cancel", "keep"])
async def test_children_started_after_the_fork_are_cancelled_or_kept(any_lab: Lab, mode: str) -> None:
    await save(any_lab, question() | {"workflow_id": "child"})
    run_id = await any_lab.start(workflow(module("a", inputs={"value": 1}), call("child")))
    await any_lab.called_children(run_id, 1)
    [made] = await children(any_lab, run_id)
    await any_lab.asked(made.workflow_run_id)

    before = await seq_of(any_lab, run_id, T.MODULE_COMPLETED)
    await any_lab.engine.fork_run(run_id, seq=before, children=mode, actor=ME)
    await any_lab.called_children(run_id, 1)

    old = await any_lab.engine.get_run(made.workflow_run_id)
    assert old.status is (RunStatus.CANCELLED if mode == "cancel" else RunStatus.AWAITING_INPUT)
    assert len(await children(any_lab, run_id)) == 2


async def test_fork_at_an_event_that_is_not_there_is_refused(lab: Lab) -> None:
    run_id, _ = await lab.at_question(question())

    with pytest.raises(EventNotFound, match="its last is"):
        await lab.engine.fork_run(run_id, seq=99, actor=ME)


async def test_answer_on_a_branch_that_was_left_is_refused_where_it_was_answered(lab: Lab) -> None:
    run_id, asked = await lab.at_question(question())
    await lab.engine.respond(run_id, asked.interaction_id, {"pick": 1}, actor=ME)
    await lab.ended(run_id)
    last = (await lab.engine.get_run(run_id)).seq

    await lab.engine.fork_run(run_id, seq=last - 1, actor=ME)

    with pytest.raises(InteractionNotOpen):
        await lab.engine.respond(run_id, asked.interaction_id, {"pick": 2}, actor=ME)


async def test_retry_goes_on_from_the_failed_module(any_lab: Lab) -> None:
    flaky = {"module_id": "lab.flips", "name": "flip", "outputs_to_state": {"value": "flip"}}
    run_id = await any_lab.start(workflow(module("a", inputs={"value": 1}), flaky))
    assert (await any_lab.ended(run_id)).status is RunStatus.ERROR

    await any_lab.engine.retry_run(run_id, actor=ME)

    run = await any_lab.ended(run_id)
    assert (run.status, run.output) == (RunStatus.COMPLETED, {"a": 1, "flip": "second"})
    assert any_lab.calls.names == ["a", "flip", "flip"]
    await any_lab.check(run_id)
    with pytest.raises(RunNotRetryable):
        await any_lab.engine.retry_run(run_id, actor=ME)


async def test_diff_names_paths_values_and_writers(lab: Lab) -> None:
    run_id, asked = await lab.at_question(question(target(makes(["new"])), mood={"now": "calm"}))
    start = (await lab.engine.get_run(run_id)).seq
    await lab.do(asked)
    end = (await lab.engine.get_run(run_id)).seq

    changes = await lab.engine.diff_states(run_id, start=start, end=end)

    assert changes == [{"path": "scenes", "op": "replace", "before": ["first"], "after": ["new"], "seq": end}]


async def test_tree_shows_all_below_with_their_kinds(any_lab: Lab) -> None:
    await save(any_lab, question(target(makes(["x"]))) | {"workflow_id": "child"})
    run_id = await any_lab.start(workflow(call("child")))
    await any_lab.called_children(run_id, 1)
    [made] = await children(any_lab, run_id)
    await any_lab.do(await any_lab.asked(made.workflow_run_id))

    tree = await any_lab.engine.get_tree(run_id)

    def shape(node: dict[str, Any]) -> list[Any]:
        return [node["kind"], node["status"].value, [shape(below) for below in node["children"]]]

    assert shape(tree) == ["root", "waiting", [["sub_workflow", "awaiting_input", [["sub_action", "completed", []]]]]]


async def test_why_leads_down_to_the_question(any_lab: Lab) -> None:
    await save(any_lab, question() | {"workflow_id": "leaf"})
    await save(any_lab, child(call("leaf"), workflow_id="middle"))
    run_id = await any_lab.start(workflow(call("middle")))
    await any_lab.called_children(run_id, 1)
    [middle] = await children(any_lab, run_id)
    await any_lab.called_children(middle.workflow_run_id, 1)
    [leaf] = await children(any_lab, middle.workflow_run_id)
    asked = await any_lab.asked(leaf.workflow_run_id)

    why = await any_lab.engine.explain_wait(run_id)

    assert (why["reason"], why["interaction_id"]) == ("person", asked.interaction_id)
    assert [step["module_name"] for step in why["path"]] == ["sub", "sub", "ask"]
    assert [step["workflow_id"] for step in asked.path] == ["lab", "middle", "leaf"]


async def test_childs_question_shows_once_in_the_parents_view_and_inbox(any_lab: Lab) -> None:
    await save(any_lab, question() | {"workflow_id": "leaf"})
    run_id = await any_lab.start(workflow(call("leaf")))
    await any_lab.called_children(run_id, 1)
    [leaf] = await children(any_lab, run_id)
    asked = await any_lab.asked(leaf.workflow_run_id)

    seen = await any_lab.engine.list_interactions(run_id)
    inbox = (await any_lab.engine.list_inbox()).items

    assert [item.interaction_id for item in seen] == [asked.interaction_id]
    assert [item.interaction_id for item in inbox] == [asked.interaction_id]
    assert [step["module_name"] for step in inbox[0].path] == ["sub", "ask"]


async def test_child_open_at_the_fork_ends_in_the_new_branch(any_lab: Lab) -> None:
    await save(any_lab, question() | {"workflow_id": "child"})
    run_id = await any_lab.start(workflow(call("child"), module("after", inputs={"value": 1})))
    await any_lab.called_children(run_id, 1)
    [made] = await children(any_lab, run_id)
    asked = await any_lab.asked(made.workflow_run_id)

    await any_lab.engine.fork_run(run_id, seq=(await any_lab.engine.get_run(run_id)).seq, actor=ME)
    await any_lab.engine.respond(made.workflow_run_id, asked.interaction_id, {"pick": 1}, actor=ME)

    assert ((await any_lab.ended(run_id)).output or {})["after"] == 1
    await any_lab.check(run_id, made.workflow_run_id)


async def test_child_that_ended_after_the_fork_lands_in_the_new_branch_at_once(any_lab: Lab) -> None:
    await save(any_lab, child(module("a", inputs={"value": 7})))
    run_id = await any_lab.start(workflow(call("child"), module("after", inputs={"value": 1})))
    await any_lab.ended(run_id)
    waits = await seq_of(any_lab, run_id, T.WAIT_STARTED)

    await any_lab.engine.fork_run(run_id, seq=waits, actor=ME)

    run = await any_lab.ended(run_id)
    assert run.output == {"sub": {"a": 7}, "after": 1}
    await any_lab.check(run_id)


async def test_fan_out_open_at_the_fork_keeps_the_results_of_all_its_items(any_lab: Lab) -> None:
    gated = module("g", "lab.gated", inputs={"value": "{{ trigger.payload.n }}"})
    await save(any_lab, child(gated))
    calls = call("child", for_each=[1, 2, 3], input_mapping={"n": "{{ item }}"}, max_parallel=2)
    calls["outputs_to_state"] = {"results": "results"}
    run_id = await any_lab.start(workflow(calls))
    await any_lab.called("g", times=2)

    await any_lab.engine.fork_run(run_id, seq=(await any_lab.engine.get_run(run_id)).seq, actor=ME)
    any_lab.calls.gate("g").set()

    results = ((await any_lab.ended(run_id)).output or {})["results"]
    assert [item["output"]["g"] for item in results] == [1, 2, 3]
