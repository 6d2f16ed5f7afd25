"""Runs over HTTP."""

import re

import httpx

from tests.api.conftest import API, Json, OpenQuestion, get, items, save, url_of
from tests.fixtures.polling import eventually

MILLISECONDS = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")


async def test_run_started_and_found_at_its_location(client: httpx.AsyncClient, definition: Json) -> None:
    await save(client, definition)
    started = await client.post(f"{url_of(definition)}/run", json={"payload": {"topic": "sea"}})
    assert started.status_code == 201
    assert set(started.json()) == {"workflow_run_id", "status"}
    run = await get(client, started.headers["location"])
    assert (run["workflow_run_id"], run["payload"]) == (started.json()["workflow_run_id"], {"topic": "sea"})


async def test_run_started_without_a_body_has_an_empty_payload(client: httpx.AsyncClient, definition: Json) -> None:
    await save(client, definition)
    started = await client.post(f"{url_of(definition)}/run")
    assert (await get(client, started.headers["location"]))["payload"] == {}


async def test_payload_that_does_not_fit_refused_and_no_run_exists(client: httpx.AsyncClient, definition: Json) -> None:
    await save(client, definition)
    refused = await client.post(f"{url_of(definition)}/run", json={"payload": {"topic": 7}})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_payload")
    assert await items(client, f"{API}/runs?workflow_id={definition['workflow_id']}") == []


async def test_same_idempotency_key_gives_the_same_run(client: httpx.AsyncClient, definition: Json) -> None:
    await save(client, definition)
    headers = {"Idempotency-Key": "k-1"}
    url = f"{url_of(definition)}/run"
    first, second = [(await client.post(url, json={}, headers=headers)).json() for _ in range(2)]
    assert first["workflow_run_id"] == second["workflow_run_id"]


async def test_same_idempotency_key_with_another_body_is_422(client: httpx.AsyncClient, definition: Json) -> None:
    await save(client, definition)
    url, headers = f"{url_of(definition)}/run", {"Idempotency-Key": "k-1"}
    await client.post(url, json={"payload": {"topic": "a"}}, headers=headers)
    refused = await client.post(url, json={"payload": {"topic": "b"}}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")


async def test_times_are_utc_with_milliseconds(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    run = await get(client, asked.run)
    assert MILLISECONDS.match(run["created_at"])
    assert run["completed_at"] is None


async def test_runs_filtered_by_status(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    assert len(await items(client, f"{API}/runs?status=awaiting_input&workflow_id={asked.workflow_id}")) == 1
    assert await items(client, f"{API}/runs?status=completed&workflow_id={asked.workflow_id}") == []


async def test_runs_paged_to_the_end(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    for _ in range(2):
        await client.post(f"{API}/workflows/{asked.workflow_id}/run", json={})
    url = f"{API}/runs?workflow_id={asked.workflow_id}&limit=2"
    first = await get(client, url)
    rest = await get(client, f"{url}&cursor={first['next_cursor']}")
    seen = {run["workflow_run_id"] for run in [*first["items"], *rest["items"]]}
    assert len(seen) == 3
    assert rest["next_cursor"] is None


async def test_foreign_cursor_is_422(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    refused = await client.get(f"{API}/runs?cursor=nonsense!")
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_query")


async def test_events_in_order_without_the_writer(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    events = await items(client, f"{asked.run}/events")
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert all("writer" not in event for event in events)
    assert MILLISECONDS.match(events[0]["timestamp"])


async def test_events_after_a_position_and_of_given_types(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    url = f"{asked.run}/events?event_type=run_created&event_type=interaction_requested"
    assert [event["event_type"] for event in await items(client, url)] == ["run_created", "interaction_requested"]
    assert [event["event_type"] for event in await items(client, f"{url}&after_seq=1")] == ["interaction_requested"]


async def test_events_page_cursor_is_the_next_after_seq(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    first = await get(client, f"{asked.run}/events?limit=1")
    following = await items(client, f"{asked.run}/events?limit=1&after_seq={first['next_cursor']}")
    assert following[0]["seq"] == 2


async def test_state_at_an_earlier_position(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    now = await get(client, f"{asked.run}/state")
    then = await get(client, f"{asked.run}/state?seq=1")
    assert set(now) == {"workflow_run_id", "branch_id", "seq", "state"}
    assert (then["seq"], then["state"]) == (1, {"scene": "lighthouse"})


async def test_state_beyond_the_last_event_is_404(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    missing = await client.get(f"{asked.run}/state?seq=9999")
    assert (missing.status_code, missing.json()["code"]) == (404, "event_not_found")


async def test_cancelled_run_is_terminal_and_not_cancelled_twice(
    client: httpx.AsyncClient, asked: OpenQuestion
) -> None:
    assert (await client.post(f"{asked.run}/cancel", json={"reason": "changed my mind"})).status_code == 200
    await eventually(lambda: get(client, asked.run), wanted=lambda run: run["status"] == "cancelled")
    again = await client.post(f"{asked.run}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "run_not_active")


async def test_run_has_one_branch_at_first(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    branches = await items(client, f"{asked.run}/branches")
    run = await get(client, asked.run)
    assert [branch["branch_id"] for branch in branches] == [run["current_branch_id"]]


async def test_unknown_run_is_404_with_its_id(client: httpx.AsyncClient) -> None:
    missing = await client.get(f"{API}/runs/wf_nobody")
    assert missing.status_code == 404
    assert (missing.json()["code"], missing.json()["workflow_run_id"]) == ("run_not_found", "wf_nobody")


async def test_id_that_no_id_looks_like_is_404(client: httpx.AsyncClient) -> None:
    for strange in ("%00", "..%5c..", "%ED%A0%80", "a" * 300, "$where"):
        assert (await client.get(f"{API}/runs/{strange}")).status_code == 404
