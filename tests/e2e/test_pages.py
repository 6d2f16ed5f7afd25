"""Every page in every theme and size: it loads, it is quiet, everybody can use it, and an address leads back to it."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SIZES, Check
from tests.fixtures.pages_server import PagesServer

PAGES = {
    "inbox": ("/inbox", "Inbox"),
    "runs": ("/runs", "Runs"),
    "run": ("/runs/{run}", None),
    "run_state": ("/runs/{run}?tab=state", None),
    "interaction": ("/runs/{run}/interactions/{question}", "What is your name?"),
    "compare": ("/runs/{run}/compare/{other}", "Two runs side by side"),
    "workflows": ("/workflows", "Workflows"),
    "workflow": ("/workflows/cc", "Content creation"),
    "start": ("/workflows/cc/start", "Start Content creation"),
    "modules": ("/modules", "Modules"),
    "settings": ("/settings", "Settings"),
    "not_found": ("/no/such/page", "There is nothing here"),
}


@pytest.fixture(scope="session")
def places(server: PagesServer) -> dict[str, str]:
    """Two runs that wait at their question."""
    run, other = server.start_run("hello"), server.start_run("hello")
    question = server.question_of(run)["interaction_id"]
    server.question_of(other)
    return {"run": run, "other": other, "question": question}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], theme: str, size: str) -> dict[str, Any]:
    return {**browser_context_args, "color_scheme": theme, "viewport": SIZES[size]}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_every_page_loads_and_is_open_to_everybody(
    page: Page, places: dict[str, str], check_access: Check, shoot: Check, *, theme: str, size: str
) -> None:
    for name, (address, title) in PAGES.items():
        page.goto(address.format(**places))
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_have_count(1)
        if title:
            expect(heading).to_have_text(title)
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        check_access(page, f"{name}, {theme}, {size}")
        shoot(page, f"{name}_{theme}_{size}")
