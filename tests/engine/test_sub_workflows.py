"""Workflows that call workflows: sync, async, fan-out, timeouts, cancel, depth."""

from typing import Any

import pytest

from backend.db.event_types import DbEventType as T
from backend.db.records import RunStatus
from tests.fixtures.lab import ME, Lab, module, question, workflow
from tests.fixtures.polling import eventually


def call(workflow_id: str, name: str = "sub", **inputs: Any) -> dict[str, Any]:
    more: dict[str, Any] = {
        key: inputs.pop(key) for key in ("retry", "on_error", "timeout_seconds_module") if key in inputs
    }
    return {
        "module_id": "sub_workflow",
        "name": name,
        "inputs": {"workflow_id": workflow_id, **inputs},
        "outputs_to_state": {"output": name},
        **more,
    }


def child(*modules: dict[str, Any], workflow_id: str = "child", **more: Any) -> dict[str, Any]:
    return workflow(*modules, workflow_id=workflow_id, **more)


async def save(lab: Lab, *definitions: dict[str, Any]) -> None:
    for definition in definitions:
        await lab.engine.save_workflow(definition["workflow_id"], definition, actor=ME)


async def children(lab: Lab, run_id: str) -> list[Any]:
    page = await lab.engine.list_runs(parent_workflow_id=run_id, include_hidden=True, limit=500)
    return page.items


async def test_sync_call_waits_and_takes_the_output(any_lab: Lab) -> None:
    await save(any_lab, child(module("a", inputs={"value": "{{ trigger.payload.email }}"})))
    first = module("node1", inputs={"value": {"email": "a@b.c"}})
    calls = call("child", input_mapping={"email": "{{node1.output.value.email}}"}, output_mapping={"got": "output.a"})
    run_id = await any_lab.start(workflow(first, calls, module("after", inputs={"value": "{{ sub.output.got }}"})))

    run = await any_lab.ended(run_id)

    assert (run.output or {})["after"] == "a@b.c"
    [made] = await children(any_lab, run_id)
    assert (made.status, made.nesting_depth, made.parent_node_id) == (RunStatus.COMPLETED, 1, "sub")
    await any_lab.check(run_id, made.workflow_run_id)


async def test_parent_waits_while_its_child_asks_and_goes_on_after_the_answer(any_lab: Lab) -> None:
    await save(any_lab, question() | {"workflow_id": "child"})
    run_id = await any_lab.start(workflow(call("child")))
    run = await eventually(lambda: any_lab.engine.get_run(run_id), wanted=lambda run: run.status is RunStatus.WAITING)
    [made] = await children(any_lab, run_id)
    asked = await any_lab.asked(made.workflow_run_id)

    assert (run.wait or {})["wait_key"] == f"subworkflow:{made.workflow_run_id}"
    await any_lab.engine.respond(made.workflow_run_id, asked.interaction_id, {"pick": 1}, actor=ME)

    assert ((await any_lab.ended(run_id)).output or {})["sub"]["picked"] == 1
    await any_lab.check(run_id, made.workflow_run_id)


async def test_five_levels_end_together(any_lab: Lab) -> None:
    await save(any_lab, child(module("leaf", inputs={"value": "deep"}), workflow_id="level5"))
    for level in (4, 3, 2, 1):
        await save(any_lab, child(call(f"level{level + 1}"), workflow_id=f"level{level}"))
    run_id = await any_lab.start(workflow(call("level1")))

    run = await any_lab.ended(run_id)

    output: Any = run.output
    for _ in range(5):
        output = output["sub"]
    assert output == {"leaf": "deep"}


async def test_sixth_level_is_refused(any_lab: Lab) -> None:
    await save(any_lab, child(call("child")))
    run_id = await any_lab.start(workflow(call("child")))

    run = await any_lab.ended(run_id)

    assert (run.error or {})["code"] == "MaxNestingDepthExceeded"
    everything = await any_lab.engine.list_runs(include_hidden=True, limit=100)
    assert {item.status for item in everything.items} == {RunStatus.ERROR}
    assert max(item.nesting_depth for item in everything.items) == 5


