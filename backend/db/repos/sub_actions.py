"""Sub-action records, and the progress that modules report while one runs. Projections, rebuilt from events."""

from collections.abc import Sequence
from typing import Any

from pymongo import ReplaceOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from backend.db import claims
from backend.db.client import only_duplicates, store_errors
from backend.db.paging import decode_cursor, page_of
from backend.db.records import Frame, Page, SubAction

JSON_FIELDS = ("params", "error", "updated_state")


class SubActionRepo:
    """The `sub_actions` and `progress` collections."""

    def __init__(self, database: Any, *, bulk: bool) -> None:
        self._records = database["sub_actions"]
        self._progress = database["progress"]
        self._bulk = bulk

    async def ensure_indexes(self) -> None:
        await self._records.create_index([("workflow_run_id", 1), ("order", 1)], name="by_start")
        await self._progress.create_index([("sub_action_id", 1), ("position", 1), ("n", 1)], name="by_sub_action")

    async def save_all(self, records: Sequence[SubAction]) -> None:
        """Replaces records. An ended one stays, whatever a process that fell behind still has to say of it."""
        updates = [(_replaceable(record), _to_document(record)) for record in records]
        with store_errors():
            if self._bulk:
                operations = [ReplaceOne(where, item, upsert=True) for where, item in updates]
                try:
                    await self._records.bulk_write(operations, ordered=False)
                except BulkWriteError as error:
                    only_duplicates(error)
                return
            for where, item in updates:
                try:
                    await self._records.replace_one(where, item, upsert=True)
                except DuplicateKeyError:
                    continue

    async def find(self, workflow_run_id: str, sub_action_id: str) -> SubAction | None:
        with store_errors():
            document = await self._records.find_one({"_id": sub_action_id, "workflow_run_id": workflow_run_id})
        return _from_document(document) if document else None

    async def list_page(self, workflow_run_id: str, *, limit: int, cursor: str | None) -> Page[SubAction]:
        """In the order in which they were started."""
        query: dict[str, Any] = {"workflow_run_id": workflow_run_id}
        if cursor is not None:
            query["order"] = {"$gt": decode_cursor(cursor)}
        with store_errors():
            found = await self._records.find(query).sort("order", 1).limit(limit + 1).to_list(length=None)
        return page_of([_from_document(item) for item in found], limit, key=_order)

    async def save_progress(self, frames: Sequence[tuple[str, str, Frame]]) -> None:
        """Stores reported progress as `(workflow_run_id, sub_action_id, frame)`. A repeat replaces."""
        with store_errors():
            for workflow_run_id, sub_action_id, frame in frames:
                document = _progress_document(workflow_run_id, sub_action_id, frame)
                await self._progress.replace_one({"_id": document["_id"]}, document, upsert=True)

    async def list_progress(self, sub_action_id: str) -> list[Frame]:
        with store_errors():
            query = self._progress.find({"sub_action_id": sub_action_id}).sort([("position", 1), ("n", 1)])
            found = await query.to_list(length=None)
        return [
            Frame(id=f"{item['position']}.{item['n']}", event="progress", data=claims.decode(item["data"], None))
            for item in found
        ]


def _replaceable(record: SubAction) -> dict[str, Any]:
    """Upserting under a filter that the stored record does not fit collides with it: that is the guard at work."""
    return {"_id": record.sub_action_id} | ({"status": {"$in": ["queued", "running"]}} if record.open else {})


def _order(record: SubAction) -> str:
    return f"{int(record.started_at.timestamp() * 1000):014d}:{record.sub_action_id}"


def _progress_document(workflow_run_id: str, sub_action_id: str, frame: Frame) -> dict[str, Any]:
    position, n = frame.id.split(".")
    return {
        "_id": f"{sub_action_id}:{frame.id}",
        "workflow_run_id": workflow_run_id,
        "sub_action_id": sub_action_id,
        "position": int(position),
        "n": int(n),
        "data": claims.encode(frame.data)[0],
    }


def _to_document(record: SubAction) -> dict[str, Any]:
    text, found = claims.encode({name: getattr(record, name) for name in JSON_FIELDS})
    document: dict[str, Any] = {
        name: getattr(record, name)
        for name in SubAction.__slots__
        if name not in JSON_FIELDS and name != "sub_action_id"
    }
    return {"_id": record.sub_action_id, **document, "order": _order(record), "json": text, "claims": found}


def _from_document(document: dict[str, Any]) -> SubAction:
    values = {name: document[name] for name in SubAction.__slots__ if name in document}
    values |= claims.decode(document["json"], document["claims"])
    return SubAction(**(values | {"sub_action_id": document["_id"]}))
