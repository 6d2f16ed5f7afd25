"""Health, metrics, request ids, security headers, and the app's own life."""

import asyncio
import re

import httpx
import pytest

from backend.core.config import Settings
from backend.core.errors import StoreUnavailable
from backend.server.app import create_app
from tests.api.conftest import API, OpenQuestion, client_of, get
from tests.fixtures.faulty_engine import FaultyEngine


@pytest.fixture(scope="module")
def engine(faulty_engine: FaultyEngine) -> FaultyEngine:
    return faulty_engine


async def test_process_is_healthy_and_ready(client: httpx.AsyncClient) -> None:
    assert await get(client, "/healthz") == {"status": "ok"}
    assert await get(client, "/readyz") == {"status": "ready"}


async def test_database_away_is_not_ready_but_alive(client: httpx.AsyncClient, engine: FaultyEngine) -> None:
    with engine.failing(StoreUnavailable()):
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()["code"]) == (503, StoreUnavailable.code)
        assert answer.headers["retry-after"] == "1"
        assert (await client.get("/healthz")).status_code == 200


async def test_metrics_count_by_route_template_and_not_by_path(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    await client.get(asked.run)
    await client.get("/nowhere/needle")
    text = (await client.get("/metrics")).text
    assert 'interlude_http_requests_total{method="GET",route="/api/v1/runs/{workflow_run_id}",status="200"}' in text
    assert 'route="unmatched",status="404"' in text
    assert asked.run_id not in text
    assert "needle" not in text
    assert "interlude_http_request_seconds_bucket" in text


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", f"{API}/runs", "/openapi.json"])
async def test_answers_carry_security_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]


async def test_docs_page_loads_from_this_server_alone(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    parts = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert {"docs/start.js", "docs/files/swagger-ui-bundle.js", "docs/files/swagger-ui.css"} <= set(parts)
    for part in parts:
        assert (await client.get(f"/{part}")).status_code == 200, part
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "http" not in policy


async def test_request_id_is_echoed_or_made(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz", headers={"X-Request-Id": "abc-1"})).headers["x-request-id"] == "abc-1"
    made = (await client.get("/healthz", headers={"X-Request-Id": "no spaces allowed"})).headers["x-request-id"]
    assert made.startswith("req_")


async def test_own_engine_is_opened_at_start_and_leaves_nothing_running_at_the_end(settings: Settings) -> None:
    before = asyncio.all_tasks()
    app = create_app(settings)
    async with app.router.lifespan_context(app), client_of(app) as client:
        assert (await client.get("/readyz")).status_code == 200
        assert asyncio.all_tasks() > before
    assert asyncio.all_tasks() == before
