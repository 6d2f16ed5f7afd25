"""Request bodies: refused while they are read, before anything parses them."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.core.errors import BodyTooLarge, InterludeError, InvalidJson, MediaTypeRefused
from backend.server.api.middleware.depth import DepthScanner
from backend.server.api.problems import problem_response

JSON = "application/json"


class BodyGuard:
    """Lets only plain UTF-8 JSON of at most `max_bytes` and `max_depth` through.

    The size is counted as bytes arrive, whatever Content-Length says; a Content-Length that is too large is refused
    at once. Nothing beyond the limit is held in memory.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int, max_depth: int) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._max_depth = max_depth

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await self._read(Headers(scope=scope), receive)
        except InterludeError as error:
            # The rest of the body is not read, so the connection cannot be used again.
            response = problem_response(error, headers={"connection": "close"})
            await response(scope, receive, send)
            return
        if body is not None:
            await self._app(scope, _replay(body, receive), send)

    async def _read(self, headers: Headers, receive: Receive) -> bytes | None:
        _check_encoding(headers)
        declared = headers.get("content-length", "")
        if declared.isdecimal() and int(declared[:20]) > self._max_bytes:
            raise BodyTooLarge(self._max_bytes)
        scanner = DepthScanner(self._max_depth)
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            chunk = message.get("body", b"")
            if chunk and not body:
                _check_media_type(headers)
            body += chunk
            if len(body) > self._max_bytes:
                raise BodyTooLarge(self._max_bytes)
            if b"\x00" in chunk:
                raise InvalidJson("it holds a NUL byte; bodies are UTF-8")  # UTF-16 and UTF-32 always do
            scanner.feed(chunk)
            more = message.get("more_body", False)
        return bytes(body)


def _check_encoding(headers: Headers) -> None:
    # A small compressed body may be a huge one; nobody needs it here.
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise MediaTypeRefused("Compressed request bodies are not taken. Send it without Content-Encoding.")


def _check_media_type(headers: Headers) -> None:
    # A page elsewhere can send text/plain or a form without asking; application/json it cannot.
    media_type, _, parameters = headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if media_type.strip().lower() != JSON or charset not in ("", "utf-8", "utf8"):
        raise MediaTypeRefused(f"Bodies are JSON in UTF-8. Send the header 'Content-Type: {JSON}'.")


def _replay(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return pending.pop() if pending else await receive()

    return receive_again
