"""The name of this node: the same after a restart, so that a restarted server takes its own runs over at once."""

import fcntl
import os
from pathlib import Path
from typing import Self

from backend.core.config import Settings
from backend.core.ids import new_id


class Node:
    """A name kept in the data folder while a lock on it is held."""

    def __init__(self, name: str, descriptor: int | None) -> None:
        self.name = name
        self._descriptor = descriptor

    @classmethod
    def claim(cls, settings: Settings) -> Self:
        """The folder's name, or a new one where another process has it or the folder cannot be written."""
        try:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
            return cls._locked(settings.data_dir / "node")
        except OSError:
            return cls(new_id("node"), None)

    @classmethod
    def _locked(cls, path: Path) -> Self:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise
        name = os.read(descriptor, 200).decode("ascii", "ignore").strip()
        if not name:
            name = new_id("node")
            os.write(descriptor, name.encode())
            os.fsync(descriptor)
        return cls(name, descriptor)

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
