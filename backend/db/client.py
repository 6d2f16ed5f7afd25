"""The connection: MONGODB_URI, an embedded mongod, or memory. The driver is made and configured here alone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    InvalidURI,
    OperationFailure,
    PyMongoError,
)

from backend.core.config import Settings
from backend.core.errors import SetupError, StoreUnavailable
from backend.db.embedded import EmbeddedMongod

SAFETY: dict[str, Any] = {
    "w": "majority",
    "journal": True,
    "retryWrites": True,
    "readConcernLevel": "majority",
    "tz_aware": True,
    "uuidRepresentation": "standard",
}
"""Never weaker, whatever the URI says: an acknowledged write survives a crash and a failover."""

PATIENCE: dict[str, Any] = {
    "serverSelectionTimeoutMS": 3000,
    "connectTimeoutMS": 3000,
    "socketTimeoutMS": 30000,
    "appname": "interlude",
}
"""Defaults; the URI may say otherwise."""

TRANSIENT_CODES = frozenset(
    {6, 7, 50, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11601, 11602, 13388, 13435, 13436, 14031}
)
"""The server's own words for: unreachable, out of time, shutting down, no primary, disk full."""

DUPLICATE_KEY = 11000

AUTHENTICATION_CODES = frozenset({13, 18, 8000})


@dataclass(slots=True)
class Connection:
    """An open database. `kind`: a mongod of ours, somebody's deployment, or nothing that is kept."""

    database: Any
    kind: Literal["embedded", "server", "memory"]
    _client: Any
    _mongod: EmbeddedMongod | None = None

    @property
    def exclusive(self) -> bool:
        """No other process can use this database."""
        return self.kind != "server"

    async def ping(self) -> None:
        """Asks the database whether it takes writes.

        Raises:
            StoreUnavailable: it does not answer, or has no primary.
        """
        if self.kind != "memory":
            with store_errors():
                await self.database.command("ping")

    async def close(self) -> None:
        """Closes the connection and ends a mongod of ours. May be called again."""
        self._client.close()
        if self._mongod is not None:
            await self._mongod.stop()


async def connect(settings: Settings) -> Connection:
    """Opens the database that the settings name.

    Raises:
        SetupError: there is none that can be used; names the setting and what to do.
    """
    if settings.in_memory:
        return _memory(settings)
    if settings.mongodb_uri is None:
        return await _embedded(settings)
    return await _server(settings, settings.mongodb_uri)


@contextmanager
def store_errors() -> Iterator[None]:
    """Turns the driver's "not now" into StoreUnavailable; may stand around awaits. All else passes through.

    Raises:
        StoreUnavailable: no answer in time, no primary, or a write whose fate is unknown.
    """
    try:
        yield
    except PyMongoError as error:
        if _is_transient(error):
            raise StoreUnavailable from error
        raise


def only_duplicates(error: BulkWriteError) -> None:
    """Lets pass what a guarded upsert gives where a newer document is stored: it tries to insert, and collides.

    Raises:
        BulkWriteError: something else went wrong too.
    """
    codes = {item.get("code") for item in (error.details or {}).get("writeErrors", ())}
    if codes != {DUPLICATE_KEY}:
        raise error


def _is_transient(error: PyMongoError) -> bool:
    if isinstance(error, BulkWriteError):
        details = error.details or {}
        failures = details.get("writeErrors") or details.get("writeConcernErrors") or ()
        return any(item.get("code") in TRANSIENT_CODES for item in failures)
    if isinstance(error, OperationFailure) and error.code in TRANSIENT_CODES:
        return True
    return isinstance(error, ConnectionFailure) or error.timeout or error.has_error_label("RetryableWriteError")


def _memory(settings: Settings) -> Connection:
    from mongomock_motor import AsyncMongoMockClient

    client: Any = AsyncMongoMockClient(tz_aware=True)
    return Connection(client[settings.mongodb_database], "memory", client)


async def _embedded(settings: Settings) -> Connection:
    mongod = await EmbeddedMongod.start(settings)
    client = _client(mongod.uri)
    return Connection(client[settings.mongodb_database], "embedded", client, mongod)


async def _server(settings: Settings, uri: str) -> Connection:
    address = redacted(uri)
    try:
        client = _client(uri)
    except InvalidURI:  # the driver's words may hold a part of the password
        raise SetupError(
            f"MONGODB_URI: '{address}' is no MongoDB address. Write mongodb://host:27017/?replicaSet=rs0, "
            "with special characters of user and password percent-encoded."
        ) from None
    except (ConfigurationError, ValueError) as error:
        raise SetupError(f"MONGODB_URI: '{address}' cannot be used: {error}") from None
    try:
        await _check_deployment(client, address)
    except BaseException:
        client.close()
        raise
    return Connection(client[settings.mongodb_database], "server", client)


def _client(uri: str) -> Any:
    said = {name.lower() for name, _ in parse_qsl(urlsplit(uri).query, keep_blank_values=True)}
    patience = {name: value for name, value in PATIENCE.items() if name.lower() not in said}
    return AsyncIOMotorClient(uri, **SAFETY, **patience)


async def _check_deployment(client: Any, address: str) -> None:
    try:
        hello = await client.admin.command("hello")
    except ConnectionFailure as error:
        raise SetupError(_unreachable(client, address)) from error
    except OperationFailure as error:
        if error.code not in AUTHENTICATION_CODES:
            raise
        raise SetupError(f"MONGODB_URI: '{address}' refuses the user or password. Check both.") from error
    if "setName" not in hello and hello.get("msg") != "isdbgrid":
        raise SetupError(
            f"MONGODB_URI: '{address}' is a single server. Interlude needs a replica set, of one member at least: "
            "start mongod with --replSet rs0 and run rs.initiate() in mongosh once."
        )


def _unreachable(client: Any, address: str) -> str:
    servers = client.topology_description.server_descriptions().values()
    if any(server.server_type_name == "RSGhost" for server in servers):
        return (
            f"MONGODB_URI: the replica set at '{address}' has not been set up. Run rs.initiate() there in mongosh once."
        )
    return (
        f"MONGODB_URI: no database with a primary answers at '{address}'. Start it or correct the address; "
        "without MONGODB_URI the server runs a database of its own."
    )


def redacted(uri: str) -> str:
    """A URI as it may be shown: without credentials and without options, which may hold some too."""
    return re.sub(r"://.*@", "://***@", uri, flags=re.DOTALL).partition("?")[0]
