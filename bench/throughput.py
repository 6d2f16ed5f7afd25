"""Sub-actions a second with 32 at once, each on a run of its own, in one process."""

import asyncio
from collections.abc import Sequence
from functools import partial

from bench.baseline import bare_parents, recorded_documents
from bench.harness import Call, in_turns, rate
from bench.parents import Parent, engine_parents, settle
from bench.place import Place
from bench.rows import Rounds, Row, Target
from bench.w1 import BEHIND_SECONDS, http_and_bare

AT_ONCE = 32
TARGET = Target(must=0.55, lead=0.8, at_most=False)


async def measure(place: Place) -> list[Row]:
    return [*await _in_process(place), await _through_http(place)]


async def _in_process(place: Place) -> list[Row]:
    async with place.engine() as engine:
        parents = await engine_parents(engine, AT_ONCE)
        documents = await recorded_documents(engine, parents[0])
        bare = await bare_parents(place.client()[place.database_name()], documents, AT_ONCE)
        rest = partial(settle, engine)
        durable = await _compare(place, parents, "durable", [one.step4 for one in bare], rest=rest)
        free = await _compare(place, parents, "effect_free", [one.two2 for one in bare], rest=rest)
    return [
        durable.row("W1 at 32, every module durable", "/s", against="step4", target=TARGET),
        free.row("W1 at 32, modules without effects", "/s", against="two2"),
    ]


async def _through_http(place: Place) -> Row:
    async with http_and_bare(place, AT_ONCE) as (parents, bare):
        rest = partial(asyncio.sleep, BEHIND_SECONDS)
        result = await _compare(place, parents, "durable", [one.step4 for one in bare], rest=rest)
    return result.row("W1 at 32 through HTTP + SSE", "/s", against="step4")


async def _compare(
    place: Place, parents: Sequence[Parent], action: str, baseline: Sequence[Call], *, rest: Call
) -> Rounds:
    rounds, count = (3, 150) if place.quick else (3, 600)
    ours = [partial(parent.sub_action, action) for parent in parents]
    await rate(ours, AT_ONCE * 2)  # the first ones open connections
    await rate(baseline, AT_ONCE * 2)
    return await in_turns(partial(rate, ours, count), partial(rate, baseline, count), rounds=rounds, rest=rest)
