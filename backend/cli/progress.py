"""A sub-action's messages as bars, one a module."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from backend.cli.screen import plain
from backend.cli.sse import Message

JsonObject = dict[str, Any]

FINISHED = ("completed", "skipped")


def show_progress(console: Console, label: str, messages: Iterator[Message]) -> Message | None:
    """Draws until the messages end; gives the last one."""
    bars = _Bars(console, label)
    last = None
    with bars.progress:
        for message in messages:
            if message.event == "progress":
                bars.update(message.data)
            last = message
    return last


class _Bars:
    def __init__(self, console: Console, label: str) -> None:
        self.progress = Progress(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(),
            console=console,
        )
        self._whole = self.progress.add_task(plain(label).markup, total=None, note="")
        self._modules: dict[int, TaskID] = {}

    def update(self, data: JsonObject) -> None:
        count, index = data["module_count"], data["module_index"]
        task = self._module(data, index)
        finished = data["status"] in FINISHED
        part = 1.0 if finished else float(data.get("progress") or 0.0)
        note = plain(data.get("message") or ("" if finished or data["status"] == "running" else data["status"]))
        self.progress.update(task, completed=part, note=note.markup)
        done = sum(self.progress.tasks[self.progress.task_ids.index(task)].completed for task in self._modules.values())
        self.progress.update(self._whole, total=count, completed=done)

    def _module(self, data: JsonObject, index: int) -> TaskID:
        if index not in self._modules:
            name = plain(f"  {data['module_name']}").markup
            self._modules[index] = self.progress.add_task(name, total=1.0, note="")
        return self._modules[index]
