"""The messages of a sub-action's stream, made from events. Pure, so any server can make them again.

Ids are `<position>.<n>`: the seq of the child event that the message tells of, and a count of reports after it.
`started` is 0.0; the last message stands one position after the child's last event.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from backend.core.errors import InvalidQuery
from backend.db.event_types import DbEventType
from backend.db.records import Event, Frame, SubAction

JsonObject = dict[str, Any]

_MODULE_STATUS = {
    DbEventType.MODULE_STARTED: "started",
    DbEventType.MODULE_COMPLETED: "completed",
    DbEventType.MODULE_FAILED: "failed",
    DbEventType.MODULE_SKIPPED: "skipped",
    DbEventType.MODULE_CANCELLED: "cancelled",
    DbEventType.WAIT_STARTED: "retrying",
    DbEventType.WAIT_RESOLVED: "started",
}

SELF_STARTED, SELF_ENDED = 1, 2
"""Positions of a self sub-action's two own messages: it has no child whose events could give them."""


@lru_cache(maxsize=1024)
def position_of(frame_id: str) -> tuple[int, int]:
    """The two numbers of an id.

    Raises:
        InvalidQuery: the text is no such id.
    """
    major, dot, minor = frame_id.partition(".")
    if dot and major.isdecimal() and minor.isdecimal() and len(frame_id) <= 40:
        return int(major), int(minor)
    raise InvalidQuery(f"'{frame_id[:40]}' is no id of this stream. Leave Last-Event-ID out to read from the start.")


def started_frame(record: SubAction) -> Frame:
    data: JsonObject = {"sub_action_id": record.sub_action_id, "action_id": record.action_id}
    return Frame(id="0.0", event="started", data=_with_child(data, record))


def module_frame(sub_action_id: str, event: Event, names: Sequence[str]) -> Frame | None:
    """The message that a child's event makes, if it makes one."""
    status = _MODULE_STATUS.get(event.event_type)
    if status is None or event.module_name not in names:
        return None
    return Frame(
        id=f"{event.seq}.0",
        event="progress",
        data=progress_data(sub_action_id, event.module_name or "", names, status, message=_message(event)),
    )


def progress_data(
    sub_action_id: str,
    module_name: str,
    names: Sequence[str],
    status: str,
    *,
    message: str | None = None,
    progress: float | None = None,
) -> JsonObject:
    """`module_index` counts from 0."""
    data: JsonObject = {
        "sub_action_id": sub_action_id,
        "module_name": module_name,
        "module_index": names.index(module_name),
        "module_count": len(names),
        "status": status,
    }
    if message is not None:
        data["message"] = message
    if progress is not None:
        data["progress"] = progress
    return data


def _message(event: Event) -> str | None:
    error = event.data.get("error") or (event.data.get("details") or {}).get("error")
    return str(error["message"]) if error else None


def last_frame(record: SubAction, *, position: int) -> Frame:
    """The message that ends the stream."""
    data: JsonObject = {"sub_action_id": record.sub_action_id}
    if record.status == "completed":
        complete = _with_child({**data, "updated_state": record.updated_state or {}}, record)
        return Frame(id=f"{position}.0", event="complete", data=complete)
    error = record.error or {"code": "unknown", "message": "It failed."}
    if record.status == "cancelled":
        return Frame(id=f"{position}.0", event="cancelled", data={**data, "reason": error["message"]})
    return Frame(id=f"{position}.0", event="error", data={**data, **error})


def _with_child(data: JsonObject, record: SubAction) -> JsonObject:
    return {**data, "child_workflow_id": record.child_workflow_id} if record.child_workflow_id else data


def stored_frames(
    record: SubAction, child_events: Sequence[Event], names: Sequence[str], reports: Sequence[Frame]
) -> list[Frame]:
    """The whole stream so far, from what is stored."""
    frames = [started_frame(record)]
    if record.child_workflow_id is None:
        frames += _self_frames(record, names[0])
        position = SELF_ENDED + 1
    else:
        made = (module_frame(record.sub_action_id, event, names) for event in child_events)
        frames += [frame for frame in made if frame is not None]
        position = (child_events[-1].seq if child_events else 0) + 1
    frames += reports
    if not record.open:
        frames.append(last_frame(record, position=position))
    return sorted(frames, key=lambda frame: position_of(frame.id))


def _self_frames(record: SubAction, name: str) -> list[Frame]:
    frames = [self_frame(record, name, SELF_STARTED, "started")]
    if not record.open:
        frames.append(self_frame(record, name, SELF_ENDED, record.status))
    return frames


def self_frame(record: SubAction, name: str, position: int, status: str) -> Frame:
    data = progress_data(record.sub_action_id, name, [name], status)
    return Frame(id=f"{position}.0", event="progress", data=data)
