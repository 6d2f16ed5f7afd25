"""The published contract: what FastAPI knows, and what it cannot: problems, streams, the token."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from backend import __version__
from backend.core.errors import (
    BodyTooDeep,
    BodyTooLarge,
    HostRefused,
    InterludeError,
    InvalidJson,
    InvalidRequest,
    MediaTypeRefused,
    OriginRefused,
    StoreUnavailable,
    Unauthorized,
    Unexpected,
    ValueNotStorable,
)
from backend.server.api.middleware.door import OPEN_PATHS
from backend.server.api.models import Event
from backend.server.api.problems import PROBLEM_JSON, Problem
from backend.server.api.stream_models import CHANGE_MESSAGES, SUB_ACTION_MESSAGES

Responses = dict[int | str, dict[str, Any]]

EVENT_STREAM = "text/event-stream"

ALWAYS = (HostRefused, InvalidRequest, StoreUnavailable, Unauthorized, Unexpected)
WITH_BODY = (BodyTooDeep, BodyTooLarge, InvalidJson, MediaTypeRefused, OriginRefused, ValueNotStorable)

TAGS = [
    {"name": "workflows", "description": "Definitions: save, version, check, read."},
    {"name": "runs", "description": "Executions of workflows: start, watch, stop."},
    {"name": "interactions", "description": "Open questions to people, and their answers."},
    {"name": "sub-actions", "description": "Work inside an open question, which stays open."},
    {"name": "artifacts", "description": "Stored files and large values."},
    {"name": "modules", "description": "What definitions can be made of."},
    {"name": "operation", "description": "For whoever keeps the server running."},
]

DESCRIPTION = """Workflows in which people take part.

Errors are RFC 9457 problems (`application/problem+json`) with a `code` for programs. Lists are
`{"items": [...], "next_cursor": null | "..."}`. Times are RFC 3339 in UTC. Unknown fields and parameters are refused.
Streams are Server-Sent Events; each message has an `id`, and `Last-Event-ID` goes on after it.
"""


def problems(*kinds: type[InterludeError], body: bool = False) -> Responses:
    """`responses=` of a route: the problems that it can give besides those that every call can give.

    Args:
        kinds: its own errors.
        body: whether it takes a body, which can be wrong in more ways.
    """
    by_status: dict[int, set[str]] = {}
    for kind in (*ALWAYS, *(WITH_BODY if body else ()), *kinds):
        by_status.setdefault(kind.status, set()).add(kind.code)
    return {status: _problem_response(status, sorted(codes)) for status, codes in sorted(by_status.items())}


def _problem_response(status: int, codes: list[str]) -> dict[str, Any]:
    headers = {"Retry-After": _header("Seconds to wait.")} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}.",
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        **({"headers": headers} if headers else {}),
    }


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}


def stream(description: str, messages: Mapping[str, type[BaseModel]], *, example: str) -> Responses:
    """`responses=` of a route that answers with Server-Sent Events: `messages` says what `data` of each holds."""
    shapes = [_message(name, model) for name, model in messages.items()]
    content = {"itemSchema": {"oneOf": shapes}, "example": example}
    return {200: {"description": description, "content": {EVENT_STREAM: content}}}


def _message(name: str, model: type[BaseModel]) -> dict[str, Any]:
    data = {
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": {"$ref": f"#/components/schemas/{model.__name__}"},
    }
    properties = {"event": {"type": "string", "const": name}, "id": {"type": "string"}, "data": data}
    return {"type": "object", "properties": properties, "required": ["event", "data"]}


def content(media_type: str, description: str, *, headers: Mapping[str, str] | None = None) -> Responses:
    """`responses=` of a route that answers with something else than JSON."""
    shape = {"type": "string"} if media_type.startswith("text/") else {"type": "string", "format": "binary"}
    described = {name: _header(text) for name, text in (headers or {}).items()}
    return {200: {"description": description, "content": {media_type: {"schema": shape}}, "headers": described}}


def located(description: str) -> Responses:
    """`responses=` of a route that answers 201 with a Location header."""
    return {201: {"description": description, "headers": {"Location": _header("Where the new thing is.")}}}


def publish(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once and kept by the app."""
    if app.openapi_schema is None:
        app.openapi_schema = _complete(
            get_openapi(
                title="Interlude",
                version=__version__,
                description=DESCRIPTION,
                routes=app.routes,
                tags=TAGS,
            )
        )
    return app.openapi_schema


def _complete(document: dict[str, Any]) -> dict[str, Any]:
    extra: list[type[BaseModel]] = [Problem, Event, *SUB_ACTION_MESSAGES.values(), *CHANGE_MESSAGES.values()]
    _, schemas = models_json_schema(
        [(model, "serialization") for model in extra], ref_template="#/components/schemas/{model}"
    )
    components = document.setdefault("components", {})
    components["schemas"] = dict(sorted({**schemas["$defs"], **components.get("schemas", {})}.items()))
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "INTERLUDE_API_TOKENS"}
    }
    # The empty alternative: a server without tokens, which answers on its own machine only.
    document["security"] = [{"token": []}, {}]
    for path in OPEN_PATHS & document["paths"].keys():
        document["paths"][path]["get"]["security"] = []
    for calls in document["paths"].values():
        for call in calls.values():
            _correct(call)
    return document


def _correct(call: dict[str, Any]) -> None:
    """Takes out what FastAPI says of every call and is not so here."""
    for parameter in call.get("parameters", ()):
        choices = [item for item in parameter["schema"].get("anyOf", ()) if item != {"type": "null"}]
        if len(choices) == 1:  # a parameter can be left out; there is no way to send null
            del parameter["schema"]["anyOf"]
            parameter["schema"] |= choices[0]
    success = call["responses"].get("200", {}).get("content", {})
    if EVENT_STREAM in success:
        del success[EVENT_STREAM]["schema"]  # the stream as one text; itemSchema describes its messages
