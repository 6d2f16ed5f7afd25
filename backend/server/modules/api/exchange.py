"""One HTTP exchange: redirects that are followed with care, and a body that is read up to a limit."""

from dataclasses import dataclass

import httpx

from backend.core.errors import HttpFailed

MAX_REDIRECTS = 3
_KEPT_HEADERS = frozenset({"accept", "accept-encoding", "content-type", "user-agent"})
"""What goes along to another origin. Anything else of the caller may be a credential."""

_ENCODINGS = frozenset({"", "identity", "gzip", "deflate"})
"""Those whose unpacking cannot grow much beyond the limit before it is noticed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: httpx.Headers
    content: bytes
    origin: str


async def exchange(client: httpx.AsyncClient, request: httpx.Request, *, max_bytes: int) -> Answer:
    """Sends, follows at most MAX_REDIRECTS redirects, and reads the body.

    Raises:
        HttpFailed: too many redirects, one to another scheme, too long a body, or no answer.
        AddressRefused: by the transport.
    """
    for _ in range(MAX_REDIRECTS + 1):
        response = await _send(client, request)
        try:
            if response.next_request is None:
                return await _read(response, max_bytes=max_bytes)
        finally:
            await response.aclose()
        request = _next(request, response.next_request)
    raise HttpFailed(
        named(request), f"more than {MAX_REDIRECTS} redirects.", code="http_too_many_redirects", retryable=False
    )


def named(request: httpx.Request) -> str:
    """The request, for messages: `POST https://api.example.com`."""
    return f"{request.method} {origin(request.url)}"


def origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


async def _send(client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    try:
        return await client.send(request, stream=True, follow_redirects=False)
    except httpx.TransportError as error:
        raise HttpFailed(named(request), _reason(error)) from error


def _next(request: httpx.Request, following: httpx.Request) -> httpx.Request:
    if following.url.scheme not in ("http", "https") or (request.url.scheme, following.url.scheme) == ("https", "http"):
        raise HttpFailed(
            named(request),
            f"a redirect from {request.url.scheme} to {following.url.scheme} is not followed.",
            code="http_redirect_refused",
            retryable=False,
        )
    if origin(following.url) != origin(request.url):
        for header in set(following.headers) - _KEPT_HEADERS - {"host", "content-length"}:
            del following.headers[header]
    return following


async def _read(response: httpx.Response, *, max_bytes: int) -> Answer:
    request = named(response.request)
    if response.headers.get("content-encoding", "").strip().lower() not in _ENCODINGS:
        raise HttpFailed(request, "the body is packed in a way that is not unpacked here.", retryable=False)
    content = bytearray()
    try:
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > max_bytes:
                raise HttpFailed(
                    request,
                    f"the body is larger than {max_bytes:,} bytes. Ask for less, or raise 'max_bytes' or "
                    "INTERLUDE_HTTP_MAX_BYTES.",
                    code="http_body_too_large",
                    retryable=False,
                )
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise HttpFailed(request, "the body broke off.") from error
    return Answer(
        status=response.status_code,
        headers=response.headers,
        content=bytes(content),
        origin=origin(response.request.url),
    )


def _reason(error: httpx.TransportError) -> str:
    """Our own words: those of the library may repeat the address."""
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time."
    if isinstance(error, httpx.ConnectError):
        return "no connection. Check the address, and for https its certificate."
    if isinstance(error, httpx.ProtocolError):
        return "the answer is not proper HTTP."
    return "the connection broke."