async def test_failing_child_fails_its_parent_with_its_reason(any_lab: Lab) -> None:
    await save(any_lab, child({"module_id": "lab.fails", "name": "f"}))
    run_id = await any_lab.start(workflow(call("child")))

    run = await any_lab.ended(run_id)

    assert ((run.error or {})["code"], (run.error or {})["message"]) == ("lab_failed", "attempt 1 failed")
    [made] = await children(any_lab, run_id)
    assert (run.error or {})["sub_run_id"] == made.workflow_run_id
    await any_lab.check(run_id, made.workflow_run_id)


async def test_child_that_fails_after_an_answer_wakes_its_parent(any_lab: Lab) -> None:
    definition = question() | {"workflow_id": "child"}
    definition["steps"].append({"step_id": "two", "modules": [{"module_id": "lab.fails", "name": "f"}]})
    await save(any_lab, definition)
    run_id = await any_lab.start(workflow(call("child", on_error="continue"), module("after", inputs={"value": 1})))
    await any_lab.called_children(run_id, 1)
    [made] = await children(any_lab, run_id)
    asked = await any_lab.asked(made.workflow_run_id)

    await any_lab.engine.respond(made.workflow_run_id, asked.interaction_id, {"pick": 1}, actor=ME)

    assert (await any_lab.ended(run_id)).output == {"after": 1}
    await any_lab.check(run_id, made.workflow_run_id)


async def test_retry_starts_a_new_child_for_each_attempt(any_lab: Lab) -> None:
    await save(any_lab, child({"module_id": "lab.fails", "name": "f"}))
    calls = call("child", retry={"max_attempts": 3, "initial_seconds": 0.01})
    run_id = await any_lab.start(workflow(calls))

    assert (await any_lab.ended(run_id)).status is RunStatus.ERROR
    started = await any_lab.events(run_id, T.SUB_WORKFLOW_STARTED)
    assert [event.data["attempt"] for event in started] == [1, 2, 3]
    assert len({event.data["sub_run_id"] for event in started}) == 3


async def test_timeout_cancels_the_child_and_fails_the_module(any_lab: Lab) -> None:
    await save(any_lab, child(module("g", "lab.gated")))
    run_id = await any_lab.start(workflow(call("child", timeout_seconds=0.2)))

    run = await any_lab.ended(run_id)

    assert (run.error or {})["code"] == "SubWorkflowTimeout"
    [made] = await children(any_lab, run_id)
    assert made.status is RunStatus.CANCELLED
    await any_lab.check(run_id, made.workflow_run_id)


async def test_time_that_a_person_takes_does_not_count_against_the_calls_timeout(any_lab: Lab) -> None:
    import asyncio

    await save(any_lab, question() | {"workflow_id": "child"})
    run_id = await any_lab.start(workflow(call("child", timeout_seconds=0.3)))
    await any_lab.called_children(run_id, 1)
    [made] = await children(any_lab, run_id)
    asked = await any_lab.asked(made.workflow_run_id)
    await asyncio.sleep(0.6)  # longer than the call may take: that is what is tested

    await any_lab.engine.respond(made.workflow_run_id, asked.interaction_id, {"pick": 1}, actor=ME)

    assert (await any_lab.ended(run_id)).status is RunStatus.COMPLETED


async def test_child_cancelled_by_itself_fails_the_parents_module(any_lab: Lab) -> None:
    await save(any_lab, question() | {"workflow_id": "child"})
    run_id = await any_lab.start(workflow(call("child")))
    await any_lab.called_children(run_id, 1)
    [made] = await children(any_lab, run_id)

    await any_lab.engine.cancel_run(made.workflow_run_id, reason="no use", actor=ME)

    assert ((await any_lab.ended(run_id)).error or {})["code"] == "child_cancelled"
    await any_lab.check(run_id, made.workflow_run_id)


