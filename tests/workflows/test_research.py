"""Research: sources asked in parallel, what they say ranked, and a report that is changed while it is reviewed."""

from typing import Any

from backend.db.records import Interaction, Run, RunStatus
from tests.workflows.conftest import Person

TOPIC = "shade of street trees"
GARDENER = {"name": "Gardener", "text": "Trees give shade. Benches do not. A street without trees has no shade."}
BAKER = {"name": "Baker", "text": "Bread needs salt. My street has two trees."}
UNREACHABLE = {"name": "Intranet", "url": "http://127.0.0.1:9/notes"}


async def test_research_out_of_the_box_reports_what_the_sources_say(any_person: Person) -> None:
    question = await _report(any_person, {"topic": TOPIC})
    assert (question.prompt or "").startswith("4 of 4 sources answered.")
    assert question.data["content"].startswith(f"# {TOPIC}")
    assert "1. Shade of street trees takes more off the felt temperature" in question.data["content"]
    assert "- Park keeper: A young street tree needs water" in question.data["content"]


async def test_research_sent_on_hands_on_the_edited_report_and_the_findings(any_person: Person) -> None:
    question = await _report(any_person, {"topic": TOPIC, "sources": [GARDENER, BAKER]})
    await any_person.answers(question, {"content": "Plant trees."})
    output = (await any_person.sees_end(question)).output
    assert output["report"] == "Plant trees."
    assert [(item["text"], item["score"], item["sources"]) for item in output["findings"]] == [
        ("A street without trees has no shade", 3, ["Gardener"]),
        ("My street has two trees", 2, ["Baker"]),
        ("Trees give shade", 2, ["Gardener"]),
    ]


async def test_same_sentence_in_two_sources_is_one_finding_of_both(any_person: Person) -> None:
    again = {**GARDENER, "name": "Neighbour"}
    question = await _report(any_person, {"topic": TOPIC, "sources": [GARDENER, again], "findings": 1})
    assert "1. A street without trees has no shade. (Gardener, Neighbour)" in question.data["content"]


async def test_source_that_fails_is_named_in_the_report_and_stops_no_other(any_person: Person) -> None:
    question = await _report(any_person, {"topic": TOPIC, "sources": [UNREACHABLE, GARDENER]})
    assert (question.prompt or "").startswith("1 of 2 sources answered.")
    assert "- Intranet: no answer. '127.0.0.1' leads to an address" in question.data["content"]
    children = await _children(any_person, question)
    assert sorted(child.status for child in children) == [RunStatus.COMPLETED, RunStatus.ERROR]


async def test_research_without_any_answer_fails_with_the_reason(any_person: Person) -> None:
    run = await any_person.starts("research", {"topic": TOPIC, "sources": [UNREACHABLE]})
    error = (await any_person.sees_end(run)).error or {}
    assert error["message"].startswith("None of the sources answered. The first one said: '127.0.0.1'")


async def test_summary_rewritten_with_feedback_changes_in_the_open_report(any_person: Person) -> None:
    before = await _report(any_person, {"topic": TOPIC})
    ended, after = await any_person.uses(before, "rewrite_summary", feedback="add a call to action")
    first, second = _paragraphs(before), _paragraphs(after)
    assert (ended.status, after.status) == ("completed", "open")
    assert first[1] != second[1]
    assert first[2:] == second[2:]


async def test_fewer_findings_are_ranked_again_without_asking_the_sources(any_person: Person) -> None:
    before = await _report(any_person, {"topic": TOPIC})
    _, after = await any_person.uses(before, "change_length", count=2)
    state = (await any_person.engine.get_state(after.workflow_run_id)).state
    assert len(state["findings"]) == 2
    assert "3. " in before.data["content"]
    assert "3. " not in after.data["content"]
    assert len(await _children(any_person, after)) == 4


async def _report(person: Person, payload: dict[str, Any]) -> Interaction:
    return await person.is_asked(await person.starts("research", payload), "review_report")


async def _children(person: Person, question: Interaction) -> list[Run]:
    page = await person.engine.list_runs(parent_workflow_id=question.workflow_run_id)
    return page.items


def _paragraphs(question: Interaction) -> list[str]:
    content: str = question.data["content"]
    return content.split("\n\n")
