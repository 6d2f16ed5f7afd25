"""`python -m bench [NAMES] [--quick] [--json]`."""

import argparse
import asyncio
import sys
from importlib import import_module
from typing import Any

from rich.console import Console

from bench.place import Place, open_place
from bench.report import machine_line, print_table, to_json
from bench.rows import Row

NAMES = ("w1", "throughput", "drift", "trips", "state", "nest", "fan_out", "cancel", "startup", "memory", "pages")
"""Modules of this package, in the order in which they run. Each has `async def measure(place) -> list[Row]`."""


def main() -> None:
    asked = _arguments()
    before = machine_line()
    rows = asyncio.run(_measure(asked.names or NAMES, quick=asked.quick))
    machine = (f"before: {before}", f"after:  {machine_line()}")
    if asked.json:
        print(to_json(rows, machine))
        return
    print_table(rows, machine, console=Console(width=None if sys.stdout.isatty() else 140))


def _arguments() -> Any:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure against a bare driver in the same run."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(NAMES)}; default: all")
    parser.add_argument(
        "--quick", action="store_true", help="fewer samples: shows an order of magnitude, proves nothing"
    )
    parser.add_argument("--json", action="store_true", help="for scripts")
    asked = parser.parse_args()
    unknown = sorted(set(asked.names) - set(NAMES))
    if unknown:
        parser.error(f"there is no measurement '{unknown[0]}'; there are: {', '.join(NAMES)}")
    return asked


async def _measure(names: tuple[str, ...], *, quick: bool) -> list[Row]:
    rows: list[Row] = []
    async with open_place(quick=quick) as place:
        for name in names:
            rows += await _one(name, place)
    return rows


async def _one(name: str, place: Place) -> list[Row]:
    print(f"{name} ...", file=sys.stderr, flush=True)
    found: list[Row] = await import_module(f"bench.{name}").measure(place)
    return found


if __name__ == "__main__":
    main()
