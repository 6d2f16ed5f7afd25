"""Calling HTTP services."""

import asyncio
import re
from typing import Annotated, Any, Literal, Self

import httpx
import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from backend.core.config import MIB
from backend.core.errors import HttpFailed
from backend.server.modules.api.exchange import Answer, exchange, named
from backend.server.modules.api.pinned import PinnedTransport
from backend.server.modules.base import Module, ModuleContext

INLINE_BYTES = MIB
"""Larger bodies become an artifact: values of that size do not belong into templates and state."""

_TOKEN = re.compile(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"})
_TEXT = re.compile(r"^(text/.*|application/(.*\+)?(xml|yaml|javascript|x-www-form-urlencoded))$")
_JSON = re.compile(r"^(application|text)/(.*\+)?json$")
_CHARSET = re.compile(
    r"^(utf-?(8|16|32)([bl]e)?|(us-)?ascii|iso-?8859-\d+|latin-?1|(windows-|cp)125\d"
    r"|shift_jis|euc-(jp|kr)|gb(k|2312|18030)|big5|koi8-[ru])$",
    re.IGNORECASE,
)
"""Python has further codecs by name, some of them slow on purpose-made input."""

Scalar = str | int | float | bool


def _check_url(text: str) -> str:
    # The reasons of the parser are not repeated: they quote the address, which may hold credentials.
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError):
        raise ValueError("this is no URL; write it as https://example.com/path") from None
    if url.scheme not in ("http", "https") or not url.raw_host or url.port == 0:
        raise ValueError("only http:// and https:// addresses with a host can be called")
    return text


def _check_headers(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not _TOKEN.match(name):
            raise ValueError(f"'{name[:100]}' is no name of a header")
        if name.lower() in _OURS:
            raise ValueError(f"the header '{name}' is set by the server; leave it out")
        if not value.isprintable() or not value.isascii():
            raise ValueError(f"the value of the header '{name}' holds characters that headers cannot carry")
    return headers


class StoredFile(BaseModel):
    """A file in the artifact store."""

    model_config = ConfigDict(extra="allow")

    artifact_id: str


class HttpRequest(Module):
    module_id = "http.request"
    title = "HTTP request"
    description = (
        "Calls an HTTP service. Private and loopback addresses are refused unless the server allows them; up to "
        "three redirects are followed; POST, PUT and PATCH carry an Idempotency-Key."
    )

    class Inputs(BaseModel):
        model_config = ConfigDict(
            extra="forbid",
            serialize_by_alias=True,
            json_schema_extra={
                "examples": [
                    {
                        "method": "POST",
                        "url": "https://example.org/orders",
                        "headers": {"Authorization": "Bearer {{ secrets.SHOP_TOKEN }}"},
                        "json": {"topic": "{{ state.topic }}"},
                    }
                ]
            },
        )

        method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] = Field(
            "GET", description="HTTP method."
        )
        url: Annotated[str, AfterValidator(_check_url)] = Field(
            max_length=8000, description="http:// or https:// address."
        )
        headers: Annotated[dict[str, str], AfterValidator(_check_headers)] = Field(
            default_factory=dict, max_length=100, description="Headers to send. Put credentials here, from `secrets`."
        )
        params: dict[str, Scalar | list[Scalar]] = Field(
            default_factory=dict, description="Query parameters, added to those of the URL."
        )
        json_body: Any = Field(None, alias="json", description="A value to send as JSON.")
        text: str | None = Field(None, description="A text to send as it is; say its Content-Type in `headers`.")
        timeout_seconds: float = Field(
            30.0, gt=0, description="For the whole call with its redirects; the server's own limit applies as well."
        )
        expected_status: list[Annotated[int, Field(ge=100, le=599)]] = Field(
            default_factory=list, description="Statuses that are no failure. Empty: 200 to 299."
        )
        max_bytes: int | None = Field(None, ge=1, description="Limit of the body; the server's own applies as well.")
        as_artifact: bool = Field(False, description="Store the body as a file, whatever it is.")

        @model_validator(mode="after")
        def _one_body(self) -> Self:
            if self.has_json and self.text is not None:
                raise ValueError("give 'json' or 'text', not both")
            return self

        @property
        def has_json(self) -> bool:
            return "json_body" in self.model_fields_set

    class Outputs(BaseModel):
        model_config = ConfigDict(serialize_by_alias=True)

        status: int = Field(description="HTTP status.")
        headers: dict[str, str] = Field(description="Headers by lower-case name, without cookies.")
        json_body: Any = Field(alias="json", description="The body, where it is JSON; else null.")
        text: str | None = Field(description="The body, where it is another text; else null.")
        artifact: StoredFile | None = Field(description="The body, where it is a file or above 1 MiB; else null.")

    async def execute(self, inputs: Inputs, context: ModuleContext) -> dict[str, Any]:
        settings = context.settings
        seconds = min(inputs.timeout_seconds, settings.http_timeout_seconds)
        limit = min(inputs.max_bytes or settings.http_max_bytes, settings.http_max_bytes)
        transport = PinnedTransport(allow_private=settings.http_allow_private)
        async with httpx.AsyncClient(transport=transport, trust_env=False, timeout=seconds) as client:
            request = _request(client, inputs, context.idempotency_key)
            try:
                async with asyncio.timeout(seconds):
                    answer = await exchange(client, request, max_bytes=limit)
            except TimeoutError:
                raise HttpFailed(named(request), f"no answer within {seconds:g} s.", code="http_timeout") from None
        _check_status(answer, request, inputs.expected_status)
        return await _outputs(answer, inputs, context)


