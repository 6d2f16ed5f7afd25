import re
from typing import Any

import pytest

from backend.server.modules.api.offline_text import generate

TOPIC = "A neighbourhood bakery that opens at noon"
SCENE = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "description": {"type": "string", "description": "One or two sentences"},
        "setting": {"type": "string"},
        "mood": {"type": "string"},
        "lighting": {"type": "string"},
        "camera": {"type": "string"},
        "image_prompt": {"type": "string"},
        "keywords": {"type": "array", "items": {"type": "string"}, "minItems": 3, "maxItems": 6},
    },
}
SCENES = {"type": "object", "properties": {"scenes": {"type": "array", "items": SCENE, "minItems": 1}}}


def scenes(feedback: str = "", *, topic: str = TOPIC, count: int = 4, extra: str = "", seed: int = 0) -> list[Any]:
    text = f"Task: Write scene concepts.\nTopic: {topic}\nCount: {count}\nFeedback: {feedback}\n{extra}"
    made: list[Any] = generate(text, schema=SCENES, seed=seed)["scenes"]
    return made


def said(scene: Any) -> str:
    return " ".join([scene["description"], scene["setting"], scene["image_prompt"], *scene["keywords"]]).lower()


def test_same_input_gives_the_same_scenes() -> None:
    assert scenes("more rain") == scenes("more rain")


@pytest.mark.parametrize("change", [{"seed": 1}, {"topic": "Electric bikes"}, {"feedback": "more rain"}])
def test_other_seed_topic_or_feedback_gives_other_scenes(change: dict[str, Any]) -> None:
    assert scenes(**change) != scenes()


def test_count_line_counts() -> None:
    assert len(scenes(count=3)) == 3


def test_scenes_of_one_answer_differ_in_title_place_and_camera() -> None:
    made = scenes(count=5)
    for field in ("title", "setting", "camera", "description"):
        assert len({scene[field] for scene in made}) == 5, field


def test_description_keeps_to_the_sentences_its_schema_allows() -> None:
    for scene in scenes("snow, more dogs, without cars, warmer"):
        assert len(re.findall(r"[.!?](?:\s|$)", scene["description"])) <= 2


def test_topic_is_spoken_of() -> None:
    assert all("bakery" in said(scene) for scene in scenes())


@pytest.mark.parametrize(
    ("feedback", "words"),
    [
        ("more rain", ["rain"]),
        ("at night", ["night"]),
        ("set it at dawn", ["dawn"]),
        ("more rain, at night", ["rain", "night"]),
        ("in Tokyo", ["tokyo"]),
        ("set it in a forest", ["forest"]),
        ("on a rooftop", ["rooftop"]),
        ("add a red umbrella", ["red umbrella"]),
        ("include dogs and balloons", ["dogs", "balloons"]),
        ("warmer", ["warm"]),
        ("more blue", ["blue"]),
        ("mysterious, please", ["mysterious"]),
        ("make it funnier", ["funny"]),
        ("in autumn", ["leaves"]),
        ("close-up", ["close-up"]),
        ("morning instead of night", ["morning"]),
        ("too dark", ["bright"]),
        ("make it pop", ["make it pop"]),
    ],
)
def test_wish_shows_in_every_scene(feedback: str, words: list[str]) -> None:
    for scene in scenes(feedback):
        assert all(word in f"{said(scene)} {scene['camera'].lower()}" for word in words), scene


def test_fewer_people_leaves_hardly_anybody() -> None:
    lonely = ("nobody", "no one else", "hardly anybody")
    assert all(any(word in said(scene) for word in lonely) for scene in scenes("fewer people"))


def test_unwanted_thing_is_said_to_be_absent_and_kept_out_of_the_image_prompt() -> None:
    for scene in scenes("without bicycles"):
        assert "no bicycles" in scene["description"].lower()
        assert "bicycle" not in scene["image_prompt"].lower()
        assert not any("bicycle" in word for word in scene["keywords"])


def test_avoided_words_do_not_come_back() -> None:
    banned = sorted({word for scene in scenes(count=6) for word in scene["keywords"]})
    again = scenes(count=6, extra=f"Avoid: {', '.join(banned)}")
    assert not {word for scene in again for word in scene["keywords"]} & set(banned)


def test_given_scene_stays_in_its_image_prompts() -> None:
    schema = {"type": "object", "properties": {"prompts": {"type": "array", "items": {"type": "string"}}}}
    text = (
        "Task: Write image prompts for one scene.\nTopic: bread\nCount: 3\nScene: The Last Loaf. A baker breaks a loaf "
        "in half. Setting: A corner café, at dusk. Mood: calm. Camera: Close-up, 85 mm."
    )
    prompts = generate(text, schema=schema)["prompts"]
    assert len(set(prompts)) == 3
    assert all("baker breaks a loaf" in prompt and "dusk" in prompt for prompt in prompts)
    assert "close-up, 85 mm" in prompts[0]


def test_titles_are_short_different_and_without_a_colon() -> None:
    schema = {"type": "object", "properties": {"titles": {"type": "array", "items": {"type": "string"}}}}
    titles = generate(f"Task: Write titles for a post.\nTopic: {TOPIC}\nCount: 5", schema=schema)["titles"]
    assert len(set(titles)) == 5
    assert all(len(title) <= 60 and ":" not in title for title in titles)
