"""Modules of a run: conditions, retries, timeouts, failures, and what they may give back."""

import asyncio
from typing import Any

import pytest

from backend.core.errors import IdempotencyKeyReused, InvalidPayload, ValueNotStorable
from backend.db.event_types import DbEventType as T
from backend.db.records import RunStatus
from backend.server.workflow.executor import DEFER_EVENTS
from backend.server.workflow.projector import SNAPSHOT_EVERY
from tests.fixtures.lab import ME, Lab, module, workflow


async def test_when_that_is_false_skips_the_module(any_lab: Lab) -> None:
    skipped = module("b", inputs={"value": 2}, when="{{ state.a > 5 }}")
    run_id = await any_lab.start(workflow(module("a", inputs={"value": 1}), skipped))

    run = await any_lab.ended(run_id)

    assert run.output == {"a": 1}
    assert [event.module_name for event in await any_lab.events(run_id, T.MODULE_SKIPPED)] == ["b"]


async def test_when_of_a_step_skips_it_whole(lab: Lab) -> None:
    definition = workflow(module("a", inputs={"value": 1}))
    definition["steps"].append({"step_id": "two", "when": "{{ false }}", "modules": [module("b", inputs={"value": 2})]})
    definition["steps"].append({"step_id": "three", "modules": [module("c", inputs={"value": 3})]})

    run_id = await lab.start(definition)

    assert (await lab.ended(run_id)).output == {"a": 1, "c": 3}
    await lab.check(run_id)


async def test_independent_steps_run_at_the_same_time(any_lab: Lab) -> None:
    steps = [
        {"step_id": "left", "modules": [module("l", "lab.gated", inputs={"value": 1})]},
        {"step_id": "right", "modules": [module("r", "lab.gated", inputs={"value": 2})]},
        {
            "step_id": "join",
            "depends_on": ["left", "right"],
            "modules": [module("sum", inputs={"value": "{{ state.l + state.r }}"})],
        },
    ]
    run_id = await any_lab.start(workflow() | {"steps": steps})
    await any_lab.called("l")
    await any_lab.called("r")

    any_lab.calls.gate("r").set()
    any_lab.calls.gate("l").set()

    assert ((await any_lab.ended(run_id)).output or {})["sum"] == 3
    await any_lab.check(run_id)


async def test_failure_in_one_branch_closes_the_other(any_lab: Lab) -> None:
    steps = [
        {"step_id": "left", "depends_on": [], "modules": [module("l", "lab.gated", inputs={"value": 1})]},
        {"step_id": "right", "modules": [{"module_id": "lab.fails", "name": "r"}]},
    ]
    run_id = await any_lab.start(workflow() | {"steps": steps})

    run = await any_lab.ended(run_id)

    assert (run.status, (run.error or {})["code"]) == (RunStatus.ERROR, "lab_failed")
    await any_lab.check(run_id)


async def test_retry_waits_and_succeeds(any_lab: Lab) -> None:
    flaky = module("flaky", "lab.fails", inputs={"times": 2}, retry={"max_attempts": 3, "initial_seconds": 0.02})
    run_id = await any_lab.start(workflow(flaky))

    run = await any_lab.ended(run_id)

    assert run.output == {"flaky": 3}
    assert [context.attempt for context in any_lab.calls.contexts] == [1, 2, 3]
    assert len({context.idempotency_key for context in any_lab.calls.contexts}) == 1
    assert len(await any_lab.events(run_id, T.MODULE_STARTED)) == 1
    assert len(await any_lab.events(run_id, T.WAIT_STARTED)) == 2
    await any_lab.check(run_id)


async def test_run_that_waits_for_a_retry_says_so(lab: Lab) -> None:
    flaky = module("flaky", "lab.fails", retry={"max_attempts": 2, "initial_seconds": 60})
    run_id = await lab.start(workflow(flaky))
    await lab.called("flaky")

    async def status() -> RunStatus:
        return (await lab.engine.get_run(run_id)).status

    from tests.fixtures.polling import eventually

    await eventually(status, wanted=lambda seen: seen is RunStatus.WAITING)
    wait = (await lab.engine.get_run(run_id)).wait or {}
    assert (wait["reason"], wait["details"]["attempt"]) == ("retry", 1)
    await lab.engine.cancel_run(run_id, actor=ME)
    await lab.check(run_id)


async def test_failure_that_is_not_retryable_is_not_retried(lab: Lab) -> None:
    flaky = module("flaky", "lab.fails", inputs={"retryable": False}, retry={"max_attempts": 5, "initial_seconds": 0})
    run_id = await lab.start(workflow(flaky))

    assert (await lab.ended(run_id)).status is RunStatus.ERROR
    assert lab.calls.names == ["flaky"]


async def test_on_error_continue_goes_on_without_the_modules_name(lab: Lab) -> None:
    after = module("after", inputs={"value": "{{ flaky is defined }}"})
    run_id = await lab.start(workflow(module("flaky", "lab.fails", on_error="continue"), after))

    run = await lab.ended(run_id)

    assert (run.status, run.output) == (RunStatus.COMPLETED, {"after": False})
    await lab.check(run_id)


