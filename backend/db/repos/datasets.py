"""Named data sets: JSON values that all runs of a deployment share."""

import asyncio
import random
from typing import Any

import orjson
from pymongo.errors import DuplicateKeyError

from backend.core.clock import now
from backend.core.errors import ModuleError, ValueTooLarge
from backend.core.jsonvalue import check_json, encoded
from backend.db.client import store_errors

MAX_BYTES = 15 * 1024 * 1024
"""A document of MongoDB ends at 16 MiB."""


class DatasetRepo:
    """The `datasets` collection. `revision` counts writes, so that an append knows that nobody came between."""

    def __init__(self, database: Any) -> None:
        self._datasets = database["datasets"]

    async def load(self, name: str) -> Any:
        """The JSON value saved under the name, or None."""
        return (await self._read(name))[0]

    async def save(self, name: str, value: Any) -> None:
        """Replaces the value.

        Raises:
            ValueNotStorable: it is no JSON.
            ValueTooLarge: it has more than 15 MiB.
        """
        change = {"$set": _fields(name, value), "$inc": {"revision": 1}}
        with store_errors():
            await self._datasets.update_one({"_id": name}, change, upsert=True)

    async def append(self, name: str, items: list[Any], *, unique: bool, limit: int | None) -> list[Any]:
        """Adds items to a list at once (nothing of two concurrent appends is lost); gives the new list.

        Args:
            unique: leave out items that are in the list already.
            limit: keep only the last so many.

        Raises:
            ModuleError: the value is no list.
            ValueNotStorable: an item is no JSON.
            ValueTooLarge: the list would have more than 15 MiB.
        """
        check_json(items)
        while True:  # each round somebody's write lands, so every writer gets its turn
            held, revision = await self._read(name)
            extended = _extended(_as_list(name, held), items, unique=unique, limit=limit)
            if await self._replace(name, extended, revision=revision):
                return extended
            await asyncio.sleep(random.uniform(0, 0.02))

    async def _read(self, name: str) -> tuple[Any, int]:
        with store_errors():
            document = await self._datasets.find_one({"_id": name})
        return (orjson.loads(document["value"]), document["revision"]) if document else (None, 0)

    async def _replace(self, name: str, value: Any, *, revision: int) -> bool:
        """Writes if the data set is still at the revision; 0 means that there is none."""
        fields = _fields(name, value)
        with store_errors():
            if revision:
                change = {"$set": fields, "$inc": {"revision": 1}}
                done = await self._datasets.update_one({"_id": name, "revision": revision}, change)
                return bool(done.matched_count)
            try:
                await self._datasets.insert_one({"_id": name, "revision": 1, **fields})
            except DuplicateKeyError:
                return False
            return True


def _fields(name: str, value: Any) -> dict[str, Any]:
    check_json(value)
    text = orjson.dumps(value)
    if len(text) > MAX_BYTES:
        raise ValueTooLarge(f"The data set '{name}'", size=len(text), limit=MAX_BYTES)
    # Text, not a sub-document: MongoDB reads some objects as something else.
    return {"value": text.decode(), "updated_at": now()}


def _as_list(name: str, held: Any) -> list[Any]:
    if held is None:
        return []
    if not isinstance(held, list):
        raise ModuleError(
            f"The data set '{name}' holds no list, so nothing can be appended. Save a list first.",
            code="dataset_not_a_list",
            retryable=False,
        )
    return held


def _extended(held: list[Any], items: list[Any], *, unique: bool, limit: int | None) -> list[Any]:
    added = _unknown(held, items) if unique else items
    extended = [*held, *added]
    return extended if limit is None else extended[max(0, len(extended) - limit) :]


def _unknown(held: list[Any], items: list[Any]) -> list[Any]:
    """Items that are not held; compared as JSON, where 1 and true are not the same."""
    known = {encoded(item) for item in held}
    fresh: dict[bytes, Any] = {}
    for item in items:
        fresh.setdefault(encoded(item), item)
    return [item for text, item in fresh.items() if text not in known]
