"""Idempotency keys: the first request with a key says what it makes, before it makes it."""

import hashlib
from datetime import timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from backend.core.clock import now
from backend.core.errors import IdempotencyKeyReused
from backend.core.jsonvalue import encoded
from backend.db.client import store_errors

KEPT = timedelta(hours=24)


class IdempotencyRepo:
    """The `idempotency` collection, one document per caller, route and key."""

    def __init__(self, database: Any) -> None:
        self._keys = database["idempotency"]

    async def ensure_indexes(self) -> None:
        await self._keys.create_index("expires_at", expireAfterSeconds=0, name="expiry")

    async def claim(self, *, caller: str, route: str, key: str, body: Any, makes: str) -> str:
        """The id that this key makes: `makes` for the first request, the first one's for every later one.

        Raises:
            IdempotencyKeyReused: the key came before with another body.
        """
        digest = hashlib.sha256(encoded(body)).hexdigest()
        name = hashlib.sha256("\x1f".join((caller, route, key)).encode()).hexdigest()
        document = {"_id": name, "body": digest, "makes": makes, "expires_at": now() + KEPT}
        with store_errors():
            try:
                await self._keys.insert_one(document)
                return makes
            except DuplicateKeyError:
                known = await self._keys.find_one({"_id": name})
        if known is None:  # it expired between the two calls
            return makes
        if known["body"] != digest:
            raise IdempotencyKeyReused
        return str(known["makes"])
