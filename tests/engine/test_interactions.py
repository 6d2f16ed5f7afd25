"""Questions: rendered from the state of the moment, answered once."""

import asyncio

import pytest

from backend.core.errors import (
    EventNotFound,
    InteractionChanged,
    InteractionNotFound,
    InteractionNotOpen,
    InvalidResponse,
    RunNotActive,
    RunNotFound,
)
from backend.db.event_types import DbEventType as T
from backend.db.records import Interaction, RunStatus
from tests.fixtures.lab import ME, Lab, makes, module, question, target


async def test_answer_finishes_the_run(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question())

    answered = await any_lab.engine.respond(run_id, asked.interaction_id, {"pick": 3}, actor="ana")

    assert (answered.status, answered.answered_by, answered.response) == ("answered", "ana", {"pick": 3})
    run = await any_lab.ended(run_id)
    assert (run.status, run.output) == (RunStatus.COMPLETED, {"scenes": ["first"], "picked": 3})
    await any_lab.check(run_id)


async def test_waiting_run_says_what_it_waits_for(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question())

    run = await any_lab.engine.get_run(run_id)

    assert (run.current_step, run.current_module) == ("one", "ask")
    assert run.wait == {
        "reason": "person",
        "wait_key": f"interaction:{asked.interaction_id}",
        "until": None,
        "details": {"interaction_id": asked.interaction_id, "title": "Which scene?", "kind": "select"},
    }


async def test_twenty_answers_at_once_one_wins(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question())

    async def answer(pick: int) -> Interaction | InteractionNotOpen:
        try:
            return await any_lab.engine.respond(run_id, asked.interaction_id, {"pick": pick}, actor=f"p{pick}")
        except InteractionNotOpen as error:
            return error

    results = await asyncio.gather(*(answer(pick) for pick in range(20)))

    [winner] = [result for result in results if isinstance(result, Interaction)]
    losers = [result for result in results if isinstance(result, InteractionNotOpen)]
    assert len(losers) == 19
    assert {error.ids["answered_by"] for error in losers} == {winner.answered_by}
    assert len(await any_lab.events(run_id, T.INTERACTION_RESPONDED)) == 1
    run = await any_lab.ended(run_id)
    assert f"p{(run.output or {})['picked']}" == winner.answered_by


async def test_answer_that_does_not_fit_is_refused_by_field(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question())

    with pytest.raises(InvalidResponse) as missing:
        await any_lab.engine.respond(run_id, asked.interaction_id, {}, actor=ME)
    with pytest.raises(InvalidResponse) as unknown:
        await any_lab.engine.respond(run_id, asked.interaction_id, {"pick": 1, "more": 2}, actor=ME)

    assert [error.pointer for error in missing.value.errors] == ["/pick"]
    assert "more" in unknown.value.errors[0].message
    assert (await any_lab.engine.get_interaction(run_id, asked.interaction_id)).status == "open"


async def test_stale_revision_is_refused(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question(target(makes(["new"]))))
    await any_lab.do(asked)

    with pytest.raises(InteractionChanged) as caught:
        await any_lab.engine.respond(run_id, asked.interaction_id, {"pick": 0}, revision=asked.revision, actor=ME)

    current = await any_lab.engine.get_interaction(run_id, asked.interaction_id)
    assert caught.value.ids["revision"] == current.revision
    await any_lab.engine.respond(run_id, asked.interaction_id, {"pick": 0}, revision=current.revision, actor=ME)


async def test_question_is_shown_as_it_was_before_a_sub_action_and_before_its_answer(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question(target(makes(["new"]))))
    await any_lab.do(asked)
    await any_lab.engine.respond(run_id, asked.interaction_id, {"pick": 0}, actor=ME)
    [landed] = await any_lab.events(run_id, T.SUB_ACTION_COMPLETED)

    async def shown(seq: int) -> Interaction:
        return await any_lab.engine.get_interaction(run_id, asked.interaction_id, seq=seq)

    before, after = await shown(landed.seq - 1), await shown(landed.seq)
    assert (before.data["scenes"], before.status) == (asked.data["scenes"], "open")
    assert (after.data["scenes"], after.status) == (["new"], "open")


async def test_question_is_not_found_before_it_was_asked_and_after_the_last_event(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question())

    with pytest.raises(InteractionNotFound):
        await any_lab.engine.get_interaction(run_id, asked.interaction_id, seq=1)
    for seq in (0, 1_000):
        with pytest.raises(EventNotFound):
            await any_lab.engine.get_interaction(run_id, asked.interaction_id, seq=seq)


