"""Files of a workflow folder: found, bounded, decoded, parsed. Every failure is a sentence that names the file."""

import json
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import Any

KIB = 1024
MAX_FILE_BYTES = 1024 * KIB
MAX_TOTAL_BYTES = 4096 * KIB


class Unreadable(Exception):
    """A file that cannot be used. The message is for the author of the folder."""


class Missing(Unreadable):
    """There is no such file; who refers to it is for the caller to say."""


class RepeatedKeys(dict[str, Any]):
    """An object that said some keys twice; `repeated` are those. Kept as a value so that its place is known."""

    repeated: list[str]


class FolderFiles:
    """The files of one folder, each read and parsed once. Nothing outside the folder is reachable.

    A file counts toward the 4 MiB each time it is referred to, so a few small files that refer to each other
    many times cannot grow without end.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._texts: dict[str, str] = {}
        self._values: dict[str, Any] = {}
        self._left = MAX_TOTAL_BYTES

    def beside(self, holder: str, reference: str) -> str:
        """The path, from the root, of what `reference` names in the file `holder`.

        Raises:
            Unreadable: it is absolute, has a `..`, or leads out of the folder.
        """
        path = PurePosixPath(reference)
        if not path.name:
            raise Unreadable("a $ref needs the path of a file.")
        if path.is_absolute() or "\\" in reference or ":" in path.parts[0]:
            raise Unreadable(f"'{reference}' is no path inside the folder. Use one like 'steps/first/step.json'.")
        if ".." in path.parts:
            raise Unreadable(f"'{reference}' leads upwards. Refer to files beside or below '{holder}' only.")
        return str(PurePosixPath(holder).parent / path)

    def text(self, name: str) -> str:
        """The file's text (UTF-8, with or without a byte order mark)."""
        if name not in self._texts:
            self._texts[name] = self._read(name)
        self._left -= len(self._texts[name].encode())
        if self._left < 0:
            raise Unreadable(f"{name}: the folder's files have more than {MAX_TOTAL_BYTES // KIB:,} KiB together.")
        return self._texts[name]

    def value(self, name: str) -> Any:
        """The file's JSON."""
        text = self.text(name)
        if name not in self._values:
            self._values[name] = _parsed(name, text)
        return self._values[name]

    def _read(self, name: str) -> str:
        content = self._content(name)
        if len(content) > MAX_FILE_BYTES:
            raise Unreadable(f"{name} is larger than {MAX_FILE_BYTES // KIB:,} KiB.")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Unreadable(f"{name} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from None

    def _content(self, name: str) -> bytes:
        try:
            path = (self._root / name).resolve()
            if not path.is_relative_to(self._root):
                raise Unreadable(f"{name} is a link that leads out of the folder.")
            if not path.exists():
                raise Missing(f"There is no file {name}.")
            if not path.is_file():  # a pipe would be read for ever
                raise Unreadable(f"{name} is not a file.")
            with path.open("rb") as file:
                return file.read(MAX_FILE_BYTES + 1)
        except (OSError, ValueError, RuntimeError) as error:  # a NUL, a name too long, a loop of links, no permission
            reason = (error.strerror if isinstance(error, OSError) else None) or "not a usable path"
            raise Unreadable(f"{name} cannot be read: {reason}.") from None


def _parsed(name: str, text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise Unreadable(f"{name}:{error.lineno}:{error.colno}: this is not JSON: {error.msg}.") from None
    except ValueError:  # more digits than Python converts
        raise Unreadable(f"{name} holds a number with too many digits. Write it as text.") from None
    except RecursionError:
        raise Unreadable(f"{name} is nested too deeply.") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    marked = RepeatedKeys(plain)
    marked.repeated = [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]
    return marked
