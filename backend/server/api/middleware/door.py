"""Who may call. With tokens: whoever sends one. Without: this machine's own programs and this server's own page."""

import hashlib
import hmac
import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.core.config import Settings
from backend.core.errors import HostRefused, InterludeError, OriginRefused, SetupError, Unauthorized
from backend.server.api.page_paths import is_for_pages
from backend.server.api.problems import problem_response

OPEN_PATHS = frozenset({"/healthz", "/readyz"})
"""What a load balancer asks, without a token and under any name."""

LOCAL_ACTOR = "local"
NOBODY = "nobody"
"""Who reads the pages of a server with tokens."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def check_door(settings: Settings) -> None:
    """Refuses to listen beyond this machine without tokens.

    Raises:
        SetupError: names INTERLUDE_API_TOKENS.
    """
    if not settings.api_tokens and not is_loopback(settings.host):
        raise SetupError(
            f"Other machines can reach INTERLUDE_HOST '{settings.host}', and INTERLUDE_API_TOKENS is not set. "
            "Set it (comma separated, 16 characters or more each), or listen on 127.0.0.1."
        )


def is_loopback(host: str) -> bool:
    """Whether the name or address stands for this machine alone."""
    name = host.strip("[]").rstrip(".").lower()
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


class Door:
    """Refuses calls without a token, or, on a server without tokens, from pages of other sites.

    The caller's name is `request.state.actor`: `local`, or `token:` and the start of the token's SHA-256.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._tokens = [token.get_secret_value().encode() for token in settings.api_tokens]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN_PATHS:
            await self._app(scope, receive, send)
            return
        try:
            actor = self._admit(scope, Headers(scope=scope))
        except InterludeError as error:
            await problem_response(error)(scope, receive, send)
            return
        scope.setdefault("state", {})["actor"] = actor
        await self._app(scope, receive, send)

    def _admit(self, scope: Scope, headers: Headers) -> str:
        if self._tokens:
            # The pages hold no data. They ask for a token when the API refuses them.
            return NOBODY if is_for_pages(scope) else self._token_holder(headers.get("authorization", ""))
        host = headers.get("host", "")
        _check_host(host)
        if scope["method"] not in SAFE_METHODS:
            _check_origin(headers, host)
        return LOCAL_ACTOR

    def _token_holder(self, authorization: str) -> str:
        scheme, _, sent = authorization.partition(" ")
        token = sent.strip().encode("latin-1", "replace")
        matches = [hmac.compare_digest(token, known) for known in self._tokens]  # all of them: time says nothing
        if scheme.lower() != "bearer" or not any(matches):
            raise Unauthorized
        return f"token:{hashlib.sha256(token).hexdigest()[:8]}"


def _check_host(host: str) -> None:
    # DNS rebinding: a hostile page's own name may resolve to 127.0.0.1, and then the browser calls us "same origin".
    name, _ = _authority(f"http://{host}")
    if name is None or not is_loopback(name):
        raise HostRefused(host[:200])


def _check_origin(headers: Headers, host: str) -> None:
    origin = headers.get("origin")
    if origin is not None and not _is_same(origin, host):
        raise OriginRefused(origin[:200])
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise OriginRefused(origin[:200] if origin else "another site")


def _is_same(origin: str, host: str) -> bool:
    # The scheme is not compared: a proxy on this machine may speak TLS for us.
    scheme, separator, _ = origin.partition("://")
    return bool(separator) and _authority(origin) == _authority(f"{scheme}://{host}")


def _authority(url: str) -> tuple[str | None, int | None]:
    try:
        parts = urlsplit(url)
        return parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None, None
