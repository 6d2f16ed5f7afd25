"""W1: the time of one sub-action, from asking for it to its `complete` message."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import httpx
from motor.motor_asyncio import AsyncIOMotorClient

from backend.db.client import SAFETY
from bench.baseline import BareParent, bare_parents, recorded_documents
from bench.harness import Call, in_turns, median_latency
from bench.parents import HttpParent, engine_parents, http_parents, settle
from bench.place import Place
from bench.rows import Row, Target
from bench.server import served

WARM_UP = 20
BEHIND_SECONDS = 0.1
"""What a server writes behind the log is written within so long."""


async def measure(place: Place) -> list[Row]:
    return [*await _in_process(place), await _through_http(place)]


async def _in_process(place: Place) -> list[Row]:
    rounds, count = (3, 40) if place.quick else (5, 100)
    async with place.engine() as engine:
        [parent] = await engine_parents(engine, 1)
        documents = await recorded_documents(engine, parent)
        [bare] = await bare_parents(place.client()[place.database_name()], documents, 1)
        rows = []
        for action, baseline, against, target, name in (
            ("durable", bare.step4, "step4", Target(must=1.5), "W1, every module durable"),
            ("effect_free", bare.two2, "two2", Target(lead=1.8), "W1, modules without effects"),
        ):
            ours: Call = partial(parent.sub_action, action)
            await _warm_up(ours, baseline)
            result = await in_turns(
                partial(median_latency, ours, count),
                partial(median_latency, baseline, count),
                rounds=rounds,
                rest=partial(settle, engine),
            )
            rows.append(result.row(name, "ms", against=against, target=target))
        return rows


async def _through_http(place: Place) -> Row:
    rounds, count = (3, 40) if place.quick else (5, 100)
    async with http_and_bare(place, 1) as ([parent], [bare]):
        ours: Call = partial(parent.sub_action, "durable")
        await _warm_up(ours, bare.step4)
        result = await in_turns(
            partial(median_latency, ours, count),
            partial(median_latency, bare.step4, count),
            rounds=rounds,
            rest=partial(asyncio.sleep, BEHIND_SECONDS),
        )
        return result.row("W1 through HTTP + SSE", "ms", against="step4", target=Target(must=2.5, lead=1.5))


async def _warm_up(*calls: Call) -> None:
    for call in calls:
        await median_latency(call, WARM_UP)


@asynccontextmanager
async def http_and_bare(place: Place, count: int) -> AsyncIterator[tuple[list[HttpParent], list[BareParent]]]:
    """Waiting runs on a server in its own process, and runs of the baseline on the same mongod."""
    async with place.engine() as engine:
        [model] = await engine_parents(engine, 1)
        documents = await recorded_documents(engine, model)
    limits = httpx.Limits(max_connections=count + 1, max_keepalive_connections=count + 1)
    folder = place.folder / place.database_name()
    async with (
        served(folder) as server,
        httpx.AsyncClient(base_url=server.url, limits=limits, timeout=30) as client,
    ):
        bare_client = AsyncIOMotorClient(server.mongodb_uri, **SAFETY)
        yield await http_parents(client, count), await bare_parents(bare_client["bare"], documents, count)
        bare_client.close()
