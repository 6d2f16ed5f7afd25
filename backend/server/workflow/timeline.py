"""Events in short: what a time line shows of them, without the values that they carry. Pure."""

from typing import Any

from backend.db.event_types import STATE_MAPPED
from backend.db.records import Event

JsonObject = dict[str, Any]

FACTS = (
    "module_id",
    "attempt",
    "duration_ms",
    "continued",
    "interaction_id",
    "kind",
    "title",
    "sub_action_id",
    "child_workflow_id",
    "sub_run_id",
    "workflow_id",
    "version",
    "mode",
    "index",
    "on_parent_cancel",
    "wait_key",
    "until",
    "early",
    "reason",
    "from_branch",
    "to_branch",
    "at_seq",
    "children",
)
"""Keys of `data` that are given on: ids, names, numbers."""

LONGEST = 300
"""Characters of a text that are given on."""


def brief_of(event: Event) -> JsonObject:
    """The event with short facts in place of its data: `writes` are the state paths that it wrote."""
    data = event.data
    facts = {name: _short(data[name]) for name in FACTS if data.get(name) is not None}
    writes, error = data.get(STATE_MAPPED), data.get("error")
    if isinstance(error, dict):
        facts |= {"error_code": error.get("code"), "error_message": _short(error.get("message"))}
    request, details = data.get("request"), data.get("details")
    if isinstance(request, dict):
        facts |= {name: request.get(name) for name in ("interaction_id", "action_id")}
    if isinstance(details, dict):
        facts |= {name: details[name] for name in ("sub_action_id", "attempt") if name in details}
    return {
        "seq": event.seq,
        "event_type": event.event_type,
        "timestamp": event.timestamp,
        "actor": event.actor,
        "branch_id": event.branch_id,
        "step_id": event.step_id,
        "module_name": event.module_name,
        "writes": sorted(writes) if isinstance(writes, dict) else None,
        **facts,
    }


def _short(value: Any) -> Any:
    return f"{value[:LONGEST]}…" if isinstance(value, str) and len(value) > LONGEST else value
