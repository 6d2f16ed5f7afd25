import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from backend.core.errors import ModuleError
from backend.server.modules.api.llm import Llm
from backend.server.modules.base import ModuleContext
from tests.fixtures.module_context import execute, module_context
from tests.fixtures.providers import KEY, FakeOpenAI, fake_openai

SCENES = {
    "type": "object",
    "properties": {"scenes": {"type": "array", "items": {"type": "string"}}},
    "required": ["scenes"],
}


@pytest.fixture
def model() -> Iterator[FakeOpenAI]:
    with fake_openai() as fake:
        yield fake


def context_for(fake: FakeOpenAI) -> ModuleContext:
    return module_context(llm_provider="openai", llm_base_url=fake.url, llm_api_key=KEY)


async def ask(fake: FakeOpenAI, /, **inputs: Any) -> dict[str, Any]:
    return await execute(Llm(), {"input": "Say something", **inputs}, context_for(fake))


async def failure(fake: FakeOpenAI, /, **inputs: Any) -> ModuleError:
    with pytest.raises(ModuleError) as caught:
        await ask(fake, **inputs)
    return caught.value


@pytest.mark.parametrize("stream", [True, False])
async def test_answer_is_read_whole_or_streamed(model: FakeOpenAI, stream: bool) -> None:
    model.answers("All is well today.")

    outputs = await ask(model, stream=stream)

    usage = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
    assert outputs == {"response": "All is well today.", "provider": "openai", "model": "fake-1", "usage": usage}


async def test_streamed_answer_reports_characters_so_far(model: FakeOpenAI) -> None:
    model.answers("word " * 50)
    told: list[str | None] = []
    context = replace(context_for(model), on_report=lambda progress, message: told.append(message))

    await execute(Llm(), {"input": "Say something"}, context)

    assert any(message and message.endswith("characters so far") for message in told)


async def test_request_carries_conversation_options_and_idempotency_key(model: FakeOpenAI) -> None:
    model.answers("Yes.")

    await ask(
        model,
        system="Be brief.",
        messages=[{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}],
        model="large",
        temperature=0.2,
        max_tokens=50,
        seed=4,
    )

    assert [message["role"] for message in model.asked["messages"]] == ["system", "user", "assistant", "user"]
    assert {key: model.asked[key] for key in ("model", "temperature", "max_tokens", "seed")} == {
        "model": "large",
        "temperature": 0.2,
        "max_tokens": 50,
        "seed": 4,
    }
    assert model.headers["idempotency-key"] == "idem_1"
    assert model.headers["authorization"] == f"Bearer {KEY}"


async def test_schema_gives_a_json_value(model: FakeOpenAI) -> None:
    model.answers('{"scenes": ["a", "b"]}')

    outputs = await ask(model, schema=SCENES)

    assert outputs["response"] == {"scenes": ["a", "b"]}
    assert model.asked["response_format"]["json_schema"]["schema"] == SCENES


async def test_schema_of_a_list_travels_inside_an_object(model: FakeOpenAI) -> None:
    model.answers('{"value": ["a", "b"]}')

    outputs = await ask(model, schema={"type": "array", "items": {"type": "string"}})

    assert outputs["response"] == ["a", "b"]
    assert model.asked["response_format"]["json_schema"]["schema"]["type"] == "object"


async def test_fenced_json_is_read(model: FakeOpenAI) -> None:
    model.answers('```json\n{"scenes": []}\n```')
    assert (await ask(model, schema=SCENES))["response"] == {"scenes": []}


@pytest.mark.parametrize(
    ("answer", "code", "word"),
    [("Certainly! Here are", "answer_not_json", "Certainly"), ('{"scenes": [1]}', "answer_misfit", "/scenes/0")],
)
async def test_answer_that_misses_the_schema_may_be_tried_again(
    model: FakeOpenAI, answer: str, code: str, word: str
) -> None:
    model.answers(answer)
    error = await failure(model, schema=SCENES)
    assert (error.code, error.retryable) == (code, True)
    assert word in error.message


