from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from backend.core.errors import ModuleError
from backend.server.modules.media.generate import GenerateMedia
from backend.server.modules.media.inputs import MediaInputs
from tests.fixtures.module_context import MemoryArtifacts, answer, misfits, present
from tests.fixtures.providers import sub_action_context

SMALL = {"width": 96, "height": 64}
PROMPTS = {"prompts": ["a street in rain", {"prompt": "a forest", "scene_id": "s2"}], **SMALL}
MADE = [
    {"id": "gen_a", "artifact_id": "art_a", "prompt": "a street", "seed": 1},
    {"id": "gen_b", "artifact_id": "art_b", "prompt": "a forest", "seed": 2},
]


async def run(inputs: dict[str, Any], params: dict[str, Any] | None = None, **kwargs: Any) -> list[dict[str, Any]]:
    context = sub_action_context(MediaInputs.model_validate(inputs), params, **kwargs)
    made: list[dict[str, Any]] = (await GenerateMedia().sub_action(context))["generations"]
    return made


async def refused(inputs: dict[str, Any], params: dict[str, Any]) -> ModuleError:
    with pytest.raises(ModuleError) as caught:
        await run(inputs, params)
    assert not caught.value.retryable
    return caught.value


def test_question_shows_prompts_pictures_and_provider() -> None:
    shown = present(GenerateMedia(), {**PROMPTS, "generations": MADE})
    assert shown["prompts"][1] == {"index": 1, "prompt": "a forest", "negative_prompt": None, "scene_id": "s2"}
    assert shown["generations"] == MADE
    assert shown["provider"] == "offline"


def test_answer_gives_the_chosen_pictures_in_its_order() -> None:
    outputs = answer(
        GenerateMedia(), {**PROMPTS, "generations": MADE, "select": {"max": 2}}, {"selected": ["gen_b", "gen_a"]}
    )
    assert outputs == {"selected": [MADE[1], MADE[0]], "generations": MADE}


@pytest.mark.parametrize(
    "response",
    [
        {"selected": []},
        {"selected": ["gen_c"]},
        {"selected": ["gen_a", "gen_a"]},
        {"selected": ["gen_a", "gen_b"]},
        {"selected": "gen_a"},
        {},
        {"selected": ["gen_a"], "more": 1},
    ],
)
def test_answer_that_is_not_one_known_picture_does_not_fit(response: dict[str, Any]) -> None:
    assert misfits(GenerateMedia(), {"generations": MADE, "select": {"min": 1, "max": 1}}, response)


def test_without_pictures_only_the_empty_answer_may_fit() -> None:
    schema = GenerateMedia().response_schema(MediaInputs.model_validate({"select": {"min": 0}}))
    Draft202012Validator.check_schema(schema)
    assert misfits(GenerateMedia(), {"select": {"min": 0}}, {"selected": []}) == []
    assert misfits(GenerateMedia(), {"select": {"min": 0}}, {"selected": ["x"]})
    assert misfits(GenerateMedia(), {}, {"selected": []})


async def test_every_prompt_gives_its_pictures() -> None:
    artifacts = MemoryArtifacts()

    made = await run({**PROMPTS, "count": 2}, artifacts=artifacts)

    assert [record["prompt"] for record in made] == ["a street in rain"] * 2 + ["a forest"] * 2
    assert len({record["id"] for record in made}) == 4
    assert all(record["artifact_id"] in artifacts.contents for record in made)
    first = made[0]
    assert (first["width"], first["height"], first["provider"], first["model"]) == (
        96,
        64,
        "offline",
        "offline-procedural",
    )
    assert first["media_type"] == "image/png"


async def test_run_again_after_a_crash_gives_the_same_ids_and_pictures() -> None:
    assert await run(PROMPTS, key="k1") == await run(PROMPTS, key="k1")


async def test_another_sub_action_gives_other_ids_and_pictures() -> None:
    first, second = await run(PROMPTS, key="k1"), await run(PROMPTS, key="k2")
    assert not {record["id"] for record in first} & {record["id"] for record in second}
    assert not {record["artifact_id"] for record in first} & {record["artifact_id"] for record in second}


