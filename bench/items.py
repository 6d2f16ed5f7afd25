"""`python -m bench.items FEW MANY`: the memory of a process at rest, and its peaks in fan-outs over few and many items.

The peak is read a hundred times a second, since what the system keeps as the peak cannot be set back.
"""

import asyncio
import contextlib
import gc
import json
import sys
from typing import Any

import psutil

from backend.server.workflow.engine import Engine
from bench.family import fan, save_family
from bench.parents import settle
from bench.place import open_place

AT_ONCE = 100
WARM_UP = 600
"""More than an engine keeps in memory of runs that ended."""


async def _main(few: int, many: int) -> list[dict[str, Any]]:
    async with open_place(quick=False) as place, place.engine() as engine:
        await save_family(engine)
        await _peak(engine, WARM_UP)
        gc.collect()
        return [
            {"items": 0, "rss": _rss()},
            *[{"items": count, "peak": await _peak(engine, count)} for count in (few, many)],
        ]


async def _peak(engine: Engine, count: int) -> int:
    """Bytes, until the module after the join begins."""
    seen = [_rss()]
    watch = asyncio.create_task(_watch(seen))
    await fan(engine, count, AT_ONCE)
    await settle(engine)
    watch.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watch
    return max(seen)


async def _watch(seen: list[int]) -> None:
    while True:
        await asyncio.sleep(0.01)
        seen[0] = max(seen[0], _rss())


def _rss() -> int:
    rss: int = psutil.Process().memory_info().rss
    return rss


if __name__ == "__main__":
    few, many = (int(argument) for argument in sys.argv[1:])
    print(json.dumps(asyncio.run(_main(few, many))))
