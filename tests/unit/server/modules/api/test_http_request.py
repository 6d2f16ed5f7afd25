import gzip
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from backend.core.errors import ModuleError
from backend.server.modules.api.http import HttpRequest
from tests.fixtures.connections import recorded_connections
from tests.fixtures.http_server import Handler, LocalServer, local_server
from tests.fixtures.module_context import MemoryArtifacts, execute, module_context


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with local_server() as server:
        yield server


async def call(url: str, **inputs: Any) -> dict[str, Any]:
    return await execute(HttpRequest(), {"url": url, **inputs}, module_context(http_allow_private=True))


async def failing(url: str, **inputs: Any) -> ModuleError:
    with pytest.raises(ModuleError) as caught:
        await call(url, **inputs)
    return caught.value


async def test_json_answer_comes_as_json(server: LocalServer) -> None:
    server.route("/x", body=b'{"a": [1, null]}', content_type="application/problem+json")
    outputs = await call(f"{server.url}/x")
    assert (outputs["status"], outputs["json"], outputs["text"], outputs["artifact"]) == (
        200,
        {"a": [1, None]},
        None,
        None,
    )
    assert outputs["headers"]["content-type"] == "application/problem+json"


async def test_text_answer_comes_as_text_in_its_charset(server: LocalServer) -> None:
    server.route("/x", body="caf\u00e9".encode("latin-1"), content_type="text/html; charset=iso-8859-1")
    assert (await call(f"{server.url}/x"))["text"] == "caf\u00e9"


async def test_broken_json_comes_as_text(server: LocalServer) -> None:
    server.route("/x", body=b"{oops", content_type="application/json")
    outputs = await call(f"{server.url}/x")
    assert (outputs["json"], outputs["text"]) == (None, "{oops")


@pytest.mark.parametrize("content_type", ["text/plain; charset=punycode", "text/plain; charset=none", "text/plain"])
async def test_text_that_cannot_be_read_becomes_an_artifact(server: LocalServer, content_type: str) -> None:
    server.route("/x", body=b"\xff\xfe\xfd", content_type=content_type)
    assert (await call(f"{server.url}/x"))["artifact"]["size"] == 3


@pytest.mark.parametrize(
    ("body", "content_type", "inputs"),
    [
        (b"\x89PNG", "image/png", {}),
        (b"x" * (2**20 + 1), "text/plain", {}),
        (b'"' + b"x" * 2**20 + b'"', "application/json", {}),
        (b"{}", "application/json", {"as_artifact": True}),
        (b"?", "", {}),
    ],
)
async def test_binary_and_large_answers_become_artifacts(
    server: LocalServer, body: bytes, content_type: str, inputs: dict[str, Any]
) -> None:
    server.route("/x", body=body, content_type=content_type)
    artifacts = MemoryArtifacts()
    context = module_context(http_allow_private=True, artifacts=artifacts)
    outputs = await execute(HttpRequest(), {"url": f"{server.url}/x", **inputs}, context)
    assert await artifacts.load(outputs["artifact"]["artifact_id"]) == body
    assert (outputs["json"], outputs["text"]) == (None, None)


async def test_empty_answer_has_no_body(server: LocalServer) -> None:
    server.route("/x", status=204)
    outputs = await call(f"{server.url}/x", method="DELETE")
    assert (outputs["status"], outputs["json"], outputs["text"], outputs["artifact"]) == (204, None, None, None)


async def test_cookies_are_left_out_of_the_headers(server: LocalServer) -> None:
    server.route("/x", headers={"Set-Cookie": "session=secret"})
    assert "secret" not in json.dumps(await call(f"{server.url}/x"))


async def test_request_carries_json_headers_and_params(server: LocalServer) -> None:
    server.route("/x")
    await call(
        f"{server.url}/x?a=1",
        method="POST",
        json={"k": None},
        headers={"X-Mine": "yes"},
        params={"b": [2, 3], "c": "d e"},
    )
    [received] = server.received
    assert (received.method, received.path) == ("POST", "/x?a=1&b=2&b=3&c=d+e")
    assert json.loads(received.body) == {"k": None}
    assert (received.headers["content-type"], received.headers["x-mine"]) == ("application/json", "yes")


