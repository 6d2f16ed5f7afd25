"""A browser in front of a real server on a real database. Every page must be quiet: no error in its console."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, ViewportSize, expect, sync_playwright

from tests.fixtures.pages_server import ROOT, PagesServer, pages_server
from tools import ui

SHOTS = ROOT / "build" / "screenshots"
SIZES: dict[str, ViewportSize] = {"wide": {"width": 1440, "height": 900}, "small": {"width": 390, "height": 844}}
PATIENCE_MS = 15_000
"""How long a page may take to show what is expected: servers, browsers and other tests share the machine."""

expect.set_options(timeout=PATIENCE_MS)

LOADING = "[data-loading], [role=status][aria-label=Loading]"
"""What stands in the place of something that is still being read, before and while it is shown as such."""

TOKEN = "a-token-for-the-pages"
QUIET = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

Check = Callable[[Page, str], None]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser of the system. Without one these tests are skipped, unless INTERLUDE_E2E says that they must run."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        message = "No Chromium is installed: apt-get install --no-install-recommends chromium"
        if os.environ.get("INTERLUDE_E2E"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: str, pytestconfig: pytest.Config) -> dict[str, Any]:
    # Root, as in a container, has no sandbox to start from.
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    headless = not pytestconfig.getoption("--headed")
    return {"executable_path": chromium, "args": [*QUIET, *sandbox], "headless": headless}


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """For these tests alone: while it runs, this thread has an event loop, and no test elsewhere could start one."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    opened = playwright.chromium.launch(**browser_type_launch_args)
    yield opened
    opened.close()


@pytest.fixture
def browser_context_args(base_url: str) -> dict[str, Any]:
    """Tests override it for a size, a theme or a touch screen."""
    return {
        "base_url": base_url,
        "viewport": SIZES["wide"],
        "color_scheme": "light",
        "reduced_motion": "reduce",
        "locale": "en-GB",
    }


@pytest.fixture(scope="session")
def built() -> None:
    """The pages, as they are in the source now."""
    ui.build()


@pytest.fixture(scope="session")
def server(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesServer]:
    """One server for all tests, with a mongod of its own: each test makes runs of its own."""
    folder = tmp_path_factory.mktemp("server")
    with pages_server(
        folder / "log",
        INTERLUDE_DATA_DIR=str(folder / "data"),
        INTERLUDE_MODULES="tests.fixtures.lab_modules,tests.fixtures.page_modules",
        INTERLUDE_SSE_PING_SECONDS="1",
    ) as running:
        yield running


@pytest.fixture(scope="session")
def guarded_server(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesServer]:
    """A server that asks for TOKEN."""
    log = tmp_path_factory.mktemp("guarded") / "log"
    with pages_server(log, token=TOKEN, MONGODB_URI="memory://") as running:
        yield running


@pytest.fixture(scope="session")
def base_url(server: PagesServer) -> str:
    return server.url


@pytest.fixture
def tolerated() -> list[str]:
    """Patterns of console errors that a test brings about on purpose."""
    return []


@pytest.fixture
def page(page: Page, tolerated: list[str]) -> Iterator[Page]:
    """Fails the test when the page complains: a script error, a failed request, a breach of the policy."""
    watched = watch(page)
    page.set_default_timeout(PATIENCE_MS)
    yield page
    complaints = [text for text in watched if not any(re.search(pattern, text) for pattern in tolerated)]
    assert not complaints, "\n".join(complaints)


def watch(page: Page) -> list[str]:
    """What the page complains of from now on."""
    found: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            found.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    page.on("console", on_console)
    page.on("pageerror", lambda error: found.append(f"script: {error}"))
    return found


@pytest.fixture(scope="session")
def axe_source() -> str:
    return (ui.UI / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def check_access(axe_source: str) -> Check:
    """Looks at the page as it is now: nothing that axe finds is let through, and nothing is out of sight sideways."""

    def check(page: Page, name: str) -> None:
        expect(page.locator(LOADING)).to_have_count(0)
        page.evaluate(axe_source)
        options = {"resultTypes": ["violations"], "runOnly": AXE_TAGS}
        found = page.evaluate("options => axe.run(document, options)", options)["violations"]
        told = [
            f"{item['id']}: {node['html'][:200]}\n  {node['failureSummary']}"
            for item in found
            for node in item["nodes"]
        ]
        assert not told, f"{name}\n" + "\n".join(told)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{name}: {overflow} px are out of sight to the right"

    return check


@pytest.fixture
def shoot() -> Check:
    """Keeps a picture for people to look at, in build/screenshots."""

    def take(page: Page, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png")

    return take