async def test_hanging_async_module_times_out(any_lab: Lab) -> None:
    run_id = await any_lab.start(workflow(module("slow", "lab.gated", timeout_seconds=0.2)))

    run = await any_lab.ended(run_id)

    assert (run.error or {})["code"] == "module_timeout"
    assert "'slow'" in (run.error or {})["message"]


async def test_hanging_plain_function_times_out_and_others_are_served(any_lab: Lab) -> None:
    hang = {"module_id": "lab.hang", "name": "hang", "timeout_seconds": 0.2}
    hanging = await any_lab.start(workflow(hang))
    quick = await any_lab.start(workflow(module("quick", inputs={"value": 1}), workflow_id="quick"))

    assert (await any_lab.ended(quick)).status is RunStatus.COMPLETED
    assert ((await any_lab.ended(hanging)).error or {})["code"] == "module_timeout"


async def test_cancel_reaches_a_running_plain_function(any_lab: Lab) -> None:
    run_id = await any_lab.start(workflow({"module_id": "lab.hang", "name": "hang"}))
    await any_lab.called("hang")

    await any_lab.engine.cancel_run(run_id, actor=ME)

    assert any_lab.calls.contexts[0].cancelled
    await any_lab.check(run_id)


async def test_plain_function_runs_in_a_thread(lab: Lab) -> None:
    run_id = await lab.start(workflow(module("plain", "lab.plain")))

    assert ((await lab.ended(run_id)).output or {})["plain"] == "module"


@pytest.mark.parametrize("kind", ["zero", "exit", "base", "stop", "cancel"])
async def test_module_that_raises_fails_its_run_alone(lab: Lab, kind: str) -> None:
    run_id = await lab.start(workflow({"module_id": "lab.raises", "name": "raises", "inputs": {"kind": kind}}))

    run = await lab.ended(run_id)

    assert (run.status, (run.error or {})["code"]) == (RunStatus.ERROR, "module_crashed")
    assert "'raises'" in (run.error or {})["message"]
    other = await lab.start(workflow(module("a", inputs={"value": 1})))
    assert (await lab.ended(other)).status is RunStatus.COMPLETED


@pytest.mark.parametrize("kind", ["object", "nan", "big", "surrogate", "nul", "none", "text only", "deep"])
async def test_output_that_is_not_json_fails_the_module(any_lab: Lab, kind: str) -> None:
    gives = {"module_id": "lab.gives", "name": "gives", "inputs": {"kind": kind, "size": 200}}
    run_id = await any_lab.start(workflow(gives))

    run = await any_lab.ended(run_id)

    assert (run.error or {})["code"] == "module_output_invalid"
    assert "'gives'" in (run.error or {})["message"]
    await any_lab.check(run_id)


async def test_fifty_megabytes_become_an_artifact_and_read_back(real_lab: Lab) -> None:
    gives = module("gives", "lab.gives", inputs={"kind": "text", "size": 50_000_000})
    run_id = await real_lab.start(workflow(gives, module("length", inputs={"value": "{{ state.gives | length }}"})))

    run = await real_lab.ended(run_id, seconds=60)

    # A template may not read so much at once: the message says so, and the value itself is stored whole.
    assert (run.error or {}).get("code") in (None, "template_budget")
    assert len((await real_lab.state(run_id))["gives"]) == 50_000_000


async def test_output_above_the_artifact_limit_is_an_error_that_names_module_and_key(any_lab: Lab) -> None:
    gives = {"module_id": "lab.gives", "name": "gives", "inputs": {"kind": "text", "size": 65 * 1024 * 1024}}
    run_id = await any_lab.start(workflow(gives))

    run = await any_lab.ended(run_id, seconds=30)

    assert (run.error or {})["code"] == "value_too_large"
    assert "'gives'" in (run.error or {})["message"]
    assert "'value'" in (run.error or {})["message"]


async def test_output_of_many_small_values_above_the_event_limit_is_an_error(lab: Lab) -> None:
    gives = {"module_id": "lab.gives", "name": "gives", "inputs": {"kind": "keys", "size": 1200}}
    run_id = await lab.start(workflow(gives))

    run = await lab.ended(run_id)

    assert (run.error or {})["code"] == "value_too_large"
    assert "'gives'" in (run.error or {})["message"]


async def test_write_below_a_value_kept_as_artifact_keeps_its_siblings(any_lab: Lab) -> None:
    large = module("big", inputs={"value": {"text": "{{ 'x' * 100000 }}", "mood": "old"}})
    inner = module("mood", inputs={"value": "new"}, outputs_to_state={"value": "big.mood"})
    run_id = await any_lab.start(workflow(large, inner))

    await any_lab.ended(run_id)

    state = await any_lab.state(run_id)
    assert (len(state["big"]["text"]), state["big"]["mood"]) == (100_000, "new")
    await any_lab.check(run_id)


