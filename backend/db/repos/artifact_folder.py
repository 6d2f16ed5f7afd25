"""Artifacts in a folder: `ab/abcd...` holds the bytes, `ab/abcd....json` what they are.

An artifact exists once its description does, and that is written last. Every file appears whole: it is written
beside, flushed to the disk and renamed.
"""

import asyncio
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import orjson

from backend.core.clock import iso, parse_iso
from backend.core.errors import ArtifactDamaged, ArtifactNotFound, StoreUnavailable
from backend.db.records import Artifact
from backend.db.repos.artifact_content import described, hash_in, verified

T = TypeVar("T")


class FolderArtifacts:
    """A folder that one server or, on a shared disk, several write to."""

    def __init__(self, folder: Path, limit: int) -> None:
        """Raises OSError when the folder cannot be written."""
        self._folder = folder
        self._limit = limit
        with tempfile.TemporaryFile(dir=folder):
            pass

    async def put(self, content: bytes, *, media_type: str, name: str | None = None) -> Artifact:
        artifact = await described(content, media_type=media_type, name=name, limit=self._limit)
        return await _in_thread(lambda: self._store(artifact, content))

    async def get(self, artifact_id: str) -> tuple[Artifact, bytes]:
        path = self._path(artifact_id)
        artifact = await _in_thread(lambda: _read_description(path, artifact_id))
        if artifact is None:
            raise ArtifactNotFound(artifact_id)
        content = await _in_thread(lambda: _read(path))
        if content is None:
            raise ArtifactDamaged(artifact_id)
        return artifact, await verified(artifact_id, content)

    def _path(self, artifact_id: str) -> Path:
        digest = hash_in(artifact_id)
        return self._folder / digest[:2] / digest

    def _store(self, artifact: Artifact, content: bytes) -> Artifact:
        path = self._path(artifact.artifact_id)
        known = _read_description(path, artifact.artifact_id)
        if known is not None:
            return known
        if not path.parent.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _flush(self._folder)
        _write(path, content)
        _write(_description_of(path), _encode(artifact))
        return artifact


async def _in_thread(work: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(work)
    except OSError as error:  # a full or vanished disk
        raise StoreUnavailable from error


def _description_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _read(path: Path) -> bytes | None:
    with suppress(FileNotFoundError):
        return path.read_bytes()
    return None


def _read_description(path: Path, artifact_id: str) -> Artifact | None:
    text = _read(_description_of(path))
    if text is None:
        return None
    try:
        values = orjson.loads(text)
        return Artifact(**values | {"artifact_id": artifact_id, "created_at": parse_iso(values["created_at"])})
    except (ValueError, TypeError, KeyError) as error:
        raise ArtifactDamaged(artifact_id) from error


def _encode(artifact: Artifact) -> bytes:
    values = {"size": artifact.size, "media_type": artifact.media_type, "name": artifact.name}
    return orjson.dumps(values | {"created_at": iso(artifact.created_at)})


def _write(path: Path, content: bytes) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _flush(path.parent)


def _flush(folder: Path) -> None:
    """Makes the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
