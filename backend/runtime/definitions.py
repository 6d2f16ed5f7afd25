"""Definitions as scripts give them: documents, or paths of folders."""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from backend.core.errors import FieldError, InvalidDefinition
from backend.server.definitions.loader import ENTRY, load_folder

JsonObject = dict[str, Any]
Definition = str | PathLike[str] | Mapping[str, Any]


def read_definition(source: Definition) -> JsonObject:
    """The document.

    Args:
        source: a document, or the path of a folder with a `workflow.json`, or of that file.

    Raises:
        InvalidDefinition: there is no such folder, or a file of it cannot be used.
    """
    if isinstance(source, Mapping):
        return dict(source)
    path = Path(source)
    folder = path.parent if path.name == ENTRY else path
    if not (folder / ENTRY).is_file():
        message = f"there is no '{folder / ENTRY}'. Give a folder that holds one, or the definition itself"
        raise InvalidDefinition([FieldError("", message)])
    return load_folder(folder)
