"""A campaign: two parts made at once, three levels down, with deadlines and a manager who decides."""

from typing import Any

import pytest

from backend.db.records import Interaction, Run, RunStatus
from tests.fixtures.polling import eventually
from tests.workflows.conftest import Person

CAMPAIGN = {"topic": "the library on Sundays"}
HURRIED = {**CAMPAIGN, "deadline_minutes": 0.003}
BRIEF = {"topic": "x y z", "audience": "readers", "tone": "friendly", "scene_count": 2, "aspect_ratio": "1:1"}
PART = "campaign > campaign_part"


async def test_campaign_rejected_says_why(person: Person) -> None:
    run = await _at_approval(person)
    final = await _asked(person, run, "campaign", "approve_campaign")
    await person.answers(final, {"approved": False, "comment": "next year"})
    output = (await person.sees_end(run)).output
    assert (output["status"], output["comment"]) == ("rejected", "next year")


async def test_both_questions_are_open_at_once_in_the_campaigns_inbox_with_their_paths(any_person: Person) -> None:
    run = await any_person.starts("campaign", CAMPAIGN)
    await _asked(any_person, run, f"{PART} > cc", "ask_brief")
    await _asked(any_person, run, f"{PART} > review_loop", "review_text")
    inbox = (await any_person.engine.list_inbox()).items
    assert {(_path(item), item.path[0]["module_name"]) for item in inbox} == {
        (f"{PART} > cc", "start_post"),
        (f"{PART} > review_loop", "start_letter"),
    }


@pytest.mark.parametrize("first", ["post", "letter"])
async def test_campaign_answered_in_either_order_hands_on_post_and_letter(any_person: Person, first: str) -> None:
    run = await any_person.starts("campaign", CAMPAIGN)
    if first == "letter":
        await _letter(any_person, run)
    await _post(any_person, run, {"approved": True})
    if first == "post":
        assert [_path(item) for item in await _open(any_person, run)] == [f"{PART} > review_loop"]
        await _letter(any_person, run)
    final = await _asked(any_person, run, "campaign", "approve_campaign")
    assert final.prompt == "Both parts are ready."
    assert "Come on Sunday." in final.data["content"]
    await any_person.answers(final, {"approved": True})
    output = (await any_person.sees_end(run)).output
    assert (output["status"], output["comment"]) == ("approved", None)
    assert (output["post"]["text"], output["letter"]["text"]) == ("The doors are open.", "Come on Sunday.")


async def test_tree_shows_three_levels(any_person: Person) -> None:
    run = await any_person.starts("campaign", CAMPAIGN)
    await _asked(any_person, run, f"{PART} > cc", "ask_brief")
    await _asked(any_person, run, f"{PART} > review_loop", "review_text")
    assert _outline(await any_person.engine.get_tree(run.workflow_run_id)) == {
        "campaign": [{"campaign_part": [{"cc": []}]}, {"campaign_part": [{"review_loop": []}]}]
    }


async def test_why_leads_down_to_the_open_question(any_person: Person) -> None:
    run = await any_person.starts("campaign", CAMPAIGN)
    brief = await _asked(any_person, run, f"{PART} > cc", "ask_brief")
    why = await any_person.engine.explain_wait(run.workflow_run_id)
    assert (why["reason"], why["interaction_id"]) == ("person", brief.interaction_id)
    assert [place["module_name"] for place in why["path"]] == ["wait_for_post", "wait_until_deadline", "ask_brief"]


async def test_deadline_passed_asks_the_manager_while_the_work_stays_open(any_person: Person) -> None:
    run = await any_person.starts("campaign", HURRIED)
    delay = await _delay(any_person, run, "letter")
    letter = await _asked(any_person, run, f"{PART} > review_loop", "review_text")
    assert (delay.prompt or "").startswith("It was to be done in 0.003 minutes.")
    assert letter.status == "open"


