"""The sub-workflow calls of a run, read from its log: nothing is kept that could differ from it."""

from dataclasses import replace
from typing import Any

from backend.core.errors import InvalidQuery
from backend.db.database import Database
from backend.db.event_types import DbEventType
from backend.db.records import Event, Page, RunStatus, SubWorkflowCall
from backend.server.workflow.calls import CALL_ENDS
from backend.server.workflow.store import RunStore
from backend.server.workflow.values import Values

JsonObject = dict[str, Any]


class CallRecords:
    """Lists every call that a run made, with what became of it."""

    def __init__(self, *, database: Database, store: RunStore, values: Values) -> None:
        self._db = database
        self._store = store
        self._values = values

    async def list_page(self, run_id: str, *, limit: int, cursor: str | None) -> Page[SubWorkflowCall]:
        """Calls in the order in which they were made, on the run's current branch.

        Raises:
            RunNotFound; InvalidQuery: the cursor is none that a page gave.
        """
        lineage = await self._store.lineage(run_id)
        found = await self._db.events.read(
            run_id,
            lineage,
            after=_position(cursor),
            limit=limit + 1,
            event_types=[DbEventType.SUB_WORKFLOW_STARTED],
        )
        if not found:
            return Page(items=[])
        ends = await self._db.events.read(run_id, lineage, after=found[0].seq, event_types=CALL_ENDS)
        by_child = {event.data["sub_run_id"]: event for event in ends}
        calls = [await self._read(event, by_child.get(event.data["sub_run_id"])) for event in found[:limit]]
        return Page(items=calls, next_cursor=str(found[limit - 1].seq) if len(found) > limit else None)

    async def _read(self, started: Event, end: Event | None) -> SubWorkflowCall:
        data = await self._values.restore(started.data)
        call = SubWorkflowCall(
            sub_run_id=data["sub_run_id"],
            parent_workflow_id=started.workflow_run_id,
            parent_node_id=started.module_name,
            step_id=started.step_id,
            workflow_id=data["workflow_id"],
            version=data["version"],
            mode=data["mode"],
            attempt=data["attempt"],
            index=data.get("index"),
            input_mapping=data.get("input_mapping") or {},
            output_mapping=data.get("output_mapping") or {},
            on_parent_cancel=data["on_parent_cancel"],
            status="running",
            started_at=started.timestamp,
        )
        if end is None:
            return replace(call, status=await self._open_status(call.sub_run_id))
        status = end.event_type.value.removeprefix("sub_workflow_")
        return replace(call, status=status, completed_at=end.timestamp, error=await self._error(end))

    async def _open_status(self, sub_run_id: str) -> str:
        child = await self._store.find(sub_run_id)
        return "pending" if child is None or child.status is RunStatus.PENDING else "running"

    async def _error(self, end: Event) -> JsonObject | None:
        if end.event_type is DbEventType.SUB_WORKFLOW_CANCELLED:
            return {"code": "cancelled", "message": end.data["reason"]}
        error: JsonObject | None = await self._values.restore(end.data.get("error"))
        return error


def _position(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 16):
        raise InvalidQuery("'cursor' is not one that this server gave. Start again without it.")
    return int(cursor)
