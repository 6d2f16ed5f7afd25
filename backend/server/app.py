"""The one place where the server is put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import structlog
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.gzip import GZipMiddleware

from backend.core.config import Settings, load_settings
from backend.core.logging import configure_logging
from backend.server.api.contract import operations_of
from backend.server.api.deps import check_call
from backend.server.api.middleware.body import BodyGuard
from backend.server.api.middleware.context import RequestContext
from backend.server.api.middleware.door import Door, check_door
from backend.server.api.openapi import publish
from backend.server.api.pages import install_pages
from backend.server.api.problems import install_handlers
from backend.server.api.routes import (
    artifacts,
    docs,
    health,
    interactions,
    modules,
    relations,
    runs,
    streaming,
    sub_actions,
    time_travel,
    workflows,
)
from backend.server.workflow.engine import Engine

API_ROUTERS = (workflows, runs, relations, time_travel, interactions, streaming, sub_actions, modules, artifacts)

GZIP_FROM_BYTES = 1400
"""What fits into one packet gains nothing."""


def create_app(settings: Settings | None = None, *, engine: Engine | None = None) -> FastAPI:
    """The HTTP server as an ASGI app.

    Args:
        settings: default: those of the given engine, else of the environment.
        engine: an open engine, which stays the caller's to close. Default: the app opens its own when it starts and
            closes it when it stops.

    Raises:
        SetupError: the settings are wrong, or would open the server to other machines without tokens.
    """
    settings = settings or (engine.settings if engine else load_settings())
    check_door(settings)
    if not structlog.is_configured():
        configure_logging(settings)  # left to itself structlog prints local variables, which hold people's data
    app = FastAPI(
        title="Interlude",
        lifespan=_lifespan(settings, engine),
        dependencies=[Depends(check_call)],
        generate_unique_id_function=_operation_id,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
    )
    app.state.engine = engine
    app.openapi = lambda: publish(app)  # type: ignore[method-assign]  # the way that FastAPI documents
    _add_routes(app)
    _add_middleware(app, settings)
    install_handlers(app)
    app.state.operations = operations_of(app.openapi())
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


def _add_routes(app: FastAPI) -> None:
    api = APIRouter(prefix="/api/v1")
    for part in API_ROUTERS:
        api.include_router(part.router)
    app.include_router(api)
    app.include_router(health.router)
    app.include_router(docs.router)
    app.mount("/docs/files", docs.FILES)
    install_pages(app)


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    # The last one added is the outermost. Event streams and pictures go out as they are.
    app.add_middleware(GZipMiddleware, minimum_size=GZIP_FROM_BYTES, compresslevel=5)
    app.add_middleware(BodyGuard, max_bytes=settings.max_body_bytes, max_depth=settings.max_body_depth)
    app.add_middleware(Door, settings=settings)
    app.add_middleware(RequestContext)


def _lifespan(settings: Settings, engine: Engine | None) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if engine is not None:
            yield
            return
        opened = await Engine.create(settings)
        app.state.engine = opened
        try:
            yield
        finally:
            await opened.close()

    return lifespan
