"""Errors as RFC 9457 problems: one shape for every refusal and failure, in responses and in streams."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from backend.core.errors import (
    FieldError,
    InterludeError,
    InvalidJson,
    InvalidRequest,
    ModuleError,
    StoreError,
    Unauthorized,
)
from backend.core.jsonvalue import pointer_of
from backend.server.api.contract import methods_at

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_SECONDS = 1

log = structlog.get_logger(__name__)


class ProblemField(BaseModel):
    """One wrong place. `pointer` leads into the body; `/query/x`, `/path/x` and `/header/x` name parameters."""

    pointer: str
    message: str


class Problem(BaseModel):
    """RFC 9457. `code` is for programs; further members are the ids of what it is about."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "type": "urn:interlude:problem:run_not_found",
                "title": "Not found",
                "status": 404,
                "detail": "There is no run 'wf_0193'.",
                "code": "run_not_found",
                "workflow_run_id": "wf_0193",
            }
        },
    )

    type: str
    title: str
    status: int
    detail: str = Field(description="What happened and what to do, for a person.")
    code: str
    errors: list[ProblemField] = Field(default_factory=list, description="The wrong places of an invalid input.")


def problem_of(error: InterludeError) -> dict[str, Any]:
    """The problem's members, as JSON."""
    body: dict[str, Any] = {
        **error.ids,
        "type": f"urn:interlude:problem:{error.code}",
        "title": error.title,
        "status": status_of(error),
        "detail": error.message,
        "code": error.code,
    }
    if error.errors:
        body["errors"] = [{"pointer": field.pointer, "message": field.message} for field in error.errors]
    return body


def status_of(error: InterludeError) -> int:
    """A module's failure is about the caller's workflow (422); storage that may recover is worth a new try (503)."""
    if isinstance(error, ModuleError):
        return HTTPStatus.UNPROCESSABLE_ENTITY.value
    if isinstance(error, StoreError) and error.retryable and error.status == InterludeError.status:
        return HTTPStatus.SERVICE_UNAVAILABLE.value
    return error.status


def problem_response(error: InterludeError, *, headers: Mapping[str, str] | None = None) -> Response:
    """The error as a response, with Retry-After on 503 and WWW-Authenticate on 401."""
    return _respond(problem_of(error), {**_extra_headers(error), **(headers or {})})


def _extra_headers(error: InterludeError) -> dict[str, str]:
    if isinstance(error, Unauthorized):
        return {"www-authenticate": "Bearer"}
    if status_of(error) == HTTPStatus.SERVICE_UNAVAILABLE:
        return {"retry-after": str(RETRY_AFTER_SECONDS)}
    return {}


def _respond(body: dict[str, Any], headers: Mapping[str, str]) -> Response:
    # The standard library escapes what is not ASCII, so a message that quotes a lone surrogate can still be sent.
    content = json.dumps(body, default=str)
    return Response(content, body["status"], headers={"cache-control": "no-store", **headers}, media_type=PROBLEM_JSON)


def install_handlers(app: FastAPI) -> None:
    """Makes every error of the app a problem. Unforeseen ones are the context middleware's."""
    app.add_exception_handler(InterludeError, _on_interlude_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)


async def _on_interlude_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, InterludeError)
    if status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("request_failed", code=error.code, detail=error.message)
    return problem_response(error)


async def _on_invalid_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem_response(_refusal(error.errors()))


def _refusal(details: Sequence[Any]) -> InterludeError:
    first = details[0]
    if first["type"] == "json_invalid":
        return InvalidJson(str(first["ctx"]["error"]), position=first["loc"][-1])
    return InvalidRequest([FieldError(_pointer(item["loc"]), _sentence(item)) for item in details])


def _pointer(location: Sequence[Any]) -> str:
    where = location[1:] if location and location[0] == "body" else location
    return pointer_of(list(where))


def _sentence(item: Mapping[str, Any]) -> str:
    known = {
        "missing": "This is required.",
        "extra_forbidden": "There is no such field here; leave it out.",
        "string_unicode": "This text has a lone surrogate, which no UTF-8 can hold.",
    }
    return known.get(item["type"]) or f"{item['msg']}."


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code, detail = _ROUTING.get(error.status_code, ("http_error", "The request cannot be answered."))
    body = {
        "type": f"urn:interlude:problem:{code}",
        "title": HTTPStatus(error.status_code).phrase,
        "status": error.status_code,
        "detail": detail.format(method=request.method, path=request.url.path[:200]),
        "code": code,
    }
    headers = error.headers or {}
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (methods := methods_at(request.scope)):
        headers = {"allow": ", ".join(methods)}  # the framework names those of its first route only
    return _respond(body, headers)


_ROUTING = {
    400: ("invalid_json", "The request body cannot be read as JSON in UTF-8."),
    404: ("route_not_found", "There is nothing at {path}. See /docs for all calls."),
    405: ("method_not_allowed", "{path} does not take {method}. See the Allow header."),
}
