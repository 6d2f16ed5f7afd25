"""What every store of artifacts promises, and what each does about damage."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest

from backend.core.config import load_settings
from backend.core.errors import ArtifactDamaged, ArtifactNotFound, SetupError, ValueTooLarge
from backend.db.client import Connection
from backend.db.repos.artifacts import ArtifactStore, open_artifacts

LIMIT = 3 * 1024 * 1024
SMALL = b"a picture"
LARGE = bytes(range(256)) * 8192  # 2 MiB: beyond what a document holds inline


def id_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@pytest.fixture(params=["memory", "folder", pytest.param("gridfs", marks=pytest.mark.mongo)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ArtifactStore:
    connection: Connection = request.getfixturevalue(
        "real_connection" if request.param == "gridfs" else "memory_connection"
    )
    return open_artifacts(
        load_settings(
            mongodb_uri="mongodb://elsewhere" if request.param == "gridfs" else "memory://",
            artifacts=str(tmp_path / "artifacts") if request.param == "folder" else "gridfs",
            max_artifact_bytes=LIMIT,
        ),
        connection,
    )


@pytest.mark.parametrize("content", [SMALL, b"", LARGE], ids=["small", "empty", "large"])
async def test_stored_bytes_come_back_with_what_they_are(store: ArtifactStore, content: bytes) -> None:
    put = await store.put(content, media_type="image/png", name="Bär.png")

    assert (put.artifact_id, put.size, put.media_type, put.name) == (
        id_of(content),
        len(content),
        "image/png",
        "Bär.png",
    )
    assert await store.get(put.artifact_id) == (put, content)


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
async def test_equal_bytes_are_one_artifact_with_the_first_description(store: ArtifactStore, content: bytes) -> None:
    first = await store.put(content, media_type="image/png", name="first")

    assert await store.put(content, media_type="text/plain", name="second") == first


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
async def test_concurrent_puts_of_equal_bytes_all_succeed(store: ArtifactStore, content: bytes) -> None:
    put = await asyncio.gather(*(store.put(content, media_type="image/png") for _ in range(6)))

    assert {artifact.artifact_id for artifact in put} == {id_of(content)}
    assert (await store.get(id_of(content)))[1] == content


async def test_bytes_above_the_limit_are_refused(store: ArtifactStore) -> None:
    content = bytes(LIMIT + 1)

    with pytest.raises(ValueTooLarge, match=r"'big\.bin' has 3,145,729 bytes; the limit is 3,145,728"):
        await store.put(content, media_type="application/octet-stream", name="big.bin")
    with pytest.raises(ArtifactNotFound):
        await store.get(id_of(content))


@pytest.mark.parametrize(
    "artifact_id", [id_of(b"other"), "", "sha256:", "../../etc/passwd", "sha256:../../../x", id_of(SMALL) + "\n"]
)
async def test_unknown_id_is_not_found(store: ArtifactStore, artifact_id: str) -> None:
    await store.put(SMALL, media_type="text/plain")

    with pytest.raises(ArtifactNotFound):
        await store.get(artifact_id)


@pytest.fixture
def folder(tmp_path: Path, memory_connection: Connection) -> tuple[ArtifactStore, Path]:
    settings = load_settings(mongodb_uri="memory://", artifacts=str(tmp_path))
    return open_artifacts(settings, memory_connection), tmp_path


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


async def test_folder_keeps_two_files_an_artifact_and_nothing_else(folder: tuple[ArtifactStore, Path]) -> None:
    store, path = folder
    await asyncio.gather(*(store.put(SMALL, media_type="text/plain") for _ in range(4)))

    digest = hashlib.sha256(SMALL).hexdigest()
    assert [found.relative_to(path).as_posix() for found in files_of(path)] == [
        f"{digest[:2]}/{digest}",
        f"{digest[:2]}/{digest}.json",
    ]


@pytest.mark.parametrize("damage", [b"an altered picture", b"", None])
async def test_changed_or_lost_content_in_a_folder_is_damage(
    folder: tuple[ArtifactStore, Path], damage: bytes | None
) -> None:
    store, path = folder
    artifact = await store.put(SMALL, media_type="text/plain")
    content = files_of(path)[0]
    content.unlink()
    if damage is not None:
        content.write_bytes(damage)

    with pytest.raises(ArtifactDamaged, match=artifact.artifact_id):
        await store.get(artifact.artifact_id)


async def test_folder_that_cannot_be_written_is_a_setup_error(tmp_path: Path, memory_connection: Connection) -> None:
    (tmp_path / "file").write_text("no folder")
    settings = load_settings(mongodb_uri="memory://", artifacts=str(tmp_path / "file" / "below"))

    with pytest.raises(SetupError, match="INTERLUDE_ARTIFACTS"):
        open_artifacts(settings, memory_connection)


@pytest.mark.mongo
async def test_lost_chunk_in_gridfs_is_damage(real_connection: Connection) -> None:
    store = open_artifacts(load_settings(mongodb_uri="mongodb://elsewhere"), real_connection)
    artifact = await store.put(LARGE, media_type="text/plain")
    await real_connection.database["artifact_files.chunks"].delete_one({"n": 1})

    with pytest.raises(ArtifactDamaged):
        await store.get(artifact.artifact_id)


@pytest.mark.mongo
async def test_concurrent_large_puts_leave_one_file_in_gridfs(real_connection: Connection) -> None:
    store = open_artifacts(load_settings(mongodb_uri="mongodb://elsewhere"), real_connection)
    await asyncio.gather(*(store.put(LARGE, media_type="text/plain") for _ in range(4)))

    database: Any = real_connection.database
    assert await database["artifact_files.files"].count_documents({}) == 1
