import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from backend.cli.serving import bind, served_in_thread
from backend.core.config import Settings
from backend.core.errors import SetupError
from tests.fixtures.fake_api import FakeApi


@pytest.fixture
def settings() -> Settings:
    return Settings(_env_file=None, log_level="error")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_taken_port_is_refused_with_the_settings_that_choose_it(taken_port: int) -> None:
    with pytest.raises(SetupError, match=rf"Port {taken_port} .* --port or INTERLUDE_PORT"):
        bind("127.0.0.1", taken_port)


def test_unknown_host_is_refused_by_name() -> None:
    with pytest.raises(SetupError, match=r"INTERLUDE_HOST: there is no address 'no\.such\.host\.invalid'"):
        bind("no.such.host.invalid", 0)


def test_port_zero_takes_a_free_one() -> None:
    with bind("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_answers_are_sent_without_delay(host: str) -> None:
    delays: list[int] = []

    async def note(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        delays.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with bind(host, 0) as listener:
        async with await asyncio.start_server(note, sock=listener):
            reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
            assert await reader.read() == b""
            writer.close()
    assert delays == [1]


async def refuse(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "lifespan.startup.failed", "message": "Traceback ..."})
    raise SetupError("INTERLUDE_DATA_DIR: the folder is in use by another server.")


def test_app_that_refuses_to_start_says_why(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(SetupError, match="in use by another server"), served_in_thread(refuse, settings):
        pass
    assert caplog.text == ""


def test_server_is_gone_after_the_block(api: FakeApi, settings: Settings) -> None:
    with served_in_thread(api.app(), settings) as url:
        assert httpx.get(f"{url}/api/v1/runs?limit=1").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/api/v1/runs?limit=1")
