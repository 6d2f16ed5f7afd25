"""What runs that wait for a person cost while they wait: memory, tasks, threads of the engine's process."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from typing import Any

from bench.place import Place
from bench.rows import Row, Target
from bench.server import ROOT

KIBIBYTE = 1024


async def measure(place: Place) -> list[Row]:
    count = 1_000 if place.quick else 10_000
    start, half, full, rested = await _waiting(count)
    runs = f"{count:,} waiting runs"
    none_more = Target(must=1.0)
    per_run = (full["rss"] - half["rss"]) / (full["runs"] - half["runs"]) / KIBIBYTE
    return [
        Row(
            measure=f"tasks, {runs}",
            unit="",
            ours=full["tasks"],
            baseline=start["tasks"],
            against="none",
            target=none_more,
        ),
        Row(measure=f"threads, {runs}", unit="", ours=full["threads"], baseline=start["threads"], against="none"),
        Row(measure=f"memory, {runs}", unit="MiB", ours=_mib(full), baseline=_mib(start), against="none"),
        Row(
            measure="memory, after ten seconds of rest",
            unit="MiB",
            ours=_mib(rested),
            baseline=_mib(full),
            against="before",
        ),
        Row(measure="memory a run, of the second half", unit="KiB", ours=per_run),
    ]


def _mib(sample: dict[str, Any]) -> float:
    return float(sample["rss"]) / KIBIBYTE / KIBIBYTE


async def _waiting(count: int) -> list[dict[str, Any]]:
    """Measured in a process of its own: this one's memory says nothing."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.waiting",
        str(count),
        stdout=PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("bench.waiting failed; its error is above.")
    samples: list[dict[str, Any]] = json.loads(out)
    return samples
