"""The web pages: files that were built before, and one `index.html` for every address of theirs."""

import secrets
from functools import lru_cache
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.server.api.page_paths import ASSETS, FILES, is_for_pages

NONCE = "__CSP_NONCE__"
"""What the build wrote wherever a nonce belongs."""

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""Files of this server, and what it gave a nonce. Pictures come as blobs: an <img> cannot send a token."""

FOR_EVER = "public, max-age=31536000, immutable"
"""For files whose name changes with what is in them."""

NOT_BUILT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Interlude: the pages are not built</title>
</head>
<body>
<main>
<h1>The pages are not built</h1>
<p>The server runs, and its API works: see <a href="/docs">/docs</a>.</p>
<p>For the pages, run <code>make ui</code> in the source folder, then reload.</p>
</main>
</body>
</html>
"""


@lru_cache(maxsize=1)
def pages_folder() -> Path:
    """Where built pages lie: in an installed package its copy, in a checkout where the build puts them."""
    package = Path(__file__).resolve().parents[2]
    installed = package / "server" / "webui"
    return installed if installed.is_dir() else package.parent / "ui" / "webui" / "dist"


def install_pages(app: FastAPI, folder: Path | None = None) -> None:
    """Serves the pages wherever the app has nothing else. They may be built anew while it runs."""
    root = folder or pages_folder()
    app.mount(ASSETS, _Assets(directory=root / "assets", check_dir=False))
    # Not a route: one for every address would make 405 of each 404 of the API.
    app.router.default = _Fallback(root, app.router.default)


class _Assets(StaticFiles):
    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they are
        response.headers["cache-control"] = FOR_EVER
        return response


class _Fallback:
    def __init__(self, root: Path, otherwise: ASGIApp) -> None:
        self._root = root
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._otherwise
        if scope["type"] == "http" and is_for_pages(scope):
            answer = self._answer(scope["path"]) or answer
        await answer(scope, receive, send)

    def _answer(self, path: str) -> Response | None:
        if path not in FILES:
            return _index(self._root / "index.html")
        file = self._root / path.lstrip("/")
        return FileResponse(file, headers={"cache-control": "no-cache"}) if file.is_file() else None


def _index(file: Path) -> Response:
    if not file.is_file():
        return _page(NOT_BUILT, nonce="none", status=503)
    nonce = secrets.token_urlsafe(18)
    return _page(file.read_text(encoding="utf-8").replace(NONCE, nonce), nonce=nonce)


def _page(text: str, *, nonce: str, status: int = 200) -> Response:
    # no-store: a nonce is for one answer only.
    headers = {"content-security-policy": POLICY.format(nonce=nonce), "cache-control": "no-store"}
    return HTMLResponse(text, status, headers=headers)
