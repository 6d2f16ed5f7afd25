"""Which processes are alive. One heartbeat a process stands for the leases of all runs that it works on.

Times are the database server's (`$$NOW`), so clock skew between machines decides nothing.
"""

from dataclasses import dataclass
from typing import Any

from backend.db.client import store_errors


@dataclass(frozen=True, slots=True)
class Process:
    """`projected_through`: its events up to this event id are in the projections."""

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
        query: dict[str, Any] = {"_id": {"$ne": process_id}}
        if node is not None:
            query["node"] = node
        with store_errors():
            await self._processes.update_many(query, [{"$set": {"dead": True, "until": "$$NOW"}}])

    async def claim_dead(self, process_id: str, *, lease_seconds: float) -> Process | None:
        """Takes one process whose lease ran out, for this one to recover; nobody else gets it meanwhile."""
        query = {"_id": {"$ne": process_id}, "$expr": {"$lt": ["$until", "$$NOW"]}}
        changes = [{"$set": {"dead": True, "until": _from_now(lease_seconds)}}]
        with store_errors():
            found = await self._processes.find_one_and_update(query, changes)
        return _from_document(found) if found else None

    async def remove(self, process_id: str) -> None:
        """After its runs are in other hands, or at a clean end."""
        with store_errors():
            await self._processes.delete_one({"_id": process_id})


def _from_now(seconds: float) -> dict[str, Any]:
    return {"$add": ["$$NOW", round(seconds * 1000)]}


def _from_document(document: dict[str, Any]) -> Process:
    return Process(document["_id"], document["node"], document["projected_through"])
