"""The list of runs: found, followed, opened, ended; on a wide screen and on a phone."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import SIZES, Check
from tests.e2e.stories import Json, ask, dinner, module, select
from tests.fixtures.pages_server import PagesServer, pages_server


def rows(page: Page) -> Locator:
    return page.locator("main tbody tr")


def row_of(page: Page, run_id: str) -> Locator:
    return rows(page).filter(has=page.locator(f'a[href="/runs/{run_id}"]'))


def menu_of(page: Page, run_id: str) -> Locator:
    row_of(page, run_id).get_by_role("button", name=re.compile("^Actions for")).click()
    return page.get_by_role("menu")


def plain(**more: object) -> Json:
    """A workflow that is done at once."""
    done = module("core.set", "note", {"values": {"done": True}}, outputs_to_state=["done"])
    return dinner(done, name="Quick note", **more)


def parent_of(server: PagesServer, child: Json) -> Json:
    server.call("POST", "/workflows", json=child)
    call = module("sub_workflow", "have_it_made", {"workflow_id": child["workflow_id"], "timeout_seconds": None})
    return dinner(call, name="Banquet", workflow_id=f"banquet_{uuid4().hex[:8]}")


def test_filters_are_in_the_address_and_kept_over_a_reload(page: Page, server: PagesServer) -> None:
    asked = ask(server, dinner(select()))
    workflow = server.call("GET", f"/runs/{asked.run_id}")["workflow_id"]
    page.goto("/runs")
    page.get_by_label("Status").select_option("awaiting_input")
    page.get_by_label("Workflow", exact=True).select_option(workflow)
    page.get_by_label("Order").select_option("oldest")
    page.get_by_label("Search runs").fill(asked.run_id[-12:])
    expect(page).to_have_url(re.compile(r"status=awaiting_input.*q="))
    expect(rows(page)).to_have_count(1)
    page.reload()
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_label("Status")).to_have_value("awaiting_input")
    expect(page.get_by_label("Workflow", exact=True)).to_have_value(workflow)
    expect(page.get_by_label("Order")).to_have_value("oldest")
    expect(page.get_by_label("Search runs")).to_have_value(asked.run_id[-12:])
    row_of(page, asked.run_id).get_by_role("link", name="Dinner").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dinner")
    page.go_back()
    expect(page.get_by_label("Status")).to_have_value("awaiting_input")


def test_no_match_says_so_and_shows_the_way_back(page: Page, server: PagesServer, check_access: Check) -> None:
    server.start_run("hello")
    page.goto("/runs?q=nothing-is-called-this")
    expect(page.get_by_text("No run fits these filters")).to_be_visible()
    check_access(page, "runs, no match")
    page.get_by_role("link", name="Show all runs").click()
    expect(rows(page).first).to_be_visible()


def test_rows_are_live(page: Page, server: PagesServer) -> None:
    page.goto("/runs")
    expect(page.get_by_role("heading", level=1)).to_have_text("Runs")
    asked = ask(server, dinner(select()))
    row = row_of(page, asked.run_id)
    expect(row).to_contain_text("Needs an answer")
    expect(row.get_by_role("link", name="Which dishes?")).to_have_attribute("href", asked.page)
    asked.answer({"selected": 0})
    expect(row).to_contain_text("Completed")
    expect(row.get_by_role("link", name="Which dishes?")).to_have_count(0)


def test_children_are_shown_below_their_parent_when_asked_for(page: Page, server: PagesServer) -> None:
    asked = ask(server, parent_of(server, dinner(select())))
    [child] = server.call("GET", f"/runs/{asked.run_id}/children")["items"]
    page.goto("/runs")
    expect(row_of(page, asked.run_id)).to_contain_text("Which dishes?")
    expect(row_of(page, child["workflow_run_id"])).to_have_count(0)
    page.get_by_label("Child runs too").check()
    expect(page).to_have_url(re.compile("hidden=true"))
    expect(row_of(page, child["workflow_run_id"])).to_contain_text("child")
    order = page.locator("main tbody a[href^='/runs/wf_']:not([href*=interactions])").evaluate_all(
        "links => links.map(link => link.getAttribute('href').split('/').pop())"
    )
    assert order.index(child["workflow_run_id"]) == order.index(asked.run_id) + 1


def test_keys_move_through_the_rows_and_open_one(page: Page, server: PagesServer) -> None:
    asked = ask(server, dinner(select()))
    page.goto(f"/runs?q={asked.run_id}")
    expect(rows(page)).to_have_count(1)
    page.keyboard.press("j")
    expect(row_of(page, asked.run_id)).to_have_attribute("data-marked", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/runs/{asked.run_id}"))


def test_long_list_is_read_in_parts_that_have_addresses(page: Page, server: PagesServer) -> None:
    definition = plain()
    server.call("POST", "/workflows", json=definition)
    made = [server.start_run(definition["workflow_id"]) for _ in range(53)]
    page.goto(f"/runs?workflow={definition['workflow_id']}")
    expect(rows(page)).to_have_count(50)
    page.get_by_role("link", name="Next 50").click()
    expect(rows(page)).to_have_count(3)
    expect(row_of(page, made[0])).to_be_visible()
    page.reload()
    expect(rows(page)).to_have_count(3)
    page.get_by_role("link", name="Back to the beginning").click()
    expect(rows(page)).to_have_count(50)


def test_menu_copies_and_leads_to_the_start_form(page: Page, server: PagesServer, check_access: Check) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    run = server.start_run("review_loop", topic="lighthouses")
    page.goto(f"/runs?q={run}")
    menu = menu_of(page, run)
    check_access(page, "runs, menu")
    menu.get_by_role("menuitem", name="Copy as curl").click()
    expect(page.get_by_text("Command copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"curl -s {server.url}/api/v1/runs/{run}"
    menu_of(page, run).get_by_role("menuitem", name="Copy link").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{server.url}/runs/{run}"
    menu_of(page, run).get_by_role("menuitem", name="Re-run with edits").click()
    expect(page.get_by_label("Topic")).to_have_value("lighthouses")


def test_cancel_lists_the_children_that_stop_too(page: Page, server: PagesServer, check_access: Check) -> None:
    asked = ask(server, parent_of(server, dinner(select())))
    [child] = server.call("GET", f"/runs/{asked.run_id}/children")["items"]
    page.goto(f"/runs?q={asked.run_id}")
    menu_of(page, asked.run_id).get_by_role("menuitem", name="Cancel").click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog.get_by_role("list", name="1 child run will stop, too:")).to_contain_text("Dinner")
    check_access(page, "runs, cancel")
    dialog.get_by_role("button", name="Cancel run").click()
    expect(row_of(page, asked.run_id)).to_contain_text("Cancelled")
    assert server.call("GET", f"/runs/{child['workflow_run_id']}")["status"] == "cancelled"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_small_screen_has_cards(
    browser: Browser, server: PagesServer, theme: str, check_access: Check, shoot: Check
) -> None:
    asked = ask(server, dinner(select()))
    context = browser.new_context(base_url=server.url, viewport=SIZES["small"], color_scheme=theme, has_touch=True)  # type: ignore[arg-type]  # the plugin's own words
    page = context.new_page()
    page.goto(f"/runs?q={asked.run_id}")
    card = page.get_by_role("list", name="Runs").get_by_role("listitem")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Needs an answer")
    check_access(page, f"runs, small, {theme}")
    shoot(page, f"runs_cards_{theme}")
    card.get_by_role("link", name="Dinner").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dinner")
    context.close()


def test_list_that_is_empty_shows_where_to_begin(
    browser: Browser, built: None, tmp_path: Path, check_access: Check
) -> None:
    with pages_server(tmp_path / "log", MONGODB_URI="memory://") as server:
        context = browser.new_context(base_url=server.url)
        page = context.new_page()
        page.goto("/runs")
        expect(page.get_by_text("No runs yet")).to_be_visible()
        check_access(page, "runs, empty")
        run = server.start_run("hello")
        expect(row_of(page, run)).to_be_visible()
        context.close()
