"""`python -m bench.waiting N`: starts N runs that wait for a person and prints, as JSON, what the process had then."""

import asyncio
import gc
import json
import sys
import threading
from typing import Any

import psutil

from backend.server.workflow.engine import Engine
from bench.parents import engine_parents
from bench.place import open_place

REST_SECONDS = 10.0
WARM_UP = 64


async def _main(count: int) -> list[dict[str, Any]]:
    async with open_place(quick=False) as place, place.engine() as engine:
        await engine_parents(engine, WARM_UP)
        samples = [await sample(engine, 0)]
        for runs in (count // 2, count):
            await engine_parents(engine, runs - samples[-1]["runs"])
            samples.append(await sample(engine, runs))
        await asyncio.sleep(REST_SECONDS)
        return [*samples, await sample(engine, count)]


async def sample(engine: Engine, runs: int) -> dict[str, Any]:
    """What the process has, a moment after the last request."""
    await engine.list_runs(limit=1)
    await asyncio.sleep(0.5)  # timers of a moment ago end
    gc.collect()
    return {
        "runs": runs,
        "rss": psutil.Process().memory_info().rss,
        "tasks": len(asyncio.all_tasks()),
        "threads": threading.active_count(),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_main(int(sys.argv[1])))))
