"""The mongod process: how it is started, what it says when it fails, and what is done with one left over."""

import asyncio
import os
import select
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from contextlib import suppress
from pathlib import Path

import orjson

from backend.db import die_with_parent
from backend.db.data_folder import DataFolder

REPLICA_SET = "interlude"
STOP_SECONDS = 1.8
"""A clean end takes 0.2 to 1 s. Killing it later costs nothing but a recovery from the journal."""
LOG_BYTES = 10 * 1024 * 1024


def mongod_command(mongod: Path, folder: DataFolder) -> list[str]:
    """A single-node replica set that listens on the folder's socket and nowhere else."""
    return [
        str(mongod),
        *("--dbpath", str(folder.database)),
        *("--replSet", REPLICA_SET),
        *("--bind_ip", str(folder.socket)),
        "--nounixsocket",  # no second socket in /tmp
        *("--port", "27017"),  # part of the member's name; nothing listens there
        *("--wiredTigerCacheSizeGB", "0.25"),
        *("--wiredTigerEngineConfigString", "log=(prealloc=false,file_max=16MB)"),  # else 300 MB in a new folder
        *("--oplogSize", "256"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        *("--logpath", str(folder.log)),
        *("--logappend", "--logRotate", "reopen", "--quiet", "--slowms", "1000"),
    ]


async def spawn(mongod: Path, folder: DataFolder) -> Process:
    """Starts it so that it dies with this process, however that ends.

    It gets a session of its own: Ctrl-C in a terminal is for the server, which ends the database last.
    """
    folder.socket.unlink(missing_ok=True)
    wrapper = [sys.executable, "-I", "-S", die_with_parent.__file__, str(os.getpid())]
    with folder.log.open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *wrapper, *mongod_command(mongod, folder), stdin=DEVNULL, stdout=log, stderr=log, start_new_session=True
        )


async def end(process: Process) -> None:
    """Asks it to stop, then makes it."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
    await process.wait()


def end_leftover(folder: DataFolder) -> None:
    """Stops a mongod of an earlier server that still runs on this folder. Blocks for some seconds at most.

    Its lock file names it; the command line says whether that process is really ours (ids are used again).
    """
    if not Path("/proc/self/cmdline").exists():
        return  # without /proc nobody can tell; mongod itself refuses a folder in use
    with suppress(OSError, ValueError):
        pid = int((folder.database / "mongod.lock").read_text())
        handle = os.pidfd_open(pid)
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            if not command:  # it is exiting, and has not let go of its files yet
                _has_ended(handle)
            elif _runs_on(command, folder.database):
                _stop(handle)
        finally:
            os.close(handle)


def _runs_on(command: bytes, database: Path) -> bool:
    arguments = command.split(b"\0")
    return b"--dbpath" in arguments and os.fsencode(database) in arguments


def _stop(handle: int) -> None:
    signal.pidfd_send_signal(handle, signal.SIGTERM)
    if not _has_ended(handle):
        signal.pidfd_send_signal(handle, signal.SIGKILL)
        _has_ended(handle)


def _has_ended(handle: int) -> bool:
    """Waits for it. A poll, because `select` knows no descriptor above 1,023."""
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(STOP_SECONDS * 1000))


def rotate_log(log: Path, pid: int | None = None) -> None:
    """Moves a log of more than 10 MiB to `mongod.log.1`, where it replaces the one before.

    Args:
        pid: the mongod that writes it, which then begins a new one.
    """
    with suppress(FileNotFoundError, ProcessLookupError):
        if log.stat().st_size <= LOG_BYTES:
            return
        log.replace(log.with_name(f"{log.name}.1"))
        if pid is not None:
            os.kill(pid, signal.SIGUSR1)


def failure_reason(log: Path, *, since: int) -> str:
    """The first error in the log after `since` bytes (later ones follow from it), as one line; "" without one."""
    with suppress(OSError), log.open("rb") as file:
        file.seek(since)
        return next(filter(None, map(_reason, file)), "")
    return ""


def _reason(line: bytes) -> str:
    try:
        entry = orjson.loads(line)
    except ValueError:
        return line.decode(errors="replace").strip()  # the loader's words: a library is missing
    if entry.get("s") not in ("F", "E"):
        return ""
    detail = entry.get("attr", {}).get("error", "")
    if isinstance(detail, dict):
        detail = detail.get("errmsg", "")
    return " ".join(f"{entry.get('msg', '')} {detail}".split())