async def test_cancel_reaches_every_depth(any_lab: Lab) -> None:
    await save(any_lab, child(module("g", "lab.gated"), workflow_id="deep"))
    await save(any_lab, child(call("deep"), workflow_id="middle"))
    run_id = await any_lab.start(workflow(call("middle")))
    await any_lab.called("g")

    await any_lab.engine.cancel_run(run_id, reason="stop", actor=ME)

    everything = (await any_lab.engine.list_runs(include_hidden=True)).items
    assert [item.status for item in everything] == [RunStatus.CANCELLED] * 3
    assert any_lab.calls.contexts[0].cancelled
    await any_lab.check(*(item.workflow_run_id for item in everything))


async def test_abandoned_child_is_left_alone(any_lab: Lab) -> None:
    await save(any_lab, child(module("g", "lab.gated")))
    run_id = await any_lab.start(workflow(call("child", on_parent_cancel="abandon")))
    await any_lab.called("g")
    [made] = await children(any_lab, run_id)

    await any_lab.engine.cancel_run(run_id, actor=ME)
    any_lab.calls.gate("g").set()

    assert (await any_lab.ended(made.workflow_run_id)).status is RunStatus.COMPLETED
    await any_lab.check(run_id, made.workflow_run_id)


async def test_async_call_goes_on_at_once_and_is_joined_later(any_lab: Lab) -> None:
    await save(any_lab, child(module("g", "lab.gated", inputs={"value": 7})))
    calls = call("child", mode="async")
    calls["outputs_to_state"] = {"sub_run_id": "sub_id"}
    join = {
        "module_id": "wait.sub_workflows",
        "name": "join",
        "inputs": {"sub_run_ids": ["{{ state.sub_id }}"]},
        "outputs_to_state": {"results": "results"},
    }
    run_id = await any_lab.start(workflow(calls, join))
    await any_lab.called("g")
    assert (await any_lab.engine.get_run(run_id)).status is RunStatus.WAITING

    any_lab.calls.gate("g").set()

    run = await any_lab.ended(run_id)
    [result] = (run.output or {})["results"]
    assert (result["status"], result["output"]) == ("completed", {"g": 7})
    await any_lab.check(run_id, result["sub_run_id"])


async def test_wait_event_on_an_async_child_resumes_when_it_ends(any_lab: Lab) -> None:
    await save(any_lab, child(module("g", "lab.gated", inputs={"value": 7})))
    calls = call("child", mode="async")
    calls["outputs_to_state"] = {"sub_run_id": "sub_id"}
    wait = {
        "module_id": "wait.event",
        "name": "wait",
        "inputs": {"wait_key": "subworkflow:{{ state.sub_id }}"},
        "outputs_to_state": {"payload": "result"},
    }
    run_id = await any_lab.start(workflow(calls, wait))
    await any_lab.called("g")

    any_lab.calls.gate("g").set()

    assert ((await any_lab.ended(run_id)).output or {})["result"]["output"] == {"g": 7}


async def test_fan_out_gives_results_in_the_lists_order(any_lab: Lab) -> None:
    await save(any_lab, child(module("a", inputs={"value": "{{ trigger.payload.n * 2 }}"})))
    calls = call("child", for_each="{{ state.numbers }}", max_parallel=3, input_mapping={"n": "{{ item }}"})
    calls["outputs_to_state"] = {"results": "results"}
    run_id = await any_lab.start(workflow(calls, initial_state={"numbers": [5, 1, 4, 2, 3]}))

    run = await any_lab.ended(run_id)

    results = (run.output or {})["results"]
    assert [item["output"]["a"] for item in results] == [10, 2, 8, 4, 6]
    assert [item["index"] for item in results] == [0, 1, 2, 3, 4]
    await any_lab.check(run_id)


async def test_fan_out_over_nothing_gives_nothing(lab: Lab) -> None:
    await save(lab, child(module("a")))
    calls = call("child", for_each=[])
    calls["outputs_to_state"] = {"results": "results"}
    run_id = await lab.start(workflow(calls))

    assert (await lab.ended(run_id)).output == {"results": []}


