"""How runs hang together: trees, children, what a run waits for, and events that end a wait."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.core.errors import InvalidQuery, InvalidWaitKey, RunNotActive, RunNotFound
from backend.server.api import models
from backend.server.api.deps import ActorDep, Cursor, EngineDep, Limit, RunId
from backend.server.api.openapi import problems
from backend.server.api.relation_models import PostedEvent, SubWorkflowCallPage, TreeNode, WaitExplanation
from backend.server.api.requests import PostEvent

router = APIRouter(prefix="/runs/{workflow_run_id}", tags=["runs"])


@router.get("/tree", summary="Read a run and all below it", responses=problems(RunNotFound))
async def get_run_tree(engine: EngineDep, workflow_run_id: RunId) -> TreeNode:
    """Sub-workflows and the hidden runs of sub-actions, each with its status."""
    return TreeNode.model_validate(await engine.get_tree(workflow_run_id))


@router.get("/why", summary="Explain what a run waits for", responses=problems(RunNotFound))
async def explain_wait(engine: EngineDep, workflow_run_id: RunId) -> WaitExplanation:
    """Follows the wait from child to child, down to the run that a person, a time or an event holds up."""
    return WaitExplanation.model_validate(await engine.explain_wait(workflow_run_id))


@router.get("/children", summary="List a run's children", responses=problems(RunNotFound, InvalidQuery))
async def list_children(
    *,
    engine: EngineDep,
    workflow_run_id: RunId,
    include_hidden: Annotated[bool, Query(description="Runs of sub-actions too.")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> models.RunPage:
    """Those right below it, newest first."""
    await engine.get_run(workflow_run_id)
    page = await engine.list_runs(
        parent_workflow_id=workflow_run_id, include_hidden=include_hidden, limit=limit, cursor=cursor
    )
    return models.RunPage.model_validate(page)


@router.get("/sub-workflow-calls", summary="List a run's calls", responses=problems(RunNotFound, InvalidQuery))
async def list_sub_workflow_calls(
    engine: EngineDep, workflow_run_id: RunId, limit: Limit = 50, cursor: Cursor = None
) -> SubWorkflowCallPage:
    """Every call of another workflow, in order: attempts and items of a fan-out one by one."""
    page = await engine.list_sub_workflow_calls(workflow_run_id, limit=limit, cursor=cursor)
    return SubWorkflowCallPage.model_validate(page)


@router.post(
    "/events",
    summary="Send an event to a run",
    status_code=202,
    responses=problems(RunNotFound, RunNotActive, InvalidWaitKey, body=True),
)
async def post_event(engine: EngineDep, actor: ActorDep, workflow_run_id: RunId, body: PostEvent) -> PostedEvent:
    """Ends the oldest `wait.event` with this key. One that comes before its wait is kept for it."""
    resolved = await engine.post_event(workflow_run_id, body.wait_key, body.payload, actor=actor)
    return PostedEvent(resolved=resolved)
