from typing import Any

from backend.cli.controls.base import Control
from backend.cli.screen import one_line, table
from backend.cli.terminal import Misread, Terminal


class SelectControl(Control):
    """A numbered table. People count from 1, the answer names options by index from 0."""

    @property
    def hint(self) -> str:
        count = len(self.data["options"])
        if not count:
            return "There is nothing to choose from yet; type a letter."
        none = ", empty for none" if self.data["min"] == 0 else ""
        if not self.data["multiple"]:
            return f"Which one? A number from 1 to {count}{none}"
        most = self.data["max"] or count
        return f"Which ones? {self.data['min']} to {most} numbers, comma separated{none}"

    def show(self, terminal: Terminal) -> None:
        rows = (
            (str(number), option["label"], one_line(option["description"] or "", 200))
            for number, option in enumerate(self.data["options"], 1)
        )
        terminal.show(table("", "", "", rows=rows))

    def read(self, terminal: Terminal, typed: str) -> Any:
        indexes = [self._index(part) for part in typed.replace(",", " ").split()]
        if self.data["multiple"]:
            return {"selected": indexes}
        if len(indexes) > 1 or (not indexes and self.data["min"] > 0):
            raise Misread("Type one number.")
        return {"selected": indexes[0] if indexes else None}

    def _index(self, part: str) -> int:
        options = self.data["options"]
        if not part.isdecimal() or not 1 <= int(part) <= len(options):
            raise Misread(f"'{part}' is no number from 1 to {len(options)}, and no letter above.")
        return int(options[int(part) - 1]["index"])
