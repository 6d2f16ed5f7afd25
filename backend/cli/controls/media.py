import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backend.cli.client import Client
from backend.cli.controls.base import Control, JsonObject
from backend.cli.screen import one_line, table
from backend.cli.terminal import Misread, Terminal


class MediaControl(Control):
    """Pictures by number; a terminal cannot show them, so it saves them to a folder.

    The response schema says which key takes the choice, whether it takes several, and whether as indexes from 0 or as
    ids: those of the pictures themselves, where it lists them, else of their artifacts.
    """

    letters = "s"

    def __init__(self, data: Any, response_schema: JsonObject, client: Client) -> None:
        super().__init__(data)
        properties: JsonObject = response_schema["properties"]
        self._key = next(iter(response_schema.get("required") or properties))
        schema = properties[self._key]
        self._takes_many = schema.get("type") == "array"
        choice: JsonObject = schema.get("items") or {} if self._takes_many else schema
        self._listed = {value for value in choice.get("enum") or () if isinstance(value, str)}
        self._takes_ids = choice.get("type") == "string" or bool(self._listed)
        self._client = client
        self._pictures = list(_files_in(data))

    @property
    def hint(self) -> str:
        if not self._pictures:
            return "There are no pictures yet; type a letter."
        many = ", or several with commas" if self._takes_many else ""
        return f"Which one? A number from 1 to {len(self._pictures)}{many}; s saves them to a folder"

    def show(self, terminal: Terminal) -> None:
        rows = (
            (str(number), one_line(item.get("prompt") or item.get("name") or "", 60), _kind(item), self._id(item))
            for number, item in enumerate(self._pictures, 1)
        )
        terminal.show(table("", "Picture", "Type", "Id", rows=rows))

    def read(self, terminal: Terminal, typed: str) -> Any:
        if typed.lower() == "s":
            folder = Path(terminal.ask("Folder (empty: pictures)") or "pictures")
            raise Misread(f"Saved {self._save(folder)} to {folder}.")
        chosen = [self._choice(part) for part in typed.replace(",", " ").split()]
        if not self._takes_many and len(chosen) != 1:
            raise Misread("Type one number.")
        return {self._key: chosen if self._takes_many else chosen[0]}

    def _choice(self, part: str) -> int | str:
        if not part.isdecimal() or not 1 <= int(part) <= len(self._pictures):
            raise Misread(f"'{part}' is no number from 1 to {len(self._pictures)}, and no letter above.")
        index = int(part) - 1
        return self._id(self._pictures[index]) if self._takes_ids else index

    def _id(self, picture: JsonObject) -> str:
        own = picture.get("id")
        return own if isinstance(own, str) and own in self._listed else str(picture["artifact_id"])

    def _save(self, folder: Path) -> str:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for number, item in enumerate(self._pictures, 1):
                content, media_type = self._client.download(f"/artifacts/{item['artifact_id']}")
                suffix = mimetypes.guess_extension(media_type) or ".bin"
                (folder / f"{number:02}-{item['artifact_id'][-8:]}{suffix}").write_bytes(content)
        except OSError as error:
            raise Misread(f"Cannot write to {folder}: {error.strerror}.") from None
        return f"{len(self._pictures)} file{'s' if len(self._pictures) != 1 else ''}"


def _kind(item: JsonObject) -> str:
    size = item.get("size")
    pixels = f"{item['width']}x{item['height']}" if "width" in item and "height" in item else ""
    weight = f"{size / 1024:,.0f} KiB" if size else ""
    return " ".join(part for part in (item.get("media_type", ""), pixels, weight) if part)


def _files_in(value: Any) -> Iterator[JsonObject]:
    """Every object with an `artifact_id`, in the order of the data."""
    if isinstance(value, dict):
        if "artifact_id" in value:
            yield value
            return
        value = list(value.values())
    if isinstance(value, list):
        for child in value:
            yield from _files_in(child)
