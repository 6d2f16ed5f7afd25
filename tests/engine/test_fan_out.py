"""Fan-out in depth: retries of single items, lists that change meanwhile, long lists."""

from typing import Any

import pytest

from backend.db.event_types import DbEventType as T
from tests.engine.test_sub_workflows import call, child, children, save
from tests.fixtures.lab import Lab, module, workflow
from tests.fixtures.polling import eventually

FLAKY = child(
    {"module_id": "lab.flips", "name": "f", "when": "{{ trigger.payload.n == 2 }}"},
    module("a", inputs={"value": "{{ trigger.payload.n }}"}),
)


def fan(**inputs: Any) -> dict[str, Any]:
    made = call("child", input_mapping={"n": "{{ item }}"}, **inputs)
    return {**made, "outputs_to_state": {"results": "results"}}


async def begun(lab: Lab, run_id: str) -> list[tuple[int, int]]:
    """Attempt and item of every call, as they were begun."""
    return [(event.data["attempt"], event.data["index"]) for event in await lab.events(run_id, T.SUB_WORKFLOW_STARTED)]


@pytest.mark.parametrize("on_item_error", ["fail_fast", "collect"])
async def test_retry_begins_only_the_items_again_that_did_not_complete(any_lab: Lab, on_item_error: str) -> None:
    await save(any_lab, FLAKY)
    again = {"max_attempts": 3, "initial_seconds": 0.01}
    run_id = await any_lab.start(
        workflow(fan(for_each=[1, 2, 3], max_parallel=1, on_item_error=on_item_error, retry=again))
    )

    results = ((await any_lab.ended(run_id)).output or {})["results"]

    assert [(item["index"], item["status"]) for item in results] == [(at, "completed") for at in range(3)]
    assert [item["output"]["a"] for item in results] == [1, 2, 3]
    calls = await begun(any_lab, run_id)
    assert calls.count((1, 0)) == 1
    assert (2, 0) not in calls
    assert (2, 1) in calls
    await any_lab.check(run_id, *(made.workflow_run_id for made in await children(any_lab, run_id)))


async def test_items_that_fail_in_every_attempt_are_collected(any_lab: Lab) -> None:
    fails = {"module_id": "lab.fails", "name": "f", "when": "{{ trigger.payload.n == 2 }}"}
    await save(any_lab, child(fails, module("a", inputs={"value": "{{ trigger.payload.n }}"})))
    again = {"max_attempts": 2, "initial_seconds": 0.01}
    run_id = await any_lab.start(workflow(fan(for_each=[1, 2, 3], on_item_error="collect", retry=again)))

    results = ((await any_lab.ended(run_id)).output or {})["results"]

    assert [item["status"] for item in results] == ["completed", "failed", "completed"]
    assert await begun(any_lab, run_id) == [(1, 0), (1, 1), (1, 2), (2, 1)]


async def test_items_are_those_of_the_beginning_whatever_becomes_of_the_state(any_lab: Lab) -> None:
    await save(any_lab, child(module("g", "lab.gated", inputs={"value": "{{ trigger.payload.n }}"})))
    changes = {
        "module_id": "core.set",
        "name": "change",
        "inputs": {"values": {"numbers": [9]}},
        "outputs_to_state": ["numbers"],
    }
    definition = workflow(initial_state={"numbers": [1, 2, 3]})
    definition["steps"] = [
        {"step_id": "calls", "depends_on": [], "modules": [fan(for_each="{{ state.numbers }}", max_parallel=1)]},
        {"step_id": "meanwhile", "depends_on": [], "modules": [changes]},
    ]
    run_id = await any_lab.start(definition)
    await any_lab.called("g")
    await eventually(lambda: any_lab.engine.get_state(run_id), wanted=lambda at: at.state.get("numbers") == [9])
    any_lab.calls.gate("g").set()

    results = ((await any_lab.ended(run_id)).output or {})["results"]
    assert [item["output"]["g"] for item in results] == [1, 2, 3]


@pytest.mark.parametrize("parallel", [1, 3])
@pytest.mark.parametrize("on_item_error", ["fail_fast", "collect"])
async def test_item_that_no_child_can_be_made_for_fails_alone(any_lab: Lab, on_item_error: str, parallel: int) -> None:
    await save(any_lab, child(module("a", inputs={"value": "{{ trigger.payload.n }}"})))
    items = [{"n": 1}, {"other": 2}, {"n": 3}]
    calls = fan(for_each=items, max_parallel=parallel, on_item_error=on_item_error)
    calls["inputs"]["input_mapping"] = {"n": "{{ item.n }}"}
    run_id = await any_lab.start(workflow(calls))

    run = await any_lab.ended(run_id)

    if on_item_error == "collect":
        results = (run.output or {})["results"]
        assert [item["status"] for item in results] == ["completed", "failed", "completed"]
        assert results[1]["error"]["code"] == "template_undefined"
    else:
        assert ((run.error or {})["code"], (run.error or {})["index"]) == ("template_undefined", 1)
    made = await children(any_lab, run_id)
    assert all(item.status.terminal for item in made)
    await any_lab.check(run_id, *(item.workflow_run_id for item in made))
