"""Stored files. What a module or a person stored is never run as a page of ours."""

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Header, Response

from backend.core.errors import ArtifactNotFound
from backend.db.records import Artifact
from backend.server.api.deps import ArtifactId, EngineDep
from backend.server.api.openapi import content, problems

router = APIRouter(tags=["artifacts"])

SAFE_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
"""Pictures that cannot carry a script (an SVG can). Everything else is downloaded, not shown."""

MEDIA_TYPE = re.compile(r"^[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}(; ?charset=[A-Za-z0-9_-]{1,40})?$")
BINARY = "application/octet-stream"

IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", description="ETag that the caller has already.")]


@router.get(
    "/artifacts/{artifact_id}",
    summary="Read an artifact",
    response_class=Response,
    responses=content("*/*", "Its bytes, with their media type.", headers={"ETag": "Strong: the hash."})
    | {304: {"description": "The caller has it already."}}
    | problems(ArtifactNotFound),
)
async def get_artifact(engine: EngineDep, artifact_id: ArtifactId, if_none_match: IfNoneMatch = None) -> Response:
    """Its id is the hash of its bytes, so it never changes and may be kept for ever."""
    artifact, stored = await engine.get_artifact(artifact_id)
    headers = _headers(artifact)
    if if_none_match is not None and _matches(if_none_match, headers["etag"]):
        return Response(status_code=304, headers=headers)
    return Response(stored, headers=headers, media_type=_media_type(artifact))


def _headers(artifact: Artifact) -> dict[str, str]:
    shown = "inline" if _media_type(artifact) in SAFE_IMAGES else "attachment"
    name = f"; filename*=UTF-8''{quote(artifact.name[:255], safe='', errors='replace')}" if artifact.name else ""
    return {
        "etag": f'"{artifact.artifact_id}"',
        "cache-control": "private, max-age=31536000, immutable",
        "content-disposition": f"{shown}{name}",
        "content-security-policy": "sandbox; default-src 'none'",
    }


def _media_type(artifact: Artifact) -> str:
    return artifact.media_type if MEDIA_TYPE.fullmatch(artifact.media_type) else BINARY


def _matches(sent: str, etag: str) -> bool:
    known = {part.strip().removeprefix("W/") for part in sent.split(",")}
    return "*" in known or etag in known
