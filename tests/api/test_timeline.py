"""What pages of a run's history need: events in short, and the branches that were left."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import API, Json, OpenQuestion, get, items
from tests.fixtures.polling import eventually


async def answer(client: httpx.AsyncClient, asked: OpenQuestion, text: str) -> None:
    await client.post(f"{asked.url}/respond", json={"response": {"answer": text}})
    await eventually(lambda: get(client, asked.run), wanted=lambda run: run["status"] == "completed")


async def answered_twice(client: httpx.AsyncClient, asked: OpenQuestion) -> str:
    """Answers `one`, forks at the question, answers `two`; gives the branch that was left."""
    before = await get(client, asked.run)
    await answer(client, asked, "one")
    await client.post(f"{asked.run}/fork", json={"seq": before["seq"]})
    await answer(client, asked, "two")
    return str(before["current_branch_id"])


async def test_timeline_tells_of_every_event_without_its_values(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    events = await items(client, f"{asked.run}/events")
    briefs = await items(client, f"{asked.run}/timeline")
    assert [(item["seq"], item["event_type"]) for item in briefs] == [
        (event["seq"], event["event_type"]) for event in events
    ]
    assert briefs[0]["writes"] == ["scene"]
    question = next(item for item in briefs if item["event_type"] == "interaction_requested")
    assert question["interaction_id"] == asked.interaction_id
    assert not any({"data", "payload", "inputs", "output"} & item.keys() for item in briefs)


async def test_timeline_leaves_out_what_does_not_concern_an_event(
    client: httpx.AsyncClient, asked: OpenQuestion
) -> None:
    started = next(
        item for item in await items(client, f"{asked.run}/timeline") if item["event_type"] == "step_started"
    )
    assert set(started) == {"seq", "event_type", "timestamp", "actor", "branch_id", "step_id"}


async def test_timeline_paged_to_the_end(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    first = await get(client, f"{asked.run}/timeline?limit=2")
    rest = await get(client, f"{asked.run}/timeline?after_seq={first['next_cursor']}")
    whole = await get(client, f"{asked.run}/timeline")
    assert first["items"] + rest["items"] == whole["items"]


async def test_left_branch_is_read_by_its_id(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    left = await answered_twice(client, asked)
    for call in ("events", "timeline"):
        found = await items(client, f"{asked.run}/{call}?branch_id={left}")
        assert {event["branch_id"] for event in found} == {left}
        assert [event["seq"] for event in found] == list(range(1, len(found) + 1))
        assert found[-1]["event_type"] == "branch_forked"


async def test_state_of_a_left_branch_is_what_it_was(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    left = await answered_twice(client, asked)
    then = await get(client, f"{asked.run}/state?branch_id={left}")
    now = await get(client, f"{asked.run}/state")
    assert (then["branch_id"], then["state"]["answer"], now["state"]["answer"]) == (left, "one", "two")


async def test_differences_within_a_left_branch(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    left = await answered_twice(client, asked)
    last = (await get(client, f"{asked.run}/state?branch_id={left}"))["seq"]
    found = await get(client, f"{asked.run}/diff?from=1&to={last}&branch_id={left}")
    assert {item["path"]: item["after"] for item in found["changes"]}["answer"] == "one"


@pytest.mark.parametrize("call", ["events", "timeline", "state", "diff?from=1&to=1"])
async def test_unknown_branch_is_404(client: httpx.AsyncClient, asked: OpenQuestion, call: str) -> None:
    url = f"{asked.run}/{call}{'&' if '?' in call else '?'}branch_id=br_nobody"
    missing = await client.get(url)
    assert (missing.status_code, missing.json()["code"]) == (404, "branch_not_found")


async def found_ids(client: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await client.get(f"{API}/runs", params=query)
    assert answer.status_code == 200, answer.text
    return [run["workflow_run_id"] for run in answer.json()["items"]]


async def test_runs_found_by_part_of_their_id_or_workflow(
    client: httpx.AsyncClient, asked: OpenQuestion, definition: Json
) -> None:
    assert await found_ids(client, search=asked.run_id[3:]) == [asked.run_id]
    assert await found_ids(client, search=asked.workflow_id.upper()) == [asked.run_id]
    assert await found_ids(client, search=".*") == []


async def test_runs_oldest_first_paged_to_the_end(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    for _ in range(2):
        await client.post(f"{API}/workflows/{asked.workflow_id}/run", json={})
    url = f"{API}/runs?workflow_id={asked.workflow_id}&sort=oldest&limit=2"
    first = await get(client, url)
    rest = await get(client, f"{url}&cursor={first['next_cursor']}")
    oldest_first = [run["workflow_run_id"] for run in [*first["items"], *rest["items"]]]
    assert oldest_first == (await found_ids(client, workflow_id=asked.workflow_id))[::-1]


async def test_hidden_runs_left_out_where_only_roots_are_wanted(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    async with client.stream("POST", f"{asked.run}/sub-action", json=asked.sub_action()) as stream:
        assert stream.status_code == 200
        await stream.aread()
    child = await found_ids(client, parent_workflow_id=asked.run_id, include_hidden=True)
    roots = await found_ids(client, roots_only=True, include_hidden=True, limit=500)
    assert len(child) == 1
    assert child[0] not in roots
    assert asked.run_id in roots
