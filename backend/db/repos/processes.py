"""Which processes are alive. One heartbeat a process stands for the leases of all runs that it works on.

Times are the database server's (`$$NOW`), so clock skew between machines decides nothing.

A process whose runs were taken over stays on record with its heir: work that it made ready is the heir's, and when
that one dies too, its heir's.
"""

from dataclasses import dataclass
from typing import Any

from backend.db.client import store_errors

KEPT_SECONDS = 90 * 86400.0
"""How long a dead process stays on record: longer than any module runs."""


@dataclass(frozen=True, slots=True)
class Process:
    """`projected_through`: its events before this event id are in the projections."""

    process_id: str
    node: str
    projected_through: str


class ProcessRepo:
    """The `processes` collection. Only for stores that outlive a process."""

    def __init__(self, database: Any) -> None:
        self._processes = database["processes"]

    async def beat(self, process: Process, *, lease_seconds: float) -> bool:
        """Renews the lease; False when it was lost, because others were told that this process is dead."""
        changes: list[dict[str, Any]] = [
            {"$set": {"until": _from_now(lease_seconds), "projected_through": process.projected_through}}
        ]
        with store_errors():
            result = await self._processes.update_one({"_id": process.process_id, "dead": False}, changes)
        return bool(result.matched_count)

    async def register(self, process: Process, *, lease_seconds: float) -> None:
        changes: list[dict[str, Any]] = [
            {
                "$set": {
                    "node": process.node,
                    "projected_through": process.projected_through,
                    "dead": False,
                    "until": _from_now(lease_seconds),
                }
            }
        ]
        with store_errors():
            await self._processes.update_one({"_id": process.process_id}, changes, upsert=True)

    async def bury(self, process_id: str, *, node: str | None) -> None:
        """Declares dead what surely is: earlier processes of the same node, or (node None) all others."""
        query: dict[str, Any] = {"_id": {"$ne": process_id}, "heir": None}
        if node is not None:
            query["node"] = node
        with store_errors():
            # A millisecond ago: a lease that ends in this one could not be claimed yet.
            await self._processes.update_many(query, [{"$set": {"dead": True, "until": _from_now(-0.001)}}])

    async def claim_dead(self, process_id: str, *, lease_seconds: float) -> Process | None:
        """Takes one process whose lease ran out, for this one to recover; nobody else gets it meanwhile."""
        query = {"_id": {"$ne": process_id}, "heir": None, "$expr": {"$lt": ["$until", "$$NOW"]}}
        changes = [{"$set": {"dead": True, "until": _from_now(lease_seconds)}}]
        with store_errors():
            found = await self._processes.find_one_and_update(query, changes)
        return _from_document(found) if found else None

    async def extend(self, process_id: str, *, lease_seconds: float) -> None:
        """Keeps a claimed dead process from others while it is being recovered."""
        with store_errors():
            await self._processes.update_one({"_id": process_id}, [{"$set": {"until": _from_now(lease_seconds)}}])

    async def list_bequeathed(self, process_id: str) -> list[str]:
        """Processes that this one is the heir of."""
        with store_errors():
            found = await self._processes.find({"heir": process_id}, {"_id": 1}).to_list(length=None)
        return [item["_id"] for item in found]

    async def bequeath(self, process_id: str, *, heir: str) -> None:
        """After its runs are in the heir's hands, and those of every process that it was the heir of."""
        # Its own entry last: until then it can be claimed again, should this process die here.
        with store_errors():
            await self._processes.update_many({"heir": process_id}, {"$set": {"heir": heir}})
            await self._processes.update_one({"_id": process_id}, {"$set": {"heir": heir}})
            long_ago = {"heir": {"$ne": None}, "$expr": {"$lt": ["$until", _from_now(-KEPT_SECONDS)]}}
            await self._processes.delete_many(long_ago)


def _from_now(seconds: float) -> dict[str, Any]:
    return {"$add": ["$$NOW", round(seconds * 1000)]}


def _from_document(document: dict[str, Any]) -> Process:
    return Process(document["_id"], document["node"], document["projected_through"])
