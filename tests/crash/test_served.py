"""The whole server over HTTP: killed in the middle of a sub-action, and its database killed or paused under it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from httpx_sse import ServerSentEvent, aconnect_sse

from tests.crash.diary import Diary
from tests.crash.rig import eventually_called
from tests.crash.served import Mongod, Served, browser, get, own_mongod, post
from tests.crash.stories import GATED, WORKFLOW
from tests.fixtures.polling import eventually
from tests.fixtures.sse import identity, messages_of

pytestmark = [pytest.mark.mongo, pytest.mark.timeout(180)]


@dataclass(slots=True)
class Watched:
    """A sub-action whose second module waits at the gate, and what its client has seen of it."""

    run: str
    interaction_id: str
    seen: list[ServerSentEvent]

    @property
    def stream(self) -> str:
        return f"{self.run}/sub-actions/{self.seen[0].json()['sub_action_id']}/stream"

    @property
    def ended(self) -> bool:
        return bool(self.seen) and self.seen[-1].event == "complete"


@pytest.fixture
def diary(tmp_path: Path) -> Diary:
    return Diary(tmp_path / "diary")


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """With an embedded database."""
    server = Served(tmp_path)
    yield server
    await server.kill()


@pytest.fixture
async def mongod(tmp_path: Path) -> AsyncIterator[Mongod]:
    async with own_mongod(tmp_path / "mongod") as running:
        yield running


@pytest.fixture(params=["30", "1"], ids=["within the lease", "beyond the lease"])
async def served_elsewhere(request: pytest.FixtureRequest, tmp_path: Path, mongod: Mongod) -> AsyncIterator[Served]:
    """On the test's mongod, which is away for some seconds."""
    server = Served(
        tmp_path, MONGODB_URI=f"{mongod.uri}&serverSelectionTimeoutMS=1000", INTERLUDE_LEASE_SECONDS=request.param
    )
    yield server
    await server.kill()


async def at_the_gate(client: httpx.AsyncClient, diary: Diary) -> Watched:
    await post(client, "/workflows", GATED.definition(diary.path))
    run = f"/runs/{(await post(client, f'/workflows/{WORKFLOW}/run', {}))['workflow_run_id']}"
    await eventually(lambda: get(client, run), wanted=lambda shown: shown["status"] == "awaiting_input")
    [asked] = (await get(client, f"{run}/interactions"))["items"]
    watched = Watched(run, asked["interaction_id"], [])
    body = {"interaction_id": watched.interaction_id, "action_id": "again", "params": {}}
    async with aconnect_sse(client, "POST", f"{run}/sub-action", json=body) as source:
        async for message in messages_of(source):
            watched.seen.append(message)
            if message.json().get("module_name") == "two":
                break
    await eventually_called(diary, "two", times=1)
    return watched


async def watch_to_the_end(client: httpx.AsyncClient, watched: Watched) -> None:
    """As a browser does it: joins again, after the last message that it got, whenever the stream breaks off."""
    while not watched.ended:
        headers = {"last-event-id": watched.seen[-1].id}
        async with aconnect_sse(client, "GET", watched.stream, headers=headers) as source:
            if source.response.status_code != 200:
                await _assert_away(source.response)
                continue
            async for message in messages_of(source):
                if message.id:
                    watched.seen.append(message)
                else:
                    assert message.json()["code"] == "store_unavailable"


async def _assert_away(answer: httpx.Response) -> None:
    await answer.aread()
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"]
    assert answer.json()["code"] == "store_unavailable"


async def assert_complete(client: httpx.AsyncClient, watched: Watched, diary: Diary) -> None:
    """The result landed once, every message came once, and the question still takes its answer."""
    assert (await get(client, f"{watched.run}/state"))["state"] == {"scenes": [["a", "b", "c"]]}
    whole: list[ServerSentEvent] = []
    async with aconnect_sse(client, "GET", watched.stream) as source:
        whole += [message async for message in messages_of(source)]
    ids = [message.id for message in watched.seen]
    assert len(ids) == len(set(ids))
    assert _of_the_log(watched.seen) == _of_the_log(whole)
    answer = f"{watched.run}/interactions/{watched.interaction_id}/respond"
    await post(client, answer, {"response": {"pick": 0}})
    await eventually(lambda: get(client, watched.run), wanted=lambda run: run["status"] == "completed")
    [record] = (await get(client, f"{watched.run}/sub-actions"))["items"]
    assert record["status"] == "completed"
    assert (await get(client, "/runs"))["items"][0]["status"] == "completed"


def _of_the_log(messages: list[ServerSentEvent]) -> list[tuple[str, str]]:
    return [(frame_id, event) for frame_id, event in identity(messages) if frame_id.endswith(".0")]


def calls(diary: Diary) -> dict[str, int]:
    names = [line["module"] for line in diary.read("called")]
    return {name: names.count(name) for name in names}


def assert_called(diary: Diary, served: Served) -> None:
    """An outcome is kept while the lease lasts; beyond it, what has no record may be called once more."""
    counts = calls(diary)
    assert counts.pop("two") in ((1,) if served.lease_seconds > 10 else (1, 2))
    assert counts == {"one": 1, "three": 1, "ask": 1}


async def test_killed_server_completes_the_sub_action_when_it_is_started_again(served: Served, diary: Diary) -> None:
    async with browser(await served.start()) as client:
        watched = await at_the_gate(client, diary)
    await served.kill()

    diary.gate.touch()
    async with browser(await served.start()) as client:
        await watch_to_the_end(client, watched)
        await assert_complete(client, watched, diary)
    assert calls(diary) == {"one": 1, "two": 2, "three": 1, "ask": 1}


async def test_killed_database_gives_503_and_work_goes_on_when_it_is_back(
    served_elsewhere: Served, mongod: Mongod, diary: Diary
) -> None:
    async with browser(await served_elsewhere.start()) as client:
        watched = await at_the_gate(client, diary)

        mongod.kill()
        diary.gate.touch()
        for answer in await asyncio.gather(*(client.get(url) for url in ("/runs", "/workflows", watched.run))):
            await _assert_away(answer)
        mongod.revive()

        await watch_to_the_end(client, watched)
        await assert_complete(client, watched, diary)
    assert_called(diary, served_elsewhere)


async def test_paused_database_delays_work_and_loses_nothing(
    served_elsewhere: Served, mongod: Mongod, diary: Diary
) -> None:
    async with browser(await served_elsewhere.start()) as client:
        watched = await at_the_gate(client, diary)

        mongod.pause()
        diary.gate.touch()
        listing = asyncio.ensure_future(client.get("/runs"))
        await asyncio.sleep(4)  # the outage itself
        mongod.go_on()

        answer = await listing
        assert answer.status_code in (200, 503), answer.text
        await watch_to_the_end(client, watched)
        await assert_complete(client, watched, diary)
    assert_called(diary, served_elsewhere)
