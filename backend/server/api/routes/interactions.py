"""Open questions and their answers."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.core.errors import (
    EventNotFound,
    IdempotencyKeyReused,
    InteractionChanged,
    InteractionNotFound,
    InteractionNotOpen,
    InvalidQuery,
    InvalidResponse,
    ModuleError,
    RunNotFound,
    SubActionRunning,
)
from backend.server.api import models
from backend.server.api.deps import (
    ActorDep,
    Cursor,
    EngineDep,
    IdempotencyKey,
    InteractionId,
    Limit,
    RunId,
    Seq,
)
from backend.server.api.openapi import problems
from backend.server.api.requests import Respond

router = APIRouter(tags=["interactions"])


@router.get("/inbox", summary="List all open questions", responses=problems(InvalidQuery))
async def list_inbox(engine: EngineDep, limit: Limit = 50, cursor: Cursor = None) -> models.InteractionPage:
    """Every open question that the caller may answer, children's included, each once."""
    return models.InteractionPage.model_validate(await engine.list_inbox(limit=limit, cursor=cursor))


@router.get(
    "/runs/{workflow_run_id}/interactions", summary="List a run's open questions", responses=problems(RunNotFound)
)
async def list_interactions(engine: EngineDep, workflow_run_id: RunId) -> models.InteractionPage:
    """Those of its children too, each with its `path`; a child's is answered under the child's own run id."""
    found = await engine.list_interactions(workflow_run_id)
    return models.InteractionPage(items=[models.Interaction.model_validate(item) for item in found])


@router.get(
    "/runs/{workflow_run_id}/interactions/{interaction_id}",
    summary="Read a question",
    responses=problems(RunNotFound, InteractionNotFound, EventNotFound, ModuleError),
)
async def get_interaction(
    engine: EngineDep,
    workflow_run_id: RunId,
    interaction_id: InteractionId,
    seq: Annotated[Seq | None, Query(description="As it was after this event; default: now.")] = None,
) -> models.Interaction:
    """Its data is rendered from the state of this moment, or of that one."""
    found = await engine.get_interaction(workflow_run_id, interaction_id, seq=seq)
    return models.Interaction.model_validate(found)


@router.post(
    "/runs/{workflow_run_id}/interactions/{interaction_id}/respond",
    summary="Answer a question",
    responses=problems(
        RunNotFound,
        InteractionNotFound,
        InteractionNotOpen,
        InteractionChanged,
        SubActionRunning,
        InvalidResponse,
        IdempotencyKeyReused,
        body=True,
    ),
)
async def respond(
    *,
    engine: EngineDep,
    actor: ActorDep,
    workflow_run_id: RunId,
    interaction_id: InteractionId,
    body: Respond,
    idempotency_key: IdempotencyKey = None,
) -> models.Interaction:
    """The first answer wins; a later one gets 409 with who answered and when."""
    answered = await engine.respond(
        workflow_run_id,
        interaction_id,
        body.response,
        revision=body.revision,
        actor=actor,
        idempotency_key=idempotency_key,
    )
    return models.Interaction.model_validate(answered)
