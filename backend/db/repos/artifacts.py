"""Artifacts: files and large values, stored once by content. Their id is the hash of their bytes."""

from pathlib import Path
from typing import Protocol

from backend.core.config import Settings
from backend.core.errors import ArtifactNotFound, SetupError
from backend.db.client import Connection
from backend.db.records import Artifact
from backend.db.repos.artifact_content import described
from backend.db.repos.artifact_folder import FolderArtifacts
from backend.db.repos.artifact_gridfs import GridfsArtifacts

GRIDFS = "gridfs"


class ArtifactStore(Protocol):
    """What every store of artifacts promises."""

    async def put(self, content: bytes, *, media_type: str, name: str | None = None) -> Artifact:
        """Stores bytes; the same bytes again give the artifact of the first time, with its media type and name.

        Raises:
            ValueTooLarge: more than INTERLUDE_MAX_ARTIFACT_BYTES.
            StoreUnavailable: whether they were stored is unknown; storing them again does no harm.
        """
        ...

    async def get(self, artifact_id: str) -> tuple[Artifact, bytes]:
        """The artifact and its bytes.

        Raises:
            ArtifactNotFound: there is none, or the text is no id of one.
            ArtifactDamaged: the bytes are not those that were stored.
            StoreUnavailable: the store does not answer.
        """
        ...


def open_artifacts(settings: Settings, connection: Connection) -> ArtifactStore:
    """The store that INTERLUDE_ARTIFACTS names: GridFS (memory for a database in memory), or a folder.

    Raises:
        SetupError: the folder cannot be written.
    """
    limit = settings.max_artifact_bytes
    if settings.artifacts == GRIDFS:
        return MemoryArtifacts(limit) if settings.in_memory else GridfsArtifacts(connection.database, limit)
    folder = Path(settings.artifacts).expanduser().resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return FolderArtifacts(folder, limit)
    except OSError as error:
        raise SetupError(
            f"INTERLUDE_ARTIFACTS: the server cannot write to '{folder}' ({error.strerror}). "
            "Set it to 'gridfs' or to a folder that this user may write to."
        ) from error


class MemoryArtifacts:
    """Artifacts of a database in memory: kept as long as the process."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: dict[str, tuple[Artifact, bytes]] = {}

    async def put(self, content: bytes, *, media_type: str, name: str | None = None) -> Artifact:
        artifact = await described(content, media_type=media_type, name=name, limit=self._limit)
        return self._kept.setdefault(artifact.artifact_id, (artifact, bytes(content)))[0]

    async def get(self, artifact_id: str) -> tuple[Artifact, bytes]:
        if artifact_id not in self._kept:
            raise ArtifactNotFound(artifact_id)
        return self._kept[artifact_id]
