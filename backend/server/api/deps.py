"""What routes ask for: the engine, the caller, checked ids and headers."""

import re
from typing import Annotated, Any

import structlog
from fastapi import Depends, Header, Path, Query, Request
from pydantic import AfterValidator

from backend.core.errors import (
    ArtifactNotFound,
    FieldError,
    InvalidEventId,
    InvalidRequest,
    NotFound,
    RunNotFound,
    WorkflowNotFound,
)
from backend.core.ids import ID_PATTERN
from backend.server.api.contract import find_operation
from backend.server.api.fields import MAX_SEQ
from backend.server.workflow.engine import Engine

FRAME_ID = re.compile(r"[0-9]{1,18}\.[0-9]{1,18}")
SEQ = re.compile(r"[0-9]{1,18}")


def engine_of(request: Request) -> Engine:
    """The one engine of this app."""
    engine: Engine = request.app.state.engine
    return engine


async def _engine(request: Request) -> Engine:
    return engine_of(request)  # async: FastAPI sends plain functions to a thread


async def _actor(request: Request) -> str:
    actor: str = request.state.actor
    return actor


async def check_call(request: Request) -> None:
    """Before every call: refuses query parameters that it does not have, and binds its ids to the log.

    Raises:
        InvalidRequest: names each unknown parameter.
    """
    operation = find_operation(request.scope)
    if operation is not None and request.scope["query_string"]:
        unknown = [name for name in request.query_params if name not in operation.query]
        if unknown:
            known = f"It has: {', '.join(sorted(operation.query))}." if operation.query else "It has none."
            sentence = f"This call has no such parameter. {known}"
            raise InvalidRequest([FieldError(f"/query/{name[:100]}", sentence) for name in unknown])
    structlog.contextvars.bind_contextvars(**request.path_params)


def _known_shape(missing: type[NotFound]) -> AfterValidator:
    def check(value: str) -> str:
        if not ID_PATTERN.fullmatch(value):
            raise missing(value[:200])
        return value

    return AfterValidator(check)


EngineDep = Annotated[Engine, Depends(_engine)]
ActorDep = Annotated[str, Depends(_actor)]

WorkflowId = Annotated[str, Path(examples=["cc"]), _known_shape(WorkflowNotFound)]
RunId = Annotated[str, Path(examples=["wf_019b2e9c6d0c7a3f9a3c5b1e2d4f6a7b"]), _known_shape(RunNotFound)]
ArtifactId = Annotated[str, Path(description="`sha256:` and the hash of its bytes."), _known_shape(ArtifactNotFound)]
InteractionId = Annotated[str, Path(max_length=200)]
SubActionId = Annotated[str, Path(max_length=200)]

Limit = Annotated[int, Query(ge=1, le=500, description="At most so many items.")]
Cursor = Annotated[str | None, Query(max_length=500, description="`next_cursor` of the part before.")]
Seq = Annotated[int, Query(ge=0, le=MAX_SEQ)]
BranchId = Annotated[str | None, Query(max_length=200, description="Of this branch; default: the current one.")]

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[ -~]+$",
        description="The same key gives the same result and never a second one, for 24 hours.",
        examples=["3f0a9a52-7f1e-4f34-9c0e-5a7c9e0d1b11"],
    ),
]


def _last_event_id(pattern: re.Pattern[str]) -> Any:
    """The header. Its pattern is published; what does not fit is refused with words of our own."""
    return Header(
        alias="Last-Event-ID",
        description="`id` of the last message received: the stream goes on after it.",
        json_schema_extra={"pattern": f"^({pattern.pattern})?$"},
    )


LastFrameId = Annotated[str | None, _last_event_id(FRAME_ID)]
LastSeq = Annotated[str | None, _last_event_id(SEQ)]


async def _after_frame(last_event_id: LastFrameId = None) -> str | None:
    if not last_event_id:
        return None
    if not FRAME_ID.fullmatch(last_event_id):
        raise InvalidEventId(last_event_id)
    return last_event_id


async def _after_event(
    last_event_id: LastSeq = None,
    after_seq: Annotated[Seq, Query(description="Where to begin; the header wins over it.")] = 0,
) -> int:
    # A reconnecting browser repeats the address with its old query, and adds the header.
    if not last_event_id:
        return after_seq
    if not SEQ.fullmatch(last_event_id):
        raise InvalidEventId(last_event_id)
    return int(last_event_id)


async def _after_change(last_event_id: LastSeq = None) -> str | None:
    if last_event_id and not SEQ.fullmatch(last_event_id):
        raise InvalidEventId(last_event_id)
    return last_event_id or None


AfterChange = Annotated[str | None, Depends(_after_change)]
AfterFrame = Annotated[str | None, Depends(_after_frame)]
AfterEvent = Annotated[int, Depends(_after_event)]
