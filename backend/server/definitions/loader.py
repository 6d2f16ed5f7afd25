"""A folder of files -> one document.

`{"$ref": "steps/first/step.json"}` stands for a file, `"type"` says how: `json` (its value; refs inside are
followed too), `text` (its text), `jinja2` (a template: its text without the last newline, as Jinja reads files).
Without a type the suffix decides: `.json`, `.j2`/`.jinja2`, else text. A path is relative to the file that holds
the ref, so a step's folder can be moved as a whole, and never leads upwards.
"""

from pathlib import Path
from typing import Any

from backend.core.errors import FieldError, InvalidDefinition
from backend.core.jsonvalue import MAX_DEPTH, pointer_of
from backend.server.definitions.models import JsonObject
from backend.server.definitions.problems import MAX_PROBLEMS, suggestion
from backend.server.definitions.reading import FolderFiles, Missing, RepeatedKeys, Unreadable
from backend.server.definitions.refs import REF_TYPES, is_file_ref, type_by_suffix

ENTRY = "workflow.json"

_Path = tuple[str | int, ...]


def list_folders(root: Path) -> list[Path]:
    """The folders right below `root` that hold a `workflow.json`, by name; none where there is no `root`."""
    if not root.is_dir():
        return []
    return sorted(folder for folder in root.iterdir() if (folder / ENTRY).is_file())


def load_folder(folder: Path) -> JsonObject:
    """The document that a folder holds, with every file that it refers to in its place. It is not checked further.

    Raises:
        InvalidDefinition: every file or ref that cannot be used, each with the pointer of its place in the
            assembled document and a sentence that names the file.
    """
    assembly = _Assembly(folder)
    document = assembly.file(ENTRY, "json", (), ())
    if not assembly.errors and not isinstance(document, dict):
        assembly.errors.append(FieldError("", f"{ENTRY} must hold an object."))
    if assembly.errors:
        raise InvalidDefinition(assembly.errors, source=folder.name)
    result: JsonObject = document
    return result


class _Assembly:
    """One loading. `holders` are the files being resolved, outermost first; `at` is the place in the document."""

    def __init__(self, folder: Path) -> None:
        self.errors: list[FieldError] = []
        self._files = FolderFiles(folder)

    def file(self, name: str, kind: str, holders: tuple[str, ...], at: _Path) -> Any:
        if name in holders:
            circle = " -> ".join((*holders[holders.index(name) :], name))
            return self._note(at, f"{name} refers to itself: {circle}. Take one of these refs out.")
        try:
            value = self._files.value(name) if kind == "json" else self._files.text(name)
        except Unreadable as error:
            referrer = f" {holders[-1]} refers to it." if holders and isinstance(error, Missing) else ""
            return self._note(at, f"{error}{referrer}")
        if kind == "json":
            return self._resolve(value, (*holders, name), at)
        return value.removesuffix("\n").removesuffix("\r") if kind == "jinja2" else value

    def _resolve(self, value: Any, holders: tuple[str, ...], at: _Path) -> Any:
        if len(at) > MAX_DEPTH:
            return self._note(at, f"{holders[-1]}: more than {MAX_DEPTH} levels of nesting.")
        if isinstance(value, RepeatedKeys):
            for key in value.repeated:
                self._note((*at, key), f"{holders[-1]}: the key '{key}' is there twice. Keep one.")
        if len(self.errors) > MAX_PROBLEMS:
            return None
        if is_file_ref(value):
            return self._follow(value, holders, at)
        if isinstance(value, dict):
            return {key: self._resolve(child, holders, (*at, key)) for key, child in value.items()}
        if isinstance(value, list):
            return [self._resolve(child, holders, (*at, index)) for index, child in enumerate(value)]
        return value

    def _follow(self, ref: JsonObject, holders: tuple[str, ...], at: _Path) -> Any:
        holder = holders[-1]
        for key in sorted(ref.keys() - {"$ref", "type"}):
            self._note(at, f"{holder}: a $ref object has 'type' beside it and nothing else; take '{key}' out.")
        kind = ref.get("type", type_by_suffix(ref["$ref"]))
        if kind not in REF_TYPES:
            known = suggestion(str(kind), REF_TYPES)
            return self._note(at, f"{holder}: 'type' of a $ref is json, text or jinja2.{known}")
        try:
            name = self._files.beside(holder, ref["$ref"])
        except Unreadable as error:
            return self._note(at, f"{holder}: {error}")
        return self.file(name, kind, holders, at)

    def _note(self, at: _Path, message: str) -> None:
        printable = message.encode(errors="backslashreplace").decode()  # a name may hold a lone surrogate
        self.errors.append(FieldError(pointer_of(at), printable))
