"""Artifacts in MongoDB: small ones in their document, larger ones in GridFS.

The document makes the artifact: its id is unique, so of several equal ones stored at once one wins. GridFS cannot
decide that itself, since a second upload under one file id, on failing, deletes the chunks of the first.
"""

from contextlib import suppress
from typing import Any

from gridfs.errors import CorruptGridFile, NoFile
from motor.motor_asyncio import AsyncIOMotorGridFSBucket
from pymongo.errors import DuplicateKeyError

from backend.core.errors import ArtifactDamaged, ArtifactNotFound
from backend.db.client import store_errors
from backend.db.records import Artifact
from backend.db.repos.artifact_content import described, hash_in, verified

INLINE_BYTES = 1024 * 1024
"""Up to here a document is quicker to write than GridFS, which takes three trips at least."""


class GridfsArtifacts:
    """The `artifacts` collection and the GridFS bucket `artifact_files`."""

    def __init__(self, database: Any, limit: int) -> None:
        self._artifacts = database["artifacts"]
        self._bucket = AsyncIOMotorGridFSBucket(database, bucket_name="artifact_files")
        self._limit = limit

    async def put(self, content: bytes, *, media_type: str, name: str | None = None) -> Artifact:
        artifact = await described(content, media_type=media_type, name=name, limit=self._limit)
        with store_errors():
            if artifact.size <= INLINE_BYTES:
                return await self._insert(artifact, {"content": content})
            known = await self._find(artifact.artifact_id)
            if known is not None:
                return known
            file_id = await self._bucket.upload_from_stream(artifact.artifact_id, content)
            stored = await self._insert(artifact, {"file_id": file_id})
            if stored is not artifact:
                await self._bucket.delete(file_id)
            return stored

    async def get(self, artifact_id: str) -> tuple[Artifact, bytes]:
        hash_in(artifact_id)
        with store_errors():
            document = await self._artifacts.find_one({"_id": artifact_id})
            if document is None:
                raise ArtifactNotFound(artifact_id)
            content = await self._content(document)
        return _from_document(document), await verified(artifact_id, content)

    async def _insert(self, artifact: Artifact, place: dict[str, Any]) -> Artifact:
        """Gives the artifact itself, or the equal one that was there before."""
        with suppress(DuplicateKeyError):
            await self._artifacts.insert_one(_to_document(artifact) | place)
            return artifact
        return await self._find(artifact.artifact_id) or artifact

    async def _find(self, artifact_id: str) -> Artifact | None:
        document = await self._artifacts.find_one({"_id": artifact_id}, {"content": 0})
        return _from_document(document) if document else None

    async def _content(self, document: dict[str, Any]) -> bytes:
        if "content" in document:
            return bytes(document["content"])
        try:
            stream = await self._bucket.open_download_stream(document["file_id"])
            return bytes(await stream.read())
        except (NoFile, CorruptGridFile) as error:
            raise ArtifactDamaged(document["_id"]) from error


def _to_document(artifact: Artifact) -> dict[str, Any]:
    return {
        "_id": artifact.artifact_id,
        "size": artifact.size,
        "media_type": artifact.media_type,
        "name": artifact.name,
        "created_at": artifact.created_at,
    }


def _from_document(document: dict[str, Any]) -> Artifact:
    return Artifact(
        artifact_id=document["_id"],
        size=document["size"],
        media_type=document["media_type"],
        name=document["name"],
        created_at=document["created_at"],
    )