@pytest.mark.parametrize("status", [401, 403])
async def test_refused_key_is_final_names_the_setting_and_hides_the_key(model: FakeOpenAI, status: int) -> None:
    model.fails(status, message=f"Incorrect API key provided: {KEY}")
    error = await failure(model)
    assert not error.retryable
    assert "INTERLUDE_LLM_API_KEY" in error.message
    assert KEY not in f"{error.message} {error.__cause__} {error.ids}"


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_busy_or_broken_endpoint_may_be_tried_again(model: FakeOpenAI, status: int) -> None:
    model.fails(status)
    error = await failure(model)
    assert error.retryable
    assert str(status) in error.message


async def test_attempt_is_made_once(model: FakeOpenAI) -> None:
    model.fails(500)
    await failure(model)
    assert len(model.server.received) == 1


@pytest.mark.parametrize(
    ("status", "code", "wanted"),
    [
        (400, "context_length_exceeded", "provider_input_too_long"),
        (400, "bad_value", "provider_refused"),
        (404, "model_not_found", "provider_refused"),
        (429, "insufficient_quota", "provider_quota"),
    ],
)
async def test_request_that_cannot_work_is_final(model: FakeOpenAI, status: int, code: str, wanted: str) -> None:
    model.fails(status, code=code, message=f"about {KEY}")
    error = await failure(model)
    assert (error.code, error.retryable) == (wanted, False)
    assert KEY not in error.message


async def test_stream_cut_in_the_middle_may_be_tried_again(model: FakeOpenAI) -> None:
    model.cuts_off("All is")
    error = await failure(model)
    assert (error.code, error.retryable) == ("provider_cut", True)


async def test_stream_without_an_end_is_no_answer(model: FakeOpenAI) -> None:
    model.stops_early("All is")
    assert (await failure(model)).code == "provider_cut"


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"<html>proxy</html>", "text/html"), (b"{]", "application/json"), (b'{"a": 1}', "application/json")],
)
async def test_answer_of_another_protocol_is_a_clear_error(
    model: FakeOpenAI, body: bytes, content_type: str, stream: bool
) -> None:
    model.says(body, content_type=content_type)
    assert (await failure(model, stream=stream)).code in ("provider_garbled", "provider_cut")


async def test_garbage_in_a_stream_is_a_clear_error(model: FakeOpenAI) -> None:
    model.says(b"data: {oops\n\n", content_type="text/event-stream")
    assert (await failure(model)).code == "provider_garbled"


async def test_silent_endpoint_ends_the_attempt(model: FakeOpenAI) -> None:
    model.keeps_silent()
    error = await failure(model, silence_seconds=0.2)
    assert (error.code, error.retryable) == ("provider_timeout", True)


async def test_endpoint_that_is_not_there_may_be_tried_again() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
    context = module_context(llm_provider="openai", llm_base_url=address, llm_api_key=KEY)
    with pytest.raises(ModuleError, match="INTERLUDE_LLM_BASE_URL") as caught:
        await execute(Llm(), {"input": "x"}, context)
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("finish", "refusal", "code"),
    [
        ("length", None, "answer_cut"),
        ("content_filter", None, "answer_refused"),
        ("stop", "I will not", "answer_refused"),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
async def test_answer_that_is_none_is_final(
    model: FakeOpenAI, finish: str, refusal: str | None, code: str, stream: bool
) -> None:
    model.answers("Half of", finish=finish, refusal=refusal)
    error = await failure(model, stream=stream)
    assert (error.code, error.retryable) == (code, False)


async def test_missing_key_names_the_setting() -> None:
    with pytest.raises(ModuleError, match="INTERLUDE_LLM_API_KEY") as caught:
        await execute(Llm(), {"input": "x", "provider": "openai"})
    assert not caught.value.retryable


async def test_cancelled_run_stops_reading(model: FakeOpenAI) -> None:
    model.answers("word " * 50)
    context = context_for(model)
    context.cancel_flag.is_set = True
    with pytest.raises(ModuleError) as caught:
        await execute(Llm(), {"input": "x"}, context)
    assert (caught.value.code, caught.value.retryable) == ("cancelled", False)
