"""The folder of the embedded database: one server at a time, closed to other users."""

import fcntl
import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from backend.core.errors import SetupError

MAX_SOCKET_PATH = 100
"""Bytes. The kernel's limit is 107 on Linux and 103 on macOS."""

_lock_files: set[int] = set()


def _leave_locks_to_parent() -> None:
    for descriptor in _lock_files:
        os.close(descriptor)
    _lock_files.clear()


# A forked child shares the lock: one that outlives a killed server would keep the folder closed.
os.register_at_fork(after_in_child=_leave_locks_to_parent)


@dataclass(slots=True)
class DataFolder:
    """A data folder that this process holds until `release`, or until it dies."""

    path: Path
    socket: Path
    _lock: int | None

    @property
    def database(self) -> Path:
        return self.path / "mongo"

    @property
    def log(self) -> Path:
        return self.path / "mongod.log"

    def release(self) -> None:
        """Lets the next server in. May be called again."""
        if self._lock is None:
            return
        self.socket.unlink(missing_ok=True)
        if self.socket.parent != self.path:
            with suppress(OSError):
                self.socket.parent.rmdir()
        _drop_lock(self._lock)
        self._lock = None


def hold_data_folder(path: Path) -> DataFolder:
    """Makes the folder where there is none, and takes it for this process.

    Raises:
        SetupError: it cannot be written, or another server has it; names INTERLUDE_DATA_DIR, the folder and
            that server's process id.
    """
    try:
        path = path.expanduser().resolve()
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _take_lock(path)
    except (OSError, RuntimeError) as error:
        raise SetupError(
            f"INTERLUDE_DATA_DIR: the server cannot write to '{path}' ({_reason(error)}). "
            "Set it to a folder that this user may write to."
        ) from error
    try:
        (path / "mongo").mkdir(mode=0o700, exist_ok=True)
        return DataFolder(path, _socket_path(path), lock)
    except OSError as error:
        _drop_lock(lock)
        raise SetupError(f"INTERLUDE_DATA_DIR: the folder '{path}' cannot be used ({_reason(error)}).") from error
    except SetupError:
        _drop_lock(lock)
        raise


def _take_lock(path: Path) -> int:
    lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
    except BlockingIOError:
        holder = os.pread(lock, 20, 0).decode(errors="replace")
        os.close(lock)
        raise SetupError(
            f"INTERLUDE_DATA_DIR: the folder '{path}' is in use by another server (process {holder or 'unknown'}). "
            "Stop that server, or set INTERLUDE_DATA_DIR to another folder."
        ) from None
    except OSError:
        os.close(lock)
        raise
    _lock_files.add(lock)
    return lock


def _drop_lock(lock: int) -> None:
    _lock_files.discard(lock)
    os.close(lock)


def _socket_path(path: Path) -> Path:
    """Beside the data, or in a private folder of a short name where the kernel would refuse that path."""
    beside = path / "mongo.sock"
    if len(os.fsencode(beside)) <= MAX_SOCKET_PATH:
        return beside
    name = f"interlude-{os.geteuid()}-{hashlib.sha256(os.fsencode(path)).hexdigest()[:16]}"
    for base in filter(None, (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp")):
        short = Path(base, name, "mongo.sock")
        if len(os.fsencode(short)) <= MAX_SOCKET_PATH and Path(base).is_dir():
            _make_private(short.parent)
            return short
    raise SetupError(f"INTERLUDE_DATA_DIR: the path '{path}' is too long for a socket. Set a shorter one.")


def _make_private(folder: Path) -> None:
    """A folder that is ours alone. Its name can be guessed, so another user may have made it first."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise SetupError(
            f"INTERLUDE_DATA_DIR: its path is too long for a socket, and '{folder}' belongs to somebody else. "
            "Set a shorter INTERLUDE_DATA_DIR."
        )


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
