"""Runs: start, look, stop."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from backend.core.errors import (
    BranchNotFound,
    EventNotFound,
    IdempotencyKeyReused,
    InvalidPayload,
    InvalidQuery,
    RunNotActive,
    RunNotFound,
    VersionNotFound,
    WorkflowArchived,
    WorkflowNotFound,
)
from backend.db.event_types import DbEventType
from backend.db.records import RunStatus
from backend.server.api import models
from backend.server.api.deps import (
    ActorDep,
    BranchId,
    Cursor,
    EngineDep,
    IdempotencyKey,
    Limit,
    RunId,
    Seq,
    WorkflowId,
)
from backend.server.api.openapi import located, problems
from backend.server.api.requests import Cancel, StartRun
from backend.server.api.timeline_models import TimelinePage

router = APIRouter(tags=["runs"])

Filter = Annotated[str | None, Query(max_length=200)]


@router.post(
    "/workflows/{workflow_id}/run",
    summary="Start a run",
    status_code=201,
    responses=located("The run exists and goes on by itself.")
    | problems(WorkflowNotFound, VersionNotFound, WorkflowArchived, InvalidPayload, IdempotencyKeyReused, body=True),
)
async def start_run(
    *,
    engine: EngineDep,
    actor: ActorDep,
    workflow_id: WorkflowId,
    response: Response,
    body: StartRun | None = None,
    idempotency_key: IdempotencyKey = None,
) -> models.StartedRun:
    """A payload that does not fit the workflow's `inputs` is refused, and no run exists then."""
    sent = body or StartRun()
    run = await engine.start_run(
        workflow_id, sent.payload, version=sent.version, actor=actor, idempotency_key=idempotency_key
    )
    response.headers["location"] = f"/api/v1/runs/{run.workflow_run_id}"
    return models.StartedRun(workflow_run_id=run.workflow_run_id, status=run.status)


@router.get("/runs", summary="List runs", responses=problems(InvalidQuery))
async def list_runs(
    *,
    engine: EngineDep,
    workflow_id: Filter = None,
    status: Annotated[RunStatus | None, Query()] = None,
    parent_workflow_id: Annotated[str | None, Query(max_length=200, description="Children of this run.")] = None,
    include_hidden: Annotated[bool, Query(description="Runs of sub-actions too.")] = False,
    roots_only: Annotated[bool, Query(description="Without runs that another run started.")] = False,
    search: Annotated[
        str | None, Query(max_length=200, description="Part of the run's id, or of its workflow's id or name.")
    ] = None,
    sort: Annotated[Literal["newest", "oldest"], Query(description="By the time of their start.")] = "newest",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> models.RunPage:
    """Newest first, or oldest first."""
    page = await engine.list_runs(
        workflow_id=workflow_id,
        status=status,
        parent_workflow_id=parent_workflow_id,
        include_hidden=include_hidden,
        roots_only=roots_only,
        search=search,
        oldest_first=sort == "oldest",
        limit=limit,
        cursor=cursor,
    )
    return models.RunPage.model_validate(page)


@router.get("/runs/{workflow_run_id}", summary="Read a run", responses=problems(RunNotFound))
async def get_run(engine: EngineDep, workflow_run_id: RunId) -> models.Run:
    """A run as it stands, hidden ones too."""
    return models.Run.model_validate(await engine.get_run(workflow_run_id))


@router.get(
    "/runs/{workflow_run_id}/state",
    summary="Read the state, now or at an earlier position",
    responses=problems(RunNotFound, BranchNotFound, EventNotFound),
)
async def get_state(
    engine: EngineDep,
    workflow_run_id: RunId,
    seq: Annotated[Seq | None, Query(description="After this event; default: the last.")] = None,
    branch_id: BranchId = None,
) -> models.StateAt:
    """What the events up to the position give."""
    return models.StateAt.model_validate(await engine.get_state(workflow_run_id, seq=seq, branch_id=branch_id))


@router.get(
    "/runs/{workflow_run_id}/events",
    summary="Read the events",
    responses=problems(RunNotFound, BranchNotFound, InvalidQuery),
)
async def list_events(
    *,
    engine: EngineDep,
    workflow_run_id: RunId,
    after_seq: Annotated[Seq, Query(description="Begin after this event.")] = 0,
    limit: Limit = 100,
    event_type: Annotated[
        list[DbEventType] | None, Query(max_length=len(DbEventType), description="Only these; may be repeated.")
    ] = None,
    branch_id: BranchId = None,
) -> models.EventPage:
    """In order, oldest first. `next_cursor` is the `after_seq` of the next part."""
    kinds = [kind.value for kind in event_type] if event_type else None
    page = await engine.list_events(
        workflow_run_id, after_seq=after_seq, limit=limit, event_type=kinds, branch_id=branch_id
    )
    return models.EventPage.model_validate(page)


@router.get(
    "/runs/{workflow_run_id}/timeline",
    summary="Read all events in short",
    response_model_exclude_none=True,
    responses=problems(RunNotFound, BranchNotFound),
)
async def list_timeline(
    *,
    engine: EngineDep,
    workflow_run_id: RunId,
    after_seq: Annotated[Seq, Query(description="Begin after this event.")] = 0,
    limit: Annotated[int, Query(ge=1, le=5000, description="At most so many items.")] = 1000,
    branch_id: BranchId = None,
) -> TimelinePage:
    """What a time line needs of each event, without the values it carries. `next_cursor` is the next `after_seq`."""
    page = await engine.list_timeline(workflow_run_id, after_seq=after_seq, limit=limit, branch_id=branch_id)
    return TimelinePage.model_validate(page)


@router.post(
    "/runs/{workflow_run_id}/cancel",
    summary="Cancel a run",
    responses=problems(RunNotFound, RunNotActive, body=True),
)
async def cancel_run(
    engine: EngineDep, actor: ActorDep, workflow_run_id: RunId, body: Cancel | None = None
) -> models.Run:
    """Ends the run and its children, its open questions and its running sub-actions."""
    reason = body.reason if body else None
    return models.Run.model_validate(await engine.cancel_run(workflow_run_id, reason=reason, actor=actor))


@router.get("/runs/{workflow_run_id}/branches", summary="List the branches", responses=problems(RunNotFound))
async def list_branches(engine: EngineDep, workflow_run_id: RunId) -> models.BranchPage:
    """The lines of events of the run; a fork makes one."""
    return models.BranchPage.model_validate(await engine.list_branches(workflow_run_id))
