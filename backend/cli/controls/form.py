from typing import Any

from backend.cli.controls.base import Control, JsonObject
from backend.cli.schema_form import ask_object
from backend.cli.screen import pretty
from backend.cli.terminal import Misread, Terminal


class FormControl(Control):
    """Field by field."""

    asks_by_itself = True

    @property
    def hint(self) -> str:
        return "Press Enter to fill in the form, or type a letter"

    def show(self, terminal: Terminal) -> None:
        fields = self.data["schema"].get("properties", {})
        names = [part.get("title", name) if isinstance(part, dict) else name for name, part in fields.items()]
        terminal.say(f"Fields: {', '.join(names)}", "dim")

    def read(self, terminal: Terminal, typed: str) -> Any:
        _only_enter(typed)
        return {"values": ask_object(terminal, self.data["schema"], self.data["defaults"])}


class PlainControl(Control):
    """A kind that this program does not know: its data as JSON, its answer by the response schema."""

    asks_by_itself = True

    def __init__(self, data: Any, response_schema: JsonObject) -> None:
        super().__init__(data)
        self._schema = response_schema

    @property
    def hint(self) -> str:
        return "Press Enter to answer, or type a letter"

    def show(self, terminal: Terminal) -> None:
        terminal.show(pretty(self.data))

    def read(self, terminal: Terminal, typed: str) -> Any:
        _only_enter(typed)
        return ask_object(terminal, self._schema)


def _only_enter(typed: str) -> None:
    if typed:
        raise Misread("Press Enter, or type a letter above.")
