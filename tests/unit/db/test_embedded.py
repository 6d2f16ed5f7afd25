"""The embedded database: it keeps what it was given, is alone on its folder, and ends with its server."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import psutil
import pytest

from backend.core.config import load_settings
from backend.core.errors import SetupError
from backend.db.client import Connection, connect
from backend.db.data_folder import hold_data_folder
from backend.db.embedded import EmbeddedMongod
from backend.db.mongod_binary import find_mongod
from backend.db.mongod_process import LOG_BYTES, rotate_log
from tests.fixtures.polling import eventually

pytestmark = pytest.mark.mongo


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Connection]:
    connection = await connect(load_settings(mongodb_uri=None, data_dir=folder))
    try:
        yield connection
    finally:
        await connection.close()


async def write(folder: Path) -> None:
    async with opened(folder) as connection:
        await connection.database["notes"].insert_one({"_id": "kept"})


async def notes_in(folder: Path) -> list[str]:
    async with opened(folder) as connection:
        return [item["_id"] for item in await connection.database["notes"].find().to_list(length=None)]


@pytest.fixture(scope="module")
def written_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("written")
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(write(folder))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A new path."""
    yield tmp_path / "data"
    shutil.rmtree(tmp_path)


@pytest.fixture
def written(folder: Path, written_once: Path) -> Path:
    """A data folder that holds the note 'kept', at another place than the server that wrote it knew."""
    shutil.copytree(written_once, folder)
    return folder


