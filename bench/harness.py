"""Taking times: one call after the other, or many at once; subject and baseline in turns."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from statistics import median
from time import perf_counter, process_time

from bench.rows import Rounds

Call = Callable[[], Awaitable[object]]
Measure = Callable[[], Awaitable[float]]


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


async def processor_ms(calls: Sequence[Call], count: int) -> float:
    """Milliseconds of processor time that one call takes in this process, threads included, at the same pace.

    Other load on the machine changes this less than it changes a rate.
    """
    began = process_time()
    await rate(calls, count)
    return (process_time() - began) * 1000 / count


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
    """The p50 of `latencies`."""
    return median(await latencies(call, count))