async def test_manager_who_keeps_waiting_gets_the_late_part(any_person: Person) -> None:
    run = await any_person.starts("campaign", HURRIED)
    await any_person.answers(await _delay(any_person, run, "post"), {"approved": False})
    await any_person.answers(await _delay(any_person, run, "letter"), {"approved": True})
    await _letter(any_person, run)
    final = await _asked(any_person, run, "campaign", "approve_campaign")
    assert final.prompt == "Not every part is there: see below."
    assert "There is none. It was late, and the manager went on without it." in final.data["content"]
    assert "Come on Sunday." in final.data["content"]


async def test_manager_who_goes_on_closes_what_is_late(any_person: Person) -> None:
    run = await any_person.starts("campaign", HURRIED)
    for part in ("post", "letter"):
        await any_person.answers(await _delay(any_person, run, part), {"approved": False})
    final = await _asked(any_person, run, "campaign", "approve_campaign")
    inbox = (await any_person.engine.list_inbox()).items
    assert [item.interaction_id for item in inbox] == [final.interaction_id]
    assert await _statuses(any_person, run, "cc", "review_loop") == {RunStatus.CANCELLED}


async def test_part_finished_while_the_manager_is_asked_is_taken(any_person: Person) -> None:
    run = await any_person.starts("campaign", HURRIED)
    delay = await _delay(any_person, run, "letter")
    await _letter(any_person, run)
    await any_person.answers(delay, {"approved": True})
    await any_person.answers(await _delay(any_person, run, "post"), {"approved": False})
    final = await _asked(any_person, run, "campaign", "approve_campaign")
    assert "Come on Sunday." in final.data["content"]


async def test_rejected_post_is_made_again_when_the_manager_wants_it(any_person: Person) -> None:
    run = await any_person.starts("campaign", CAMPAIGN)
    await _letter(any_person, run)
    await _post(any_person, run, {"approved": False, "comment": "too dark"})
    decision = await _asked(any_person, run, PART, "ask_about_rejection")
    assert decision.title == "The post was turned down"
    assert (decision.prompt or "").endswith("is rejected: too dark.")
    await any_person.answers(decision, {"approved": True})
    await _post(any_person, run, {"approved": True})
    final = await _asked(any_person, run, "campaign", "approve_campaign")
    assert final.prompt == "Both parts are ready."


async def test_rejected_post_is_left_out_when_the_manager_goes_on(person: Person) -> None:
    run = await person.starts("campaign", CAMPAIGN)
    await _letter(person, run)
    await _post(person, run, {"approved": False, "comment": "too dark"})
    await person.answers(await _asked(person, run, PART, "ask_about_rejection"), {"approved": False})
    final = await _asked(person, run, "campaign", "approve_campaign")
    assert "is rejected: too dark." in final.data["content"]


async def test_letter_cancelled_by_somebody_is_taken_to_the_manager(any_person: Person) -> None:
    run = await any_person.starts("campaign", CAMPAIGN)
    await _cancels(any_person, run, f"{PART} > review_loop", level=2, reason="no time")
    decision = await _asked(any_person, run, PART, "ask_about_rejection")
    assert decision.prompt == "The sub-workflow 'review_loop' was cancelled: no time."


async def test_second_try_that_is_cancelled_leaves_the_part_out(any_person: Person) -> None:
    run = await any_person.starts("campaign", CAMPAIGN)
    await _cancels(any_person, run, f"{PART} > cc", level=1, reason="no post")
    await _cancels(any_person, run, f"{PART} > review_loop", level=2, reason="no time")
    await any_person.answers(await _asked(any_person, run, PART, "ask_about_rejection"), {"approved": True})
    await _cancels(any_person, run, f"{PART} > review_loop", level=2, reason="still no time")
    final = await _asked(any_person, run, "campaign", "approve_campaign")
    assert "There is none. The sub-workflow 'review_loop' was cancelled: no time." in final.data["content"]


