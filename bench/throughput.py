"""Sub-actions a second with 32 at once, each on a run of its own, in one process."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from bench.baseline import bare_parents, recorded_documents
from bench.harness import Call, in_turns, processor_ms, rate
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
        step4 = [one.step4 for one in bare]
        durable = await _compare(place, rate, _calls(parents, "durable"), step4, rest=rest)
        processor = await _compare(place, processor_ms, _calls(parents, "durable"), step4, rest=rest)
        two2 = [one.two2 for one in bare]
        free = await _compare(place, rate, _calls(parents, "effect_free"), two2, rest=rest)
    return [
        durable.row("W1 at 32, every module durable", "/s", against="step4", target=TARGET),
        processor.row("processor time of each", "ms", against="step4"),
        free.row("W1 at 32, modules without effects", "/s", against="two2"),
    ]


async def _through_http(place: Place) -> Row:
    async with http_and_bare(place, AT_ONCE) as (parents, bare):
        step4 = [one.step4 for one in bare]
        rest = partial(asyncio.sleep, BEHIND_SECONDS)
        result = await _compare(place, rate, _calls(parents, "durable"), step4, rest=rest)
    return result.row("W1 at 32 through HTTP + SSE", "/s", against="step4")


def _calls(parents: Sequence[Parent], action: str) -> list[Call]:
    return [partial(parent.sub_action, action) for parent in parents]


async def _compare(
    place: Place,
    take: Callable[[Sequence[Call], int], Awaitable[float]],
    ours: Sequence[Call],
    baseline: Sequence[Call],
    *,
    rest: Call,
) -> Rounds:
    rounds, count = (3, 150) if place.quick else (5, 400)
    await rate(ours, AT_ONCE * 2)  # the first ones open connections
    await rate(baseline, AT_ONCE * 2)
    await rest()
    return await in_turns(partial(take, ours, count), partial(take, baseline, count), rounds=rounds, rest=rest)
