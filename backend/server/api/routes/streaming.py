"""Server-Sent Events: start a sub-action and watch it, join one, follow a run.

What can be refused is refused with an HTTP status before the stream begins.
"""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.core.errors import (
    ActionNotFound,
    IdempotencyKeyReused,
    InteractionNotFound,
    InteractionNotOpen,
    InvalidEventId,
    InvalidParams,
    ModuleError,
    RunNotFound,
    SubActionNotFound,
    SubActionRunning,
)
from backend.db.event_types import DbEventType
from backend.server.api.deps import (
    ActorDep,
    AfterChange,
    AfterEvent,
    AfterFrame,
    EngineDep,
    IdempotencyKey,
    RunId,
    SubActionId,
)
from backend.server.api.models import Event
from backend.server.api.openapi import problems, stream
from backend.server.api.requests import StartSubAction
from backend.server.api.sse import EventStream, stream_events, stream_frames
from backend.server.api.stream_models import CHANGE_MESSAGES, SUB_ACTION_MESSAGES, StreamFailure

router = APIRouter()
RUN = "/runs/{workflow_run_id}"

FRAMES = stream(
    "`started`, then `progress` as modules begin and end, then exactly one of `complete`, `error`, `cancelled`.",
    SUB_ACTION_MESSAGES,
    example='id: 12.0\r\nevent: started\r\ndata: {"sub_action_id":"sa_1","action_id":"regenerate_scenes"}\r\n\r\n',
)
EVENTS = stream(
    "Each event of the run as one message, named by its type; ends when the run has ended.",
    {**{kind.value: Event for kind in DbEventType}, "error": StreamFailure},
    example='id: 1\r\nevent: run_created\r\ndata: {"seq":1,"event_type":"run_created"}\r\n\r\n',
)
CHANGES = stream(
    "`reset` when anything may have changed, then `run` for each run that changes; without end.",
    CHANGE_MESSAGES,
    example="id: 1767323045678\r\nevent: reset\r\ndata: {}\r\n\r\n",
)
Follow = Annotated[bool, Query(description="False: end after what is there already.")]


@router.post(
    RUN + "/sub-action",
    summary="Start a sub-action and watch it",
    tags=["sub-actions"],
    response_class=EventStream,
    responses=FRAMES
    | problems(
        RunNotFound,
        InteractionNotFound,
        InteractionNotOpen,
        ActionNotFound,
        InvalidParams,
        SubActionRunning,
        IdempotencyKeyReused,
        InvalidEventId,
        ModuleError,
        body=True,
    ),
)
async def start_sub_action(
    *,
    engine: EngineDep,
    actor: ActorDep,
    workflow_run_id: RunId,
    body: StartSubAction,
    after: AfterFrame,
    idempotency_key: IdempotencyKey = None,
) -> EventStream:
    """The question stays open. Leaving the stream stops nothing; cancelling is a request of its own.

    The same Idempotency-Key joins the sub-action that the first request started.
    """
    started = await engine.start_sub_action(
        workflow_run_id,
        interaction_id=body.interaction_id,
        action_id=body.action_id,
        params=body.params,
        actor=actor,
        idempotency_key=idempotency_key,
    )
    frames = engine.stream_sub_action(workflow_run_id, started.sub_action_id, after_id=after)
    return stream_frames(frames, engine.settings)


@router.get(
    RUN + "/sub-actions/{sub_action_id}/stream",
    summary="Join a sub-action's stream",
    tags=["sub-actions"],
    response_class=EventStream,
    responses=FRAMES | problems(RunNotFound, SubActionNotFound, InvalidEventId),
)
async def stream_sub_action(
    engine: EngineDep,
    workflow_run_id: RunId,
    sub_action_id: SubActionId,
    after: AfterFrame,
    follow: Follow = True,
) -> EventStream:
    """From the start, or after `Last-Event-ID`, without a gap, on any server; ended ones too."""
    await engine.get_sub_action(workflow_run_id, sub_action_id)
    frames = engine.stream_sub_action(workflow_run_id, sub_action_id, after_id=after, follow=follow)
    return stream_frames(frames, engine.settings)


@router.get(
    RUN + "/events/stream",
    summary="Follow a run",
    tags=["runs"],
    response_class=EventStream,
    responses=EVENTS | problems(RunNotFound, InvalidEventId),
)
async def stream_run_events(
    engine: EngineDep, workflow_run_id: RunId, after: AfterEvent, follow: Follow = True
) -> EventStream:
    """Past events first, then each new one as it is written."""
    await engine.get_run(workflow_run_id)
    events = engine.tail_events(workflow_run_id, after_seq=after, follow=follow)
    return stream_events(events, engine.settings)


@router.get(
    "/events/stream",
    summary="Follow all runs",
    tags=["runs"],
    response_class=EventStream,
    responses=CHANGES | problems(InvalidEventId),
)
async def stream_changes(engine: EngineDep, after: AfterChange) -> EventStream:
    """Tells *that* a run has changed, for lists and the inbox; many changes at once may be one message.

    With `Last-Event-ID` it goes on after it without a gap; who was away too long gets `reset` first.
    """
    return stream_frames(engine.follow_changes(after_id=after), engine.settings)
