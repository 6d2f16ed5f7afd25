"""A file of JSON lines that outlives whoever writes it: what modules did, and what a client got to see."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Diary:
    """Several processes may write; each line goes in one write and is on disk when `note` returns."""

    path: Path

    def note(self, word: str, **details: Any) -> None:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, orjson.dumps({"word": word, "pid": os.getpid(), **details}) + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @property
    def gate(self) -> Path:
        """The file that modules of the diary wait for."""
        return self.path.with_name(f"{self.path.name}.gate")

    def read(self, word: str) -> list[dict[str, Any]]:
        """The lines with that word, in the order in which they were written."""
        if not self.path.exists():
            return []
        lines = [orjson.loads(line) for line in self.path.read_bytes().splitlines()]
        return [line for line in lines if line["word"] == word]

    def last(self, word: str) -> dict[str, Any] | None:
        return next(reversed(self.read(word)), None)
