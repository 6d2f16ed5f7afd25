"""The API on the real engine, in memory: one engine and one event loop a file, and a workflow of its own a test."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
import structlog
from fastapi import FastAPI

from backend.core.config import Settings
from backend.server.app import create_app
from backend.server.workflow.engine import Engine
from tests.fixtures.definitions import painting, question
from tests.fixtures.faulty_engine import FaultyEngine
from tests.fixtures.modules import Gate, new_gate
from tests.fixtures.polling import eventually
from tests.fixtures.serving import Served, serving

HERE = Path(__file__).parent
API = "/api/v1"
TOKEN = "a-token-for-the-tests"

MakeSettings = Callable[..., Settings]
Json = dict[str, Any]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest.fixture(scope="session")
def make_settings(tmp_path_factory: pytest.TempPathFactory) -> MakeSettings:
    empty = tmp_path_factory.mktemp("workflows")

    def make(**changes: Any) -> Settings:
        values: Json = {
            "mongodb_uri": "memory://",
            "modules": ["tests.fixtures.modules"],
            "workflows_dir": empty,
            "template_workers": 1,
            "sse_ping_seconds": 0.05,
            "api_tokens": [],
        }
        return Settings(_env_file=None, **(values | changes))

    return make


@pytest.fixture(scope="session")
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(settings: Settings) -> AsyncIterator[Engine]:
    opened = await Engine.create(settings)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def faulty_engine(settings: Settings) -> AsyncIterator[FaultyEngine]:
    """For files with a test that needs a fault: they make it their `engine`."""
    opened = await FaultyEngine.create(settings)
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
    """The app on this file's engine. Do not add to it: it is shared."""
    shared_app.state.engine = engine
    return shared_app


def client_of(app: FastAPI, **options: Any) -> httpx.AsyncClient:
    """A client that speaks to the app without a socket; bodies of answers arrive whole."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", timeout=20, **options)


@pytest_asyncio.fixture(loop_scope="module")
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def served(app: FastAPI) -> AsyncIterator[Served]:
    async with serving(app) as running:
        yield running


@pytest.fixture
def gate() -> Iterator[Gate]:
    opened = new_gate()
    yield opened
    opened.open()


@pytest.fixture
def definition() -> Json:
    """A question under an id that no other test has."""
    return question(f"question_{uuid4().hex}")


def url_of(definition: Json) -> str:
    """The address of a workflow."""
    return f"{API}/workflows/{definition['workflow_id']}"


@dataclass(frozen=True)
class OpenQuestion:
    """A run that waits at its question."""

    workflow_id: str
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


async def ask(client: httpx.AsyncClient, definition: Json) -> OpenQuestion:
    """Saves the workflow and brings a run of it to its question."""
    await save(client, definition)
    started = await client.post(f"{url_of(definition)}/run", json={"payload": {"topic": "sea"}})
    run_id = started.json()["workflow_run_id"]
    found = await eventually(lambda: items(client, f"{API}/runs/{run_id}/interactions"), wanted=bool)
    return OpenQuestion(definition["workflow_id"], run_id, found[0]["interaction_id"])


@pytest_asyncio.fixture(loop_scope="module")
async def asked(client: httpx.AsyncClient, definition: Json) -> OpenQuestion:
    return await ask(client, definition)


StoreArtifact = Callable[..., Awaitable[str]]


@pytest_asyncio.fixture(loop_scope="module")
async def store_artifact(client: httpx.AsyncClient) -> StoreArtifact:
    """Stores bytes by running a workflow that paints them; gives the artifact's id."""
    workflow_id = f"painting_{uuid4().hex}"
    await save(client, painting(workflow_id))

    async def store(content: str, *, media_type: str, name: str | None = None) -> str:
        payload = {"content": content, "media_type": media_type, "name": name}
        started = await client.post(f"{API}/workflows/{workflow_id}/run", json={"payload": payload})
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
