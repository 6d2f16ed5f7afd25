"""Reading sub-actions: from the run while they are open, from their records after, from the log when neither knows."""

from dataclasses import replace

from backend.core.errors import SubActionNotFound
from backend.db.database import Database
from backend.db.event_types import DbEventType
from backend.db.records import Event, Page, SubAction
from backend.server.workflow.projector import Projector
from backend.server.workflow.store import RunStore
from backend.server.workflow.sub_action_records import ENDS, ended_record, open_record
from backend.server.workflow.values import Values


class SubActionReader:
    """Finds sub-actions, also those that another process has just ended and not yet projected."""

    def __init__(self, *, database: Database, store: RunStore, projector: Projector, values: Values) -> None:
        self._db = database
        self._store = store
        self._projector = projector
        self._values = values

    async def get(self, run_id: str, sub_action_id: str) -> SubAction:
        """The sub-action as it stands, its values read back. Raises RunNotFound, SubActionNotFound."""
        found = await self.find(run_id, sub_action_id)
        if found is None:
            raise SubActionNotFound(run_id, sub_action_id)
        return found

    async def find(self, run_id: str, sub_action_id: str) -> SubAction | None:
        await self._projector.settle()
        found = await self._db.sub_actions.find(run_id, sub_action_id)
        if found is None or found.open:
            found = await self._find_now(run_id, sub_action_id)
        return None if found is None else await self._whole(found)

    async def list_page(self, run_id: str, *, limit: int, cursor: str | None) -> Page[SubAction]:
        """Sub-actions of a run, their values read back."""
        await self._projector.settle()
        page = await self._db.sub_actions.list_page(run_id, limit=limit, cursor=cursor)
        return Page(items=[await self._whole(item) for item in page.items], next_cursor=page.next_cursor)

    async def _whole(self, record: SubAction) -> SubAction:
        if record.updated_state is None:
            return record
        return replace(record, updated_state=await self._values.restore(record.updated_state))

    async def find_ended(self, run_id: str, sub_action_id: str) -> SubAction | None:
        """One that is over, for a caller that holds the run and so knows that it is not open."""
        await self._projector.settle()
        found = await self._db.sub_actions.find(run_id, sub_action_id)
        if found is not None and not found.open:
            return found
        return None if self._db.exclusive else await self._find_in_log(run_id, sub_action_id)

    async def _find_now(self, run_id: str, sub_action_id: str) -> SubAction | None:
        async with self._store.section() as section:
            view = (await section.hold(run_id, fresh=True)).view
            item = view.sub_actions.get(sub_action_id)
            if item is not None:
                return open_record(view, item)
        return await self._find_in_log(run_id, sub_action_id)

    async def _find_in_log(self, run_id: str, sub_action_id: str) -> SubAction | None:
        kinds = [DbEventType.SUB_ACTION_STARTED, *ENDS]
        events = await self._db.events.read(run_id, await self._store.lineage(run_id), event_types=kinds)
        mine = [event for event in events if event.data["sub_action_id"] == sub_action_id]
        return ended_record(_begun(mine[0]), mine[-1]) if len(mine) > 1 else None


def _begun(event: Event) -> SubAction:
    """The record that the event which starts a sub-action makes."""
    request = event.data["request"]
    return SubAction(
        sub_action_id=event.data["sub_action_id"],
        workflow_run_id=event.workflow_run_id,
        branch_id=event.branch_id,
        action_id=request["action_id"],
        interaction_id=request["interaction_id"],
        status="running",
        params=request["params"],
        started_at=event.timestamp,
        child_workflow_id=event.data.get("child_workflow_id"),
    )
