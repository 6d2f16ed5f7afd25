"""Start-up and memory at rest of a server with its embedded database, against the same parts without the engine."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import psutil

from bench.place import Place
from bench.rows import Rounds, Row
from bench.server import BARE, OURS, served

MEBIBYTE = 2**20
REST_SECONDS = 1.0


async def measure(place: Place) -> list[Row]:
    rounds = 3
    ours, bare = place.folder / "start-ours", place.folder / "start-bare"
    new = Rounds((await _start(OURS, ours))[:1], (await _start(BARE, bare))[:1])
    found = [(await _start(OURS, ours), await _start(BARE, bare)) for _ in range(rounds)]

    def pairs(at: int) -> Rounds:
        return Rounds(tuple(mine[at] for mine, _ in found), tuple(plain[at] for _, plain in found))

    return [
        new.row("start to /readyz, new data folder", "ms", against="bare server"),
        pairs(0).row("start to /readyz, again", "ms", against="bare server"),
        pairs(1).row("memory at rest, server process", "MiB", against="bare server"),
        pairs(2).row("memory at rest, its template processes too", "MiB", against="bare server"),
    ]


async def _start(command: Sequence[str], folder: Path) -> tuple[float, float, float]:
    """Milliseconds; MiB of the process; MiB with its children, but for the database."""
    async with served(folder, command=command) as server:
        await asyncio.sleep(REST_SECONDS)
        process = psutil.Process(server.pid)
        own = process.memory_info().rss / MEBIBYTE
        helpers = [child for child in process.children(recursive=True) if child.name() != "mongod"]
        return server.ready_ms, own, own + sum(_private(child) for child in helpers)


def _private(process: psutil.Process) -> float:
    """What a child has for itself: pages that it shares with its parent are the parent's already."""
    return float(process.memory_full_info().uss) / MEBIBYTE
