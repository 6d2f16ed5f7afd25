"""W4: children of three modules each, all at once, and their join; and the memory of a fan-out over many items."""

import asyncio
from collections.abc import Sequence
from functools import partial
from time import process_time

from backend.server.workflow.engine import Engine
from bench.apart import samples_of
from bench.baseline import STEP4, BareParent, Document, bare_parents, written_by
from bench.family import fan, save_family
from bench.harness import Call, Measure, in_turns
from bench.parents import settle
from bench.place import Place
from bench.rows import Row, Target

WIDTHS = (100, 1_000)
TARGET = Target(must=1.0, lead=0.7)
MEBIBYTE = 2**20


async def measure(place: Place) -> list[Row]:
    rows = []
    async with place.engine() as engine:
        await save_family(engine)
        documents = await _child_story(engine)
        bare = await bare_parents(place.client()[place.database_name()], documents, max(WIDTHS))
        await fan(engine, WIDTHS[0])
        await _bare_fan(bare[: WIDTHS[0]])
        for width in WIDTHS:
            rounds = (2 if width > WIDTHS[0] else 3) if place.quick else 5
            rows += await _compare(engine, bare[:width], rounds=rounds)
    return [*rows, *await _memory(200 if place.quick else 1_000, 2_000 if place.quick else 10_000)]


async def _compare(engine: Engine, bare: Sequence[BareParent], *, rounds: int) -> list[Row]:
    width = len(bare)
    ours, baseline, rest = partial(fan, engine, width), partial(_bare_fan, bare), partial(settle, engine)
    taken = await in_turns(ours, baseline, rounds=rounds, rest=rest)
    processor = await in_turns(
        partial(_processor_ms, ours, rest, width), partial(_processor_ms, baseline, rest, width), rounds=rounds
    )
    return [
        taken.row(f"W4, {width:,} children of three modules", "s", against="step4", target=TARGET),
        processor.row(f"processor time of each of {width:,}, with what is written behind", "ms", against="step4"),
    ]


async def _bare_fan(bare: Sequence[BareParent]) -> float:
    """Seconds for the writes of the children, those of the parent about them included, all at once."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(*(one.step4() for one in bare))
    return loop.time() - began


async def _processor_ms(run: Measure, rest: Call, width: int) -> float:
    """Of each child, with what is left to be done later."""
    began = process_time()
    await run()
    await rest()
    return (process_time() - began) * 1000 / width


async def _child_story(engine: Engine) -> list[Document]:
    """The documents of one child in the log, its parent's about it first and last, in order."""

    async def story() -> None:
        await fan(engine, 1)

    found = await written_by(engine, story)
    [child_id] = {item["workflow_run_id"] for item in found if item["event_type"] == "run_created"} - {
        item["root_run_id"] for item in found
    }
    kept = [
        item for item in found if item["workflow_run_id"] == child_id or item["event_type"].startswith("sub_workflow_")
    ]
    if len(kept) != sum(STEP4):
        raise RuntimeError(f"A child now writes {len(kept)} documents; correct STEP4.")
    return kept


async def _memory(few: int, many: int) -> list[Row]:
    """Peaks above the process at rest, which has run a small fan-out before."""
    start, first, second = await samples_of("bench.items", few, many)
    peaks = [(sample["peak"] - start["rss"]) / MEBIBYTE for sample in (first, second)]
    return [
        Row(
            measure=f"peak memory above rest, fan-out of {many:,} items, 100 at once",
            unit="MiB",
            ours=peaks[1],
            baseline=peaks[0],
            against=f"{few:,} items",
        )
    ]
