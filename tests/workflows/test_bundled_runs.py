"""The bundled workflows, gone through as a person would, with the keyless providers."""

from typing import Any

from backend.db.records import Interaction
from tests.workflows.conftest import Person

BRIEF = {
    "topic": "a night market in the rain",
    "audience": "curious people",
    "tone": "friendly",
    "scene_count": 3,
    "aspect_ratio": "3:2",
}


async def test_hello_answered_greets_by_name(person: Person) -> None:
    run = await person.starts("hello")
    await person.answers(await person.is_asked(run, "ask_name"), {"values": {"name": "Ada"}})
    assert (await person.sees_end(run)).output == {"greeting": "Hello, Ada!"}


async def test_review_loop_improved_shows_the_new_draft_and_keeps_both_versions(person: Person) -> None:
    run = await person.starts("review_loop", {"topic": "why our library opens on Sundays"})
    first = await person.is_asked(run, "review_text")
    ended, second = await person.uses(first, "improve", feedback="shorter")
    state = (await person.engine.get_state(run.workflow_run_id)).state
    assert ended.status == "completed"
    assert state["versions"] == [first.data["content"], second.data["content"]]
    assert len(second.data["content"]) < len(first.data["content"])


async def test_review_loop_sent_on_ends_with_the_edited_text(person: Person) -> None:
    run = await person.starts("review_loop", {"topic": "why our library opens on Sundays"})
    await person.answers(await person.is_asked(run, "review_text"), {"content": "Come by."})
    output = (await person.sees_end(run)).output
    assert output["text"] == "Come by."
    assert len(output["versions"]) == 1


async def test_cc_started_with_a_topic_has_it_filled_in(person: Person) -> None:
    question = await person.is_asked(await person.starts("cc", {"topic": "bees"}), "ask_brief")
    assert question.data["defaults"]["topic"] == "bees"


async def test_cc_regenerated_with_feedback_offers_other_scenes_that_follow_it(person: Person) -> None:
    first = await _scenes(person)
    ended, second = await person.uses(first, "regenerate_scenes", feedback="at dawn, no people")
    assert ended.status == "completed"
    assert _labels(second).isdisjoint(_labels(first))
    assert all("dawn" in option["value"]["setting"] for option in second.data["options"])


async def test_cc_regenerated_keeps_the_feedback_out_of_the_run(person: Person) -> None:
    question = await _scenes(person)
    await person.uses(question, "regenerate_scenes", feedback="at dawn")
    state = (await person.engine.get_state(question.workflow_run_id)).state
    assert "_retry_feedback" not in state


async def test_cc_more_scenes_adds_so_many_behind_the_first_ones(person: Person) -> None:
    first = await _scenes(person)
    _, second = await person.uses(first, "more_scenes", count=2)
    assert second.data["options"][:3] == first.data["options"]
    assert len(second.data["options"]) == 5


async def test_cc_generate_adds_a_picture_for_each_prompt(person: Person) -> None:
    question = await _pictures(person)
    ended, question = await person.uses(question, "generate")
    assert ended.status == "completed"
    assert len(question.data["generations"]) == len(question.data["prompts"]) == 3


async def test_cc_variation_adds_one_made_from_the_chosen_picture(person: Person) -> None:
    _, question = await person.uses(await _pictures(person), "generate")
    chosen = question.data["generations"][1]["id"]
    _, question = await person.uses(question, "variation", image_id=chosen, feedback="at night")
    assert [picture.get("created_from") for picture in question.data["generations"]] == [None, None, None, chosen]


async def test_cc_rewrite_replaces_the_text_that_is_reviewed(person: Person) -> None:
    first = await _text(person)
    _, second = await person.uses(first, "rewrite", feedback="shorter")
    assert len(second.data["content"]) < len(first.data["content"])


async def test_cc_rejected_ends_with_the_reason_in_its_summary(person: Person) -> None:
    output = await _decided(person, {"approved": False, "comment": "too dark"})
    assert output["status"] == "rejected"
    assert "too dark" in output["summary"]


async def test_cc_approved_hands_on_title_text_picture_and_scene(person: Person) -> None:
    output = await _decided(person, {"approved": True})
    assert output["status"] == "approved"
    assert output["text"] == "Come and see."
    assert output["title"]
    artifact, content = await person.engine.get_artifact(output["picture"]["artifact_id"])
    assert artifact.media_type.startswith("image/")
    assert len(content) == artifact.size
    assert output["scene"]["title"]


async def _scenes(person: Person) -> Interaction:
    run = await person.starts("cc")
    await person.answers(await person.is_asked(run, "ask_brief"), {"values": BRIEF})
    return await person.is_asked(run, "select_scene")


async def _pictures(person: Person) -> Interaction:
    scenes = await _scenes(person)
    await person.answers(scenes, {"selected": 0})
    return await person.is_asked(scenes, "create_pictures")


async def _text(person: Person) -> Interaction:
    _, question = await person.uses(await _pictures(person), "generate")
    await person.answers(question, {"selected": [question.data["generations"][0]["id"]]})
    await person.answers(await person.is_asked(question, "select_title"), {"selected": 0})
    return await person.is_asked(question, "review_text")


async def _decided(person: Person, decision: dict[str, Any]) -> dict[str, Any]:
    text = await _text(person)
    await person.answers(text, {"content": "Come and see."})
    await person.answers(await person.is_asked(text, "approve_post"), decision)
    output: dict[str, Any] = (await person.sees_end(text)).output
    return output


def _labels(question: Interaction) -> set[Any]:
    return {option["label"] for option in question.data["options"]}
