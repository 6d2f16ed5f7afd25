"""Taking times: one call after the other, or many at once; subject and baseline in turns."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter

from bench.rows import Rounds, p50

Call = Callable[[], Awaitable[object]]


async def latencies(call: Call, count: int) -> list[float]:
    """Milliseconds of each call, one after the other."""
    samples = []
    for _ in range(count):
        began = perf_counter()
        await call()
        samples.append((perf_counter() - began) * 1000)
    return samples


async def rate(calls: Sequence[Call], count: int) -> float:
    """Calls a second, with each of `calls` going on without a pause until `count` are begun in all."""
    left = iter(range(count))

    async def work(call: Call) -> None:
        for _ in left:
            await call()

    began = perf_counter()
    async with asyncio.TaskGroup() as group:
        for call in calls:
            group.create_task(work(call))
    return count / (perf_counter() - began)


Measure = Callable[[], Awaitable[float]]


async def in_turns(ours: Measure, baseline: Measure, *, rounds: int, rest: Call | None = None) -> Rounds:
    """Measures both in every round; who begins changes from round to round.

    Args:
        rest: waits until what ours left to be done later is done, so that it does not fall on the baseline.
    """
    mine: list[float] = []
    bare: list[float] = []
    for number in range(rounds):
        for is_ours in (True, False) if number % 2 else (False, True):
            (mine if is_ours else bare).append(await (ours if is_ours else baseline)())
            if is_ours and rest is not None:
                await rest()
    return Rounds(tuple(mine), tuple(bare))


async def median_latency(call: Call, count: int) -> float:
    return p50(await latencies(call, count))
