"""The web pages: open to read, strict in what they may load, and never in the way of the API."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from starlette.routing import Mount, Route

from backend.server.api.pages import install_pages
from backend.server.app import create_app
from backend.server.workflow.engine import Engine
from tests.api.conftest import API, TOKEN, MakeSettings, client_of

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
INDEX = '<!doctype html><script src="/theme.js" nonce="__CSP_NONCE__"></script><p nonce="__CSP_NONCE__">page</p>'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a build leaves."""
    root = tmp_path_factory.mktemp("dist")
    (root / "assets").mkdir()
    (root / "index.html").write_text(INDEX)
    (root / "theme.js").write_text("// theme")
    (root / "assets" / "index-abc123.js").write_text("// script")
    (root / "assets" / "large-abc123.js").write_text("// script\n" * 1000)
    (root.parent / "secret.txt").write_text("secret")
    return root


def pages_of(app: FastAPI, folder: Path) -> FastAPI:
    app.router.routes = [route for route in app.router.routes if getattr(route, "path", "") != "/assets"]
    install_pages(app, folder)
    return app


@pytest_asyncio.fixture(loop_scope="module")
async def pages(engine: Engine, make_settings: MakeSettings, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(pages_of(create_app(make_settings(), engine=engine), folder)) as opened:
        yield opened


@pytest.fixture(scope="module")
def guarded(engine: Engine, make_settings: MakeSettings, folder: Path) -> FastAPI:
    return pages_of(create_app(make_settings(api_tokens=[TOKEN]), engine=engine), folder)


@pytest.mark.parametrize("path", ["/", "/inbox", "/runs/wf_1?tab=state", "/workflows/my.flow-1.2/start", "/nowhere"])
async def test_browser_gets_the_page_at_every_address_of_its_own(pages: httpx.AsyncClient, path: str) -> None:
    answer = await pages.get(path, headers=BROWSER)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"


async def test_each_answer_has_a_nonce_of_its_own(pages: httpx.AsyncClient) -> None:
    found = set()
    for _ in range(2):
        answer = await pages.get("/inbox", headers=BROWSER)
        [nonce] = set(re.findall(r'nonce="([^"]+)"', answer.text))
        assert f"'nonce-{nonce}'" in answer.headers["content-security-policy"]
        found.add(nonce)
    assert len(found) == 2


async def test_policy_is_strict(pages: httpx.AsyncClient) -> None:
    policy = (await pages.get("/", headers=BROWSER)).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy


async def test_built_files_are_kept_for_ever_and_others_are_asked_for_again(pages: httpx.AsyncClient) -> None:
    assert "immutable" in (await pages.get("/assets/index-abc123.js")).headers["cache-control"]
    assert (await pages.get("/theme.js")).headers["cache-control"] == "no-cache"


async def test_large_files_are_packed_for_who_can_unpack_them(pages: httpx.AsyncClient) -> None:
    path = "/assets/large-abc123.js"
    packed = await pages.get(path, headers={"accept-encoding": "gzip"})
    plain = await pages.get(path, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert int(packed.headers["content-length"]) < 1000
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    part = await pages.get(path, headers={"accept-encoding": "gzip", "range": "bytes=3-8"})
    assert (part.status_code, part.text) == (206, "script")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", f"{API}/nowhere"), ("POST", "/nowhere"), ("GET", "/assets/none.js"), ("GET", "/picture.png")],
)
async def test_what_is_no_page_stays_404(pages: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await pages.request(method, path, headers=BROWSER)
    assert (answer.status_code, answer.json()["code"]) == (404, "route_not_found")


async def test_program_gets_a_problem_where_a_browser_gets_a_page(pages: httpx.AsyncClient) -> None:
    assert (await pages.get("/nowhere", headers={"accept": "application/json"})).status_code == 404


@pytest.mark.parametrize("path", ["/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/%2e%2e/secret.txt"])
async def test_nothing_outside_of_the_folder_is_served(pages: httpx.AsyncClient, path: str) -> None:
    answer = await pages.get(path, headers=BROWSER)
    assert "secret" not in answer.text.replace("secret.txt", "")


async def test_pages_that_are_not_built_say_what_to_do(
    engine: Engine, make_settings: MakeSettings, tmp_path: Path
) -> None:
    async with client_of(pages_of(create_app(make_settings(), engine=engine), tmp_path)) as client:
        answer = await client.get("/", headers=BROWSER)
    assert answer.status_code == 503
    assert "make ui" in answer.text


async def test_with_tokens_the_pages_are_open_and_all_else_is_not(guarded: FastAPI) -> None:
    async with client_of(guarded, headers=BROWSER) as client:
        for path in ("/", "/inbox", "/nowhere", "/theme.js", "/assets/index-abc123.js"):
            assert (await client.get(path)).status_code == 200, path
        for path in closed_paths(guarded):
            assert (await client.get(path)).status_code == 401, path


def closed_paths(app: FastAPI) -> list[str]:
    """Every address of the app that is no page, as a browser could ask for it."""
    described = list(app.openapi()["paths"])
    routes = [route.path for route in app.routes if isinstance(route, (Route, Mount)) and route.path != "/assets"]
    found = {path.replace("{", "").replace("}", "") for path in [*described, *routes, "/docs/files/x.js"]}
    return sorted(found - {"/healthz", "/readyz"})


async def test_other_site_under_our_address_gets_no_page(pages: httpx.AsyncClient) -> None:
    answer = await pages.get("/", headers={**BROWSER, "host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (403, "host_refused")
