"""Refusals and failures: one shape, clear places, nothing leaked."""

import json
from typing import Any

import httpx
import pytest
import structlog

from backend.core.errors import Fenced, InterludeError, ModuleCrashed, PositionTaken, StoreUnavailable
from backend.server.api.problems import PROBLEM_JSON, problem_response
from tests.api.conftest import API, OpenQuestion
from tests.fixtures.faulty_engine import FaultyEngine


@pytest.fixture(scope="module")
def engine(faulty_engine: FaultyEngine) -> FaultyEngine:
    return faulty_engine


def assert_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == PROBLEM_JSON
    assert body["status"] == status
    assert {"type", "title", "detail"} <= set(body)
    return body


async def test_unknown_address_is_a_problem(client: httpx.AsyncClient) -> None:
    assert_problem(await client.get("/nowhere"), 404, "route_not_found")


async def test_wrong_method_is_a_problem_with_allow(client: httpx.AsyncClient) -> None:
    answer = await client.patch(f"{API}/workflows/x")
    assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "DELETE, GET, PUT"


async def test_slash_at_the_end_is_no_redirect(client: httpx.AsyncClient) -> None:
    assert_problem(await client.get(f"{API}/runs/"), 404, "route_not_found")


async def test_malformed_json_is_400_with_its_position(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    answer = await client.post(
        f"{asked.run}/cancel", content=b'{"reason": oops}', headers={"Content-Type": "application/json"}
    )
    assert assert_problem(answer, 400, "invalid_json")["position"] == 11


@pytest.mark.parametrize("body", [b"\xff\xfe{\x00}\x00", b'{"reason": "\xff"}', b'{"reason": ' + b"9" * 5000 + b"}"])
async def test_bytes_that_are_no_utf8_json_are_400(client: httpx.AsyncClient, asked: OpenQuestion, body: bytes) -> None:
    answer = await client.post(f"{asked.run}/cancel", content=body, headers={"Content-Type": "application/json"})
    assert_problem(answer, 400, "invalid_json")


async def test_wrong_fields_named_by_pointer(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    answer = await client.post(f"{asked.run}/sub-action", json={"interaction_id": 7, "surprise": 1})
    errors = assert_problem(answer, 422, "invalid_request")["errors"]
    assert {error["pointer"] for error in errors} == {"/interaction_id", "/action_id", "/surprise"}


@pytest.mark.parametrize("revision", [True, "1", 1.5, -1, 10**18 + 1])
async def test_number_that_is_none_is_422(client: httpx.AsyncClient, asked: OpenQuestion, revision: object) -> None:
    answer = await client.post(f"{asked.url}/respond", json={"response": {"answer": "blue"}, "revision": revision})
    errors = assert_problem(answer, 422, "invalid_request")["errors"]
    assert [error["pointer"] for error in errors] == ["/revision"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/query/limit"),
        ("limit=501", "/query/limit"),
        ("limit=abc", "/query/limit"),
        ("limt=5", "/query/limt"),
        ("status=sleeping", "/query/status"),
        ("include_hidden=perhaps", "/query/include_hidden"),
    ],
)
async def test_wrong_query_named_by_pointer(client: httpx.AsyncClient, query: str, pointer: str) -> None:
    body = assert_problem(await client.get(f"{API}/runs?{query}"), 422, "invalid_request")
    assert [error["pointer"] for error in body["errors"]] == [pointer]


@pytest.mark.parametrize("path", ["/healthz", f"{API}/modules", f"{API}/runs/wf_x"])
async def test_unknown_query_refused_where_there_are_no_parameters(client: httpx.AsyncClient, path: str) -> None:
    body = assert_problem(await client.get(f"{path}?verbose=1"), 422, "invalid_request")
    assert "no such parameter" in body["errors"][0]["message"]


@pytest.mark.parametrize(
    ("payload", "pointer"),
    [
        ('{"a\\u0000b": 1}', "/payload"),
        ('{"x": "\\ud800"}', "/payload/x"),
        ('{"x": 9223372036854775808}', "/payload/x"),
        ('{"x": [NaN]}', "/payload/x/0"),
        ('{"x": 1e999}', "/payload/x"),
    ],
)
async def test_value_that_cannot_be_stored_is_422_with_its_place(
    client: httpx.AsyncClient, payload: str, pointer: str
) -> None:
    answer = await client.post(
        f"{API}/workflows/question/run",
        content=f'{{"payload": {payload}}}',
        headers={"Content-Type": "application/json"},
    )
    body = assert_problem(answer, 422, "value_not_storable")
    assert body["errors"][0]["pointer"] == pointer


async def test_lone_surrogate_in_a_definition_is_422(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        f"{API}/workflows", content=b'{"name": "\\ud800"}', headers={"Content-Type": "application/json"}
    )
    assert_problem(answer, 422, "value_not_storable")


async def test_lone_surrogate_in_an_id_is_422(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    content = json.dumps(asked.sub_action() | {"action_id": "\ud800"})
    answer = await client.post(f"{asked.run}/sub-action", content=content, headers={"Content-Type": "application/json"})
    assert_problem(answer, 422, "invalid_request")


async def test_unforeseen_exception_shows_a_correlation_id_and_nothing_else(
    client: httpx.AsyncClient, engine: FaultyEngine
) -> None:
    with structlog.testing.capture_logs() as lines, engine.failing(RuntimeError("the password is hunter2")):
        answer = await client.get(f"{API}/runs/wf_x", headers={"X-Request-Id": "req-7"})
    body = assert_problem(answer, 500, "internal_error")
    assert body["correlation_id"] == "req-7"
    assert "hunter2" not in answer.text
    assert any(line["event"] == "request_crashed" and line.get("exc_info") for line in lines)
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreUnavailable(), 503),
        (Fenced(), 503),
        (PositionTaken(), 409),
        (ModuleCrashed("It broke."), 422),
        (InterludeError("?"), 500),
    ],
)
def test_each_kind_of_error_has_its_status(error: InterludeError, status: int) -> None:
    answer = problem_response(error)
    assert answer.status_code == status
    assert ("retry-after" in answer.headers) == (status == 503)
