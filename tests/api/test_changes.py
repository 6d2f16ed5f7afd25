"""The stream of all runs, over a real socket."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from httpx_sse import ServerSentEvent, aconnect_sse

from backend.server.workflow import changes
from tests.api.conftest import API, OpenQuestion, ask
from tests.fixtures.definitions import question
from tests.fixtures.serving import Served
from tests.fixtures.sse import messages_of

STREAM = f"{API}/events/stream"


@pytest_asyncio.fixture(loop_scope="module")
async def browser(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.url, timeout=10) as opened:
        yield opened


async def change_of(messages: AsyncIterator[ServerSentEvent], run_id: str, **wanted: Any) -> ServerSentEvent:
    """The next message about the run that has these values."""
    async with asyncio.timeout(10):
        async for message in messages:
            if message.event != "run":
                continue
            data = message.json()
            if data["workflow_run_id"] == run_id and all(data[name] == value for name, value in wanted.items()):
                return message
    raise AssertionError("the stream ended")


async def answer(browser: httpx.AsyncClient, asked: OpenQuestion) -> None:
    answered = await browser.post(f"{asked.url}/respond", json={"response": {"answer": "blue"}})
    assert answered.status_code == 200, answered.text


async def test_stream_begins_by_saying_that_anything_may_have_changed(browser: httpx.AsyncClient) -> None:
    async with aconnect_sse(browser, "GET", STREAM) as source:
        first = await anext(messages_of(source))
    assert (first.event, first.json()) == ("reset", {})
    assert first.id.isdigit()


async def test_new_run_and_its_end_are_told(browser: httpx.AsyncClient, definition: dict[str, Any]) -> None:
    async with aconnect_sse(browser, "GET", STREAM) as source:
        messages = messages_of(source)
        await anext(messages)
        asked = await ask(browser, definition)
        seen = (await change_of(messages, asked.run_id, status="awaiting_input")).json()
        await answer(browser, asked)
        ended = (await change_of(messages, asked.run_id, status="completed")).json()
    assert seen["workflow_id"] == asked.workflow_id
    assert ended["seq"] > seen["seq"]


async def test_list_read_after_a_message_shows_what_it_told(
    browser: httpx.AsyncClient, definition: dict[str, Any]
) -> None:
    async with aconnect_sse(browser, "GET", STREAM) as source:
        messages = messages_of(source)
        await anext(messages)
        asked = await ask(browser, definition)
        await answer(browser, asked)
        await change_of(messages, asked.run_id, status="completed")
        listed = (await browser.get(f"{API}/runs", params={"workflow_id": asked.workflow_id})).json()
    assert [item["status"] for item in listed["items"]] == ["completed"]


async def test_reader_that_comes_back_misses_nothing(browser: httpx.AsyncClient, asked: OpenQuestion) -> None:
    async with aconnect_sse(browser, "GET", STREAM) as source:
        last = await anext(messages_of(source))
    await answer(browser, asked)
    async with aconnect_sse(browser, "GET", STREAM, headers={"Last-Event-ID": last.id}) as source:
        messages = messages_of(source)
        found = await change_of(messages, asked.run_id, status="completed")
    assert int(found.id) >= int(last.id)


@pytest.mark.parametrize("age", [changes.MAX_AWAY.total_seconds() + 1, -3600])
async def test_reader_that_was_away_too_long_is_told_to_read_everything(browser: httpx.AsyncClient, age: float) -> None:
    last = str(int((time.time() - age) * 1000))
    async with aconnect_sse(browser, "GET", STREAM, headers={"Last-Event-ID": last}) as source:
        first = await anext(messages_of(source))
    assert first.event == "reset"


async def test_id_that_is_none_is_refused(browser: httpx.AsyncClient) -> None:
    refused = await browser.get(STREAM, headers={"Last-Event-ID": "yesterday"})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_event_id")


async def test_quiet_stream_sends_comments(browser: httpx.AsyncClient) -> None:
    async with browser.stream("GET", STREAM) as response:
        async for line in response.aiter_lines():
            if line.startswith(":"):
                return
    raise AssertionError("no comment came")


async def test_nothing_is_told_twice_while_nothing_changes(browser: httpx.AsyncClient) -> None:
    first, second = await ask(browser, question("twice_1")), await ask(browser, question("twice_2"))
    seen: list[tuple[str, int]] = []
    async with aconnect_sse(browser, "GET", STREAM) as source:
        messages = messages_of(source)
        await answer(browser, first)
        await answer(browser, second)
        async with asyncio.timeout(10):
            async for message in messages:
                data = message.json()
                seen += [(data["workflow_run_id"], data["seq"])] if message.event == "run" else []
                if data.get("workflow_run_id") == second.run_id and data["status"] == "completed":
                    break
    assert len(seen) == len(set(seen))