async def test_fan_out_over_what_is_no_list_fails_by_name(lab: Lab) -> None:
    await save(lab, child(module("a")))
    run_id = await lab.start(workflow(call("child", for_each="{{ state.text }}"), initial_state={"text": "abc"}))

    run = await lab.ended(run_id)

    assert (run.error or {})["code"] == "module_input_invalid"
    assert "for_each" in (run.error or {})["message"]


@pytest.mark.parametrize("mode", ["fail_fast", "collect"])
async def test_item_that_fails(any_lab: Lab, mode: str) -> None:
    fails = {"module_id": "lab.fails", "name": "f", "when": "{{ trigger.payload.n == 2 }}"}
    await save(any_lab, child(fails, module("a", inputs={"value": "{{ trigger.payload.n }}"})))
    calls = call("child", for_each=[1, 2, 3], input_mapping={"n": "{{ item }}"}, on_item_error=mode)
    calls["outputs_to_state"] = {"results": "results"}
    run_id = await any_lab.start(workflow(calls))

    run = await any_lab.ended(run_id)

    if mode == "fail_fast":
        assert ((run.error or {})["code"], (run.error or {})["index"]) == ("lab_failed", 1)
    else:
        results = (run.output or {})["results"]
        assert [item["status"] for item in results] == ["completed", "failed", "completed"]
        assert results[1]["error"]["code"] == "lab_failed"
    everything = (await any_lab.engine.list_runs(include_hidden=True)).items
    assert all(item.status.terminal for item in everything)
    await any_lab.check(*(item.workflow_run_id for item in everything))


async def test_unknown_and_unfit_children_fail_with_their_reason(lab: Lab) -> None:
    schema = {"type": "object", "required": ["email"]}
    await save(lab, child(module("a"), inputs=schema))
    unfit = await lab.start(workflow(call("child")))
    assert "/email: is required" in ((await lab.ended(unfit)).error or {})["message"]
    await save(lab, workflow(call("child"), workflow_id="other"))
    await lab.engine.archive_workflow("child", actor=ME)
    archived = (await lab.engine.start_run("other", {}, actor=ME)).workflow_run_id
    assert ((await lab.ended(archived)).error or {})["code"] == "WorkflowNotAccessible"


async def test_output_mapping_that_leads_nowhere_fails_and_names_the_path(lab: Lab) -> None:
    await save(lab, child(module("a", inputs={"value": 1})))
    run_id = await lab.start(workflow(call("child", output_mapping={"x": "output.nowhere"})))

    assert "output.nowhere" in ((await lab.ended(run_id)).error or {})["message"]


async def test_wait_until_and_event_with_timeout(any_lab: Lab) -> None:
    until = {"module_id": "wait.until", "name": "nap", "inputs": {"seconds": 0.1}}
    event = {
        "module_id": "wait.event",
        "name": "wait",
        "inputs": {"wait_key": "paid", "timeout_seconds": 0.1},
        "on_error": "continue",
    }
    run_id = await any_lab.start(workflow(until, event, module("after", inputs={"value": 1})))

    assert (await any_lab.ended(run_id)).output == {"after": 1}
    [failed] = await any_lab.events(run_id, T.MODULE_FAILED)
    assert failed.data["error"]["code"] == "WaitTimeout"
    await any_lab.check(run_id)


async def test_event_before_during_and_twice(any_lab: Lab) -> None:
    waits = [
        {
            "module_id": "wait.event",
            "name": name,
            "inputs": {"wait_key": "paid"},
            "outputs_to_state": {"payload": name},
        }
        for name in ("one", "two")
    ]
    run_id = await any_lab.start(workflow(module("g", "lab.gated"), *waits))
    await any_lab.called("g")
    await any_lab.engine.post_event(run_id, "paid", {"n": 1}, actor=ME)
    any_lab.calls.gate("g").set()
    await eventually(lambda: any_lab.engine.get_run(run_id), wanted=lambda run: run.status is RunStatus.WAITING)

    await any_lab.engine.post_event(run_id, "paid", {"n": 2}, actor=ME)

    output = (await any_lab.ended(run_id)).output or {}
    assert (output["one"], output["two"]) == ({"n": 1}, {"n": 2})
    await any_lab.check(run_id)
