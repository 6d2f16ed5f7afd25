"""The table for people, and the same as JSON for scripts."""

import json
import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from bench.rows import Result, Row

STYLES: dict[Result, str] = {"lead": "bold green", "must": "green", "missed": "bold red", "": ""}
COLUMNS = ("ours", "baseline", "ratio", "must", "lead", "kept")


def machine_line() -> str:
    """What it ran on, and how busy that was. Load averages are of the last 1 and 5 minutes."""
    one, five, _ = os.getloadavg()
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, "
        f"motor {version('motor')}, pymongo {version('pymongo')}, load {one:.1f} / {five:.1f}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def print_table(rows: Sequence[Row], machine: Sequence[str], *, console: Console) -> None:
    """One line a row; the machine before and after the run below it."""
    table = Table("measure")
    for name in COLUMNS:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*_cells(row))
    console.print(table)
    for line in machine:
        console.print(line, highlight=False)


def _cells(row: Row) -> tuple[str, ...]:
    baseline = "" if row.baseline is None else f"{_number(row.baseline)} {row.against}".strip()
    return (
        row.measure,
        f"{_number(row.ours)} {row.unit}",
        baseline,
        "" if row.factor is None else f"{row.factor:.2f}",
        row.target.text(row.target.must),
        row.target.text(row.target.lead),
        f"[{STYLES[row.result]}]{row.result}[/]" if row.result else "",
    )


def _number(value: float) -> str:
    if value == 0:
        return "0"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def to_json(rows: Sequence[Row], machine: Sequence[str]) -> str:
    return json.dumps({"machine": list(machine), "rows": [row.to_json() for row in rows]}, indent=2)
