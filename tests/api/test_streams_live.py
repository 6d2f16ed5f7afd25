"""Streams over a real socket: leaving, joining, pings, slow readers, the server's end."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from httpx_sse import ServerSentEvent, aconnect_sse

from backend.core.config import Settings
from backend.core.errors import StoreUnavailable
from backend.db.records import Frame
from backend.server.api.sse import stream_frames
from tests.api.conftest import OpenQuestion, get, items
from tests.fixtures.faulty_engine import FaultyEngine
from tests.fixtures.modules import Gate
from tests.fixtures.polling import eventually
from tests.fixtures.serving import Served, serving
from tests.fixtures.sse import messages_of, read_stream


@pytest.fixture(scope="module")
def engine(faulty_engine: FaultyEngine) -> FaultyEngine:
    return faulty_engine


@pytest_asyncio.fixture(loop_scope="module")
async def browser(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.url, timeout=10) as opened:
        yield opened


async def start_slow_and_leave(browser: httpx.AsyncClient, asked: OpenQuestion) -> str:
    async with aconnect_sse(browser, "POST", f"{asked.run}/sub-action", json=asked.sub_action("slow")) as source:
        async for message in messages_of(source):
            return str(message.json()["sub_action_id"])
    raise AssertionError("the stream ended without a message")


async def test_client_that_leaves_stops_nothing(browser: httpx.AsyncClient, asked: OpenQuestion, gate: Gate) -> None:
    sub_action_id = await start_slow_and_leave(browser, asked)
    record = f"{asked.run}/sub-actions/{sub_action_id}"
    assert (await get(browser, record))["status"] == "running"
    gate.open()
    await eventually(lambda: get(browser, record), wanted=lambda found: found["status"] == "completed")
    assert (await get(browser, asked.url))["data"]["scene"] == "HELLO"


async def test_second_click_is_409_while_the_first_runs(
    browser: httpx.AsyncClient, asked: OpenQuestion, gate: Gate
) -> None:
    sub_action_id = await start_slow_and_leave(browser, asked)
    refused = await browser.post(f"{asked.run}/sub-action", json=asked.sub_action("slow"))
    assert (refused.status_code, refused.json()["code"]) == (409, "sub_action_running")
    assert refused.json()["sub_action_id"] == sub_action_id


async def test_joined_stream_gets_the_end_as_it_happens(
    browser: httpx.AsyncClient, asked: OpenQuestion, gate: Gate
) -> None:
    sub_action_id = await start_slow_and_leave(browser, asked)
    names: list[str] = []
    async with aconnect_sse(browser, "GET", f"{asked.run}/sub-actions/{sub_action_id}/stream") as source:
        async for message in messages_of(source):
            names.append(message.event)
            if message.event == "progress":
                gate.open()
    assert (names[0], names[-1]) == ("started", "complete")


async def test_cancelled_sub_action_ends_its_stream(
    browser: httpx.AsyncClient, asked: OpenQuestion, gate: Gate
) -> None:
    sub_action_id = await start_slow_and_leave(browser, asked)
    url = f"{asked.run}/sub-actions/{sub_action_id}"
    async with aconnect_sse(browser, "GET", f"{url}/stream") as source:
        messages: list[ServerSentEvent] = []
        async for message in messages_of(source):
            if not messages:
                await browser.post(f"{url}/cancel", json={"reason": "too slow"})
            messages.append(message)
    assert messages[-1].event == "cancelled"
    assert messages[-1].json() == {"sub_action_id": sub_action_id, "reason": "too slow"}


async def test_events_are_followed_until_the_run_ends(browser: httpx.AsyncClient, asked: OpenQuestion) -> None:
    names: list[str] = []
    async with aconnect_sse(browser, "GET", f"{asked.run}/events/stream") as source:
        async for message in messages_of(source):
            names.append(message.event)
            if message.event == "interaction_requested":
                await browser.post(f"{asked.url}/respond", json={"response": {"answer": "blue"}})
    assert (names[0], names[-1]) == ("run_created", "run_completed")


async def test_quiet_stream_sends_comments(browser: httpx.AsyncClient, asked: OpenQuestion) -> None:
    async with browser.stream("GET", f"{asked.run}/events/stream?after_seq=999") as answer:
        async for line in answer.aiter_lines():
            if line.startswith(":"):
                return
    raise AssertionError("no comment came")


async def test_server_that_stops_ends_open_streams_promptly(app: FastAPI, asked: OpenQuestion) -> None:
    async with (
        serving(app) as served,
        httpx.AsyncClient(base_url=served.url, timeout=10) as browser,
        browser.stream("GET", f"{asked.run}/events/stream") as answer,
    ):
        await anext(answer.aiter_lines())
        began = time.monotonic()
        await served.stop()
        assert time.monotonic() - began < 5


async def test_reader_that_takes_nothing_is_dropped(settings: Settings) -> None:
    left = asyncio.Event()

    async def frames() -> AsyncIterator[Frame]:
        try:
            while True:
                yield Frame(id="1", event="progress", data={"message": "x" * 100_000})
        finally:
            left.set()

    app = FastAPI()
    app.get("/")(lambda: stream_frames(frames(), settings))
    async with serving(app) as served, asyncio.timeout(30):
        reader, writer = await asyncio.open_connection(served.host, served.port, limit=1024)
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        await left.wait()
        while await reader.read(65_536):  # what was on its way; then the server has hung up
            pass
        writer.close()


@dataclass(frozen=True)
class BrokenStream:
    """What a client sees of a stream that breaks after its first message."""

    asked: OpenQuestion
    client: httpx.AsyncClient
    engine: FaultyEngine

    async def read(self, fault: Exception) -> ServerSentEvent:
        url = f"{self.asked.run}/sub-action"
        with self.engine.failing(fault):
            async with aconnect_sse(self.client, "POST", url, json=self.asked.sub_action()) as source:
                messages = [message async for message in messages_of(source)]
        assert [message.event for message in messages] == ["started", "error"]
        return messages[-1]


@pytest.fixture
def broken(asked: OpenQuestion, client: httpx.AsyncClient, engine: FaultyEngine) -> BrokenStream:
    return BrokenStream(asked, client, engine)


async def test_unforeseen_error_in_a_stream_shows_a_correlation_id_alone(broken: BrokenStream) -> None:
    message = await broken.read(RuntimeError("the password is hunter2"))
    assert message.json()["code"] == "internal_error"
    assert message.json()["correlation_id"]
    assert "hunter2" not in message.data


async def test_known_error_in_a_stream_is_the_same_problem_as_over_http(broken: BrokenStream) -> None:
    data = (await broken.read(StoreUnavailable())).json()
    assert (data["code"], data["status"]) == ("store_unavailable", 503)
    assert data["message"] == data["detail"]


async def test_failure_of_a_stream_has_no_id_so_a_reader_resumes_where_it_was(
    broken: BrokenStream, asked: OpenQuestion, client: httpx.AsyncClient
) -> None:
    failure = await broken.read(StoreUnavailable())
    [record] = await items(client, f"{asked.run}/sub-actions")
    async with aconnect_sse(client, "GET", f"{asked.run}/sub-actions/{record['sub_action_id']}/stream") as source:
        first = await anext(messages_of(source))
    assert (first.event, first.id) == ("started", failure.id)


async def test_reader_that_left_is_forgotten_by_the_engine(
    gate: Gate, asked: OpenQuestion, engine: FaultyEngine, browser: httpx.AsyncClient
) -> None:
    await start_slow_and_leave(browser, asked)
    await eventually(lambda: asyncio.sleep(0, engine.readers), wanted=lambda readers: readers == 0)


async def test_reader_that_leaves_before_a_long_replay_is_not_written_to(
    served: Served, client: httpx.AsyncClient, asked: OpenQuestion, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(8):
        await read_stream(client, "POST", f"{asked.run}/sub-action", json=asked.sub_action())
    request = f"GET {asked.run}/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    for _ in range(10):
        _, writer = await asyncio.open_connection(served.host, served.port)
        writer.write(request)
        writer.transport.abort()
    await served.stop()
    assert "socket.send() raised exception" not in caplog.text
