"""Sub-action records from a view and from the event that ends one. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from backend.db.event_types import STATE_MAPPED, DbEventType
from backend.db.projections import apply
from backend.db.records import Event, SubAction
from backend.db.view import RunView, SubActionView

ENDS = {
    DbEventType.SUB_ACTION_COMPLETED: "completed",
    DbEventType.SUB_ACTION_FAILED: "failed",
    DbEventType.SUB_ACTION_CANCELLED: "cancelled",
}


def open_record(view: RunView, item: SubActionView) -> SubAction:
    """The record of a sub-action that has not ended."""
    return SubAction(
        sub_action_id=item.sub_action_id,
        workflow_run_id=view.workflow_run_id,
        branch_id=view.branch_id,
        action_id=item.action_id,
        interaction_id=item.interaction_id,
        status="queued" if view.is_queued(item) else "running",
        params=item.params,
        started_at=item.started_at,
        child_workflow_id=item.child_workflow_id,
    )


def ended_record(before: SubAction, event: Event) -> SubAction:
    """The record after the event that ended it."""
    data = event.data
    error = data.get("error")
    if event.event_type is DbEventType.SUB_ACTION_CANCELLED:
        error = {"code": "cancelled", "message": data["reason"]}
    return replace(
        before,
        status=ENDS[event.event_type],
        error=error,
        completed_at=event.timestamp,
        updated_state=data.get(STATE_MAPPED),
    )


def records_of(view: RunView, events: Sequence[Event]) -> list[SubAction]:
    """Every sub-action record of a run, from its whole log. `view` must be empty; it is folded on the way."""
    records: dict[str, SubAction] = {}
    for event in events:
        if event.event_type in ENDS:
            item = view.sub_actions[event.data["sub_action_id"]]
            records[item.sub_action_id] = ended_record(open_record(view, item), event)
        apply(view, event)
    for item in view.sub_actions.values():
        records[item.sub_action_id] = open_record(view, item)
    return list(records.values())
