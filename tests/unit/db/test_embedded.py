"""The embedded database: it keeps what it was given, is alone on its folder, and ends with its server."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from backend.core.config import load_settings
from backend.core.errors import SetupError
from backend.db.client import Connection, connect
from backend.db.data_folder import hold_data_folder
from backend.db.embedded import EmbeddedMongod
from backend.db.mongod_binary import find_mongod
from backend.db.mongod_process import LOG_BYTES
from tests.fixtures.polling import eventually

pytestmark = pytest.mark.mongo


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Connection]:
    connection = await connect(load_settings(mongodb_uri=None, data_dir=folder))
    try:
        yield connection
    finally:
        await connection.close()


async def write(folder: Path, note: str = "kept") -> None:
    async with opened(folder) as connection:
        await connection.database["notes"].insert_one({"_id": note})


async def notes_in(folder: Path) -> list[str]:
    async with opened(folder) as connection:
        return [item["_id"] for item in await connection.database["notes"].find().to_list(length=None)]


@contextmanager
def other_server(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], psutil.Process]]:
    """Another process that holds the folder and wrote the note 'kept'; and its mongod."""
    command = [sys.executable, "-m", "tests.fixtures.embedded_owner", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        try:
            yield server, psutil.Process(int(server.stdout.readline()))
        finally:
            server.kill()


def mongods_on(folder: Path) -> list[psutil.Process]:
    database = str(folder.resolve() / "mongo")
    return [
        process
        for process in psutil.process_iter()
        if not gone(process) and database in process.cmdline() and process.name() == "mongod"
    ]


async def find_mongods(folder: Path) -> list[psutil.Process]:
    return mongods_on(folder)


def gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE or not process.cmdline()
    except psutil.NoSuchProcess:
        return True


async def test_new_folder_is_private_and_gives_a_database_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    async with opened(folder) as connection:
        await connection.ping()

        assert (connection.kind, connection.exclusive) == ("embedded", True)
        assert folder.stat().st_mode & 0o077 == 0
        assert [item.laddr for item in mongods_on(folder)[0].net_connections("inet")] == []

    assert mongods_on(folder) == []


async def test_restart_keeps_the_data(tmp_path: Path) -> None:
    await write(tmp_path)

    assert await notes_in(tmp_path) == ["kept"]


async def test_stopping_takes_less_than_two_seconds(tmp_path: Path) -> None:
    async with opened(tmp_path) as connection:
        began = time.monotonic()
        await connection.close()

        assert time.monotonic() - began < 2


async def test_moved_folder_keeps_the_data(tmp_path: Path) -> None:
    await write(tmp_path / "before")
    (tmp_path / "before").rename(tmp_path / "after")

    assert await notes_in(tmp_path / "after") == ["kept"]


async def test_path_too_long_for_a_socket_works_and_leaves_no_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = tmp_path / "run"
    runtime.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    folder = tmp_path / ("x" * 120)

    await write(folder)

    assert await notes_in(folder) == ["kept"]
    assert list(runtime.iterdir()) == []


async def test_second_server_is_refused_with_the_folder_and_the_process(tmp_path: Path) -> None:
    with other_server(tmp_path) as (server, _), pytest.raises(SetupError, match="INTERLUDE_DATA_DIR") as refused:
        await write(tmp_path)

    assert str(tmp_path) in refused.value.message
    assert f"process {server.pid}" in refused.value.message


async def test_second_database_in_one_process_is_refused(tmp_path: Path) -> None:
    async with opened(tmp_path) as connection:
        with pytest.raises(SetupError, match=f"process {os.getpid()}"):
            await write(tmp_path)

        await connection.ping()


async def test_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(SetupError, match="INTERLUDE_DATA_DIR.*Not a directory"):
        await write(tmp_path / "file" / "data")


async def test_killed_server_takes_its_mongod_along_and_the_next_one_has_the_data(tmp_path: Path) -> None:
    with other_server(tmp_path) as (server, mongod):
        server.kill()
        server.wait()

        assert await notes_in(tmp_path) == ["kept"]
        assert gone(mongod)


async def test_mongod_left_over_is_replaced(tmp_path: Path) -> None:
    await write(tmp_path)
    command = [find_mongod(load_settings(mongodb_uri=None)), "--dbpath", tmp_path / "mongo", "--replSet", "interlude"]
    address = ["--bind_ip", tmp_path / "left.sock", "--nounixsocket"]
    with subprocess.Popen([*command, *address], stdout=subprocess.DEVNULL) as left_over:
        try:
            await eventually(lambda: pid_in_lock(tmp_path), wanted=lambda pid: pid == left_over.pid)

            assert await notes_in(tmp_path) == ["kept"]
            assert left_over.poll() is not None
        finally:
            left_over.kill()


async def pid_in_lock(folder: Path) -> int:
    return int((folder / "mongo" / "mongod.lock").read_text() or 0)


async def test_process_that_only_has_the_old_number_is_left_alone(tmp_path: Path) -> None:
    await write(tmp_path)
    with subprocess.Popen(["sleep", "60"]) as bystander:
        try:
            (tmp_path / "mongo" / "mongod.lock").write_text(f"{bystander.pid}\n")

            assert await notes_in(tmp_path) == ["kept"]
            assert bystander.poll() is None
        finally:
            bystander.kill()


async def test_killed_mongod_is_started_again_and_writes_go_on(tmp_path: Path) -> None:
    async with opened(tmp_path) as connection:
        notes: Any = connection.database["notes"]
        await notes.insert_one({"_id": "before"})
        mongods_on(tmp_path)[0].kill()

        await notes.insert_one({"_id": "after"})

        assert await notes.count_documents({}) == 2


async def test_terminal_interrupt_does_not_reach_mongod(tmp_path: Path) -> None:
    async with opened(tmp_path):
        assert os.getpgid(mongods_on(tmp_path)[0].pid) != os.getpgid(0)


async def test_large_log_is_rotated_at_start(tmp_path: Path) -> None:
    (tmp_path / "mongod.log").write_bytes(b"x" * (LOG_BYTES + 1))
    await write(tmp_path)

    assert (tmp_path / "mongod.log.1").stat().st_size == LOG_BYTES + 1
    assert (tmp_path / "mongod.log").stat().st_size < LOG_BYTES


async def test_mongod_that_fails_is_reported_with_its_last_error(tmp_path: Path) -> None:
    (tmp_path / "mongo").mkdir()
    (tmp_path / "mongo" / "WiredTiger").write_text("not a database")

    with pytest.raises(SetupError, match="did not start") as refused:
        await write(tmp_path)

    assert str(tmp_path / "mongod.log") in refused.value.message
    assert mongods_on(tmp_path) == []


async def test_failed_start_frees_the_folder(tmp_path: Path) -> None:
    broken = tmp_path / "mongod"
    broken.write_text("#!/bin/sh\necho 'a library is missing' >&2\nexit 127\n")
    broken.chmod(0o755)
    settings = load_settings(mongodb_uri=None, data_dir=tmp_path / "data", mongod_path=broken)

    with pytest.raises(SetupError, match="a library is missing"):
        await EmbeddedMongod.start(settings)

    await write(tmp_path / "data")


async def test_start_that_is_cancelled_leaves_nothing_behind(tmp_path: Path) -> None:
    task = asyncio.create_task(write(tmp_path))
    await eventually(lambda: find_mongods(tmp_path), wanted=bool)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert mongods_on(tmp_path) == []


async def test_named_program_that_is_none_is_refused(tmp_path: Path) -> None:
    settings = load_settings(mongodb_uri=None, data_dir=tmp_path, mongod_path=tmp_path / "nothing")

    with pytest.raises(SetupError, match="INTERLUDE_MONGOD_PATH"):
        await EmbeddedMongod.start(settings)


def fork_that_outlives(folder: Path) -> None:
    """Takes the folder, forks a child that stays, and dies without a word."""
    hold_data_folder(folder)
    child = os.fork()
    if child == 0:
        time.sleep(60)
    (folder / "child").write_text(str(child))
    os.kill(os.getpid(), signal.SIGKILL)


def test_forked_child_of_a_killed_server_does_not_keep_the_folder(tmp_path: Path) -> None:
    code = f"import pathlib, tests.unit.db.test_embedded as t; t.fork_that_outlives(pathlib.Path({str(tmp_path)!r}))"
    subprocess.run([sys.executable, "-c", code], check=False)
    child = int((tmp_path / "child").read_text())
    try:
        hold_data_folder(tmp_path).release()
    finally:
        os.kill(child, signal.SIGKILL)