async def test_json_null_is_a_body(server: LocalServer) -> None:
    server.route("/x")
    await call(f"{server.url}/x", method="POST", json=None)
    assert server.received[0].body == b"null"


async def test_text_body_is_sent_as_it_is(server: LocalServer) -> None:
    server.route("/x")
    await call(
        f"{server.url}/x", method="PUT", text="a=1", headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert server.received[0].body == b"a=1"
    assert server.received[0].headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
async def test_writing_methods_pass_the_idempotency_key_on(server: LocalServer, method: str) -> None:
    server.route("/x")
    await call(f"{server.url}/x", method=method)
    assert server.received[0].headers["idempotency-key"] == "idem_1"


async def test_own_idempotency_key_wins(server: LocalServer) -> None:
    server.route("/x")
    await call(f"{server.url}/x", method="POST", headers={"idempotency-KEY": "mine"})
    assert server.received[0].headers["idempotency-key"] == "mine"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_other_methods_carry_no_idempotency_key(server: LocalServer, method: str) -> None:
    server.route("/x")
    await call(f"{server.url}/x", method=method)
    assert "idempotency-key" not in server.received[0].headers


@pytest.mark.parametrize(("status", "retryable"), [(404, False), (400, False), (429, True), (500, True), (503, True)])
async def test_unexpected_status_fails_and_says_whether_to_retry(
    server: LocalServer, status: int, retryable: bool
) -> None:
    server.route("/x", status=status, body=b"why")
    error = await failing(f"{server.url}/x")
    assert (error.code, error.retryable) == ("http_status", retryable)
    assert str(status) in error.message


async def test_expected_status_is_no_failure(server: LocalServer) -> None:
    server.route("/x", status=404, body=b"none")
    outputs = await call(f"{server.url}/x", expected_status=[200, 404])
    assert (outputs["status"], outputs["text"]) == (404, "none")


async def test_success_that_is_not_expected_fails(server: LocalServer) -> None:
    server.route("/x", status=202)
    assert (await failing(f"{server.url}/x", expected_status=[200])).code == "http_status"


async def test_redirects_are_followed(server: LocalServer) -> None:
    server.route("/a", status=302, headers={"Location": "/b"})
    server.route("/b", status=307, headers={"Location": f"{server.url}/c"})
    server.route("/c", body=b"there")
    assert (await call(f"{server.url}/a"))["text"] == "there"


async def test_fourth_redirect_is_refused(server: LocalServer) -> None:
    server.route("/a", status=302, headers={"Location": "/a"})
    assert (await failing(f"{server.url}/a")).code == "http_too_many_redirects"
    assert len(server.received) == 4


@pytest.mark.parametrize("target", ["http://169.254.169.254/latest/", "http://[::ffff:169.254.169.254]/", "http://0/"])
async def test_redirect_to_a_forbidden_address_is_refused_without_connecting(server: LocalServer, target: str) -> None:
    server.route("/a", status=302, headers={"Location": target})
    with recorded_connections() as targets:
        error = await failing(f"{server.url}/a")
    assert error.code == "address_refused"
    assert targets == [("127.0.0.1", server.port)]


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://127.0.0.1/x", "ftp://127.0.0.1/"])
async def test_redirect_to_another_scheme_is_refused(server: LocalServer, target: str) -> None:
    server.route("/a", status=302, headers={"Location": target})
    assert (await failing(f"{server.url}/a")).code == "http_redirect_refused"


async def test_redirect_to_another_origin_loses_the_callers_headers(server: LocalServer) -> None:
    with local_server() as other:
        other.route("/b", body=b"ok")
        server.route("/a", status=307, headers={"Location": f"{other.url}/b"})
        await call(f"{server.url}/a", method="POST", json=1, headers={"Authorization": "Bearer s", "X-Api-Key": "s"})
        [received] = other.received
    assert not {"authorization", "x-api-key", "idempotency-key", "cookie"} & received.headers.keys()
    assert received.headers["host"] == f"127.0.0.1:{other.port}"
    assert received.body == b"1"


async def test_body_above_the_limit_is_not_read_to_its_end(server: LocalServer) -> None:
    sent = 0

    def endless(handler: Handler) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.end_headers()
        while not server.released.is_set():
            handler.wfile.write(b"x" * 65536)
            sent += 65536

    server.routes["/x"] = endless
    error = await failing(f"{server.url}/x", max_bytes=100_000)
    assert (error.code, error.retryable) == ("http_body_too_large", False)
    assert sent < 50_000_000


async def test_servers_own_limit_applies_to_the_body(server: LocalServer) -> None:
    server.route("/x", body=b"x" * 2000)
    context = module_context(http_allow_private=True, http_max_bytes=1024)
    with pytest.raises(ModuleError, match="1,024 bytes"):
        await execute(HttpRequest(), {"url": f"{server.url}/x", "max_bytes": 10**9}, context)


async def test_packed_body_is_counted_unpacked(server: LocalServer) -> None:
    server.route("/x", body=gzip.compress(b"0" * 5_000_000), headers={"Content-Encoding": "gzip"})
    assert (await failing(f"{server.url}/x", max_bytes=1_000_000)).code == "http_body_too_large"
    assert server.received[0].headers["accept-encoding"] == "identity"


async def test_body_packed_in_another_way_is_refused(server: LocalServer) -> None:
    server.route("/x", body=b"abc", headers={"Content-Encoding": "br"})
    assert (await failing(f"{server.url}/x")).code == "http_failed"


async def test_slow_body_ends_at_the_deadline(server: LocalServer) -> None:
    def drip(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not server.released.wait(0.05):
            handler.wfile.write(b".")

    server.routes["/x"] = drip
    started = time.monotonic()
    error = await failing(f"{server.url}/x", timeout_seconds=0.5)
    assert (error.code, error.retryable) == ("http_timeout", True)
    assert time.monotonic() - started < 5


async def test_silent_server_ends_at_the_servers_own_deadline(server: LocalServer) -> None:
    held = threading.Event()

    def hold(handler: Handler) -> None:
        held.set()
        server.released.wait(20)

    server.routes["/x"] = hold
    context = module_context(http_allow_private=True, http_timeout_seconds=0.3)
    with pytest.raises(ModuleError) as caught:
        await execute(HttpRequest(), {"url": f"{server.url}/x", "timeout_seconds": 60}, context)
    assert held.is_set()
    assert caught.value.retryable


async def test_refused_connection_is_retryable() -> None:
    with local_server() as gone:
        url = gone.url
    error = await failing(url)
    assert (error.code, error.retryable) == ("http_failed", True)


async def test_proxy_of_the_environment_is_not_used(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.route("/x", body=b"direct")
    with local_server() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert (await call(f"{server.url}/x"))["text"] == "direct"
        assert proxy.received == []


@pytest.mark.parametrize("path", ["/gone", "/loop"])
async def test_errors_show_no_credentials_of_the_url(server: LocalServer, path: str) -> None:
    server.route("/gone", status=404)
    server.route("/loop", status=302, headers={"Location": "/loop?token=canary"})
    url = f"http://canary:canary@127.0.0.1:{server.port}{path}?token=canary"
    error = await failing(url)
    assert "canary" not in error.message
    assert f"127.0.0.1:{server.port}" in error.message


async def test_wrong_url_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValidationError) as caught:
        await call("http://canary:canary@host:port/")
    assert "canary" not in str([error["msg"] for error in caught.value.errors()])


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"headers": {"Host": "internal"}}, "set by the server"),
        ({"headers": {"content-length": "1"}}, "set by the server"),
        ({"headers": {"X-A": "a\r\nX-B: b"}}, "X-A"),
        ({"headers": {"X A": "a"}}, "no name of a header"),
        ({"json": 1, "text": "a"}, "not both"),
        ({"method": "TRACE"}, "method"),
        ({"follow": True}, "follow"),
    ],
)
async def test_wrong_inputs_are_refused(inputs: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        await call("http://127.0.0.1/", **inputs)
