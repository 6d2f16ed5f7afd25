"""Measurements in a process of their own: the memory of this one says nothing."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from typing import Any

from bench.server import ROOT

Sample = dict[str, Any]


async def samples_of(module: str, *arguments: object) -> list[Sample]:
    """What `python -m module arguments` prints: a list of samples, as JSON."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *(str(argument) for argument in arguments),
        stdout=PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{module} failed; its error is above.")
    samples: list[Sample] = json.loads(out)
    return samples
