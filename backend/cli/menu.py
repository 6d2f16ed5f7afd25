"""The sub-actions of a question as lettered choices."""

import string
from typing import Any

from backend.cli.schema_form import ask_object
from backend.cli.session import SubActionChoice
from backend.cli.terminal import Terminal

JsonObject = dict[str, Any]

LEAVE = "q"


def lettered(actions: list[JsonObject], reserved: str) -> dict[str, JsonObject]:
    """Letters for the actions that are to be seen: their shortcut where it is free, else the next free one."""
    shown = [action for action in actions if not action.get("hidden")]
    taken = set(reserved) | {LEAVE}
    letters: dict[str, JsonObject] = {}
    for action in shown:
        shortcut = (action.get("shortcut") or "").lower()
        free = [letter for letter in string.ascii_lowercase if letter not in taken]
        letter = shortcut if len(shortcut) == 1 and shortcut in free else next(iter(free), action["id"])
        taken.add(letter)
        letters[letter] = action
    return letters


def prepared(terminal: Terminal, action: JsonObject) -> SubActionChoice | None:
    """The action with the params that it wants from a person; None when they decide against it."""
    if action.get("confirm") and not terminal.confirm(action["confirm"]):
        return None
    params = ask_object(terminal, action["params_schema"]) if action.get("params_schema") else {}
    feedback = action.get("feedback") or {}
    if feedback and feedback.get("enabled", True):
        prompt = feedback.get("prompt") or "What should be different?"
        if text := terminal.ask(f"{prompt} (may be empty)"):
            params["feedback"] = text
    return SubActionChoice(action, params)