def _request(client: httpx.AsyncClient, inputs: HttpRequest.Inputs, idempotency_key: str) -> httpx.Request:
    # Packed bodies are not asked for: unpacking is where a small answer becomes a large one.
    headers = httpx.Headers({"accept-encoding": "identity", "user-agent": "interlude"})
    content: bytes | None = None
    if inputs.has_json:
        headers["content-type"] = "application/json"
        content = orjson.dumps(inputs.json_body)
    elif inputs.text is not None:
        headers["content-type"] = "text/plain; charset=utf-8"
        content = inputs.text.encode()
    if inputs.method in ("POST", "PUT", "PATCH"):
        headers["idempotency-key"] = idempotency_key
    headers.update(inputs.headers)
    url = httpx.URL(inputs.url).copy_merge_params(inputs.params) if inputs.params else httpx.URL(inputs.url)
    return client.build_request(inputs.method, url, headers=headers, content=content)


def _check_status(answer: Answer, request: httpx.Request, expected: list[int]) -> None:
    if answer.status in expected or (not expected and 200 <= answer.status < 300):
        return
    wanted = ", ".join(map(str, expected)) or "200 to 299"
    raise HttpFailed(
        named(request),
        f"answered {answer.status}, expected {wanted}.",
        code="http_status",
        retryable=answer.status == 429 or answer.status >= 500,
    )


async def _outputs(answer: Answer, inputs: HttpRequest.Inputs, context: ModuleContext) -> dict[str, Any]:
    media_type, charset = _media_type(answer)
    outputs: dict[str, Any] = {
        "status": answer.status,
        "headers": {name: value for name, value in answer.headers.items() if name != "set-cookie"},
        "json": None,
        "text": None,
        "artifact": None,
    }
    if not answer.content:
        return outputs
    inline = not inputs.as_artifact and len(answer.content) <= INLINE_BYTES
    if inline and _JSON.match(media_type) and (found := _parsed(answer.content)) is not None:
        return {**outputs, "json": found[0]}
    if inline and (_TEXT.match(media_type) or _JSON.match(media_type)):
        text = _decoded(answer.content, charset)
        if text is not None:
            return {**outputs, "text": text}
    return {**outputs, "artifact": await context.artifacts.save(answer.content, media_type=media_type)}


def _media_type(answer: Answer) -> tuple[str, str]:
    """Media type without parameters, and charset."""
    declared = httpx.Response(200, headers={"content-type": answer.headers.get("content-type", "")})
    media_type = declared.headers["content-type"].partition(";")[0].strip().lower()
    return media_type or "application/octet-stream", declared.charset_encoding or "utf-8"


def _parsed(content: bytes) -> tuple[Any] | None:
    """The JSON value in a tuple, since it may be null itself."""
    try:
        return (orjson.loads(content),)
    except orjson.JSONDecodeError:
        return None


def _decoded(content: bytes, charset: str) -> str | None:
    if not _CHARSET.match(charset):
        return None
    try:
        return content.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return None