@contextmanager
def other_server(folder: Path) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Another process that opens the folder and writes the note 'kept'; with the lines that it prints at once."""
    command = [sys.executable, "-m", "tests.fixtures.embedded_owner", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server, [server.stdout.readline().strip()] if server.stdout else []
        finally:
            server.kill()


def mongods_on(folder: Path) -> list[psutil.Process]:
    database = str(folder.resolve() / "mongo")
    return [
        process
        for process in psutil.process_iter()
        if not gone(process) and process.name() == "mongod" and database in process.cmdline()
    ]


async def find_mongods(folder: Path) -> list[psutil.Process]:
    return mongods_on(folder)


def gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE or not process.cmdline()
    except psutil.NoSuchProcess:
        return True


async def test_new_folder_gives_a_database_that_ends_with_the_connection(folder: Path) -> None:
    async with opened(folder) as connection:
        await connection.ping()

        assert (connection.kind, connection.exclusive) == ("embedded", True)

    assert mongods_on(folder) == []


async def test_restart_keeps_the_data(folder: Path) -> None:
    await write(folder)

    assert await notes_in(folder) == ["kept"]


async def test_moved_folder_keeps_the_data(written: Path) -> None:
    assert await notes_in(written) == ["kept"]


def test_nothing_listens_on_the_network(mongod: EmbeddedMongod) -> None:
    assert psutil.Process(mongod.pid).net_connections("inet") == []


def test_other_users_cannot_enter_the_folder(mongod: EmbeddedMongod, mongod_folder: Path) -> None:
    assert mongod_folder.stat().st_mode & 0o077 == 0


def test_interrupt_in_the_terminal_does_not_reach_mongod(mongod: EmbeddedMongod) -> None:
    assert os.getpgid(mongod.pid) != os.getpgid(0)


async def test_path_too_long_for_a_socket_works_and_leaves_no_socket(
    written_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = tmp_path / "run"
    runtime.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    long = tmp_path / ("x" * 120)
    shutil.copytree(written_once, long)

    assert await notes_in(long) == ["kept"]
    assert list(runtime.iterdir()) == []


def test_short_folder_made_by_others_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    long = tmp_path / ("x" * 120)
    held = hold_data_folder(long)
    held.release()
    held.socket.parent.mkdir(mode=0o755)

    with pytest.raises(SetupError, match="belongs to somebody else"):
        hold_data_folder(long)


async def test_second_server_is_refused_with_the_folder_and_the_process(
    mongod: EmbeddedMongod, mongod_folder: Path
) -> None:
    with other_server(mongod_folder) as (_, [refusal]):
        assert refusal.startswith("INTERLUDE_DATA_DIR")
        assert str(mongod_folder) in refusal
        assert f"process {os.getpid()}" in refusal


def test_folder_is_held_once_in_a_process_too(folder: Path) -> None:
    held = hold_data_folder(folder)
    try:
        with pytest.raises(SetupError, match=f"process {os.getpid()}"):
            hold_data_folder(folder)
    finally:
        held.release()

    hold_data_folder(folder).release()


def test_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(SetupError, match=r"INTERLUDE_DATA_DIR.*Not a directory"):
        hold_data_folder(tmp_path / "file" / "data")


async def test_killed_server_takes_its_mongod_along_and_the_next_one_has_the_data(folder: Path) -> None:
    with other_server(folder) as (server, [pid]):
        mongod = psutil.Process(int(pid))
        server.kill()
        server.wait()

        assert await notes_in(folder) == ["kept"]
        assert gone(mongod)


async def test_mongod_left_over_is_replaced(written: Path) -> None:
    command = [str(find_mongod(load_settings(mongodb_uri=None))), "--dbpath", str(written / "mongo")]
    address = ["--replSet", "interlude", "--bind_ip", str(written / "left.sock"), "--nounixsocket"]
    left_over = psutil.Popen([*command, *address], stdout=subprocess.DEVNULL)
    try:
        await eventually(lambda: pid_in_lock(written), wanted=lambda pid: pid == left_over.pid)

        assert await notes_in(written) == ["kept"]
        assert left_over.poll() is not None
    finally:
        if left_over.poll() is None:
            left_over.kill()
            left_over.wait()


async def pid_in_lock(folder: Path) -> int:
    return int((folder / "mongo" / "mongod.lock").read_text() or 0)


async def test_process_that_only_has_the_old_number_is_left_alone(written: Path) -> None:
    bystander = psutil.Popen(["sleep", "60"])
    try:
        (written / "mongo" / "mongod.lock").write_text(f"{bystander.pid}\n")

        assert await notes_in(written) == ["kept"]
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


async def test_killed_mongod_is_started_again_and_writes_go_on(written: Path) -> None:
    async with opened(written) as connection:
        mongods_on(written)[0].kill()

        await connection.database["notes"].insert_one({"_id": "later"})

        assert await connection.database["notes"].count_documents({}) == 2


def test_large_log_is_moved_and_begun_again(mongod: EmbeddedMongod, mongod_folder: Path) -> None:
    log = mongod_folder / "mongod.log"
    with log.open("ab") as file:
        file.truncate(LOG_BYTES + 1)

    rotate_log(log, mongod.pid)

    async def size() -> int:
        return log.stat().st_size if log.exists() else 0

    begun = asyncio.run(eventually(size, wanted=bool))
    assert begun < LOG_BYTES
    assert log.with_name("mongod.log.1").stat().st_size > LOG_BYTES


async def test_mongod_that_fails_is_reported_with_its_first_error(written: Path) -> None:
    (written / "mongo" / "storage.bson").write_bytes(b"damaged")

    with pytest.raises(SetupError, match="did not start: Unable to read the storage engine metadata") as refused:
        await write(written)

    assert str(written / "mongod.log") in refused.value.message
    assert mongods_on(written) == []


async def test_failed_start_names_the_reason_and_frees_the_folder(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "mongod"
    broken.write_text("#!/bin/sh\necho 'a library is missing' >&2\nexit 127\n")
    broken.chmod(0o755)

    with pytest.raises(SetupError, match="a library is missing"):
        await EmbeddedMongod.start(load_settings(mongodb_uri=None, data_dir=folder, mongod_path=broken))

    hold_data_folder(folder).release()


async def test_cancelled_start_leaves_nothing_behind(folder: Path) -> None:
    task = asyncio.create_task(write(folder))
    await eventually(lambda: find_mongods(folder), wanted=bool)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert mongods_on(folder) == []
    hold_data_folder(folder).release()


async def test_named_program_that_is_none_is_refused(folder: Path) -> None:
    settings = load_settings(mongodb_uri=None, data_dir=folder, mongod_path=folder / "nothing")

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


def test_forked_child_of_a_killed_server_does_not_keep_the_folder(folder: Path) -> None:
    code = "import pathlib, sys, tests.unit.db.test_embedded as t; t.fork_that_outlives(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(folder)], check=False)
    child = int((folder / "child").read_text())
    try:
        hold_data_folder(folder).release()
    finally:
        os.kill(child, signal.SIGKILL)