async def test_part_that_is_cancelled_does_not_end_the_campaign(any_person: Person) -> None:
    run = await any_person.starts("campaign", CAMPAIGN)
    for maker in ("cc", "review_loop"):
        await _cancels(any_person, run, f"{PART} > {maker}", level=1, reason="not this year")
    final = await _asked(any_person, run, "campaign", "approve_campaign")
    assert "There is none. The sub-workflow 'campaign_part' was cancelled: not this year." in final.data["content"]


async def test_cancel_in_the_middle_closes_all_descendants(any_person: Person) -> None:
    run = await any_person.starts("campaign", CAMPAIGN)
    await _asked(any_person, run, f"{PART} > cc", "ask_brief")
    await _asked(any_person, run, f"{PART} > review_loop", "review_text")
    await any_person.engine.cancel_run(run.workflow_run_id, reason="called off", actor="ada")
    assert await _statuses(any_person, run, "campaign", "campaign_part", "cc", "review_loop") == {RunStatus.CANCELLED}
    assert (await any_person.engine.list_inbox()).items == []


async def _open(person: Person, run: Run) -> list[Interaction]:
    return await person.engine.list_interactions(run.workflow_run_id)


def _path(question: Interaction) -> str:
    return " > ".join(place["workflow_id"] for place in question.path)


async def _asked(person: Person, run: Run, path: str, module_name: str) -> Interaction:
    """The open question with that path, as soon as it is there."""

    async def look() -> list[Interaction]:
        return [item for item in await _open(person, run) if (_path(item), item.module_name) == (path, module_name)]

    return (await eventually(look, wanted=bool))[0]


async def _delay(person: Person, run: Run, part: str) -> Interaction:
    """The manager's question about a late part."""

    async def look() -> list[Interaction]:
        return [item for item in await _open(person, run) if item.title == f"The {part} is late"]

    return (await eventually(look, wanted=bool))[0]


async def _letter(person: Person, run: Run) -> None:
    question = await _asked(person, run, f"{PART} > review_loop", "review_text")
    await person.answers(question, {"content": "Come on Sunday."})


async def _cancels(person: Person, run: Run, path: str, *, level: int, reason: str) -> None:
    """Cancels the run at that level of the way to an open question."""
    module_name = "ask_brief" if path.endswith("cc") else "review_text"
    question = await _asked(person, run, path, module_name)
    await person.engine.cancel_run(question.path[level]["workflow_run_id"], reason=reason, actor="bob")


async def _post(person: Person, run: Run, decision: dict[str, Any]) -> None:
    """Goes through all questions of the post."""
    cc = f"{PART} > cc"
    await person.answers(await _asked(person, run, cc, "ask_brief"), {"values": BRIEF})
    await person.answers(await _asked(person, run, cc, "select_scene"), {"selected": 0})
    _, pictures = await person.uses(await _asked(person, run, cc, "create_pictures"), "generate", prompt_index=0)
    await person.answers(pictures, {"selected": [pictures.data["generations"][0]["id"]]})
    await person.answers(await _asked(person, run, cc, "select_title"), {"selected": 0})
    await person.answers(await _asked(person, run, cc, "review_text"), {"content": "The doors are open."})
    await person.answers(await _asked(person, run, cc, "approve_post"), decision)


async def _at_approval(person: Person) -> Run:
    """A campaign that comes to its approval quickly, without any part."""
    run = await person.starts("campaign", HURRIED)
    for part in ("post", "letter"):
        await person.answers(await _delay(person, run, part), {"approved": False})
    return run


def _outline(node: dict[str, Any]) -> dict[str, Any]:
    return {node["workflow_id"]: [_outline(child) for child in node["children"]]}


async def _statuses(person: Person, run: Run, *workflow_ids: str) -> set[RunStatus]:
    nodes = [await person.engine.get_tree(run.workflow_run_id)]
    found: set[RunStatus] = set()
    while nodes:
        node = nodes.pop()
        nodes += node["children"]
        if node["workflow_id"] in workflow_ids:
            found.add(node["status"])
    return found
