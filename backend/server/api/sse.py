"""Server-Sent Events. A stream only reads what the engine offers: a client that leaves stops nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import orjson
import structlog
from sse_starlette import EventSourceResponse, ServerSentEvent

from backend.core.config import Settings
from backend.core.errors import InterludeError, ModuleError, Unexpected
from backend.core.ids import new_id
from backend.db.records import Event, Frame
from backend.server.api import models
from backend.server.api.problems import problem_of

SEND_SECONDS = 5.0
"""A reader that takes nothing for so long is dropped; it resumes with Last-Event-ID."""

T = TypeVar("T")

log = structlog.get_logger(__name__)


class EventStream(EventSourceResponse):
    """`text/event-stream`, unbuffered and uncached, with a comment every `sse_ping_seconds`."""

    media_type = "text/event-stream"


def stream_frames(frames: AsyncIterator[Frame], settings: Settings) -> EventStream:
    """A sub-action's frames."""
    return _stream(frames, _frame_message, settings)


def stream_events(events: AsyncIterator[Event], settings: Settings) -> EventStream:
    """A run's events."""
    return _stream(events, _event_message, settings)


def _stream(source: AsyncIterator[T], encode: Callable[[T], ServerSentEvent], settings: Settings) -> EventStream:
    return EventStream(
        _messages(source, encode),
        ping=settings.sse_ping_seconds,
        ping_message_factory=lambda: ServerSentEvent(comment="ping"),
        send_timeout=SEND_SECONDS,
    )


async def _messages(source: AsyncIterator[T], encode: Callable[[T], ServerSentEvent]) -> AsyncIterator[ServerSentEvent]:
    try:
        async for item in source:
            yield encode(item)
            # Many messages may be there at once: let others run between them, and a reader's leaving be noticed.
            await asyncio.sleep(0)
    except InterludeError as error:
        yield _failure(error)
    except Exception:
        correlation_id = structlog.contextvars.get_contextvars().get("request_id") or new_id("err")
        log.exception("stream_crashed")
        yield _failure(Unexpected(correlation_id))
    finally:
        # Without this a reader that left would keep the engine's subscription until garbage collection.
        close = getattr(source, "aclose", None)
        if close is not None:
            await close()


def _frame_message(frame: Frame) -> ServerSentEvent:
    data = frame.data if frame.event != "error" else _as_problem(frame.data)
    return ServerSentEvent(_json(data), event=frame.event, id=frame.id)


def _as_problem(failure: dict[str, Any]) -> dict[str, Any]:
    known = ModuleError(str(failure.get("message", "")), code=failure.get("code"))
    return {**problem_of(known), "title": "The sub-action failed", **failure}


def _event_message(event: Event) -> ServerSentEvent:
    data = models.Event.model_validate(event).model_dump_json()
    return ServerSentEvent(data, event=event.event_type.value, id=str(event.seq))


def _failure(error: InterludeError) -> ServerSentEvent:
    # No id: whoever joins again goes on after the last message that did arrive.
    return ServerSentEvent(_json({**problem_of(error), "message": error.message}), event="error")


def _json(data: Any) -> str:
    return orjson.dumps(data, default=str).decode()
