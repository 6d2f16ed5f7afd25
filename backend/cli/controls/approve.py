from typing import Any

from backend.cli.controls.base import Control
from backend.cli.screen import pretty
from backend.cli.terminal import Misread, Terminal


class ApproveControl(Control):
    """y or n, then a comment."""

    letters = "yn"

    @property
    def hint(self) -> str:
        return f"y: {self.data['approve_label']}, n: {self.data['reject_label']}"

    def show(self, terminal: Terminal) -> None:
        if self.data["content"] is not None:
            terminal.show(pretty(self.data["content"]), "")

    def read(self, terminal: Terminal, typed: str) -> Any:
        if typed.lower() not in ("y", "yes", "n", "no"):
            raise Misread("Type y, n, or a letter above.")
        approved = typed.lower().startswith("y")
        comment = self._comment(terminal, needed=not approved and self.data["comment_required_on_reject"])
        return {"approved": approved, **({"comment": comment} if comment else {})}

    @staticmethod
    def _comment(terminal: Terminal, *, needed: bool) -> str:
        def read(typed: str) -> str:
            if needed and not typed:
                raise Misread("Say why, please.")
            return typed

        return terminal.ask_until("Why?" if needed else "Comment (may be empty)", read)
