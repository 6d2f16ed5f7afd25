"""Who may call."""

import httpx
import pytest
from fastapi import FastAPI

from backend.core.errors import SetupError
from backend.server.api.middleware.door import check_door
from backend.server.app import create_app
from backend.server.workflow.engine import Engine
from tests.api.conftest import API, TOKEN, MakeSettings, OpenQuestion, client_of

OTHER = "another-token-of-the-tests"


@pytest.fixture(scope="module")
def guarded(engine: Engine, make_settings: MakeSettings) -> FastAPI:
    """An app that asks for a token."""
    return create_app(make_settings(api_tokens=[TOKEN, OTHER]), engine=engine)


async def test_with_tokens_every_published_call_but_health_needs_one(guarded: FastAPI) -> None:
    calls = [(method, path) for path, methods in guarded.openapi()["paths"].items() for method in methods]
    calls += [("get", "/openapi.json"), ("get", "/docs"), ("get", "/nowhere")]
    async with client_of(guarded) as client:
        for method, path in calls:
            answer = await client.request(method, path)
            expected = (200,) if path in ("/healthz", "/readyz") else (401,)
            assert answer.status_code in expected, (method, path)


@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer wrong-wrong-wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", "Bearer \xff\xfe"]
)
async def test_wrong_credentials_are_401_and_say_how(guarded: FastAPI, sent: str) -> None:
    async with client_of(guarded) as client:
        answer = await client.get(f"{API}/runs", headers={b"Authorization": sent.encode("latin-1")})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("token", [TOKEN, OTHER])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
async def test_any_of_the_tokens_opens_under_any_host(guarded: FastAPI, token: str, scheme: str) -> None:
    async with client_of(guarded) as client:
        headers = {"Authorization": f"{scheme} {token}", "Host": "flows.example"}
        assert (await client.get(f"{API}/runs", headers=headers)).status_code == 200


async def test_token_holder_is_named_by_a_hash(guarded: FastAPI, asked: OpenQuestion) -> None:
    async with client_of(guarded, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        answered = await client.post(f"{asked.url}/respond", json={"response": {"answer": "blue"}})
    actor = answered.json()["answered_by"]
    assert actor.startswith("token:")
    assert len(actor) == len("token:") + 8
    assert TOKEN not in actor


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "LOCALHOST", "app.localhost"])
async def test_without_tokens_own_names_are_answered(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get(f"{API}/runs", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "192.168.1.5:8000", "", "[", "127.0.0.1@evil"]
)
async def test_without_tokens_other_names_are_refused(client: httpx.AsyncClient, host: str) -> None:
    answer = await client.get(f"{API}/runs", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (403, "host_refused")
    assert "INTERLUDE_API_TOKENS" in answer.json()["detail"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1:9999", "null", "http://localhost:8000", ""]
)
async def test_change_from_another_origin_is_refused(client: httpx.AsyncClient, origin: str) -> None:
    answer = await client.post(f"{API}/workflows/validate", json={}, headers={"Origin": origin})
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")


async def test_change_from_the_own_page_is_taken(client: httpx.AsyncClient) -> None:
    headers = {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}
    assert (await client.post(f"{API}/workflows/validate", json={}, headers=headers)).status_code == 200


async def test_change_from_another_site_without_an_origin_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.delete(f"{API}/workflows/x", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.json()["code"] == "origin_refused"


async def test_no_answer_allows_other_origins_to_read(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"{API}/runs", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "flows.example", ""])
def test_open_host_without_tokens_refuses_to_start(make_settings: MakeSettings, host: str) -> None:
    with pytest.raises(SetupError, match="INTERLUDE_API_TOKENS"):
        check_door(make_settings(host=host))


def test_open_host_with_tokens_and_loopback_without_may_start(make_settings: MakeSettings) -> None:
    check_door(make_settings(host="0.0.0.0", api_tokens=[TOKEN]))
    for host in ("127.0.0.1", "localhost", "::1"):
        check_door(make_settings(host=host))
