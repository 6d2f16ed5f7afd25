"""What is around every page: navigation, palette, keys, theme, token, what happens while the server is away."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import SIZES, TOKEN, Check, watch
from tests.fixtures.pages_server import PagesServer, pages_server


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_first_address_leads_to_the_inbox(page: Page) -> None:
    page.goto("/")
    heading(page, "Inbox")
    expect(page).to_have_url(re.compile(r"/inbox$"))


@pytest.mark.parametrize(("keys", "title"), [("gr", "Runs"), ("gw", "Workflows"), ("gm", "Modules"), ("gi", "Inbox")])
def test_keys_go_places(page: Page, keys: str, title: str) -> None:
    page.goto("/settings")
    heading(page, "Settings")
    for key in keys:
        page.keyboard.press(key)
    heading(page, title)


def test_shortcut_sheet_opens_and_gives_focus_back(page: Page, check_access: Check) -> None:
    page.goto("/workflows")
    search = page.get_by_role("textbox", name="Search workflows")
    expect(search).to_be_visible()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet.get_by_text("Search in the list")).to_be_visible()
    check_access(page, "shortcuts")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    page.keyboard.press("/")
    expect(search).to_be_focused()


def test_keys_are_text_where_somebody_types(page: Page) -> None:
    page.goto("/workflows")
    search = page.get_by_role("textbox", name="Search workflows")
    search.press_sequentially("gr?")
    expect(search).to_have_value("gr?")
    heading(page, "Workflows")


def test_palette_finds_a_workflow_and_starts_it(page: Page, check_access: Check, shoot: Check) -> None:
    page.goto("/runs")
    heading(page, "Runs")
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search and commands")
    expect(palette.get_by_text("Start Content creation")).to_be_visible()
    check_access(page, "palette")
    shoot(page, "palette")
    page.keyboard.type("start content")
    expect(palette.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    heading(page, "Start Content creation")


def test_palette_opens_a_run_by_its_id(page: Page, server: PagesServer) -> None:
    run = server.start_run("hello")
    page.goto("/inbox")
    heading(page, "Inbox")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search and commands").fill(run)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(run))


def test_theme_is_kept_over_a_reload(page: Page) -> None:
    page.goto("/settings")
    page.get_by_text("Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()


def test_theme_is_there_before_the_first_paint(page: Page, tolerated: list[str]) -> None:
    tolerated.append("ERR_FAILED")
    page.goto("/settings")
    page.get_by_text("Dark", exact=True).click()
    page.route("**/assets/*.js", lambda route: route.abort())
    page.reload(wait_until="domcontentloaded")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.unroute("**/assets/*.js")


def test_new_question_appears_by_itself(page: Page, server: PagesServer) -> None:
    page.goto("/inbox")
    heading(page, "Inbox")
    run = server.start_run("hello")
    question = server.question_of(run)
    expect(page.locator(f'a[href*="{question["interaction_id"]}"]').first).to_be_visible()
    expect(page).to_have_title(re.compile(r"^\(\d+\) Inbox · Interlude$"))


def test_second_tab_hears_of_changes_too(page: Page, server: PagesServer) -> None:
    other = page.context.new_page()
    complaints = watch(other)
    for tab in (page, other):
        tab.goto("/inbox")
        heading(tab, "Inbox")
    question = server.question_of(server.start_run("hello"))
    for tab in (page, other):
        expect(tab.locator(f'a[href*="{question["interaction_id"]}"]').first).to_be_visible()
    assert not complaints


def test_run_changes_before_the_eyes(page: Page, server: PagesServer) -> None:
    run = server.start_run("hello")
    question = server.question_of(run)
    page.goto(f"/runs/{run}")
    expect(page.get_by_role("link", name="Answer")).to_be_visible()
    response = {"response": {"values": {"name": "Ada"}}}
    server.call("POST", f"/runs/{run}/interactions/{question['interaction_id']}/respond", json=response)
    expect(page.get_by_text("Completed").first).to_be_visible()


def test_page_says_that_the_server_is_away_and_comes_back(
    browser: Browser, built: None, tmp_path: Path, shoot: Check
) -> None:
    context = browser.new_context(viewport=SIZES["wide"])
    page = context.new_page()
    with pages_server(tmp_path / "first", MONGODB_URI="memory://") as running:
        port = urlsplit(running.url).port
        page.goto(f"{running.url}/inbox")
        expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    expect(page.get_by_text("No connection to the server")).to_be_visible()
    shoot(page, "offline")
    with pages_server(tmp_path / "second", port=port, MONGODB_URI="memory://") as running:
        expect(page.get_by_text("No connection to the server")).to_have_count(0, timeout=15_000)
        question = running.question_of(running.start_run("hello"))
        expect(page.locator(f'a[href*="{question["interaction_id"]}"]').first).to_be_visible()
    context.close()


def test_page_asks_for_the_token_and_keeps_it_for_the_tab(
    browser: Browser, guarded_server: PagesServer, check_access: Check, shoot: Check
) -> None:
    context = browser.new_context(base_url=guarded_server.url, viewport=SIZES["wide"])
    page = context.new_page()
    complaints = watch(page)
    page.goto("/workflows")
    heading(page, "This server asks for a token")
    check_access(page, "token")
    shoot(page, "token")

    page.get_by_label("Token").fill("wrong-wrong-wrong-wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The server does not accept this token.")).to_be_visible()

    page.get_by_label("Token").fill(TOKEN)
    page.keyboard.press("Enter")
    heading(page, "Workflows")
    expect(page.get_by_role("heading", name="Hello")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Hello")).to_be_visible()

    page.goto("/settings")
    page.get_by_role("button", name="Forget it").click()
    heading(page, "This server asks for a token")
    context.close()
    assert all("401" in complaint for complaint in complaints), complaints


def test_token_that_is_to_be_kept_is_there_in_a_new_tab(browser: Browser, guarded_server: PagesServer) -> None:
    context = browser.new_context(base_url=guarded_server.url)
    page = context.new_page()
    page.goto("/modules")
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_label("Keep it on this device").check()
    page.get_by_role("button", name="Use this token").click()
    heading(page, "Modules")
    other = context.new_page()
    other.goto("/workflows")
    expect(other.get_by_role("heading", name="Hello")).to_be_visible()
    context.close()


def test_whole_story_from_the_start_form_to_the_answer(page: Page) -> None:
    page.goto("/workflows?q=hello")
    page.get_by_role("link", name="Start Hello", exact=True).click()
    heading(page, "Start Hello")
    page.get_by_role("button", name="Start").click()
    heading(page, "What is your name?")
    page.get_by_label(re.compile("name", re.IGNORECASE)).last.fill("Ada")
    page.get_by_role("button", name="Answer").click()
    heading(page, "Inbox")
    expect(page.get_by_text("The run has completed.")).to_be_visible()


def test_skip_link_leads_to_the_content(page: Page) -> None:
    page.goto("/runs")
    heading(page, "Runs")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_no_page_scrolls_sideways_on_the_smallest_screen(browser: Browser, server: PagesServer) -> None:
    context = browser.new_context(base_url=server.url, viewport={"width": 320, "height": 640})
    page: Any = context.new_page()
    for address in ("/inbox", "/runs", "/workflows", "/workflows/cc/start", "/modules", "/settings"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, address
    context.close()
