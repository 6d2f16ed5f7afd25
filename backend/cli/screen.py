"""What the commands write: people read `out` and `err`, programs read JSON lines."""

import json
import re
import sys
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from backend.core.clock import parse_iso
from backend.core.errors import InterludeError

# Text of runs may come from anywhere; an escape sequence in it could rewrite the screen or its title.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

STATUS_STYLES = {
    "completed": "green",
    "error": "red",
    "failed": "red",
    "cancelled": "yellow",
    "awaiting_input": "bold cyan",
    "waiting": "cyan",
    "processing": "blue",
    "running": "blue",
}


def out() -> Console:
    """Standard output, looked up now so that redirection works."""
    return Console(file=sys.stdout, highlight=False)


def err() -> Console:
    return Console(file=sys.stderr, highlight=False, soft_wrap=True)


def plain(value: object, style: str = "") -> Text:
    """Somebody's text, shown as it is: no markup is read in it and control characters become visible."""
    return Text(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", str(value).replace("\r\n", "\n")), style=style)


def one_line(value: object, width: int = 80) -> Text:
    """A value on one line, JSON where it is no text, cut to `width`."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    shown = plain(" ".join(text.split()))
    shown.truncate(width, overflow="ellipsis")
    return shown


def pretty(value: Any) -> Text:
    """Text as it is, anything else as indented JSON."""
    return plain(value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False))


def status_text(status: str) -> Text:
    return Text(status.replace("_", " "), style=STATUS_STYLES.get(status, ""))


def short_time(moment: str | None) -> str:
    """An ISO time in the reader's zone: `11:07:31` today, `Nov 21 11:07` before."""
    if not moment:
        return ""
    local = parse_iso(moment).astimezone()
    return local.strftime("%H:%M:%S" if local.date() == datetime.now().astimezone().date() else "%b %d %H:%M")


def table(*columns: str, rows: Iterable[Iterable[object]]) -> Table:
    grid = Table(box=None, pad_edge=False, header_style="bold", show_header=any(columns))
    for at, column in enumerate(columns):
        # What names the row stays whole, so that it can be copied: the other columns give way.
        grid.add_column(column, overflow="fold", no_wrap=at == 0)
    for row in rows:
        grid.add_row(*(cell if isinstance(cell, Text) else plain("" if cell is None else cell) for cell in row))
    return grid


def print_json(value: Any) -> None:
    """One JSON document on one line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def report(error: InterludeError) -> None:
    """The error in red on one line, then the places it names, where that line does not say it all."""
    console = err()
    console.print(Text.assemble(("error: ", "bold red"), plain(error.message, "red")))
    whole = len(error.errors) == 1 and error.message.endswith(error.errors[0].message)
    for item in () if whole else error.errors:
        console.print(Text.assemble("  ", plain(item.pointer or "/", "bold"), "  ", plain(item.message)))
