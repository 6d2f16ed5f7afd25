"""The main story over HTTP on a real MongoDB: servers on sockets, clients that leave, repeat, race and come back."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from httpx_sse import ServerSentEvent, aconnect_sse

from backend.core.config import Settings, load_settings
from backend.db.client import connect
from backend.db.embedded import EmbeddedMongod
from backend.server.app import create_app
from tests.api.conftest import API, Json, OpenQuestion, StoreArtifact, ask, get, items, save, url_of
from tests.fixtures.modules import Gate
from tests.fixtures.polling import eventually
from tests.fixtures.serving import Served, serving
from tests.fixtures.sse import identity, messages_of, read_stream

pytestmark = pytest.mark.mongo

BLUE = {"response": {"answer": "blue"}}
KEY = {"Idempotency-Key": "k"}

Serve = Callable[..., AbstractAsyncContextManager[Served]]


@pytest.fixture(scope="module")
def store_settings(mongod: EmbeddedMongod, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a deployment that this file has for itself."""
    folder = tmp_path_factory.mktemp("store")
    (folder / "workflows").mkdir()
    return load_settings(
        mongodb_uri=mongod.uri,
        mongodb_database=f"test_{os.urandom(8).hex()}",
        modules="tests.fixtures.modules",
        workflows_dir=folder / "workflows",
        data_dir=folder / "first",
        template_workers=1,
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(store_settings: Settings) -> AsyncIterator[Served]:
    async with serving(create_app(store_settings), lifespan="on") as running:
        yield running
    connection = await connect(store_settings)
    await connection.database.client.drop_database(connection.database.name)
    await connection.close()


@pytest.fixture
def serve(store_settings: Settings, tmp_path: Path) -> Serve:
    """Starts another server on the same database; the same one again when it is called again."""

    def start(port: int = 0) -> AbstractAsyncContextManager[Served]:
        settings = store_settings.model_copy(update={"data_dir": tmp_path})
        return serving(create_app(settings), lifespan="on", port=port)

    return start


@pytest_asyncio.fixture(loop_scope="module")
async def client(server: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with client_at(server) as opened:
        yield opened


def client_at(server: Served) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=server.url, timeout=20)


async def test_story_from_start_to_end(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    tail = asyncio.create_task(read_stream(client, "GET", f"{asked.run}/events/stream"))
    messages = await read_stream(client, "POST", f"{asked.run}/sub-action", json=asked.sub_action())
    assert messages[-1].event == "complete"
    shown = await get(client, asked.url)
    assert (shown["status"], shown["data"]["scene"]) == ("open", "HELLO")
    assert (await client.post(f"{asked.url}/respond", json=BLUE | {"revision": shown["revision"]})).status_code == 200
    run = await eventually(lambda: get(client, asked.run), wanted=lambda run: run["status"] == "completed")
    assert run["output"] == {"scene": "HELLO", "answer": "blue"}
    told = await tail
    listed = await items(client, f"{asked.run}/events")
    assert [message.json() for message in told] == listed
    assert [event["seq"] for event in listed] == list(range(1, len(listed) + 1))


async def test_reader_resumes_in_the_middle_without_a_gap(
    client: httpx.AsyncClient, asked: OpenQuestion, gate: Gate
) -> None:
    url = f"{asked.run}/sub-action"
    before = await read_stream(client, "POST", url, until="progress", json=asked.sub_action("slow"))
    joined = f"{asked.run}/sub-actions/{before[0].json()['sub_action_id']}/stream"
    gate.open()
    after = await read_stream(client, "GET", joined, headers={"Last-Event-ID": before[-1].id})
    assert identity(before + after) == identity(await read_stream(client, "GET", joined))
    assert after[-1].event == "complete"


async def test_client_that_leaves_in_the_middle_stops_nothing(
    client: httpx.AsyncClient, asked: OpenQuestion, gate: Gate
) -> None:
    seen = await read_stream(client, "POST", f"{asked.run}/sub-action", until="started", json=asked.sub_action("slow"))
    record = f"{asked.run}/sub-actions/{seen[0].json()['sub_action_id']}"
    assert (await get(client, record))["status"] == "running"
    gate.open()
    await eventually(lambda: get(client, record), wanted=lambda found: found["status"] == "completed")
    assert (await get(client, asked.url))["data"]["scene"] == "HELLO"


async def test_runs_started_at_once_with_one_key_are_one_run(client: httpx.AsyncClient, definition: Json) -> None:
    await save(client, definition)
    url, body = f"{url_of(definition)}/run", {"payload": {"topic": "sea"}}
    answers = await asyncio.gather(*(client.post(url, json=body, headers=KEY) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["workflow_run_id"] for answer in answers}) == 1
    assert len(await items(client, f"{API}/runs?workflow_id={definition['workflow_id']}")) == 1


async def test_sub_actions_started_at_once_with_one_key_are_one(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    url, body = f"{asked.run}/sub-action", asked.sub_action()
    streams = await asyncio.gather(*(read_stream(client, "POST", url, json=body, headers=KEY) for _ in range(8)))
    assert {stream[-1].event for stream in streams} == {"complete"}
    assert len({stream[0].json()["sub_action_id"] for stream in streams}) == 1
    assert len(await items(client, f"{asked.run}/sub-actions")) == 1


async def test_answers_sent_at_once_with_one_key_are_one_answer(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    answers = await asyncio.gather(*(client.post(f"{asked.url}/respond", json=BLUE, headers=KEY) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    responded = await items(client, f"{asked.run}/events?event_type=interaction_responded")
    assert len(responded) == 1


async def test_one_of_twenty_answers_at_once_wins_and_the_others_learn_whose(
    client: httpx.AsyncClient, asked: OpenQuestion
) -> None:
    answers = await asyncio.gather(
        *(client.post(f"{asked.url}/respond", json={"response": {"answer": str(at)}}) for at in range(20))
    )
    [won] = [answer.json() for answer in answers if answer.status_code == 200]
    lost = [answer.json() for answer in answers if answer.status_code == 409]
    assert len(lost) == 19
    assert {problem["code"] for problem in lost} == {"interaction_not_open"}
    assert {(problem["answered_by"], problem["answered_at"]) for problem in lost} == {("local", won["answered_at"])}
    state = (await get(client, f"{asked.run}/state"))["state"]
    assert state["answer"] == won["response"]["answer"]


async def test_answer_about_what_a_sub_action_has_changed_is_409(
    client: httpx.AsyncClient, asked: OpenQuestion
) -> None:
    old = (await get(client, asked.url))["revision"]
    await read_stream(client, "POST", f"{asked.run}/sub-action", json=asked.sub_action())
    stale = await client.post(f"{asked.url}/respond", json=BLUE | {"revision": old})
    assert (stale.status_code, stale.json()["code"]) == (409, "interaction_changed")
    assert (await get(client, asked.url))["status"] == "open"


async def test_sub_action_on_an_answered_question_is_409_before_any_stream(
    client: httpx.AsyncClient, asked: OpenQuestion
) -> None:
    await client.post(f"{asked.url}/respond", json=BLUE)
    refused = await client.post(f"{asked.run}/sub-action", json=asked.sub_action())
    assert (refused.status_code, refused.json()["code"]) == (409, "interaction_not_open")
    assert refused.headers["content-type"] == "application/problem+json"
    assert await items(client, f"{asked.run}/sub-actions") == []


async def test_stored_file_comes_back_whole_and_once(client: httpx.AsyncClient, store_artifact: StoreArtifact) -> None:
    content = os.urandom(700_000)
    key = await store_artifact(base64.b64encode(content).decode(), media_type="image/png")
    answer = await client.get(f"{API}/artifacts/{key}")
    assert answer.content == content
    known = await client.get(f"{API}/artifacts/{key}", headers={"If-None-Match": answer.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")


async def test_tail_goes_on_after_the_last_event_seen(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    url = f"{asked.run}/events/stream"
    before = await read_stream(client, "GET", url, until="interaction_requested")
    resumed = asyncio.create_task(read_stream(client, "GET", url, headers={"Last-Event-ID": before[-1].id}))
    await client.post(f"{asked.url}/respond", json=BLUE)
    seqs = [int(message.id) for message in before + await resumed]
    assert seqs == list(range(1, len(seqs) + 1))


async def test_stream_can_be_resumed_on_another_server(
    client: httpx.AsyncClient, serve: Serve, asked: OpenQuestion, gate: Gate
) -> None:
    url = f"{asked.run}/sub-action"
    before = await read_stream(client, "POST", url, until="progress", json=asked.sub_action("slow"))
    joined = f"{asked.run}/sub-actions/{before[0].json()['sub_action_id']}/stream"
    async with serve() as other, client_at(other) as elsewhere:
        rest = asyncio.create_task(read_stream(elsewhere, "GET", joined, headers={"Last-Event-ID": before[-1].id}))
        gate.open()
        assert identity(before + await rest) == identity(await read_stream(client, "GET", joined))


async def test_answer_is_taken_by_another_server(client: httpx.AsyncClient, serve: Serve, asked: OpenQuestion) -> None:
    async with serve() as other, client_at(other) as elsewhere:
        assert (await elsewhere.post(f"{asked.url}/respond", json=BLUE)).status_code == 200
        late = await client.post(f"{asked.url}/respond", json=BLUE)
        assert (late.status_code, late.json()["code"]) == (409, "interaction_not_open")
        await eventually(lambda: get(client, asked.run), wanted=lambda run: run["status"] == "completed")


async def read_until_cut(client: httpx.AsyncClient, url: str, body: Json) -> list[ServerSentEvent]:
    """What came before the connection broke."""
    found: list[ServerSentEvent] = []
    with suppress(httpx.RemoteProtocolError):
        async with aconnect_sse(client, "POST", url, json=body) as source:
            async for message in messages_of(source):
                found.append(message)
    return found


async def test_server_restarted_under_a_reader_goes_on_with_the_work_and_the_stream(
    serve: Serve, definition: Json, gate: Gate
) -> None:
    async with serve() as server, client_at(server) as client:
        asked = await ask(client, definition)
        url = f"{asked.run}/sub-action"
        reading = asyncio.create_task(read_until_cut(client, url, asked.sub_action("slow")))
        [begun] = await eventually(lambda: items(client, f"{asked.run}/sub-actions"), wanted=bool)
        await server.stop()
        before = await reading
    assert before[-1].event in ("started", "progress")
    joined = f"{asked.run}/sub-actions/{begun['sub_action_id']}/stream"
    async with serve(server.port) as again, client_at(again) as client:
        rest = asyncio.create_task(read_stream(client, "GET", joined, headers={"Last-Event-ID": before[-1].id}))
        gate.open()
        after = await rest
        assert after[-1].event == "complete"
        assert identity(before + after) == identity(await read_stream(client, "GET", joined))
        shown = await get(client, asked.url)
        assert (shown["status"], shown["data"]["scene"]) == ("open", "HELLO")
