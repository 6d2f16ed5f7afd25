"""Sub-actions: what they promise, and what used to go wrong with them."""

import asyncio
from typing import Any

import pytest

from backend.core.errors import (
    ActionNotFound,
    InteractionNotFound,
    InteractionNotOpen,
    InvalidParams,
    SubActionNotRunning,
    SubActionRunning,
)
from backend.db.event_types import DbEventType as T
from backend.db.records import RunStatus
from tests.fixtures.lab import ME, Lab, makes, module, paints, question, target, workflow


async def test_target_sub_action_maps_result_and_question_stays_open(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question(target(makes(["new"]))))

    last = await any_lab.do(asked)

    assert last.event == "complete"
    assert last.data["updated_state"] == {"scenes": ["new"]}
    again = await any_lab.engine.get_interaction(run_id, asked.interaction_id)
    assert (again.status, again.data["scenes"]) == ("open", ["new"])
    assert again.revision > asked.revision
    await any_lab.check(run_id, last.data["child_workflow_id"])


async def test_child_of_sub_action_is_hidden_linked_and_completed(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question(target(makes(["new"]))))

    last = await any_lab.do(asked)

    child = await any_lab.engine.get_run(last.data["child_workflow_id"])
    assert (child.status, child.visible_in_ui, child.parent_workflow_id) == (RunStatus.COMPLETED, False, run_id)
    assert child.sub_action_id == last.data["sub_action_id"]
    assert await any_lab.state(child.workflow_run_id) == {"made": ["new"]}
    listed = await any_lab.engine.list_runs()
    assert [run.workflow_run_id for run in listed.items] == [run_id]
    everything = await any_lab.engine.list_runs(include_hidden=True)
    assert len(everything.items) == 2


async def test_second_module_of_sub_action_sees_first_ones_write(lab: Lab) -> None:
    modules = (makes("{{ state.scenes }}", name="one"), makes("{{ state.made + ['and'] }}", name="two"))
    _, asked = await lab.at_question(question(target(*modules)))

    last = await lab.do(asked)

    assert last.data["updated_state"] == {"scenes": ["first", "and"]}


async def test_ref_runs_the_workflows_own_module(any_lab: Lab) -> None:
    definition = question(target({"ref": {"step_id": "one", "module_name": "scenes"}}))
    definition["steps"][0]["modules"].insert(0, module("scenes", inputs={"value": ["{{ run.workflow_run_id }}"]}))
    definition["steps"][0]["modules"][1]["sub_actions"][0]["result_mapping"][0]["source"] = "scenes"
    _, asked = await any_lab.at_question(definition)

    last = await any_lab.do(asked)

    assert last.data["updated_state"] == {"scenes": [last.data["child_workflow_id"]]}


async def test_feedback_is_seen_by_child_and_never_by_parent(any_lab: Lab) -> None:
    feedback = {"enabled": True, "state_key": "_wish"}
    action = target(makes("{{ [state._wish, params.feedback] }}"), feedback=feedback)
    run_id, asked = await any_lab.at_question(question(action))

    last = await any_lab.do(asked, feedback="more rain")

    assert last.data["updated_state"] == {"scenes": ["more rain", "more rain"]}
    assert "_wish" not in await any_lab.state(run_id)
    assert "_wish" not in await any_lab.state(last.data["child_workflow_id"])


async def test_self_sub_action_merges_and_reports(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question(paints()))

    started = await any_lab.begin(asked, "paint", name="boat")
    frames = await any_lab.frames(started)

    assert [frame.event for frame in frames][0 :: len(frames) - 1] == ["started", "complete"]
    assert frames[-1].data["updated_state"] == {"scenes": ["first", "txt2img-boat"]}
    assert {frame.data["status"] for frame in frames[1:-1]} >= {"started", "completed"}
    assert "child_workflow_id" not in frames[-1].data
    await any_lab.check(run_id)


