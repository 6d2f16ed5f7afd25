"""Sub-actions as they stand; starting and watching them is in streaming."""

from fastapi import APIRouter

from backend.core.errors import InvalidQuery, RunNotFound, SubActionNotFound, SubActionNotRunning
from backend.server.api import models
from backend.server.api.deps import ActorDep, Cursor, EngineDep, Limit, RunId, SubActionId
from backend.server.api.openapi import problems
from backend.server.api.requests import Cancel

router = APIRouter(prefix="/runs/{workflow_run_id}/sub-actions", tags=["sub-actions"])


@router.get("", summary="List a run's sub-actions", responses=problems(RunNotFound, InvalidQuery))
async def list_sub_actions(
    engine: EngineDep, workflow_run_id: RunId, limit: Limit = 50, cursor: Cursor = None
) -> models.SubActionPage:
    """In the order of their start, ended ones too."""
    page = await engine.list_sub_actions(workflow_run_id, limit=limit, cursor=cursor)
    return models.SubActionPage.model_validate(page)


@router.get("/{sub_action_id}", summary="Read a sub-action", responses=problems(RunNotFound, SubActionNotFound))
async def get_sub_action(engine: EngineDep, workflow_run_id: RunId, sub_action_id: SubActionId) -> models.SubAction:
    """As it stands."""
    return models.SubAction.model_validate(await engine.get_sub_action(workflow_run_id, sub_action_id))


@router.post(
    "/{sub_action_id}/cancel",
    summary="Cancel a sub-action",
    responses=problems(RunNotFound, SubActionNotFound, SubActionNotRunning, body=True),
)
async def cancel_sub_action(
    engine: EngineDep,
    actor: ActorDep,
    workflow_run_id: RunId,
    sub_action_id: SubActionId,
    body: Cancel | None = None,
) -> models.SubAction:
    """Its result never lands; the question stays open."""
    reason = body.reason if body else None
    ended = await engine.cancel_sub_action(workflow_run_id, sub_action_id, reason=reason, actor=actor)
    return models.SubAction.model_validate(ended)
