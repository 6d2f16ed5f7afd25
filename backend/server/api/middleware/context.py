"""Around every request: its id in logs and answers, security headers, metrics, and the last resort for errors."""

import re
import time

import structlog
from sse_starlette.sse import SendTimeoutError
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.core.errors import Unexpected
from backend.core.ids import new_id
from backend.server.api.metrics import record_request
from backend.server.api.problems import problem_response

REQUEST_ID = "x-request-id"
SAFE_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,128}$")

SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
}
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""For answers that are data. A page that needs more (the UI) sends its own policy."""

log = structlog.get_logger(__name__)


class RequestContext:
    """Binds `request_id` for logs, echoes it, and turns an unforeseen exception into a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope))
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        answer = _Answer(scope, send, request_id)
        try:
            await self._app(scope, receive, answer.send)
        except SendTimeoutError:
            log.info("slow_reader_dropped", path=scope["path"])
        except Exception:
            log.exception("request_crashed", method=scope["method"], path=scope["path"])
            if answer.status is None:
                await problem_response(Unexpected(request_id))(scope, receive, answer.send)


def _request_id(headers: Headers) -> str:
    sent = headers.get(REQUEST_ID, "")
    return sent if SAFE_REQUEST_ID.match(sent) else new_id("req")


class _Answer:
    """The response on its way out."""

    def __init__(self, scope: Scope, send: Send, request_id: str) -> None:
        self._scope = scope
        self._send = send
        self._request_id = request_id
        self._began = time.perf_counter()
        self.status: int | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._add_headers(MutableHeaders(scope=message))
            self._record(message["status"])
        await self._send(message)

    def _add_headers(self, headers: MutableHeaders) -> None:
        headers[REQUEST_ID] = self._request_id
        for name, value in SECURITY_HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("content-security-policy", API_POLICY)

    def _record(self, status: int) -> None:
        # At the first byte: a stream stays open as long as people watch, which says nothing about speed.
        seconds = time.perf_counter() - self._began
        record_request(self._scope, status=status, seconds=seconds)
        log.info(
            "request",
            method=self._scope["method"],
            path=self._scope["path"],
            status=status,
            ms=round(seconds * 1000, 1),
        )