async def test_progress_names_every_module_at_start_and_end(lab: Lab) -> None:
    modules = tuple(makes(["x"], name=name) for name in ("one", "two", "three"))
    _, asked = await lab.at_question(question(target(*modules)))

    frames = await lab.frames(await lab.begin(asked))

    seen = [(f.data["module_name"], f.data["module_index"], f.data["status"]) for f in frames if f.event == "progress"]
    expected = [(n, i, s) for i, n in enumerate(("one", "two", "three")) for s in ("started", "completed")]
    assert seen == expected
    assert {f.data["module_count"] for f in frames if f.event == "progress"} == {3}
    ids = [tuple(map(int, frame.id.split("."))) for frame in frames]
    assert ids == sorted(set(ids))


async def test_stream_read_from_database_equals_the_live_one(any_lab: Lab) -> None:
    _, asked = await any_lab.at_question(question(target(makes(["a"], name="one"), makes(["b"], name="two"))))
    started = await any_lab.begin(asked)
    live = await any_lab.frames(started)

    stored = await any_lab.frames(started, follow=False)

    assert stored == live


async def test_stream_resumed_after_an_id_gives_exactly_the_rest(any_lab: Lab) -> None:
    _, asked = await any_lab.at_question(question(target(makes(["a"], name="one"), makes(["b"], name="two"))))
    started = await any_lab.begin(asked)
    frames = await any_lab.frames(started)

    for at, frame in enumerate(frames):
        assert await any_lab.frames(started, after_id=frame.id) == frames[at + 1 :]


