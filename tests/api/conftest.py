"""The API on a small engine in memory; with INTERLUDE_TEST_ENGINE=real on the real one, in memory."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import httpx
import pytest
import structlog
import uvicorn
from fastapi import FastAPI

from backend.core.config import Settings
from backend.server.app import create_app
from backend.server.workflow.engine import Engine
from tests.fixtures.definitions import painting, question
from tests.fixtures.fake_engine import FakeEngine
from tests.fixtures.modules import Gate, new_gate
from tests.fixtures.polling import eventually

API = "/api/v1"
TOKEN = "a-token-for-the-tests"

MakeSettings = Callable[..., Settings]
Json = dict[str, Any]


@pytest.fixture(scope="session")
def make_settings() -> MakeSettings:
    def make(**changes: Any) -> Settings:
        values: Json = {
            "mongodb_uri": "memory://",
            "modules": ["tests.fixtures.modules"],
            "sse_ping_seconds": 0.05,
            "api_tokens": [],
        }
        return Settings(_env_file=None, **(values | changes))

    return make


@pytest.fixture(scope="session")
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings()


@pytest.fixture
async def engine(settings: Settings) -> AsyncIterator[Engine]:
    if os.environ.get("INTERLUDE_TEST_ENGINE") == "real":
        opened = await Engine.create(settings)
    else:
        opened = cast(Engine, FakeEngine(settings))
    yield opened
    await opened.close()


@pytest.fixture(scope="session", autouse=True)
def plain_logging() -> None:
    """Logs to stdout, which pytest shows for a test that fails; an app would take over all logging otherwise."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(),
        ]
    )


@pytest.fixture(scope="session")
def shared_app(settings: Settings) -> FastAPI:
    """Building an app takes longer than most tests."""
    return create_app(settings)


@pytest.fixture
def app(shared_app: FastAPI, engine: Engine) -> FastAPI:
    """The app on this test's engine. Do not add to it: it is shared."""
    shared_app.state.engine = engine
    return shared_app


def client_of(app: FastAPI, **options: Any) -> httpx.AsyncClient:
    """A client that speaks to the app without a socket; bodies of answers arrive whole."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", timeout=20, **options)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as opened:
        yield opened


@pytest.fixture
def gate() -> Iterator[Gate]:
    opened = new_gate()
    yield opened
    opened.open()


@dataclass(frozen=True)
class OpenQuestion:
    """A run that waits at its question."""

    run_id: str
    interaction_id: str

    @property
    def run(self) -> str:
        return f"{API}/runs/{self.run_id}"

    @property
    def url(self) -> str:
        return f"{self.run}/interactions/{self.interaction_id}"

    def sub_action(self, action_id: str = "again", **params: Any) -> Json:
        return {"interaction_id": self.interaction_id, "action_id": action_id, "params": params}


@pytest.fixture
async def asked(client: httpx.AsyncClient) -> OpenQuestion:
    await save(client, question())
    started = await client.post(f"{API}/workflows/question/run", json={"payload": {"topic": "sea"}})
    run_id = started.json()["workflow_run_id"]
    found = await eventually(lambda: items(client, f"{API}/runs/{run_id}/interactions"), wanted=bool)
    return OpenQuestion(run_id, found[0]["interaction_id"])


StoreArtifact = Callable[..., Awaitable[str]]


@pytest.fixture
async def store_artifact(client: httpx.AsyncClient) -> StoreArtifact:
    """Stores bytes by running a workflow that paints them; gives the artifact's id."""
    await save(client, painting())

    async def store(content: str, *, media_type: str, name: str | None = None) -> str:
        payload = {"content": content, "media_type": media_type, "name": name}
        started = await client.post(f"{API}/workflows/painting/run", json={"payload": payload})
        run = f"{API}/runs/{started.json()['workflow_run_id']}"
        ended = await eventually(lambda: get(client, run), wanted=lambda run: run["status"] == "completed")
        return str(ended["output"]["picture"]["artifact_id"])

    return store


async def save(client: httpx.AsyncClient, definition: Json) -> None:
    saved = await client.post(f"{API}/workflows", json=definition)
    assert saved.status_code == 201, saved.text


async def get(client: httpx.AsyncClient, url: str) -> Any:
    answer = await client.get(url)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def items(client: httpx.AsyncClient, url: str) -> list[Json]:
    found: list[Json] = (await get(client, url))["items"]
    return found


@dataclass(frozen=True)
class Served:
    """The app behind a real socket."""

    host: str
    port: int
    server: uvicorn.Server
    task: "asyncio.Task[None]"

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def stop(self) -> None:
        self.server.should_exit = True
        await self.task


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[Served]:
    # The server makes its own socket: on one that is handed over asyncio leaves Nagle's algorithm on (40 ms an answer).
    config = uvicorn.Config(app, port=0, lifespan="off", log_config=None, timeout_graceful_shutdown=10)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await eventually(lambda: asyncio.sleep(0, server.started), wanted=bool)
    served = Served("127.0.0.1", server.servers[0].sockets[0].getsockname()[1], server, task)
    try:
        yield served
    finally:
        await served.stop()


@pytest.fixture
async def served(app: FastAPI) -> AsyncIterator[Served]:
    async with serving(app) as running:
        yield running
