"""`python -m bench.pending N`: the process with N runs that wait for a far time, and how late others are, as JSON."""

import asyncio
import json
import sys
import time
from datetime import datetime, timedelta
from typing import Any

from backend.core.clock import iso, now, parse_iso
from backend.db.event_types import DbEventType
from backend.server.workflow.engine import Engine
from bench.family import PENDING, save_family
from bench.parents import ACTOR, START_AT_ONCE, settle
from bench.place import Place, open_place
from bench.waiting import sample

FAR = timedelta(days=30)
DUE = 200
FIRST, LAST = 3.0, 6.0
"""Seconds from the moment at which they are all waiting: those that fall due do so evenly in between."""

REST_SECONDS = 10.0
WARM_UP = 64


async def _main(count: int) -> list[dict[str, Any]]:
    async with open_place(quick=False) as place:
        return await _measure(place, place.database_name(), count)


async def _measure(place: Place, name: str, count: int) -> list[dict[str, Any]]:
    far = now() + FAR
    async with place.engine(name=name) as engine:
        await save_family(engine)
        await _start(engine, [far] * WARM_UP)
        samples = [await sample(engine, 0)]
        await _start(engine, [far] * count)
        samples.append(await sample(engine, count))
        busy = time.process_time()
        await asyncio.sleep(REST_SECONDS)
        samples[-1]["busy"] = (time.process_time() - busy) / REST_SECONDS
        samples.append(await sample(engine, count))
        late = await _late(engine, await _start(engine, _moments()))
        forgotten = await _start(engine, _moments())
    async with place.engine(name=name) as engine:  # which has no timer for them, only the database
        return [*samples, {"late": late, "late_after_restart": await _late(engine, forgotten)}]


def _moments() -> list[datetime]:
    first = now() + timedelta(seconds=FIRST)
    return [first + timedelta(seconds=(LAST - FIRST) * at / DUE) for at in range(DUE)]


async def _start(engine: Engine, until: list[datetime]) -> list[str]:
    """Runs that wait for these moments."""
    ids: list[str] = []
    for at in range(0, len(until), START_AT_ONCE):
        started = (
            engine.start_run(PENDING, {"until": iso(moment)}, actor=ACTOR) for moment in until[at : at + START_AT_ONCE]
        )
        ids += [run.workflow_run_id for run in await asyncio.gather(*started)]
    await settle(engine)
    return ids


async def _late(engine: Engine, run_ids: list[str]) -> list[float]:
    """Milliseconds, by the log, from the moment that each run waits for to the end of its wait."""
    return sorted([await _lateness(engine, run_id) for run_id in run_ids])


async def _lateness(engine: Engine, run_id: str) -> float:
    until = ended = None
    async for event in engine.tail_events(run_id):
        if event.event_type is DbEventType.WAIT_STARTED:
            until = parse_iso(event.data["until"])
        elif event.event_type is DbEventType.WAIT_RESOLVED:
            ended = event.timestamp
    if until is None or ended is None:
        raise RuntimeError(f"The run '{run_id}' did not wait for a time.")
    return (ended - until).total_seconds() * 1000


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_main(int(sys.argv[1])))))
