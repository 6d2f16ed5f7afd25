"""The embedded database: a real mongod, a single-node replica set on a private socket, that lives with this process."""

import asyncio
from asyncio.subprocess import Process
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import OperationFailure, PyMongoError

from backend.core.config import Settings
from backend.core.errors import SetupError
from backend.db.data_folder import DataFolder, hold_data_folder
from backend.db.mongod_binary import find_mongod
from backend.db.mongod_process import REPLICA_SET, end, end_leftover, failure_reason, rotate_log, spawn

START_SECONDS = 60.0
"""A large journal takes long to recover."""
POLL_SECONDS = 0.02
WATCH_SECONDS = 60.0
MAX_RESTART_PAUSE = 30.0

ALREADY_INITIALIZED = 23
INVALID_CONFIG = 93

log = structlog.get_logger(__name__)


class EmbeddedMongod:
    """A running mongod. One that ends by itself is started again; `stop` ends it and lets the folder go."""

    def __init__(self, mongod: Path, folder: DataFolder) -> None:
        self._mongod = mongod
        self._folder = folder
        self._process: Process | None = None
        self._watch: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, settings: Settings) -> "EmbeddedMongod":
        """Starts one on `settings.data_dir` and waits until it takes writes.

        Raises:
            SetupError: no mongod, no usable folder, or it does not come up; says what to do.
        """
        mongod = find_mongod(settings)
        embedded = cls(mongod, hold_data_folder(settings.data_dir))
        try:
            await asyncio.to_thread(end_leftover, embedded._folder)
            await embedded._launch()
        except BaseException:
            await embedded.stop()
            raise
        embedded._watch = asyncio.create_task(embedded._keep_running(), name="embedded-mongod")
        return embedded

    @property
    def uri(self) -> str:
        return f"{self._address}/?replicaSet={REPLICA_SET}"

    @property
    def _address(self) -> str:
        return f"mongodb://{quote(str(self._folder.socket), safe='')}"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError("The embedded database has not been started.")
        return self._process.pid

    async def stop(self) -> None:
        """Ends mongod, within two seconds, and frees the folder. May be called again."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait([self._watch])
            self._watch = None
        if self._process is not None:
            await end(self._process)
        self._folder.release()

    async def _launch(self) -> None:
        rotate_log(self._folder.log)
        logged = self._folder.log.stat().st_size if self._folder.log.exists() else 0
        self._process = await spawn(self._mongod, self._folder)
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._until_listening()
                await self._until_primary()
        except (TimeoutError, PyMongoError, _EndedError) as error:
            await end(self._process)
            reason = failure_reason(self._folder.log, since=logged) or f"it was not ready after {START_SECONDS:g} s"
            raise SetupError(
                f"The embedded database did not start: {reason}. Its log is {self._folder.log}. "
                "INTERLUDE_DATA_DIR names another folder, MONGODB_URI another database."
            ) from error

    async def _until_listening(self) -> None:
        while True:
            self._check_alive()
            with suppress(OSError):
                _, writer = await asyncio.open_unix_connection(self._folder.socket)
                writer.close()
                await writer.wait_closed()
                return
            await asyncio.sleep(POLL_SECONDS)

    async def _until_primary(self) -> None:
        client: Any = AsyncIOMotorClient(self._address, directConnection=True, serverSelectionTimeoutMS=5000)
        try:
            while not (await client.admin.command("hello")).get("isWritablePrimary"):
                self._check_alive()
                await _configure(client, str(self._folder.socket))
                await asyncio.sleep(POLL_SECONDS)
        finally:
            client.close()

    def _check_alive(self) -> None:
        if self._process is None or self._process.returncode is not None:
            raise _EndedError

    async def _keep_running(self) -> None:
        while self._process is not None:
            try:
                code = await asyncio.wait_for(self._process.wait(), WATCH_SECONDS)
            except TimeoutError:
                rotate_log(self._folder.log, self._process.pid)
                continue
            log.error("The embedded database ended by itself; starting it again.", exit_code=code)
            await self._relaunch()

    async def _relaunch(self) -> None:
        pause = 0.5
        while True:
            try:
                return await self._launch()
            except (SetupError, OSError) as error:
                log.warning("The embedded database does not start; trying again.", reason=str(error), seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, MAX_RESTART_PAUSE)


class _EndedError(Exception):
    """mongod ended while it was waited for."""


async def _configure(client: Any, host: str) -> None:
    """Makes the replica set of a new folder. In a folder that was moved, gives its member the new address."""
    member = {"_id": 0, "host": host}
    code = await _code_of(client, {"replSetInitiate": {"_id": REPLICA_SET, "members": [member]}})
    if code == ALREADY_INITIALIZED and await _code_of(client, {"replSetGetStatus": 1}) == INVALID_CONFIG:
        config = (await client.admin.command("replSetGetConfig"))["config"]
        config |= {"members": [config["members"][0] | member], "version": config["version"] + 1}
        await _code_of(client, {"replSetReconfig": config, "force": True})


async def _code_of(client: Any, command: dict[str, Any]) -> int | None:
    """The error code of a command, None when it worked. What has not come to pass is tried again by the caller."""
    try:
        await client.admin.command(command)
    except OperationFailure as error:
        return error.code
    return None
