import json
from typing import Any

from backend.cli.controls.base import Control
from backend.cli.screen import pretty
from backend.cli.terminal import Misread, Terminal

SUFFIXES = {"json": ".json", "markdown": ".md"}


class ReviewControl(Control):
    """The content as it is, or edited first."""

    letters = "e"

    @property
    def hint(self) -> str:
        return "Press Enter to send it on as it is, e to edit it"

    def show(self, terminal: Terminal) -> None:
        terminal.show(pretty(self.data["content"]), "")

    def read(self, terminal: Terminal, typed: str) -> Any:
        if typed.lower() == "e":
            return self._edited(terminal)
        if typed:
            raise Misread("Press Enter, e, or a letter above.")
        return {"content": self.data["content"]}

    def _edited(self, terminal: Terminal) -> Any:
        content = self.data["content"]
        suffix = SUFFIXES.get(self.data["format"], ".txt")
        if isinstance(content, str):
            return {"content": terminal.edit(content, suffix=suffix)}
        text = terminal.edit(json.dumps(content, indent=2, ensure_ascii=False), suffix=".json")
        try:
            return {"content": json.loads(text)}
        except ValueError as error:
            raise Misread(f"That is no JSON: {error}. Type e to try again.") from None
