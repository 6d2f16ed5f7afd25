"""Which file of a workflow's folder a pointer into its assembled document leads to."""

from pathlib import Path
from typing import Any

from backend.core.jsonvalue import pointer_of
from backend.server.definitions.loader import ENTRY
from backend.server.definitions.reading import FolderFiles, Unreadable
from backend.server.definitions.refs import is_file_ref


def locate(folder: Path, pointer: str) -> tuple[str, str]:
    """The file, relative to the folder, and the pointer inside that file."""
    files = FolderFiles(folder)
    name, inner = ENTRY, []
    try:
        value: Any = files.value(name)
        for part in _parts(pointer):
            value = _child(value, part)
            inner.append(part)
            while is_file_ref(value):
                name, inner = files.beside(name, value["$ref"]), []
                value = files.value(name) if name.endswith(".json") else None
    except (Unreadable, LookupError, ValueError, TypeError):
        pass  # the place is missing or broken: the nearest one that exists has to do
    return name, pointer_of(tuple(inner))


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _child(value: Any, part: str) -> Any:
    return value[int(part)] if isinstance(value, list) else value[part]