async def test_failing_module_fails_sub_action_and_changes_nothing(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(
        question(target(makes(["x"], name="ok"), {"module_id": "lab.fails", "name": "bad"}))
    )

    last = await any_lab.do(asked)

    assert (last.event, last.data["code"], last.data["message"]) == ("error", "lab_failed", "attempt 1 failed")
    assert (await any_lab.state(run_id))["scenes"] == ["first"]
    record = await any_lab.engine.get_sub_action(run_id, last.data["sub_action_id"])
    assert record.status == "failed"
    child = await any_lab.engine.get_run(record.child_workflow_id or "")
    assert child.status is RunStatus.ERROR
    await any_lab.check(run_id, child.workflow_run_id)
    assert (await any_lab.engine.get_interaction(run_id, asked.interaction_id)).status == "open"


async def test_missing_source_fails_sub_action_and_changes_nothing(any_lab: Lab) -> None:
    action = target(makes(["x"]))
    action["result_mapping"] = [{"source": "made", "target": "other"}, {"source": "absent", "target": "scenes"}]
    run_id, asked = await any_lab.at_question(question(action))

    last = await any_lab.do(asked)

    assert (last.event, last.data["code"]) == ("error", "mapping_source_missing")
    assert await any_lab.state(run_id) == {"scenes": ["first"]}
    await any_lab.check(run_id)


async def test_optional_missing_source_is_left_out(lab: Lab) -> None:
    action = target(makes(["x"]))
    action["result_mapping"].append({"source": "absent", "target": "other", "optional": True})
    run_id, asked = await lab.at_question(question(action))

    await lab.do(asked)

    assert await lab.state(run_id) == {"scenes": ["x"]}


async def test_dotted_target_keeps_its_siblings_in_live_state_and_replay(any_lab: Lab) -> None:
    action = target(makes("new"))
    action["result_mapping"] = [{"source": "made", "target": "story.mood"}]
    run_id, asked = await any_lab.at_question(question(action, story={"mood": "old", "place": "sea"}))

    await any_lab.do(asked)

    assert (await any_lab.state(run_id))["story"] == {"mood": "new", "place": "sea"}
    await any_lab.check(run_id)


async def test_merge_of_objects_is_deep(lab: Lab) -> None:
    action = target(makes({"a": {"y": 2}, "b": 3}))
    action["result_mapping"] = [{"source": "made", "target": "story", "mode": "merge"}]
    run_id, asked = await lab.at_question(question(action, story={"a": {"x": 1}}))

    await lab.do(asked)

    assert (await lab.state(run_id))["story"] == {"a": {"x": 1, "y": 2}, "b": 3}


async def test_parallel_merges_into_one_key_lose_nothing(any_lab: Lab) -> None:
    action = target(makes(["{{ params.name }}"]), concurrency="parallel")
    action["result_mapping"] = [{"source": "made", "target": "scenes", "mode": "merge"}]
    run_id, asked = await any_lab.at_question(question(action))

    await asyncio.gather(*(any_lab.do(asked, name=f"n{at}") for at in range(12)))

    assert sorted((await any_lab.state(run_id))["scenes"]) == sorted(["first", *(f"n{at}" for at in range(12))])
    await any_lab.check(run_id)


async def test_second_click_is_refused_while_the_first_runs(any_lab: Lab) -> None:
    _, asked = await any_lab.at_question(question(target(makes(["x"], "lab.gated"))))
    started = await any_lab.begin(asked)

    with pytest.raises(SubActionRunning):
        await any_lab.begin(asked)

    any_lab.calls.gate("make").set()
    assert (await any_lab.frames(started))[-1].event == "complete"


async def test_queued_sub_actions_run_one_after_the_other(any_lab: Lab) -> None:
    action = target(makes("{{ state.scenes + [params.name] }}", "lab.gated"), concurrency="queue")
    run_id, asked = await any_lab.at_question(question(action))
    first = await any_lab.begin(asked, name="one")
    second = await any_lab.begin(asked, name="two")
    assert (first.status, second.status) == ("running", "queued")
    await any_lab.called("make")

    any_lab.calls.gate("make").set()
    frames = await any_lab.frames(second)

    assert frames[-1].data["updated_state"] == {"scenes": ["first", "one", "two"]}
    await any_lab.check(run_id, first.child_workflow_id or "", second.child_workflow_id or "")


async def test_replacing_sub_action_cancels_the_running_one(any_lab: Lab) -> None:
    action = target(makes(["{{ params.name }}"], "lab.gated"), concurrency="replace")
    run_id, asked = await any_lab.at_question(question(action))
    first = await any_lab.begin(asked, name="one")
    second = await any_lab.begin(asked, name="two")
    any_lab.calls.gate("make").set()

    ends = [(await any_lab.frames(item))[-1] for item in (first, second)]

    assert [end.event for end in ends] == ["cancelled", "complete"]
    assert ends[0].data["reason"] == "replaced"
    assert (await any_lab.state(run_id))["scenes"] == ["two"]


async def test_answering_cancels_a_running_sub_action_whose_result_never_lands(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question(target(makes(["late"], "lab.gated"))))
    started = await any_lab.begin(asked)
    await any_lab.called("make")

    await any_lab.engine.respond(run_id, asked.interaction_id, {"pick": 0}, actor=ME)
    any_lab.calls.gate("make").set()

    end = (await any_lab.frames(started))[-1]
    assert (end.event, end.data["reason"]) == ("cancelled", "answered")
    run = await any_lab.ended(run_id)
    assert (run.output or {})["scenes"] == ["first"]
    child = await any_lab.engine.get_run(started.child_workflow_id or "")
    assert child.status is RunStatus.CANCELLED
    await any_lab.check(run_id, child.workflow_run_id)


async def test_answer_is_refused_while_a_blocking_sub_action_runs(lab: Lab) -> None:
    run_id, asked = await lab.at_question(question(target(makes(["x"], "lab.gated"), on_answer="block")))
    started = await lab.begin(asked)

    with pytest.raises(SubActionRunning):
        await lab.engine.respond(run_id, asked.interaction_id, {"pick": 0}, actor=ME)

    lab.calls.gate("make").set()
    await lab.frames(started)
    await lab.engine.respond(run_id, asked.interaction_id, {"pick": 0}, actor=ME)


async def test_sub_action_on_an_answered_question_is_refused(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question(target(makes(["x"]))))
    await any_lab.engine.respond(run_id, asked.interaction_id, {"pick": 0}, actor=ME)

    with pytest.raises(InteractionNotOpen) as caught:
        await any_lab.begin(asked)

    assert caught.value.ids["answered_by"] == ME


async def test_cancelled_sub_action_stops_its_module_and_keeps_state(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question(target(makes(["x"], "lab.gated"))))
    started = await any_lab.begin(asked)
    await any_lab.called("make")

    ended = await any_lab.engine.cancel_sub_action(run_id, started.sub_action_id, reason="enough", actor=ME)

    assert (ended.status, (ended.error or {})["message"]) == ("cancelled", "enough")
    assert any_lab.calls.contexts[-1].cancelled
    assert (await any_lab.state(run_id))["scenes"] == ["first"]
    await any_lab.check(run_id, started.child_workflow_id or "")
    with pytest.raises(SubActionNotRunning):
        await any_lab.engine.cancel_sub_action(run_id, started.sub_action_id, actor=ME)


async def test_cancelling_the_run_cancels_its_sub_actions(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question(target(makes(["x"], "lab.gated")), paints()))
    child = await any_lab.begin(asked)
    own = await any_lab.begin(asked, "paint", gate=True)

    run = await any_lab.engine.cancel_run(run_id, reason="no longer needed", actor=ME)

    assert run.status is RunStatus.CANCELLED
    ends = [(await any_lab.frames(item))[-1] for item in (child, own)]
    assert [(end.event, end.data["reason"]) for end in ends] == [("cancelled", "no longer needed")] * 2
    await any_lab.check(run_id, child.child_workflow_id or "")


async def test_cancelling_the_hidden_child_cancels_the_sub_action(lab: Lab) -> None:
    run_id, asked = await lab.at_question(question(target(makes(["x"], "lab.gated"))))
    started = await lab.begin(asked)

    await lab.engine.cancel_run(started.child_workflow_id or "", actor=ME)

    assert (await lab.engine.get_sub_action(run_id, started.sub_action_id)).status == "cancelled"
    await lab.check(run_id, started.child_workflow_id or "")


async def test_timeout_fails_sub_action_and_closes_child(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question(target(makes(["x"], "lab.gated"), timeout_seconds=0.2)))

    last = await any_lab.do(asked)

    assert (last.event, last.data["code"]) == ("error", "sub_action_timeout")
    child = await any_lab.engine.get_run(last.data["child_workflow_id"]) if "child_workflow_id" in last.data else None
    record = await any_lab.engine.get_sub_action(run_id, last.data["sub_action_id"])
    child = child or await any_lab.engine.get_run(record.child_workflow_id or "")
    assert child.status is RunStatus.ERROR
    await any_lab.check(run_id, child.workflow_run_id)


async def test_timeout_of_self_sub_action_fails_it(lab: Lab) -> None:
    run_id, asked = await lab.at_question(question(paints(timeout_seconds=0.1)))

    last = await lab.do(asked, "paint", gate=True)

    assert (last.event, last.data["code"]) == ("error", "sub_action_timeout")
    await lab.check(run_id)


async def test_retry_of_sub_action_holds_for_its_modules(any_lab: Lab) -> None:
    retry = {"max_attempts": 3, "initial_seconds": 0.01}
    fails = {"module_id": "lab.fails", "name": "flaky", "inputs": {"times": 2}, "outputs_to_state": {"value": "made"}}
    _, asked = await any_lab.at_question(question(target(fails, retry=retry)))

    last = await any_lab.do(asked)

    assert last.data["updated_state"] == {"scenes": 3}
    assert any_lab.calls.names == ["flaky"] * 3


async def test_retry_of_self_sub_action_calls_it_again(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question(paints(retry={"max_attempts": 3, "initial_seconds": 0.01})))

    last = await any_lab.do(asked, "paint", fail=2)

    assert last.event == "complete"
    assert len(any_lab.calls.names) == 3
    assert len({context.idempotency_key for context in any_lab.calls.contexts}) == 1
    await any_lab.check(run_id)


async def test_same_idempotency_key_gives_the_same_sub_action(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question(target(makes(["x"]))))

    async def start() -> Any:
        return await any_lab.engine.start_sub_action(
            run_id,
            interaction_id=asked.interaction_id,
            action_id="again",
            params={},
            actor=ME,
            idempotency_key="k1",
        )

    started = await asyncio.gather(*(start() for _ in range(5)))
    await any_lab.frames(started[0])
    later = await start()

    assert {item.sub_action_id for item in [*started, later]} == {started[0].sub_action_id}
    assert len(await any_lab.events(run_id, T.SUB_ACTION_STARTED)) == 1


async def test_sub_action_goes_on_when_its_reader_leaves(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question(target(makes(["x"], "lab.gated"))))
    started = await any_lab.begin(asked)
    reader = asyncio.ensure_future(any_lab.frames(started))
    await any_lab.called("make")

    reader.cancel()
    await asyncio.gather(reader, return_exceptions=True)
    any_lab.calls.gate("make").set()

    assert (await any_lab.frames(started))[-1].event == "complete"
    assert (await any_lab.state(run_id))["scenes"] == ["x"]


async def test_large_child_state_lands_by_reference_and_reads_back(real_lab: Lab) -> None:
    large = {"module_id": "lab.gives", "name": "make", "inputs": {"kind": "text", "size": 3_000_000}}
    run_id, asked = await real_lab.at_question(question(target({**large, "outputs_to_state": {"value": "made"}})))

    last = await real_lab.do(asked)

    assert last.event == "complete"
    assert (await real_lab.state(run_id))["scenes"] == "x" * 3_000_000
    shown = await real_lab.engine.get_interaction(run_id, asked.interaction_id)
    assert len(shown.data["scenes"]) == 3_000_000
    [listed] = (await real_lab.engine.list_sub_actions(run_id)).items
    assert listed.updated_state == {"scenes": "x" * 3_000_000}


async def test_unknown_things_are_refused_by_name(lab: Lab) -> None:
    run_id, asked = await lab.at_question(question(target(makes(["x"]), params_schema={"required": ["count"]})))

    with pytest.raises(ActionNotFound, match="It offers: again"):
        await lab.begin(asked, "nothing")
    with pytest.raises(InvalidParams) as caught:
        await lab.begin(asked)
    assert [(error.pointer, error.message) for error in caught.value.errors] == [("/count", "is required")]
    with pytest.raises(InvalidParams):
        await lab.begin(asked, count=1, feedback=7)
    with pytest.raises(InteractionNotFound):
        await lab.engine.start_sub_action(run_id, interaction_id="int_x", action_id="again", params={}, actor=ME)


async def test_child_templates_see_parents_finished_modules(lab: Lab) -> None:
    definition = question(target(makes("{{ before.output.value }}")))
    definition["steps"][0]["modules"].insert(0, module("before", inputs={"value": ["from before"]}))
    _, asked = await lab.at_question(definition)

    assert (await lab.do(asked)).data["updated_state"] == {"scenes": ["from before"]}


async def test_sub_actions_are_listed_in_order_with_their_status(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question(target(makes(["x"])), paints()))
    await any_lab.do(asked)
    await any_lab.do(asked, "paint")

    listed = (await any_lab.engine.list_sub_actions(run_id)).items

    assert [(item.action_id, item.status) for item in listed] == [("again", "completed"), ("paint", "completed")]
    assert listed[0].updated_state == {"scenes": ["x"]}


async def test_effect_free_sub_action_takes_two_writes(real_lab: Lab) -> None:
    modules = tuple(makes(["x"], "lab.pure", name=name) for name in ("one", "two", "three"))
    _, asked = await real_lab.at_question(question(target(*modules)))
    appends: list[int] = []
    log = real_lab.engine.database.events
    append = log.append

    async def counted(events: Any) -> None:
        appends.append(len(events))
        await append(events)

    log.append = counted  # type: ignore[method-assign]  # counts the trips of the real log
    await real_lab.do(asked)

    assert len(appends) == 2


async def test_workflow_without_question_runs_through(any_lab: Lab) -> None:
    run_id = await any_lab.start(
        workflow(module("a", inputs={"value": 1}), module("b", inputs={"value": "{{ state.a }}"}))
    )

    run = await any_lab.ended(run_id)

    assert (run.status, run.output) == (RunStatus.COMPLETED, {"a": 1, "b": 1})
    await any_lab.check(run_id)