async def test_value_that_looks_like_a_reference_stays_what_it_is(any_lab: Lab) -> None:
    forged: dict[str, Any] = {
        "$artifact": {"sha256": "0" * 64, "size": 3},
        "$ref": "x",
        "$id": 1,
        "a.b": {"$where": "1"},
    }
    run_id = await any_lab.start(workflow(module("a", inputs={"value": "{{ trigger.payload }}"})), forged)

    assert ((await any_lab.ended(run_id)).output or {})["a"] == forged


async def test_unknown_name_in_a_template_fails_the_module_and_is_named(lab: Lab) -> None:
    run_id = await lab.start(workflow(module("a", inputs={"value": "{{ state.nowhere }}"})))

    run = await lab.ended(run_id)

    assert (run.error or {})["code"] == "template_undefined"
    assert "nowhere" in (run.error or {})["message"]
    await lab.check(run_id)


async def test_template_bomb_is_stopped_and_others_are_served(lab: Lab) -> None:
    loops = "".join(f"{{% for {name} in range(9999) %}}" for name in "abc")
    bomb = f"{loops}x{'{% endfor %}' * 3}"
    bombed = await lab.start(workflow(module("a", inputs={"value": bomb}), workflow_id="bomb"))
    quick = await lab.start(workflow(module("a", inputs={"value": "{{ 1 + 1 }}"})))

    assert (await lab.ended(quick)).output == {"a": 2}
    assert ((await lab.ended(bombed)).error or {})["code"] == "template_budget"


async def test_outputs_are_rendered_at_the_end(lab: Lab) -> None:
    definition = workflow(module("a", inputs={"value": 2}), outputs={"double": "{{ state.a * 2 }}"})

    run_id = await lab.start(definition)

    assert (await lab.ended(run_id)).output == {"double": 4}


async def test_payload_kept_as_artifact_is_read_by_templates(any_lab: Lab) -> None:
    text = "x" * 70_000
    run_id = await any_lab.start(workflow(module("a", inputs={"value": "{{ trigger.payload.text }}"})), {"text": text})

    assert (await any_lab.ended(run_id)).output == {"a": text}
    await any_lab.check(run_id)


async def test_payload_is_checked_before_a_run_exists(any_lab: Lab) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    await any_lab.engine.save_workflow("lab", workflow(module("a"), inputs=schema), actor=ME)

    with pytest.raises(InvalidPayload) as caught:
        await any_lab.engine.start_run("lab", {"n": "one"}, actor=ME)

    assert [error.pointer for error in caught.value.errors] == ["/n"]
    assert (await any_lab.engine.list_runs()).items == []


async def test_payload_that_cannot_be_stored_is_refused(lab: Lab) -> None:
    await lab.engine.save_workflow("lab", workflow(module("a")), actor=ME)

    with pytest.raises(ValueNotStorable) as caught:
        await lab.engine.start_run("lab", {"n": 2**70}, actor=ME)

    assert caught.value.errors[0].pointer == "/payload/n"


async def test_same_key_starts_one_run(any_lab: Lab) -> None:
    await any_lab.engine.save_workflow("lab", workflow(module("a")), actor=ME)

    async def start(payload: Any = None) -> str:
        run = await any_lab.engine.start_run("lab", payload or {}, actor=ME, idempotency_key="k")
        return run.workflow_run_id

    ids = await asyncio.gather(*(start() for _ in range(10)))

    assert len(set(ids)) == 1
    with pytest.raises(IdempotencyKeyReused):
        await start({"other": 1})


async def test_old_run_goes_on_with_its_version(lab: Lab) -> None:
    run_id = await lab.start(workflow(module("g", "lab.gated"), module("a", inputs={"value": "old"})))
    await lab.called("g")
    await lab.engine.save_workflow("lab", workflow(module("a", inputs={"value": "new"})), actor=ME)

    lab.calls.gate("g").set()

    run = await lab.ended(run_id)
    assert (run.version, (run.output or {})["a"]) == (1, "old")


async def test_state_at_every_event_is_the_state_of_that_time(any_lab: Lab) -> None:
    run_id = await any_lab.start(workflow(module("a", inputs={"value": 1}), module("b", inputs={"value": 2})))
    await any_lab.ended(run_id)

    states = [(await any_lab.engine.get_state(run_id, seq=seq)).state for seq in range(1, 8)]

    assert states == [{}, {}, {}, {"a": 1}, {"a": 1}, {"a": 1, "b": 2}, {"a": 1, "b": 2}]


async def test_long_run_is_read_from_its_snapshot(any_lab: Lab) -> None:
    modules = [module(f"m{at}", "lab.pure", inputs={"value": at}) for at in range(150)]
    run_id = await any_lab.start(workflow(*modules))

    run = await any_lab.ended(run_id, seconds=30)

    assert len(run.output or {}) == 150
    await any_lab.engine.list_runs(limit=1)  # a list waits for what is written behind the log
    stored = await any_lab.engine.database.runs.find_snapshot(run_id)
    assert stored is not None
    assert stored[0].seq >= run.seq - SNAPSHOT_EVERY - DEFER_EVENTS
    await any_lab.check(run_id)
