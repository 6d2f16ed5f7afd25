"""Stored files over HTTP."""

import base64
from uuid import uuid4

import httpx
import pytest

from tests.api.conftest import API, StoreArtifact


@pytest.fixture
def pixel() -> str:
    """A pretended picture in base64, whose bytes no other test stores."""
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + uuid4().bytes).decode()


async def test_picture_shown_with_type_tag_and_endless_caching(
    client: httpx.AsyncClient, store_artifact: StoreArtifact, pixel: str
) -> None:
    key = await store_artifact(pixel, media_type="image/png", name="a picture.png")
    answer = await client.get(f"{API}/artifacts/{key}")
    assert answer.content == base64.b64decode(pixel)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["etag"] == f'"{key}"'
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-disposition"] == "inline; filename*=UTF-8''a%20picture.png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/pdf", "text/plain"])
async def test_what_could_carry_a_script_is_downloaded(
    client: httpx.AsyncClient, store_artifact: StoreArtifact, pixel: str, media_type: str
) -> None:
    key = await store_artifact(pixel, media_type=media_type, name=None)
    answer = await client.get(f"{API}/artifacts/{key}")
    assert answer.headers["content-disposition"] == "attachment"


@pytest.mark.parametrize("media_type", ["text/html\r\nX-Evil: 1", "nonsense", "téxt/plain", "image/png, text/html"])
async def test_media_type_that_is_none_becomes_binary(
    client: httpx.AsyncClient, store_artifact: StoreArtifact, pixel: str, media_type: str
) -> None:
    key = await store_artifact(pixel, media_type=media_type, name='"\r\nX-Evil: 1é')
    answer = await client.get(f"{API}/artifacts/{key}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize("sent", ['"{key}"', 'W/"{key}"', '"other", "{key}"', "*"])
async def test_known_tag_is_304_without_content(
    client: httpx.AsyncClient, store_artifact: StoreArtifact, pixel: str, sent: str
) -> None:
    key = await store_artifact(pixel, media_type="image/png", name=None)
    answer = await client.get(f"{API}/artifacts/{key}", headers={"If-None-Match": sent.format(key=key)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == f'"{key}"'


@pytest.mark.parametrize("key", ["sha256:" + "0" * 64, "..", "%2e%2e%2fetc", "sha256:..%5c"])
async def test_unknown_artifact_is_404(client: httpx.AsyncClient, key: str) -> None:
    assert (await client.get(f"{API}/artifacts/{key}")).status_code == 404
