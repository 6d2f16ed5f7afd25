import socket
from collections.abc import Iterator
from typing import Any

import pytest

from backend.core.errors import ModuleError
from backend.server.modules.media.generate import GenerateMedia
from backend.server.modules.media.inputs import MediaInputs
from tests.fixtures.module_context import MemoryArtifacts
from tests.fixtures.providers import (
    KEY,
    FakeOpenAI,
    FakeWebUI,
    fake_openai,
    fake_web_ui,
    picture_file,
    sub_action_context,
)

PICTURE = picture_file()


@pytest.fixture
def images() -> Iterator[FakeOpenAI]:
    with fake_openai() as fake:
        yield fake


@pytest.fixture
def web_ui() -> Iterator[FakeWebUI]:
    with fake_web_ui() as fake:
        yield fake


async def make(provider: str, url: str | None, params: dict[str, Any] | None = None, **inputs: Any) -> dict[str, Any]:
    given = MediaInputs.model_validate({"prompts": ["a street"], "provider": provider, **inputs})
    artifacts = MemoryArtifacts()
    artifacts.contents["art_a"] = PICTURE
    key = KEY if provider == "openai" else None
    context = sub_action_context(given, params, artifacts=artifacts, media_base_url=url, media_api_key=key)
    made: dict[str, Any] = (await GenerateMedia().sub_action(context))["generations"][0]
    assert artifacts.contents[made["artifact_id"]] == PICTURE
    return made


async def failure(provider: str, url: str | None) -> ModuleError:
    with pytest.raises(ModuleError) as caught:
        await make(provider, url)
    return caught.value


async def test_openai_picture_is_stored_with_its_own_size(images: FakeOpenAI) -> None:
    images.draws(PICTURE)

    made = await make("openai", images.url, {"feedback": "at night"}, negative_prompt="text", width=1200, height=800)

    assert (made["width"], made["height"], made["model"], made["seed"]) == (96, 64, "gpt-image-1", None)
    assert images.asked["size"] == "1536x1024"
    assert images.asked["prompt"] == "a street\n\nChange: at night\n\nLeave out: text"
    assert images.headers["idempotency-key"] == "idem_1:0"


@pytest.mark.parametrize(
    ("width", "height", "size"), [(768, 768, "1024x1024"), (512, 768, "1024x1536"), (768, 512, "1536x1024")]
)
async def test_openai_is_asked_for_the_nearest_shape(images: FakeOpenAI, width: int, height: int, size: str) -> None:
    images.draws(PICTURE)
    await make("openai", images.url, width=width, height=height)
    assert images.asked["size"] == size


async def test_openai_variation_sends_the_picture(images: FakeOpenAI) -> None:
    images.draws(PICTURE)
    params = {"action_type": "img2img", "image_id": "gen_a"}
    made = await make("openai", images.url, params, generations=[{"id": "gen_a", "artifact_id": "art_a"}])
    assert made["created_from"] == "gen_a"
    assert PICTURE in images.server.received[-1].body


@pytest.mark.parametrize(("status", "retryable"), [(401, False), (429, True), (500, True), (400, False)])
async def test_openai_failure_says_whether_to_try_again(images: FakeOpenAI, status: int, retryable: bool) -> None:
    images.fails(status, message=f"about {KEY}")
    error = await failure("openai", images.url)
    assert error.retryable is retryable
    assert KEY not in error.message
    assert ("INTERLUDE_MEDIA_API_KEY" in error.message) == (status == 401)


@pytest.mark.parametrize(
    "body", [b'{"data": []}', b'{"data": [{"b64_json": "@@"}]}', b'{"data": [{"b64_json": "bm8="}]}', b"[]"]
)
async def test_openai_answer_without_a_picture_is_a_clear_error(images: FakeOpenAI, body: bytes) -> None:
    images.says(body, content_type="application/json")
    assert (await failure("openai", images.url)).code == "provider_garbled"


async def test_openai_without_a_key_names_the_setting() -> None:
    context = sub_action_context(MediaInputs.model_validate({"prompts": ["a street"], "provider": "openai"}))
    with pytest.raises(ModuleError, match="INTERLUDE_MEDIA_API_KEY") as caught:
        await GenerateMedia().sub_action(context)
    assert not caught.value.retryable


async def test_web_ui_picture_carries_its_seed_and_model(web_ui: FakeWebUI) -> None:
    web_ui.draws(PICTURE)

    made = await make(
        "automatic1111", web_ui.server.url, {"seed": 7}, negative_prompt="text", model="dream.safetensors"
    )

    assert (made["seed"], made["model"]) == (99, "dream")
    asked = web_ui.asked
    assert (asked["seed"], asked["width"], asked["height"], asked["negative_prompt"]) == (7, 768, 512, "text")
    assert asked["override_settings"] == {"sd_model_checkpoint": "dream.safetensors"}


async def test_web_ui_variation_sends_picture_and_strength(web_ui: FakeWebUI) -> None:
    web_ui.draws(PICTURE)
    params = {"action_type": "img2img", "image_id": "gen_a", "strength": 0.3}
    await make("automatic1111", web_ui.server.url, params, generations=[{"id": "gen_a", "artifact_id": "art_a"}])
    assert web_ui.asked["denoising_strength"] == 0.3
    assert web_ui.asked["init_images"]


async def test_web_ui_progress_is_passed_on(web_ui: FakeWebUI) -> None:
    web_ui.draws_slowly(PICTURE)
    reports: list[tuple[float | None, str | None]] = []
    given = MediaInputs.model_validate({"prompts": ["a street"], "provider": "automatic1111"})
    context = sub_action_context(given, reports=reports, media_base_url=web_ui.server.url)
    await GenerateMedia().sub_action(context)
    assert (0.5, "Picture 1 of 1") in reports


@pytest.mark.parametrize(
    ("status", "retryable", "word"),
    [
        (401, False, "INTERLUDE_MEDIA_API_KEY"),
        (404, False, "--api"),
        (422, False, "no"),
        (500, True, "500"),
        (503, True, "503"),
    ],
)
async def test_web_ui_failure_says_what_to_do(web_ui: FakeWebUI, status: int, retryable: bool, word: str) -> None:
    web_ui.fails(status)
    error = await failure("automatic1111", web_ui.server.url)
    assert error.retryable is retryable
    assert word in error.message


@pytest.mark.parametrize(
    "body", [b"<html>", b"{}", b'{"images": []}', b'{"images": ["@"]}', b'{"images": ["bm8="]}', b"[]"]
)
async def test_web_ui_answer_without_a_picture_is_a_clear_error(web_ui: FakeWebUI, body: bytes) -> None:
    web_ui.fails(200, body)
    assert (await failure("automatic1111", web_ui.server.url)).code == "provider_garbled"


async def test_web_ui_that_is_not_there_may_be_tried_again() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
    error = await failure("automatic1111", address)
    assert (error.code, error.retryable) == ("provider_unreachable", True)


async def test_web_ui_without_an_address_names_the_setting() -> None:
    error = await failure("automatic1111", None)
    assert "INTERLUDE_MEDIA_BASE_URL" in error.message
    assert not error.retryable