async def test_seed_of_the_definition_moves_on_with_the_pictures_made() -> None:
    made = await run({**PROMPTS, "seed": 40, "generations": MADE})
    assert [record["seed"] for record in made] == [42, 43]


async def test_one_prompt_may_be_named_or_written() -> None:
    assert [record["prompt"] for record in await run(PROMPTS, {"prompt_index": 1})] == ["a forest"]
    assert [record["prompt"] for record in await run(PROMPTS, {"prompt": "a desert"})] == ["a desert"]


async def test_feedback_changes_the_picture_and_is_recorded() -> None:
    plain = await run(PROMPTS, {"prompt_index": 1, "seed": 5})
    wished = await run(PROMPTS, {"prompt_index": 1, "seed": 5, "feedback": "at night"})
    assert wished[0]["feedback"] == "at night"
    assert wished[0]["artifact_id"] != plain[0]["artifact_id"]


async def test_progress_is_reported_for_each_picture() -> None:
    reports: list[tuple[float | None, str | None]] = []
    await run(PROMPTS, reports=reports)
    assert reports == [(0.0, "Picture 1 of 2"), (0.5, "Picture 2 of 2"), (1.0, "2 pictures made")]


@pytest.mark.parametrize("name", ["id", "artifact_id"])
async def test_variation_is_made_from_a_picture_of_this_question(name: str) -> None:
    artifacts = MemoryArtifacts()
    source = (await run(PROMPTS, artifacts=artifacts))[0]

    made = await run(
        {**PROMPTS, "generations": [source]},
        {"action_type": "img2img", "image_id": source[name], "strength": 0.8, "feedback": "at dusk"},
        artifacts=artifacts,
        key="k2",
    )

    assert len(made) == 1
    assert made[0]["created_from"] == source["id"]
    assert (made[0]["action_type"], made[0]["strength"], made[0]["prompt"]) == ("img2img", 0.8, source["prompt"])
    assert made[0]["artifact_id"] != source["artifact_id"]


async def test_picture_of_another_question_cannot_be_varied() -> None:
    error = await refused({**PROMPTS, "generations": MADE}, {"action_type": "img2img", "image_id": "art_other"})
    assert error.code == "unknown_image"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"action_type": "inpaint"}, "unknown_action_type"),
        ({"action_type": "img2img"}, "params_invalid"),
        ({"strength": 2}, "params_invalid"),
        ({"colour": "red"}, "params_invalid"),
        ({"prompt_index": 2}, "unknown_prompt"),
        ({"count": 16}, "too_many_pictures"),
    ],
)
async def test_params_that_cannot_work_are_refused(params: dict[str, Any], code: str) -> None:
    assert (await refused(PROMPTS, params)).code == code


async def test_question_without_prompts_needs_one_from_the_person() -> None:
    assert (await refused(SMALL, {})).code == "prompt_missing"
    assert len(await run(SMALL, {"prompt": "the sea"})) == 1


async def test_source_that_is_no_picture_is_a_clear_error() -> None:
    artifacts = MemoryArtifacts()
    saved = await artifacts.save(b"text", media_type="text/plain")
    inputs = {**PROMPTS, "generations": [{"id": "gen_x", "artifact_id": saved["artifact_id"]}]}
    with pytest.raises(ModuleError, match="cannot be read") as caught:
        await run(inputs, {"action_type": "img2img", "image_id": "gen_x"}, artifacts=artifacts)
    assert not caught.value.retryable


async def test_cancelled_sub_action_makes_no_more_pictures() -> None:
    context = sub_action_context(MediaInputs.model_validate(PROMPTS))
    context.cancel_flag.is_set = True
    with pytest.raises(ModuleError) as caught:
        await GenerateMedia().sub_action(context)
    assert caught.value.code == "cancelled"


@pytest.mark.parametrize(
    "inputs", [{"width": 32}, {"prompts": [""]}, {"count": 0}, {"provider": "dalle"}, {"prompts": 3}]
)
def test_inputs_that_cannot_work_are_refused(inputs: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MediaInputs.model_validate(inputs)


def test_module_offers_a_sub_action() -> None:
    assert GenerateMedia.offers_sub_action()
