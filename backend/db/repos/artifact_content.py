"""What all stores of artifacts share: ids from content, and content checked against ids."""

import asyncio
import hashlib
import re

from backend.core.clock import now
from backend.core.errors import ArtifactDamaged, ArtifactNotFound, ValueTooLarge
from backend.core.jsonvalue import check_json
from backend.db.records import Artifact

ARTIFACT_ID = re.compile(r"sha256:[0-9a-f]{64}")
QUICK_BYTES = 256 * 1024
"""Hashing so much takes under a millisecond; more is done off the event loop."""


async def described(content: bytes, *, media_type: str, name: str | None, limit: int) -> Artifact:
    """The artifact that the bytes are.

    Raises:
        ValueTooLarge: they are more than `limit`.
        ValueNotStorable: the media type or the name is no text that can be stored.
    """
    check_json({"media_type": media_type, "name": name})
    if len(content) > limit:
        raise ValueTooLarge(f"The artifact '{name}'" if name else "The artifact", size=len(content), limit=limit)
    return Artifact(
        artifact_id=await id_of(content), size=len(content), media_type=media_type, created_at=now(), name=name
    )


async def id_of(content: bytes) -> str:
    """`sha256:` and the hash in hex."""
    if len(content) <= QUICK_BYTES:
        return _id_of(content)
    return await asyncio.to_thread(_id_of, content)


def _id_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def hash_in(artifact_id: str) -> str:
    """The hex of an id. What has another form (a path, say) is no artifact.

    Raises:
        ArtifactNotFound: the text is no id.
    """
    if not ARTIFACT_ID.fullmatch(artifact_id):
        raise ArtifactNotFound(artifact_id)
    return artifact_id.partition(":")[2]


async def verified(artifact_id: str, content: bytes) -> bytes:
    """The bytes, if they are those of the id.

    Raises:
        ArtifactDamaged: they are not.
    """
    if await id_of(content) != artifact_id:
        raise ArtifactDamaged(artifact_id)
    return content
