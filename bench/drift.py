"""Whether sub-actions get slower with the number that a run has had: the last 20 of 200 against the first 20."""

from functools import partial
from statistics import median

from bench.baseline import bare_parents, recorded_documents
from bench.harness import Call, latencies, median_latency
from bench.parents import engine_parents, settle
from bench.place import Place
from bench.rows import Rounds, Row, Target

COUNT, END = 200, 20


async def measure(place: Place) -> list[Row]:
    rounds = 3
    async with place.engine() as engine:
        warm, *parents = await engine_parents(engine, rounds + 1)
        documents = await recorded_documents(engine, warm)
        bare = await bare_parents(place.client()[place.database_name()], documents, rounds)
        await median_latency(partial(warm.sub_action, "durable"), 40)
        ours, plain = [], []
        for parent, run in zip(parents, bare, strict=True):
            ours.append(await _ends(partial(parent.sub_action, "durable")))
            await settle(engine)
            plain.append(await _ends(run.step4))
    return [
        _row("W1, last 20 of 200 on one run", ours, target=Target(must=1.15, lead=1.05)),
        _row("the same of step4: the machine's own drift", plain, target=Target()),
    ]


async def _ends(call: Call) -> tuple[float, float]:
    samples = await latencies(call, COUNT)
    return median(samples[-END:]), median(samples[:END])


def _row(name: str, ends: list[tuple[float, float]], *, target: Target) -> Row:
    last, first = zip(*ends, strict=True)
    return Rounds(last, first).row(name, "ms", against="first 20", target=target)
