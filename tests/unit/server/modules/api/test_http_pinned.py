import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from backend.core.errors import AddressRefused
from backend.server.modules.api.pinned import PinnedTransport
from tests.fixtures.http_server import LocalServer, local_server

NAME = "service.test"


class Names:
    """A resolver with an answer for each look-up."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return self.answers.pop(0)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("makes its certificate with openssl, which is not installed")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "cert.pem"
    arguments = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={NAME} -addext subjectAltName=DNS:{NAME}"
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, *arguments.split(), *files], check=True, capture_output=True)
    return key, certificate


@pytest.fixture
def tls_server(certificate: tuple[Path, Path]) -> Iterator[LocalServer]:
    key, chain = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    with local_server(context) as server:
        server.route("/x", body=b"safe")
        yield server


def trusting(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate[1]))


async def test_request_goes_to_the_judged_address_under_its_name() -> None:
    names = Names(["127.0.0.1"])
    with local_server() as server:
        server.route("/x", body=b"ok")
        transport = PinnedTransport(allow_private=True, resolver=names)
        async with httpx.AsyncClient(transport=transport) as client:
            response = await client.get(f"http://{NAME}:{server.port}/x")
        assert response.text == "ok"
        assert server.received[0].headers["host"] == f"{NAME}:{server.port}"
    assert names.asked == [NAME]


async def test_name_that_changes_to_a_private_address_is_refused_the_second_time() -> None:
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    with local_server() as server:
        server.route("/x", status=302, headers={"Location": "/y"})
        transport = PinnedTransport(allow_private=True, resolver=names)
        async with httpx.AsyncClient(transport=transport, follow_redirects=True) as client:
            with pytest.raises(AddressRefused):
                await client.get(f"http://{NAME}:{server.port}/x")
        assert [received.path for received in server.received] == ["/x"]


async def test_next_address_is_tried_where_the_first_takes_no_connection() -> None:
    names = Names(["127.0.0.2", "127.0.0.1"])
    with local_server() as server:
        server.route("/x", body=b"ok")
        transport = PinnedTransport(allow_private=True, resolver=names)
        async with httpx.AsyncClient(transport=transport) as client:
            response = await client.post(f"http://{NAME}:{server.port}/x", content=b"once")
        assert response.text == "ok"
        assert [received.body for received in server.received] == [b"once"]


async def test_certificate_is_checked_for_the_name(tls_server: LocalServer, certificate: tuple[Path, Path]) -> None:
    transport = PinnedTransport(allow_private=True, resolver=Names(["127.0.0.1"]), tls=trusting(certificate))
    async with httpx.AsyncClient(transport=transport) as client:
        response = await client.get(f"https://{NAME}:{tls_server.port}/x")
    assert response.text == "safe"


async def test_certificate_of_another_name_is_refused(tls_server: LocalServer, certificate: tuple[Path, Path]) -> None:
    transport = PinnedTransport(allow_private=True, resolver=Names(["127.0.0.1"]), tls=trusting(certificate))
    async with httpx.AsyncClient(transport=transport) as client:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await client.get(f"https://other.test:{tls_server.port}/x")
