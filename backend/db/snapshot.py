"""A view as a document and back, so that a run of any length loads in one read and a short tail."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from backend.core.clock import iso, parse_iso
from backend.db.records import RunStatus
from backend.db.view import CallView, InteractionView, ModuleView, Part, RunView, StepView, SubActionView

_PARTS: dict[str, type[Part]] = {
    "steps": StepView,
    "modules": ModuleView,
    "interactions": InteractionView,
    "sub_actions": SubActionView,
    "calls": CallView,
}
_TIMES = frozenset({"deadline", "created_at", "updated_at", "completed_at", "asked_since"})

FORMAT = 3
"""Raised when the view changes shape: a snapshot of another format is ignored, and the run folded anew."""


def view_to_json(view: RunView) -> dict[str, Any]:
    """The view as JSON values (and claims, which stay what they are)."""
    return {item.name: _to_json(item.name, getattr(view, item.name)) for item in fields(view) if item.init}


def _to_json(name: str, value: Any) -> Any:
    if name in _PARTS:
        return {key: part.to_dict() for key, part in value.items()}
    if isinstance(value, datetime):
        return iso(value)
    return value.value if isinstance(value, RunStatus) else value


def view_from_json(values: dict[str, Any]) -> RunView:
    """The view that `view_to_json` was given."""
    return RunView(**{name: _from_json(name, value) for name, value in values.items()})


def _from_json(name: str, value: Any) -> Any:
    if name in _PARTS:
        return {key: _PARTS[name].from_dict(part) for key, part in value.items()}
    if value is None:
        return None
    if name in _TIMES:
        return parse_iso(value)
    return RunStatus(value) if name == "ended" else value
