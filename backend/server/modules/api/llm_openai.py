"""Text from any OpenAI-compatible endpoint, through the official SDK."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from backend.core.config import Settings
from backend.core.errors import ModuleError
from backend.server.modules.api.llm_json import read_json, response_format
from backend.server.modules.base import ModuleContext
from backend.server.modules.openai_client import Endpoint, garbled, openai_client

if TYPE_CHECKING:
    from backend.server.modules.api.llm import LlmInputs

REPORT_SECONDS = 0.25


@dataclass(slots=True)
class Answer:
    """What came so far. `finish` is the endpoint's reason for stopping."""

    text: str = ""
    model: str | None = None
    finish: str | None = None
    refusal: str = ""
    usage: dict[str, int] | None = None
    reported_at: float = field(default_factory=lambda: -REPORT_SECONDS)


def endpoint_of(settings: Settings) -> Endpoint:
    return Endpoint(settings.llm_base_url, settings.llm_api_key, "INTERLUDE_LLM_API_KEY", "INTERLUDE_LLM_BASE_URL")


async def answer_openai(inputs: "LlmInputs", context: ModuleContext) -> dict[str, Any]:
    """The outputs of `api.llm`.

    Raises:
        ModuleError: the endpoint failed, or the answer was cut, refused, or does not fit the schema.
    """
    endpoint = endpoint_of(context.settings)
    model = inputs.model or context.settings.llm_model
    context.report(0.0, f"Asking {model}")
    async with openai_client(endpoint, timeout_seconds=inputs.silence_seconds) as client:
        request = _request(inputs, context=context, model=model)
        reply = await client.chat.completions.create(**request)
        answer = await _read_stream(reply, context) if inputs.stream else _read_whole(reply, endpoint)
    _check_ending(answer)
    response = read_json(answer.text, inputs.json_schema) if inputs.json_schema is not None else answer.text
    context.report(1.0, f"{len(answer.text):,} characters")
    return {"response": response, "provider": "openai", "model": answer.model or model, "usage": answer.usage}


def _request(inputs: "LlmInputs", *, context: ModuleContext, model: str) -> dict[str, Any]:
    request: dict[str, Any] = {
        "model": model,
        "messages": inputs.all_messages(),
        "temperature": inputs.temperature,
        "seed": inputs.seed,
        "stream": inputs.stream,
        "extra_headers": {"Idempotency-Key": context.idempotency_key},
    }
    # OpenAI itself refuses the old name on its newer models; other servers know only the old one.
    limit = "max_tokens" if context.settings.llm_base_url else "max_completion_tokens"
    request[limit] = inputs.max_tokens
    if inputs.stream:
        request["stream_options"] = {"include_usage": True}
    if inputs.json_schema is not None:
        request["response_format"] = response_format(inputs.json_schema)
    return {name: value for name, value in request.items() if value is not None}


async def _read_stream(chunks: Any, context: ModuleContext) -> Answer:
    answer = Answer()
    async for chunk in chunks:
        if context.cancelled:
            raise ModuleError("The model's answer was no longer wanted.", code="cancelled", retryable=False)
        _take_chunk(answer, chunk)
        if time.monotonic() - answer.reported_at >= REPORT_SECONDS and answer.text:
            answer.reported_at = time.monotonic()
            context.report(None, f"{len(answer.text):,} characters so far")
    if answer.finish is None:
        raise ModuleError("The answer broke off before its end.", code="provider_cut", retryable=True)
    return answer


def _take_chunk(answer: Answer, chunk: Any) -> None:
    answer.model = getattr(chunk, "model", None) or answer.model
    answer.usage = _usage(chunk) or answer.usage
    for choice in getattr(chunk, "choices", None) or []:
        answer.text += choice.delta.content or ""
        answer.refusal += getattr(choice.delta, "refusal", None) or ""
        answer.finish = choice.finish_reason or answer.finish


def _read_whole(reply: Any, endpoint: Endpoint) -> Answer:
    choices = getattr(reply, "choices", None)
    # The SDK does not check what it reads: a proxy's page comes as `str`, a wrong document without choices.
    if not choices or getattr(choices[0], "message", None) is None:
        raise garbled(endpoint)
    message = choices[0].message
    return Answer(
        text=message.content or "",
        model=reply.model,
        finish=choices[0].finish_reason,
        refusal=getattr(message, "refusal", None) or "",
        usage=_usage(reply),
    )


def _usage(reply: Any) -> dict[str, int] | None:
    usage = getattr(reply, "usage", None)
    if usage is None:
        return None
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    return {name: int(getattr(usage, name, None) or 0) for name in names}


def _check_ending(answer: Answer) -> None:
    if answer.refusal or answer.finish == "content_filter":
        why = f": {answer.refusal[:300]}" if answer.refusal else "."
        raise ModuleError(f"The model refused to answer{why}", code="answer_refused", retryable=False)
    if answer.finish == "length":
        raise ModuleError(
            "The answer was cut at its token limit. Raise the input 'max_tokens'.", code="answer_cut", retryable=False
        )
    if not answer.text.strip():
        raise ModuleError("The model gave an empty answer.", code="answer_empty", retryable=True)
