"""The baseline: the driver alone, writing documents that a sub-action of ours wrote, in as few trips as can be.

`step4`: every module durable, four trips. `two2`: start and finish, two trips. Same client options, same unique
index, same number of documents, same bytes; no engine, no templates, no modules, no projections.
"""

import itertools
from collections.abc import Sequence
from functools import partial
from typing import Any

from backend.server.workflow.engine import Engine
from bench.harness import Call
from bench.parents import EngineParent

STEP4 = (4, 2, 2, 4)
"""Documents a trip: the start with the first module's; each module's end with the next one's start; the end."""

TWO2 = (4, 8)

_numbers = itertools.count()
"""Ids that cost nothing to make, as long as ours."""

Document = dict[str, Any]


async def written_by(engine: Engine, story: Call) -> list[Document]:
    """The documents that a story writes into the log, in order."""
    events = engine.database.connection.database["events"]
    before: set[str] = {item["_id"] async for item in events.find({}, {"_id": 1})}
    await story()
    found: list[Document] = await events.find({"_id": {"$nin": list(before)}}).sort("_id", 1).to_list(None)
    return found


def copies(documents: Sequence[Document]) -> list[Document]:
    """The same documents as of another run of the same story."""
    story = next(_numbers)
    return [
        {**item, "_id": f"evt_{next(_numbers):032x}", "workflow_run_id": f"{item['workflow_run_id']}_{story}"}
        for item in documents
    ]


async def recorded_documents(engine: Engine, parent: EngineParent) -> list[Document]:
    """The documents that one sub-action writes into the log, in order."""
    found = await written_by(engine, partial(parent.sub_action, "durable"))
    if len(found) != sum(STEP4):
        raise RuntimeError(f"A sub-action now writes {len(found)} documents; correct STEP4 and TWO2.")
    return found


class BareParent:
    """A run of the baseline: sub-actions of it are plain inserts."""

    def __init__(self, collection: Any, documents: Sequence[Document]) -> None:
        self._collection = collection
        self._parent_id = documents[0]["workflow_run_id"]
        self._run_id = f"wf_{next(_numbers):032x}"
        self._seq = itertools.count(1)
        self._documents = documents

    async def step4(self) -> None:
        await self._write(STEP4)

    async def two2(self) -> None:
        await self._write(TWO2)

    async def _write(self, trips: Sequence[int]) -> None:
        child_id = f"wf_sub_{next(_numbers):032x}"
        documents = iter(self._documents)
        for size in trips:
            batch = [self._anew(document, child_id) for document in itertools.islice(documents, size)]
            await self._collection.insert_many(batch, ordered=True)

    def _anew(self, document: Document, child_id: str) -> Document:
        new = {**document, "_id": f"evt_{next(_numbers):032x}"}
        if document["workflow_run_id"] == self._parent_id:
            return new | {"workflow_run_id": self._run_id, "seq": next(self._seq)}
        return new | {"workflow_run_id": child_id}


async def bare_parents(database: Any, documents: Sequence[Document], count: int) -> list[BareParent]:
    """Runs of the baseline."""
    collection = await bare_events(database)
    return [BareParent(collection, documents) for _ in range(count)]


async def bare_events(database: Any) -> Any:
    """A collection with the unique index that the log has."""
    collection = database["events"]
    await collection.create_index([("workflow_run_id", 1), ("branch_id", 1), ("seq", 1)], unique=True)
    return collection
