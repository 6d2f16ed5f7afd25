"""Which requests are for the web pages, and not for the API. The pages hold no data, so they need no token."""

from starlette.datastructures import Headers
from starlette.types import Scope

ASSETS = "/assets"

FILES = frozenset({"/theme.js", "/favicon.svg", "/favicon-open.svg"})
"""Files of the pages that keep their name from build to build."""

NO_PAGES = frozenset({"api", "assets", "docs", "healthz", "metrics", "openapi.json", "readyz"})
"""First parts of addresses that are answered by something else."""


def is_for_pages(scope: Scope) -> bool:
    """Whether the pages answer this: one of their files, or a browser at an address that nothing else has.

    Pages draw themselves by their address, so which of those addresses exist is theirs to say.
    """
    path: str = scope["path"]
    if scope["method"] not in ("GET", "HEAD"):
        return False
    return path in FILES or path.startswith(f"{ASSETS}/") or _is_page(path, Headers(scope=scope))


def _is_page(path: str, headers: Headers) -> bool:
    first, last = path.split("/", 2)[1] if "/" in path else "", path.rsplit("/", 1)[-1]
    is_file = "." in last and first not in ("runs", "workflows")  # ids may have dots
    return first not in NO_PAGES and not is_file and "text/html" in headers.get("accept", "")
