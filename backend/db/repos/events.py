"""The event log: append-only, one winner per position of a branch."""

from collections.abc import Sequence
from typing import Any

from pymongo.errors import BulkWriteError, DuplicateKeyError

from backend.core.errors import PositionTaken
from backend.db import claims
from backend.db.client import store_errors
from backend.db.event_types import DbEventType
from backend.db.lineage import segments
from backend.db.records import BranchSpan, Event

DUPLICATE_KEY = 11000


class EventRepo:
    """Events of all runs in one collection, so that a parent's and a child's can be written together."""

    def __init__(self, database: Any) -> None:
        self._events = database["events"]

    async def ensure_indexes(self) -> None:
        await self._events.create_index(
            [("workflow_run_id", 1), ("branch_id", 1), ("seq", 1)], unique=True, name="position"
        )

    async def append(self, events: Sequence[Event]) -> None:
        """Writes events in order, in one trip. What a crash leaves is a prefix of them.

        Raises:
            PositionTaken: another writer holds the position of one; `written` of the events before it were stored.
            StoreUnavailable: whether they were stored is unknown; read again before deciding anything.
        """
        documents = [_to_document(event) for event in events]
        try:
            with store_errors():
                if len(documents) == 1:
                    await self._events.insert_one(documents[0])
                else:
                    await self._events.insert_many(documents, ordered=True)
        except DuplicateKeyError as error:
            raise PositionTaken from error
        except BulkWriteError as error:
            details = error.details or {}
            codes = {item.get("code") for item in details.get("writeErrors", ())}
            if codes == {DUPLICATE_KEY}:
                raise PositionTaken(written=int(details.get("nInserted", 0))) from error
            raise

    async def read(
        self,
        workflow_run_id: str,
        lineage: Sequence[BranchSpan],
        *,
        after: int = 0,
        to: int | None = None,
        limit: int | None = None,
        event_types: Sequence[str] | None = None,
    ) -> list[Event]:
        """The events that the lineage sees with after < seq <= to, by seq, at most `limit`."""
        pieces = segments(tuple(lineage), after=after, to=to)
        if not pieces:
            return []
        query: dict[str, Any] = {"workflow_run_id": workflow_run_id}
        ranges = [{"branch_id": branch, "seq": _between(first, last)} for branch, first, last in pieces]
        query.update(ranges[0] if len(ranges) == 1 else {"$or": ranges})
        if event_types:
            query["event_type"] = {"$in": list(event_types)}
        return await self._find(query, limit=limit)

    async def read_all(
        self, workflow_run_id: str, *, after: int = 0, event_type: DbEventType | None = None
    ) -> list[Event]:
        """The events of every branch of a run with seq > after, by seq."""
        query: dict[str, Any] = {"workflow_run_id": workflow_run_id, "seq": {"$gt": after}}
        if event_type is not None:
            query["event_type"] = event_type.value
        return await self._find(query, limit=None)

    async def written_since(self, writer: str, event_id: str) -> dict[str, int]:
        """Runs that `writer` appended `event_id` or a later event to, with their highest seq written then."""
        query = {"_id": {"$gte": event_id}, "writer": writer}
        heads: dict[str, int] = {}
        with store_errors():
            async for item in self._events.find(query, {"workflow_run_id": 1, "seq": 1}):
                run_id = item["workflow_run_id"]
                heads[run_id] = max(heads.get(run_id, 0), item["seq"])
        return heads

    async def _find(self, query: dict[str, Any], *, limit: int | None) -> list[Event]:
        cursor = self._events.find(query).sort("seq", 1)
        if limit is not None:
            cursor = cursor.limit(limit)
        with store_errors():
            documents = await cursor.to_list(length=None)
        return [_from_document(document) for document in documents]


def _between(first: int, last: int | None) -> dict[str, int]:
    return {"$gte": first} if last is None else {"$gte": first, "$lte": last}


def _to_document(event: Event) -> dict[str, Any]:
    text, found = claims.encode(event.data)
    document: dict[str, Any] = {
        "_id": event.event_id,
        "workflow_run_id": event.workflow_run_id,
        "root_run_id": event.root_run_id,
        "branch_id": event.branch_id,
        "seq": event.seq,
        "event_type": event.event_type.value,
        "step_id": event.step_id,
        "module_name": event.module_name,
        "actor": event.actor,
        "timestamp": event.timestamp,
        # JSON text, not a sub-document: MongoDB reads some objects ({"$ref", "$id"}) as something else,
        # and stops at 100 levels; text gives back exactly what was put in.
        "data": text,
        "writer": event.writer,
    }
    if found:
        document["claims"] = found
    return document


def _from_document(document: dict[str, Any]) -> Event:
    return Event(
        event_id=document["_id"],
        workflow_run_id=document["workflow_run_id"],
        root_run_id=document["root_run_id"],
        branch_id=document["branch_id"],
        seq=document["seq"],
        event_type=DbEventType(document["event_type"]),
        step_id=document["step_id"],
        module_name=document["module_name"],
        actor=document["actor"],
        timestamp=document["timestamp"],
        data=claims.decode(document["data"], document.get("claims")),
        writer=document.get("writer", ""),
    )