async def test_repeated_answer_with_its_key_is_the_same_answer(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question())

    async def answer() -> Interaction:
        return await any_lab.engine.respond(run_id, asked.interaction_id, {"pick": 1}, actor=ME, idempotency_key="once")

    first, second = await answer(), await answer()

    assert first.answered_at == second.answered_at


async def test_unknown_run_and_question_are_not_found(lab: Lab) -> None:
    run_id, _ = await lab.at_question(question())

    with pytest.raises(InteractionNotFound):
        await lab.engine.get_interaction(run_id, "int_unknown")
    with pytest.raises(RunNotFound):
        await lab.engine.get_interaction("wf_unknown", "int_unknown")


async def test_inbox_lists_open_questions_of_all_runs(any_lab: Lab) -> None:
    runs = [(await any_lab.at_question(question()))[0] for _ in range(3)]

    page = await any_lab.engine.list_inbox(limit=2)
    rest = await any_lab.engine.list_inbox(limit=2, cursor=page.next_cursor)

    assert [item.workflow_run_id for item in [*page.items, *rest.items]] == runs
    assert rest.next_cursor is None
    assert page.items[0].path[0]["workflow_id"] == "lab"


async def test_answered_question_leaves_the_inbox(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question())

    await any_lab.engine.respond(run_id, asked.interaction_id, {"pick": 0}, actor=ME)
    await any_lab.ended(run_id)

    assert (await any_lab.engine.list_inbox()).items == []


async def test_question_that_cannot_be_shown_fails_the_run(any_lab: Lab) -> None:
    definition = question()
    definition["steps"][0]["modules"][0]["inputs"]["title"] = {"not": "text"}
    run_id = await any_lab.start(
        definition | {"steps": [{"step_id": "one", "modules": [_ask_with_title("{{ state.scenes }}")]}]}
    )

    run = await any_lab.ended(run_id)

    assert run.status is RunStatus.ERROR
    assert "title" in (run.error or {})["message"]
    await any_lab.check(run_id)


def _ask_with_title(title: str) -> dict[str, object]:
    return {"module_id": "lab.ask", "name": "ask", "inputs": {"title": title}}


async def test_cancelled_run_closes_its_question(any_lab: Lab) -> None:
    run_id, asked = await any_lab.at_question(question())

    await any_lab.engine.cancel_run(run_id, reason="not needed", actor=ME)

    with pytest.raises(InteractionNotOpen):
        await any_lab.engine.respond(run_id, asked.interaction_id, {"pick": 0}, actor=ME)
    with pytest.raises(RunNotActive):
        await any_lab.engine.cancel_run(run_id, actor=ME)
    await any_lab.check(run_id)


async def test_modules_after_the_answer_see_it(lab: Lab) -> None:
    definition = question()
    definition["steps"].append(
        {"step_id": "two", "modules": [module("after", inputs={"value": "{{ ask.output.picked + 1 }}"})]}
    )
    run_id, asked = await lab.at_question(definition)

    await lab.engine.respond(run_id, asked.interaction_id, {"pick": 4}, actor=ME)

    assert ((await lab.ended(run_id)).output or {})["after"] == 5


async def test_time_a_person_takes_does_not_count_against_the_modules_timeout(lab: Lab) -> None:
    definition = question()
    definition["steps"][0]["modules"][0]["timeout_seconds"] = 0.2
    run_id, asked = await lab.at_question(definition)
    await asyncio.sleep(0.3)  # longer than the module may take: that is what is tested

    await lab.engine.respond(run_id, asked.interaction_id, {"pick": 0}, actor=ME)

    assert (await lab.ended(run_id)).status is RunStatus.COMPLETED


async def test_prompt_is_rendered_from_the_state_of_the_moment(lab: Lab) -> None:
    definition = question(target(makes(["one", "two"])))
    definition["steps"][0]["modules"][0]["inputs"]["prompt"] = "{{ state.scenes | length }} to choose from"
    run_id, asked = await lab.at_question(definition)

    await lab.do(asked)

    again = await lab.engine.get_interaction(run_id, asked.interaction_id)
    assert (asked.prompt, again.prompt) == ("1 to choose from", "2 to choose from")
