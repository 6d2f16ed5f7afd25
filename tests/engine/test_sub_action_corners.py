"""Sub-actions where two things meet: a retry and a cancel, a child and its parent's large values, a path and a list."""

from backend.db.event_types import DbEventType as T
from backend.db.records import RunStatus
from tests.fixtures.lab import ME, Lab, makes, module, paints, question, target
from tests.fixtures.polling import eventually

LATER = {"max_attempts": 2, "initial_seconds": 3600, "max_seconds": 3600}
LARGE = 100_000


async def test_cancel_before_the_next_attempt_ends_the_wait_too(any_lab: Lab) -> None:
    definition = question(paints(retry=LATER))
    definition["steps"][0]["modules"].append(module("after", "lab.fails", retry=LATER))
    run_id, asked = await any_lab.at_question(definition)
    started = await any_lab.begin(asked, "paint", fail=9)
    await eventually(lambda: any_lab.events(run_id, T.WAIT_STARTED), wanted=lambda found: len(found) == 1)

    await any_lab.engine.cancel_sub_action(run_id, started.sub_action_id, actor=ME)

    assert len(await any_lab.events(run_id, T.WAIT_CANCELLED)) == 1
    await any_lab.engine.respond(run_id, asked.interaction_id, {"pick": 1}, actor=ME)
    run = await eventually(lambda: any_lab.engine.get_run(run_id), wanted=lambda run: run.status is RunStatus.WAITING)
    assert (run.wait or {})["wait_key"] == "retry:after"
    await any_lab.check(run_id)


async def test_child_sees_the_large_values_of_its_parent_by_every_name(any_lab: Lab) -> None:
    sizes = "{{ [trigger.payload.text | length, state.big | length, big.output.value | length] }}"
    definition = question(target(makes(sizes)))
    definition["steps"][0]["modules"].insert(0, module("big", inputs={"value": "{{ trigger.payload.text }}"}))
    run_id = await any_lab.start(definition, {"text": "x" * LARGE})
    asked = await any_lab.asked(run_id)

    last = await any_lab.do(asked)

    assert last.data["updated_state"] == {"scenes": [LARGE, LARGE, LARGE]}


async def test_target_that_leads_into_a_list_fails_the_sub_action_and_keeps_the_list(any_lab: Lab) -> None:
    action = {**target(makes("new")), "result_mapping": [{"source": "made", "target": "scenes.0"}]}
    run_id, asked = await any_lab.at_question(question(action))

    last = await any_lab.do(asked)

    assert (last.event, last.data["code"]) == ("error", "mapping_mismatch")
    assert (await any_lab.state(run_id))["scenes"] == ["first"]
    await any_lab.check(run_id)
