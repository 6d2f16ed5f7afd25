"""Sub-actions and their streams, as far as a stream that ends by itself shows them."""

from typing import Any

import httpx
import pytest
from httpx_sse import EventSource, ServerSentEvent

from backend.server.api.models import Event
from backend.server.api.stream_models import SUB_ACTION_MESSAGES
from tests.api.conftest import OpenQuestion, get, items
from tests.fixtures.sse import identity

STREAM = "text/event-stream"


def messages_of(answer: httpx.Response) -> list[ServerSentEvent]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith(STREAM)
    return [message for message in EventSource(answer).iter_sse() if message.data]


async def perform(
    client: httpx.AsyncClient, asked: OpenQuestion, action_id: str, **headers: str
) -> list[ServerSentEvent]:
    answer = await client.post(f"{asked.run}/sub-action", json=asked.sub_action(action_id), headers=headers)
    return messages_of(answer)


async def test_sub_action_streams_start_progress_and_one_end(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    messages = await perform(client, asked, "again")
    names = [message.event for message in messages]
    assert (names[0], names[-1]) == ("started", "complete")
    assert set(names[1:-1]) == {"progress"}
    assert all(message.id for message in messages)
    assert messages[-1].json()["updated_state"] == {"scene": "HELLO"}


@pytest.mark.parametrize("action_id", ["again", "broken"])
async def test_every_message_has_its_published_shape(
    client: httpx.AsyncClient, asked: OpenQuestion, action_id: str
) -> None:
    for message in await perform(client, asked, action_id):
        SUB_ACTION_MESSAGES[message.event].model_validate_json(message.data)


async def test_result_lands_and_the_question_stays_open(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    await perform(client, asked, "again")
    shown = await get(client, asked.url)
    assert (shown["status"], shown["data"]["scene"]) == ("open", "HELLO")


async def test_failure_ends_the_stream_with_a_problem_and_leaves_the_state(
    client: httpx.AsyncClient, asked: OpenQuestion
) -> None:
    failure = (await perform(client, asked, "broken"))[-1]
    data = failure.json()
    assert (failure.event, data["code"], data["message"]) == ("error", "no_paint", "The paint ran out.")
    assert {"type", "title", "status", "detail", "sub_action_id"} <= set(data)
    assert (await get(client, asked.url))["data"]["scene"] == "lighthouse"


async def test_ended_sub_action_can_be_joined_from_the_start(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    messages = await perform(client, asked, "again")
    sub_action_id = messages[0].json()["sub_action_id"]
    joined = messages_of(await client.get(f"{asked.run}/sub-actions/{sub_action_id}/stream"))
    assert identity(joined) == identity(messages)


async def test_last_event_id_goes_on_after_it_without_a_gap(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    messages = await perform(client, asked, "again")
    url = f"{asked.run}/sub-actions/{messages[0].json()['sub_action_id']}/stream"
    for position, message in enumerate(messages):
        rest = messages_of(await client.get(url, headers={"Last-Event-ID": message.id}))
        assert identity(rest) == identity(messages[position + 1 :])


async def test_same_key_joins_the_first_sub_action(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    first = await perform(client, asked, "again", **{"Idempotency-Key": "k"})
    second = await perform(client, asked, "again", **{"Idempotency-Key": "k"})
    assert identity(first) == identity(second)
    assert len(await items(client, f"{asked.run}/sub-actions")) == 1


async def test_sub_action_read_after_its_end(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    messages = await perform(client, asked, "again")
    record = await get(client, f"{asked.run}/sub-actions/{messages[0].json()['sub_action_id']}")
    assert (record["status"], record["updated_state"], record["error"]) == ("completed", {"scene": "HELLO"}, None)


async def test_ended_sub_action_is_not_cancelled(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    messages = await perform(client, asked, "again")
    refused = await client.post(f"{asked.run}/sub-actions/{messages[0].json()['sub_action_id']}/cancel")
    assert (refused.status_code, refused.json()["code"]) == (409, "sub_action_not_running")


async def test_what_can_be_refused_is_a_status_and_not_a_stream(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    known = asked.sub_action()
    cases: list[tuple[str, Any, int, str]] = [
        ("/api/v1/runs/wf_nobody", known, 404, "run_not_found"),
        (asked.run, known | {"interaction_id": "int_nobody"}, 404, "interaction_not_found"),
        (asked.run, known | {"action_id": "fly"}, 404, "action_not_found"),
        (asked.run, known | {"params": []}, 422, "invalid_request"),
        (asked.run, known | {"surprise": 1}, 422, "invalid_request"),
    ]
    for run, body, status, code in cases:
        refused = await client.post(f"{run}/sub-action", json=body)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert await items(client, f"{asked.run}/sub-actions") == []


async def test_sub_action_on_an_answered_question_is_409(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    await client.post(f"{asked.url}/respond", json={"response": {"answer": "blue"}})
    refused = await client.post(f"{asked.run}/sub-action", json=asked.sub_action())
    assert (refused.status_code, refused.json()["code"]) == (409, "interaction_not_open")


@pytest.mark.parametrize("sent", ["-1", "abc", "1", "1.2.3", "1.x", "9" * 40 + ".0"])
async def test_malformed_last_event_id_is_400_before_the_stream(
    client: httpx.AsyncClient, asked: OpenQuestion, sent: str
) -> None:
    messages = await perform(client, asked, "again")
    url = f"{asked.run}/sub-actions/{messages[0].json()['sub_action_id']}/stream"
    refused = await client.get(url, headers={"Last-Event-ID": sent})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_event_id")


async def test_unknown_sub_action_is_404_before_the_stream(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    missing = await client.get(f"{asked.run}/sub-actions/again_nobody/stream")
    assert (missing.status_code, missing.json()["code"]) == (404, "sub_action_not_found")


async def test_stream_headers_forbid_buffering_and_caching(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    answer = await client.post(f"{asked.run}/sub-action", json=asked.sub_action())
    assert (answer.headers["x-accel-buffering"], answer.headers["cache-control"]) == ("no", "no-store")


async def test_events_stream_without_follow_gives_the_log_as_it_is(
    client: httpx.AsyncClient, asked: OpenQuestion
) -> None:
    listed = await items(client, f"{asked.run}/events")
    streamed = messages_of(await client.get(f"{asked.run}/events/stream?follow=false"))
    assert [message.json() for message in streamed] == listed
    assert [(message.id, message.event) for message in streamed] == [(str(e["seq"]), e["event_type"]) for e in listed]
    Event.model_validate_json(streamed[0].data)


async def test_events_stream_goes_on_after_the_header_which_wins_over_the_query(
    client: httpx.AsyncClient, asked: OpenQuestion
) -> None:
    url = f"{asked.run}/events/stream?follow=false&after_seq=0"
    streamed = messages_of(await client.get(url, headers={"Last-Event-ID": "1"}))
    assert streamed[0].id == "2"
    assert messages_of(await client.get(f"{asked.run}/events/stream?follow=false&after_seq=1"))[0].id == "2"


@pytest.mark.parametrize("sent", ["-1", "abc", "1.0", "1" * 30])
async def test_malformed_last_event_id_of_events_is_400(
    client: httpx.AsyncClient, asked: OpenQuestion, sent: str
) -> None:
    refused = await client.get(f"{asked.run}/events/stream?follow=false", headers={"Last-Event-ID": sent})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_event_id")


async def test_future_last_event_id_gives_nothing_and_no_error(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    answer = await client.get(f"{asked.run}/events/stream?follow=false", headers={"Last-Event-ID": "99999"})
    assert messages_of(answer) == []
