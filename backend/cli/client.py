"""The HTTP API as the commands use it. Every failure is an InterludeError that says what to do."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpx

from backend.cli.connection import Target, is_loopback
from backend.core.errors import FieldError, InterludeError, SetupError

PREFIX = "/api/v1"
RETRY_DELAYS = (0.2, 0.5, 1.0)
PAGE = 200


class ServerUnreachable(SetupError):
    code, status = "server_unreachable", 503

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"No Interlude server answers at {url} ({reason}). Start one with 'interlude serve', or name another "
            "with --server or INTERLUDE_SERVER.",
            url=url,
        )


class ApiError(InterludeError):
    """What the server answered instead: its own sentence, code and ids."""

    def __init__(self, problem: dict[str, Any], status: int) -> None:
        errors = [FieldError(str(item.get("pointer", "")), str(item.get("message", ""))) for item in _listed(problem)]
        message = problem.get("detail") or problem.get("title") or f"The server answered with status {status}."
        super().__init__(str(message), errors=errors)
        self.status = status
        self.code = str(problem.get("code", "error"))
        self.problem = problem


class Client:
    """One server. Requests that may be repeated safely are repeated when the connection breaks."""

    def __init__(self, target: Target) -> None:
        self.url = target.url
        headers = {"Authorization": f"Bearer {target.token}"} if target.token else {}
        self.http = httpx.Client(
            base_url=target.url + PREFIX,
            headers=headers,
            timeout=httpx.Timeout(60.0, connect=5.0),
            trust_env=not is_loopback(target.url),  # a proxy from the environment cannot reach this machine's loopback
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def check(self) -> None:
        """Makes sure that an Interlude server is there and lets us in.

        Raises:
            ServerUnreachable: nothing answers, or something else does.
            ApiError: it refuses us.
        """
        try:
            response = self.http.get("/workflows", params={"limit": 1}, timeout=httpx.Timeout(5.0, connect=2.0))
        except httpx.TransportError as error:
            raise ServerUnreachable(self.url, reason(error)) from error
        if not response.headers.get("content-type", "").startswith(("application/json", "application/problem+json")):
            raise ServerUnreachable(self.url, "something else is listening there")
        raise_for_problem(response)

    def get(self, path: str, **params: Any) -> Any:
        return self._send("GET", path, repeatable=True, params=_given(params)).json()

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """`key` is the Idempotency-Key, with which the request may be repeated."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._send("POST", path, repeatable=key is not None, json=body, headers=headers).json()

    def put(self, path: str, body: Any) -> Any:
        return self._send("PUT", path, repeatable=True, json=body).json()

    def download(self, path: str) -> tuple[bytes, str]:
        """The content and its media type."""
        response = self._send("GET", path, repeatable=True)
        return response.content, response.headers.get("content-type", "application/octet-stream").partition(";")[0]

    def listed(self, path: str, *, limit: int | None = None, **params: Any) -> Iterator[Any]:
        """The items of a list, over as many pages as it takes; at most `limit` of them."""
        left, cursor = limit, None
        while left is None or left > 0:
            page = self.get(path, limit=min(left or PAGE, PAGE), cursor=cursor, **params)
            yield from page["items"][:left]
            left = None if left is None else left - len(page["items"])
            cursor = page.get("next_cursor")
            if cursor is None:
                return

    @contextmanager
    def opened_stream(self, method: str, path: str, **request: Any) -> Iterator[httpx.Response]:
        """A response whose body is still to come. The server signs every 15 s that it lives."""
        timeout = httpx.Timeout(60.0, connect=5.0)
        headers = {"Accept": "text/event-stream", **request.pop("headers", {})}
        with self.http.stream(method, path, headers=headers, timeout=timeout, **request) as response:
            if response.is_error:
                response.read()
            raise_for_problem(response)
            yield response

    def _send(self, method: str, path: str, *, repeatable: bool, **request: Any) -> httpx.Response:
        delays = iter(RETRY_DELAYS if repeatable else ())
        while True:
            try:
                response = self.http.request(method, path, **request)
            except httpx.TransportError as error:
                delay = next(delays, None)
                if delay is None:
                    raise ServerUnreachable(self.url, reason(error)) from error
                time.sleep(delay)
            else:
                raise_for_problem(response)
                return response


def reason(error: httpx.TransportError) -> str:
    """Why a connection failed, in a few words."""
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    return "connection refused" if isinstance(error, httpx.ConnectError) else "the connection broke"


def raise_for_problem(response: httpx.Response) -> None:
    """Raises ApiError where the status says that something is wrong."""
    if not response.is_error:
        return
    try:
        problem = response.json()
    except ValueError:
        problem = {}
    raise ApiError(problem if isinstance(problem, dict) else {}, response.status_code)


def _given(params: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}


def _listed(problem: dict[str, Any]) -> list[dict[str, Any]]:
    errors = problem.get("errors")
    return [item for item in errors if isinstance(item, dict)] if isinstance(errors, list) else []
