"""What a body may be."""

import asyncio
import json

import httpx
import pytest

from tests.api.conftest import API
from tests.fixtures.serving import Served

URL = f"{API}/workflows/validate"
JSON = {"Content-Type": "application/json"}


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_body_over_the_limit_is_413(client: httpx.AsyncClient) -> None:
    body = json.dumps({"text": "x" * (1 << 20)})
    assert code_of(await client.post(URL, content=body, headers=JSON)) == (413, "body_too_large")


async def test_body_of_the_limit_is_read(client: httpx.AsyncClient) -> None:
    body = json.dumps({"text": "x" * ((1 << 20) - 12)})
    assert len(body) == 1 << 20
    assert (await client.post(URL, content=body, headers=JSON)).status_code == 200


async def test_body_without_a_length_is_counted(client: httpx.AsyncClient) -> None:
    async def endless() -> object:
        for _ in range(100):
            yield b" " * 65_536

    answer = await client.post(URL, content=endless(), headers=JSON)  # type: ignore[arg-type]  # an async generator; httpx takes it
    assert code_of(answer) == (413, "body_too_large")


async def test_body_too_deep_is_422_before_it_is_parsed(client: httpx.AsyncClient) -> None:
    answer = await client.post(URL, content=b'{"a":' * 40, headers=JSON)
    assert code_of(answer) == (422, "body_too_deep")
    assert answer.json()["limit"] == 32


async def test_body_at_the_depth_limit_is_taken(client: httpx.AsyncClient) -> None:
    body = b'{"a":' * 32 + b"1" + b"}" * 32
    assert (await client.post(URL, content=body, headers=JSON)).status_code == 200


@pytest.mark.parametrize("encoding", ["gzip", "br", "gzip, identity"])
async def test_compressed_body_is_415(client: httpx.AsyncClient, encoding: str) -> None:
    answer = await client.post(URL, content=b"{}", headers=JSON | {"Content-Encoding": encoding})
    assert code_of(answer) == (415, "media_type_refused")


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "",
    ],
)
async def test_body_that_is_not_called_json_is_415(client: httpx.AsyncClient, media_type: str) -> None:
    answer = await client.post(URL, content=b"{}", headers={"Content-Type": media_type})
    assert code_of(answer) == (415, "media_type_refused")


@pytest.mark.parametrize(
    "media_type", ["application/json; charset=utf-8", "Application/JSON", 'application/json;charset="UTF-8"']
)
async def test_json_under_its_usual_names_is_taken(client: httpx.AsyncClient, media_type: str) -> None:
    assert (await client.post(URL, content=b"{}", headers={"Content-Type": media_type})).status_code == 200


async def send_raw(served: Served, head: str, chunks: int) -> bytes:
    """Sends a request by hand and reads the answer, whatever the server does to the rest of the body."""
    reader, writer = await asyncio.open_connection(served.host, served.port)
    writer.write(head.replace("\n", "\r\n").encode())
    try:
        for _ in range(chunks):
            writer.write(b"10000\r\n" + b" " * 65_536 + b"\r\n")
            await writer.drain()
    except ConnectionError:
        pass
    try:
        return await asyncio.wait_for(reader.read(65_536), 10)
    finally:
        writer.close()


async def test_huge_chunked_body_refused_over_a_socket_while_it_is_sent(served: Served) -> None:
    head = f"POST {URL} HTTP/1.1\nHost: 127.0.0.1\nContent-Type: application/json\nTransfer-Encoding: chunked\n\n"
    answer = await send_raw(served, head, chunks=17)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"body_too_large" in answer


async def test_huge_declared_body_refused_over_a_socket_before_it_is_sent(served: Served) -> None:
    head = f"POST {URL} HTTP/1.1\nHost: 127.0.0.1\nContent-Type: application/json\nContent-Length: 99999999\n\n"
    answer = await send_raw(served, head, chunks=0)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer.lower()


async def test_client_that_leaves_in_the_middle_of_its_body_harms_nobody(served: Served) -> None:
    _, writer = await asyncio.open_connection(served.host, served.port)
    writer.write(b"POST /api/v1/workflows HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()
    writer.close()
    async with httpx.AsyncClient(base_url=served.url) as client:
        assert (await client.get("/healthz")).status_code == 200
