"""Going on from an earlier moment, and comparing moments."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.core.errors import BranchNotFound, EventNotFound, RunNotForkable, RunNotFound, RunNotRetryable
from backend.server.api import models
from backend.server.api.deps import ActorDep, BranchId, EngineDep, RunId, Seq
from backend.server.api.openapi import problems
from backend.server.api.relation_models import Forked, StateDiff
from backend.server.api.requests import Fork, Nothing

router = APIRouter(prefix="/runs/{workflow_run_id}", tags=["runs"])


@router.post(
    "/fork",
    summary="Go on from an earlier event",
    responses=problems(RunNotFound, EventNotFound, RunNotForkable, body=True),
)
async def fork_run(engine: EngineDep, actor: ActorDep, workflow_run_id: RunId, body: Fork) -> Forked:
    """Makes a branch that shares all events up to `seq`. A question open at that point is open again."""
    branch_id = await engine.fork_run(workflow_run_id, seq=body.seq, children=body.children, actor=actor)
    return Forked(branch_id=branch_id)


@router.post(
    "/retry",
    summary="Go on with a failed run",
    responses=problems(RunNotFound, RunNotRetryable, RunNotForkable, body=True),
)
async def retry_run(
    engine: EngineDep, actor: ActorDep, workflow_run_id: RunId, body: Nothing | None = None
) -> models.Run:
    """Does the failed module again, on a new branch; what was done before it stands."""
    return models.Run.model_validate(await engine.retry_run(workflow_run_id, actor=actor))


@router.get(
    "/diff",
    summary="Compare the state at two events",
    responses=problems(RunNotFound, BranchNotFound, EventNotFound),
)
async def diff_states(
    engine: EngineDep,
    workflow_run_id: RunId,
    start: Annotated[Seq, Query(alias="from", description="The state after this event ...")],
    end: Annotated[Seq, Query(alias="to", description="... and after this one, which may come before it.")],
    branch_id: BranchId = None,
) -> StateDiff:
    """Each path that differs, with both values and the event that wrote it last."""
    changes = await engine.diff_states(workflow_run_id, start=start, end=end, branch_id=branch_id)
    return StateDiff.model_validate({"from": start, "to": end, "changes": changes})
