"""Run documents, as lists show them, and snapshots. Both are projections: a rebuild from events gives the same."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from backend.db import claims
from backend.db.client import only_duplicates, store_errors
from backend.db.paging import decode_cursor, page_of
from backend.db.records import BranchSpan, Page, Run, RunChange, RunStatus
from backend.db.snapshot import FORMAT, view_from_json, view_to_json
from backend.db.view import RunView

JSON_FIELDS = ("payload", "output", "error", "wait")


class RunRow:
    """A run document to write: the run, and what only the engine needs of it.

    `holders`: whose death leaves work in it undone: the process that writes this, and those at work in the run.
    """

    __slots__ = ("generation", "holders", "in_hand", "questions", "run", "wake_at")

    def __init__(self, run: Run, *, view: RunView, holder: str, wake_at: datetime | None) -> None:
        self.run = run
        self.generation = view.generation
        self.holders = sorted({holder, *view.workers})
        self.in_hand = view.in_hand
        self.wake_at = wake_at
        self.questions = [item.interaction_id for item in view.open_interactions]


class RunRepo:
    """The `runs` and `snapshots` collections. `bulk` says whether the store takes many writes in one trip."""

    def __init__(self, database: Any, *, bulk: bool) -> None:
        self._runs = database["runs"]
        self._snapshots = database["snapshots"]
        self._bulk = bulk

    async def ensure_indexes(self) -> None:
        runs = self._runs
        await runs.create_index([("visible_in_ui", 1), ("created", -1)], name="listing")
        await runs.create_index([("workflow_id", 1), ("created", -1)], name="by_workflow")
        await runs.create_index([("parent_workflow_id", 1), ("created", -1)], name="by_parent")
        await runs.create_index("root_run_id", name="family")
        await runs.create_index([("updated_at", -1)], name="changed")
        await runs.create_index([("status", 1), ("created", -1)], name="by_status")
        await runs.create_index([("holder", 1)], name="in_hand", partialFilterExpression={"in_hand": True})
        await runs.create_index("wake_at", name="due", partialFilterExpression={"wake_at": {"$type": "date"}})
        await runs.create_index("created", name="inbox", partialFilterExpression={"asking": True})

    async def save_all(self, rows: Sequence[RunRow]) -> None:
        """Writes documents; one that is older than what is stored is dropped."""
        await self._write_all([(_newer_than(row), {"$set": _to_document(row)}) for row in rows])

    async def _write_all(self, updates: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
        with store_errors():
            if self._bulk:
                operations = [UpdateOne(where, change, upsert=True) for where, change in updates]
                try:
                    await self._runs.bulk_write(operations, ordered=False)
                except BulkWriteError as error:
                    only_duplicates(error)
                return
            for where, change in updates:
                try:
                    await self._runs.update_one(where, change, upsert=True)
                except DuplicateKeyError:
                    continue  # a newer document is stored already

    async def find(self, workflow_run_id: str) -> Run | None:
        with store_errors():
            document = await self._runs.find_one({"_id": workflow_run_id})
        return _from_document(document) if document else None

    async def list_page(
        self,
        *,
        workflow_id: str | None = None,
        status: Sequence[str] | None = None,
        parent_workflow_id: str | None = None,
        include_hidden: bool = False,
        roots_only: bool = False,
        search: str | None = None,
        oldest_first: bool = False,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[Run]:
        """Newest first, or oldest first.

        Args:
            roots_only: leave out whatever another run started.
            search: part of the run's id, or of its workflow's id or name; capitals do not matter.
        """
        query: dict[str, Any] = {}
        if workflow_id is not None:
            query["workflow_id"] = workflow_id
        if status:
            query["status"] = {"$in": list(status)}
        if parent_workflow_id is not None:
            query["parent_workflow_id"] = parent_workflow_id
        elif roots_only:
            query["parent_workflow_id"] = None
        if not include_hidden:
            query["visible_in_ui"] = True
        elif not query:
            query["visible_in_ui"] = {"$in": [True, False]}  # all there are, and the index that lists them
        if search:
            part = {"$regex": re.escape(search), "$options": "i"}
            query["$or"] = [{"_id": part}, {"workflow_id": part}, {"workflow_name": part}]
        if cursor is not None:
            query["created"] = {"$gt" if oldest_first else "$lt": decode_cursor(cursor)}
        order = 1 if oldest_first else -1
        with store_errors():
            found = await self._runs.find(query).sort("created", order).limit(limit + 1).to_list(length=None)
        return page_of([_from_document(item) for item in found], limit, key=created_key)

    async def list_asking(self, *, limit: int, cursor: str | None) -> Page[Run]:
        """Runs with an open question, oldest first."""
        query: dict[str, Any] = {"asking": True}
        if cursor is not None:
            query["created"] = {"$gt": decode_cursor(cursor)}
        with store_errors():
            found = await self._runs.find(query).sort("created", 1).limit(limit + 1).to_list(length=None)
        return page_of([_from_document(item) for item in found], limit, key=created_key)

    async def list_changed(self, since: datetime, *, limit: int) -> list[RunChange]:
        """Runs that changed at that time or later, the last change first."""
        query = {"updated_at": {"$gte": since}}
        wanted = dict.fromkeys(RunChange.__slots__, 1)
        with store_errors():
            found = await self._runs.find(query, wanted).sort("updated_at", -1).limit(limit).to_list(length=None)
        return [_change_from(document) for document in found]

    async def list_family(self, root_run_id: str) -> list[Run]:
        """The root and all runs below it."""
        with store_errors():
            found = await self._runs.find({"root_run_id": root_run_id}).to_list(length=None)
        return [_from_document(item) for item in found]

    async def list_in_hand(self, *holders: str) -> list[str]:
        """Runs that one of the processes was working on."""
        query = {"holder": {"$in": list(holders)}, "in_hand": True}
        with store_errors():
            found = await self._runs.find(query, {"_id": 1}).to_list(length=None)
        return [item["_id"] for item in found]

    async def list_ended_among(self, workflow_run_ids: Sequence[str]) -> list[str]:
        """Those of the runs whose document says that they have ended."""
        ended = [status.value for status in RunStatus if status.terminal]
        query = {"_id": {"$in": list(workflow_run_ids)}, "status": {"$in": ended}}
        with store_errors():
            found = await self._runs.find(query, {"_id": 1}).to_list(length=None)
        return [item["_id"] for item in found]

    async def list_due(self, moment: datetime, *, limit: int) -> list[tuple[str, datetime]]:
        """Runs whose wait or deadline is over at that moment, with when it is, the earliest first."""
        with store_errors():
            # "$type" is what shows the planner that the partial index holds all of these.
            query = {"wake_at": {"$type": "date", "$lte": moment}}
            cursor = self._runs.find(query, {"wake_at": 1}).sort("wake_at", 1).limit(limit)
            found = await cursor.to_list(length=None)
        return [(item["_id"], item["wake_at"]) for item in found]

    async def next_due(self) -> datetime | None:
        """When the next wait or deadline is over."""
        with store_errors():
            query = {"wake_at": {"$type": "date"}}
            found = await self._runs.find(query, {"wake_at": 1}).sort("wake_at", 1).limit(1).to_list(length=None)
        return found[0]["wake_at"] if found else None

    async def save_snapshot(self, view: RunView, lineage: Sequence[BranchSpan]) -> None:
        text, found = claims.encode(view_to_json(view))
        document = {"_id": view.workflow_run_id, "seq": view.seq, "format": FORMAT, "view": text, "claims": found}
        document["lineage"] = [[span.branch_id, span.cutoff_seq] for span in lineage]
        with store_errors():
            await self._snapshots.replace_one({"_id": view.workflow_run_id}, document, upsert=True)

    async def find_snapshot(self, workflow_run_id: str) -> tuple[RunView, tuple[BranchSpan, ...]] | None:
        with store_errors():
            document = await self._snapshots.find_one({"_id": workflow_run_id})
        if document is None or document["format"] != FORMAT:
            return None
        lineage = tuple(BranchSpan(branch_id=branch, cutoff_seq=cutoff) for branch, cutoff in document["lineage"])
        return view_from_json(claims.decode(document["view"], document["claims"])), lineage


def created_key(run: Run) -> str:
    """Sorts runs by the time they were made; the id (time-ordered) breaks ties."""
    return f"{int(run.created_at.timestamp() * 1000):014d}:{run.workflow_run_id}"


def _newer_than(row: RunRow) -> dict[str, Any]:
    older = {"generation": row.generation, "seq": {"$lte": row.run.seq}}
    return {"_id": row.run.workflow_run_id, "$or": [{"generation": {"$lt": row.generation}}, older]}


def _to_document(row: RunRow) -> dict[str, Any]:
    run = row.run
    text, found = claims.encode({name: getattr(run, name) for name in JSON_FIELDS})
    document: dict[str, Any] = {
        name: getattr(run, name) for name in Run.__slots__ if name not in JSON_FIELDS and name != "workflow_run_id"
    }
    document |= {
        "status": run.status.value,
        "created": created_key(run),
        "generation": row.generation,
        "holder": row.holders,
        "in_hand": row.in_hand,
        "wake_at": row.wake_at,
        "questions": row.questions,
        "asking": bool(row.questions),
        "json": text,
        "claims": found,
    }
    return document


def _from_document(document: dict[str, Any]) -> Run:
    values = {name: document[name] for name in Run.__slots__ if name in document}
    values |= claims.decode(document["json"], document["claims"])
    values |= {"workflow_run_id": document["_id"], "status": RunStatus(document["status"])}
    return Run(**values)


def _change_from(document: dict[str, Any]) -> RunChange:
    values = {name: document[name] for name in RunChange.__slots__ if name in document}
    values |= {"workflow_run_id": document["_id"], "status": RunStatus(document["status"])}
    return RunChange(**values)
