"""For whoever keeps the server running. Outside /api/v1."""

from fastapi import APIRouter, Response

from backend.server.api import models
from backend.server.api.deps import EngineDep
from backend.server.api.metrics import metrics_response
from backend.server.api.openapi import content, problems

router = APIRouter(tags=["operation"])


@router.get("/healthz", summary="Is the process alive?", responses=problems())
async def get_health() -> models.Health:
    """Asks nobody else, so a database that is away is no reason to restart the server."""
    return models.Health()


@router.get("/readyz", summary="Can it serve?", responses=problems())
async def get_readiness(engine: EngineDep) -> models.Readiness:
    """Asks the database; 503 when it does not answer."""
    await engine.ready()
    return models.Readiness()


@router.get(
    "/metrics",
    summary="Counters for Prometheus",
    response_class=Response,
    responses=content("text/plain", "Prometheus text.") | problems(),
)
async def get_metrics() -> Response:
    """Requests by route, runs, sub-actions and events."""
    return metrics_response()
