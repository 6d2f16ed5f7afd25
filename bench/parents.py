"""Runs that wait for a person, and sub-actions in them, through the engine and through HTTP."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

import httpx

from backend.db.event_types import DbEventType
from backend.db.records import Event
from backend.server.workflow.engine import Engine
from bench.workload import DEFINITION, WORKFLOW_ID

T = TypeVar("T")

START_AT_ONCE = 32
ACTOR = "bench"


class Parent(Protocol):
    """A waiting run."""

    run_id: str

    async def sub_action(self, action_id: str) -> None:
        """Runs a sub-action, and returns when its `complete` message has come."""
        ...


@dataclass(slots=True)
class EngineParent:
    """In process."""

    engine: Engine
    run_id: str
    interaction_id: str

    async def sub_action(self, action_id: str) -> None:
        started = await self.engine.start_sub_action(
            self.run_id, interaction_id=self.interaction_id, action_id=action_id, params={}, actor=ACTOR
        )
        last = ""
        async for frame in self.engine.stream_sub_action(self.run_id, started.sub_action_id):
            last = frame.event
        _check(last)


@dataclass(slots=True)
class HttpParent:
    """Over a connection that is kept open."""

    client: httpx.AsyncClient
    run_id: str
    interaction_id: str

    async def sub_action(self, action_id: str) -> None:
        body = {"interaction_id": self.interaction_id, "action_id": action_id}
        last = ""
        async with self.client.stream("POST", f"/api/v1/runs/{self.run_id}/sub-action", json=body) as answer:
            answer.raise_for_status()
            async for line in answer.aiter_lines():
                if line.startswith("event: "):
                    last = line.removeprefix("event: ")
        _check(last)


def _check(last: str) -> None:
    if last != "complete":
        raise RuntimeError(f"The sub-action ended with '{last}', not 'complete'; see the server's log.")


async def engine_parents(engine: Engine, count: int) -> list[EngineParent]:
    """So many new runs, each waiting at its question."""
    await engine.save_workflow(WORKFLOW_ID, DEFINITION, actor=ACTOR)

    async def start() -> EngineParent:
        run = await engine.start_run(WORKFLOW_ID, {}, actor=ACTOR)
        return EngineParent(engine, run.workflow_run_id, await _question(engine, run.workflow_run_id))

    parents = await _in_batches(start, count)
    await settle(engine)
    return parents


async def _question(engine: Engine, run_id: str) -> str:
    async with aclosing(cast("AsyncGenerator[Event, None]", engine.tail_events(run_id))) as events:
        async for event in events:
            if event.event_type is DbEventType.INTERACTION_REQUESTED:
                return str(event.data["interaction_id"])
    raise RuntimeError(f"The run '{run_id}' ended before it asked.")


async def http_parents(client: httpx.AsyncClient, count: int) -> list[HttpParent]:
    """The same over HTTP."""
    (await client.put(f"/api/v1/workflows/{WORKFLOW_ID}", json=DEFINITION)).raise_for_status()

    async def start() -> HttpParent:
        answer = await client.post(f"/api/v1/workflows/{WORKFLOW_ID}/run", json={"payload": {}})
        run_id = answer.raise_for_status().json()["workflow_run_id"]
        while True:
            run = (await client.get(f"/api/v1/runs/{run_id}")).raise_for_status().json()
            if run["status"] == "awaiting_input":
                return HttpParent(client, run_id, run["wait"]["details"]["interaction_id"])
            await asyncio.sleep(0.01)

    return await _in_batches(start, count)


async def _in_batches(start: Callable[[], Awaitable[T]], count: int) -> list[T]:
    made: list[T] = []
    while len(made) < count:
        size = min(START_AT_ONCE, count - len(made))
        made += await asyncio.gather(*(start() for _ in range(size)))
    return made


async def settle(engine: Engine) -> None:
    """Returns when everything that is written behind the log is written: a list waits for that."""
    await engine.list_runs(limit=1)
