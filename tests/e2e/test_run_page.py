"""One run: its trace, events, graph, state and inputs; what can be done with it; and what it does while one looks."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import SIZES, Check
from tests.e2e.stories import Asked, Json, ask, dinner, module, open_gate, select, step, work
from tests.e2e.test_runs import parent_of
from tests.fixtures.long_run import seed_long_run
from tests.fixtures.pages_server import PagesServer, pages_server, until

TABS = ("trace", "events", "graph", "state", "inputs")


def tree(page: Page) -> Locator:
    return page.get_by_role("tree", name="What happened")


def tree_row(page: Page, name: str) -> Locator:
    return tree(page).get_by_role("treeitem", name=name)


def details(page: Page) -> Locator:
    return page.get_by_role("region", name="Details")


def why(page: Page) -> Locator:
    return page.get_by_role("region", name="Why is this waiting")


def ended(server: PagesServer, run_id: str, *statuses: str) -> Json:
    found: Json = until(lambda: (run := server.call("GET", f"/runs/{run_id}"))["status"] in statuses and run)
    return found


def fragile(gate: Path) -> Json:
    """Survives one failure, then fails at the market until there is a file at `gate`."""
    soft = module("core.fail", "ask_neighbour", {"message": "Nobody is at home."}, on_error="continue")
    market = module("page.breaks", "go_to_market", {"value": ["leeks"], "gate": str(gate)})
    after = module("core.set", "set_table", {"values": {"table": "laid"}}, outputs_to_state=["table"])
    return dinner(workflow_id=f"fragile_{gate.parent.name}"[:60].lower(), name="Fragile dinner") | {
        "steps": [step(soft, market, step_id="shopping"), step(after, step_id="serving")]
    }


def failed_run(server: PagesServer, gate: Path) -> str:
    definition = fragile(gate)
    server.call("POST", "/workflows", json=definition)
    run = server.start_run(definition["workflow_id"])
    ended(server, run, "error")
    return run


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    return tmp_path / "gate"


def with_sub_action(server: PagesServer) -> tuple[Asked, str]:
    """A question in which a sub-action has proposed other dishes, and the id of its hidden run."""
    asked = ask(server, dinner(select(work("others", "Plum cake"))))
    asked.act("others")
    [made] = server.call("GET", f"/runs/{asked.run_id}/sub-actions")["items"]
    return asked, made["child_workflow_id"]


def test_trace_shows_what_was_done_inside_the_open_question(page: Page, server: PagesServer) -> None:
    asked, _ = with_sub_action(server)
    page.goto(f"/runs/{asked.run_id}")
    expect(tree_row(page, "Which dishes?")).to_have_attribute("aria-selected", "true")
    expect(tree_row(page, "Others")).to_have_attribute("aria-level", "5")
    child = tree_row(page, "Hidden child run")
    child.click()
    page.keyboard.press("ArrowRight")
    expect(child).to_have_attribute("aria-expanded", "true")
    tree_row(page, "ask_kitchen").click()
    expect(details(page).get_by_role("heading", name="ask_kitchen")).to_be_visible()
    expect(details(page).get_by_role("region", name="Output")).to_contain_text("value")
    page.reload()
    expect(tree_row(page, "ask_kitchen")).to_have_attribute("aria-selected", "true")


def test_tree_is_walked_with_the_keyboard_without_filling_the_history(page: Page, server: PagesServer) -> None:
    asked, _ = with_sub_action(server)
    page.goto("/runs")
    page.goto(f"/runs/{asked.run_id}")
    tree_row(page, "Dinner").first.click()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(tree(page).locator("[aria-selected=true]")).to_contain_text("Which dishes?")
    page.keyboard.press("Home")
    expect(tree(page).locator("[aria-selected=true]")).to_have_attribute("aria-level", "1")
    page.keyboard.press("ArrowLeft")
    expect(tree(page).get_by_role("treeitem")).to_have_count(1)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Runs")


def test_failed_run_opens_at_its_failure_and_keys_walk_the_others(
    page: Page, server: PagesServer, gate: Path, check_access: Check, shoot: Check
) -> None:
    run = failed_run(server, gate)
    page.goto(f"/runs/{run}")
    expect(tree_row(page, "go_to_market")).to_have_attribute("aria-selected", "true")
    expect(details(page)).to_contain_text("The market is closed today.")
    check_access(page, "run, failed")
    shoot(page, "run_failed")
    page.keyboard.press("[")
    expect(tree_row(page, "ask_neighbour")).to_have_attribute("aria-selected", "true")
    expect(details(page)).to_contain_text("and the run went on")
    page.keyboard.press("]")
    expect(tree_row(page, "go_to_market")).to_have_attribute("aria-selected", "true")


def test_retry_goes_on_from_the_failed_module_on_a_new_branch(page: Page, server: PagesServer, gate: Path) -> None:
    run = failed_run(server, gate)
    page.goto(f"/runs/{run}")
    open_gate(gate)
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Completed")
    expect(tree_row(page, "set_table")).to_contain_text("Completed")
    expect(page.get_by_label("Branch", exact=True)).to_contain_text("Branch 2, from event")


def test_cancel_names_the_children_and_the_page_shows_the_end(page: Page, server: PagesServer) -> None:
    asked = ask(server, parent_of(server, dinner(select())))
    page.goto(f"/runs/{asked.run_id}")
    page.get_by_role("button", name="Cancel").click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog.get_by_role("list")).to_contain_text("Dinner")
    dialog.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Waiting")
    page.get_by_role("button", name="Cancel").click()
    dialog.get_by_role("button", name="Cancel run").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cancelled")
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)


def test_waiting_is_explained_down_to_the_leaf(page: Page, server: PagesServer, check_access: Check) -> None:
    asked = ask(server, parent_of(server, dinner(select())))
    [child] = server.call("GET", f"/runs/{asked.run_id}/children")["items"]
    page.goto(f"/runs/{asked.run_id}")
    expect(why(page)).to_contain_text("A person has to answer “Which dishes?” in Dinner")
    check_access(page, "run, waiting")
    expect(tree_row(page, "Dinner").last).to_contain_text("Open")
    expect(page.get_by_role("link", name="Answer")).to_have_attribute("href", re.compile(child["workflow_run_id"]))
    why(page).get_by_role("link", name="Dinner").click()
    expect(page).to_have_url(re.compile(f"/runs/{child['workflow_run_id']}"))
    crumbs = page.get_by_role("navigation", name="Breadcrumb")
    expect(crumbs).to_contain_text("Banquet")
    expect(crumbs).to_contain_text("have_it_made")
    crumbs.get_by_role("link", name="Banquet").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Banquet")


def test_hidden_child_opens_by_its_link_and_leads_back(page: Page, server: PagesServer, check_access: Check) -> None:
    asked, child = with_sub_action(server)
    page.goto(f"/runs/{child}")
    expect(page.get_by_text("Hidden child of")).to_be_visible()
    crumbs = page.get_by_role("navigation", name="Breadcrumb")
    for words in ("Dinner", "pick_dishes", "Others"):
        expect(crumbs).to_contain_text(words)
    expect(tree_row(page, "ask_kitchen")).to_be_visible()
    expect(page.get_by_role("tab", name="Graph")).to_have_count(0)
    check_access(page, "hidden child")
    page.get_by_role("link", name="Back to the question").click()
    expect(page).to_have_url(re.compile(asked.interaction_id))


def test_run_is_copied_as_a_command_and_run_again(page: Page, server: PagesServer) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    asked = ask(server, dinner(select()))
    page.goto(f"/runs/{asked.run_id}")
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_text("Command copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"curl -s {server.url}/api/v1/runs/{asked.run_id}"
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Re-run with the same inputs").click()
    expect(page.get_by_text("A new run has started")).to_be_visible()
    expect(page).not_to_have_url(re.compile(asked.run_id))


def test_palette_offers_what_can_be_done_here(page: Page, server: PagesServer) -> None:
    asked = ask(server, dinner(select()))
    page.goto(f"/runs/{asked.run_id}")
    expect(page.get_by_role("link", name="Answer")).to_be_visible()
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search and commands")
    for words in ("Answer the open question", "Fork from here…", "Cancel this run…", "Copy as curl"):
        expect(palette.get_by_role("option", name=words)).to_be_visible()
    expect(palette.get_by_role("option", name="Retry from the failed module")).to_have_count(0)
    page.keyboard.type("cancel this run")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alertdialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page).to_have_url(re.compile(asked.interaction_id))


def test_events_are_found_by_kind_and_words_and_kept_over_a_reload(page: Page, server: PagesServer) -> None:
    asked, _ = with_sub_action(server)
    page.goto(f"/runs/{asked.run_id}?tab=events")
    listed = page.get_by_role("listbox", name="Events").get_by_role("option")
    expect(listed.first).to_contain_text("Run started")
    page.get_by_label("Kind of event").select_option("sub_action")
    expect(listed).to_have_count(2)
    page.get_by_label("Search in the events").fill("completed")
    expect(listed).to_have_count(1)
    listed.click()
    changed = details(page).get_by_role("region", name="State that it changed")
    expect(changed).to_contain_text("dishes.0")
    page.reload()
    expect(listed).to_have_count(1)
    expect(changed).to_contain_text("Plum cake")
    page.get_by_label("Search in the events").fill("nothing has this word")
    expect(page.get_by_text("No event fits")).to_be_visible()


def test_new_events_do_not_move_the_reader(page: Page, server: PagesServer) -> None:
    asked = ask(server, dinner(select(work("others", "Plum cake"))))
    for _ in range(12):
        asked.act("others")
    page.goto(f"/runs/{asked.run_id}?tab=events")
    listbox = page.get_by_role("listbox", name="Events")
    expect(listbox.get_by_role("option").last).to_contain_text("Sub-action completed")
    listbox.evaluate("list => list.scrollTo(0, 0)")
    expect(listbox.get_by_role("option").first).to_contain_text("Run started")
    asked.act("others")
    pill = page.get_by_role("button", name="2 new events")
    expect(pill).to_be_visible()
    assert listbox.evaluate("list => list.scrollTop") == 0
    pill.click()
    expect(pill).to_have_count(0)
    asked.act("others")
    expect(listbox.get_by_role("option").last).to_have_attribute("aria-posinset", "32")


def test_graph_shows_how_each_module_stands_and_opens_its_details(page: Page, server: PagesServer) -> None:
    first = module("core.template", "look_around", {"template": "x"})
    asked = ask(server, dinner(first, select(work("others", "Plum cake"))))
    asked.act("others")
    page.goto(f"/runs/{asked.run_id}?tab=graph")
    graph = page.get_by_role("region", name="Graph")
    node = graph.locator(".react-flow__node", has_text="pick_dishes")
    expect(node).to_contain_text("Open")
    expect(node).to_contain_text("1 sub-action")
    expect(details(page).get_by_role("heading", name="pick_dishes")).to_be_visible()
    graph.locator(".react-flow__node", has_text="look_around").click()
    expect(details(page).get_by_role("heading", name="look_around")).to_be_visible()
    expect(page).to_have_url(re.compile("sel=.*look_around"))


def test_state_says_who_wrote_each_key(page: Page, server: PagesServer) -> None:
    asked, _ = with_sub_action(server)
    page.goto(f"/runs/{asked.run_id}?tab=state")
    state = page.get_by_role("tree", name="State")
    expect(state.get_by_role("treeitem", name="dishes")).to_contain_text("pick_dishes")
    state.get_by_role("treeitem", name="dishes").click()
    expect(details(page)).to_contain_text("Plum cake")
    expect(details(page).get_by_role("button", name=re.compile("^Run started, event 1"))).to_be_visible()
    page.get_by_label("Changes only").check()
    changes = page.get_by_role("list", name="Changes")
    expect(changes).to_contain_text("Onion soup")
    page.get_by_label("Compared with", exact=True).select_option("1")
    changes.get_by_role("button", name=re.compile("pick_dishes, event")).first.click()
    expect(page.get_by_role("tab", name="Events")).to_have_attribute("aria-selected", "true")
    expect(details(page)).to_contain_text("Sub-action completed")


def test_two_runs_are_compared_step_by_step(page: Page, server: PagesServer, check_access: Check, shoot: Check) -> None:
    asked = ask(server, dinner(select()))
    asked.answer({"selected": 1})
    workflow = server.call("GET", f"/runs/{asked.run_id}")["workflow_id"]
    other = server.start_run(workflow)
    server.question_of(other)
    page.goto(f"/runs/{other}")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Compare with another run").click()
    page.get_by_role("dialog").get_by_role("link", name=re.compile("Completed")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Two runs side by side")
    row = page.get_by_role("row", name=re.compile("pick_dishes"))
    expect(row).to_contain_text("Open")
    expect(row).to_contain_text("Completed")
    expect(row).to_contain_text("differs")
    check_access(page, "compare")
    shoot(page, "compare")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_every_view_is_open_to_everybody(
    browser: Browser, server: PagesServer, check_access: Check, shoot: Check, *, theme: Any, size: str
) -> None:
    asked, _ = with_sub_action(server)
    asked.answer({"selected": 0})
    context = browser.new_context(base_url=server.url, viewport=SIZES[size], color_scheme=theme)
    page = context.new_page()
    for tab in TABS:
        page.goto(f"/runs/{asked.run_id}?tab={tab}")
        expect(page.get_by_role("tab", selected=True)).to_have_text(tab.capitalize())
        expect(page.get_by_role("tabpanel")).not_to_be_empty()
        check_access(page, f"run, {tab}, {theme}, {size}")
        shoot(page, f"run_{tab}_{theme}_{size}")
    page.goto(f"/runs/{asked.run_id}?at=4")
    expect(page.get_by_text("You look at event 4 of")).to_be_visible()
    check_access(page, f"run, earlier, {theme}, {size}")
    shoot(page, f"run_earlier_{theme}_{size}")
    context.close()


def test_smallest_screen_shows_every_view_without_scrolling_sideways(browser: Browser, server: PagesServer) -> None:
    asked, child = with_sub_action(server)
    context = browser.new_context(base_url=server.url, viewport={"width": 320, "height": 640})
    page = context.new_page()
    for address in (*(f"{asked.run_id}?tab={tab}" for tab in TABS), child, f"{asked.run_id}?at=3"):
        page.goto(f"/runs/{address}")
        expect(page.get_by_role("tabpanel")).not_to_be_empty()
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, address
    context.close()


def test_run_that_is_not_there_says_so(page: Page, tolerated: list[str]) -> None:
    tolerated.append("404")
    page.goto("/runs/wf_nobody")
    expect(page.get_by_role("alert")).to_contain_text("There is no run 'wf_nobody'")


def test_events_that_cannot_be_read_are_asked_for_again(
    page: Page, server: PagesServer, tolerated: list[str], check_access: Check
) -> None:
    tolerated.append("ERR_FAILED")
    asked = ask(server, dinner(select()))
    page.route("**/timeline?*", lambda route: route.abort())
    page.route("**/events/stream", lambda route: None)  # with the first news it would be asked for again by itself
    page.goto(f"/runs/{asked.run_id}")
    note = page.get_by_role("alert")
    expect(note).to_contain_text("The events could not be read")
    check_access(page, "run, events missing")
    page.unroute("**/timeline?*")
    note.get_by_role("button", name="Try again").click()
    expect(tree_row(page, "Which dishes?")).to_be_visible()


def test_page_goes_on_by_itself_when_the_server_was_away(browser: Browser, built: None, tmp_path: Path) -> None:
    data: dict[str, Any] = {
        "INTERLUDE_DATA_DIR": str(tmp_path / "data"),
        "INTERLUDE_MODULES": "tests.fixtures.page_modules",
    }
    context = browser.new_context(viewport=SIZES["wide"])
    page = context.new_page()
    with pages_server(tmp_path / "first", **data) as server:
        port = urlsplit(server.url).port
        asked = ask(server, dinner(select()))
        page.goto(f"{server.url}/runs/{asked.run_id}")
        expect(tree_row(page, "Which dishes?")).to_contain_text("Open")
    expect(page.get_by_text("No connection to the server")).to_be_visible()
    expect(tree_row(page, "Which dishes?")).to_be_visible()
    with pages_server(tmp_path / "second", port=port, **data) as server:
        expect(page.get_by_text("No connection to the server")).to_have_count(0)
        Asked(server, asked.run_id, asked.question).answer({"selected": 2})
        expect(page.get_by_role("heading", level=1)).to_contain_text("Completed")
        expect(tree_row(page, "Which dishes?")).to_contain_text("Answered")
    context.close()


LONG = 24_751


@pytest.fixture(scope="module")
def long_run(built: None, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server with a run of 50,000 events, in a trace of 25,000 rows."""
    folder = tmp_path_factory.mktemp("long")
    run_id = seed_long_run(folder / "data", modules=LONG)
    with pages_server(folder / "log", INTERLUDE_DATA_DIR=str(folder / "data")) as server:
        yield f"{server.url}/runs/{run_id}"


def rows_in_page(page: Page, role: str) -> int:
    return page.locator(f"[role={role}]").count()


def test_fifty_thousand_events_are_scrolled_with_few_of_them_in_the_page(page: Page, long_run: str) -> None:
    page.goto(f"{long_run}?tab=events")
    listbox = page.get_by_role("listbox", name="Events")
    expect(listbox.get_by_role("option").first).to_contain_text("Run started")
    expect(page.get_by_text("50,000 events", exact=True).first).to_be_visible(timeout=60_000)
    assert rows_in_page(page, "option") <= 60
    listbox.focus()
    page.keyboard.press("End")
    expect(listbox.get_by_role("option").last).to_contain_text("Run completed")
    assert rows_in_page(page, "option") <= 60
    page.keyboard.press("ArrowUp")
    expect(details(page).get_by_role("heading", level=2)).to_contain_text("49,999")
    page.get_by_label("Search in the events").fill("module_12345")
    expect(listbox.get_by_role("option")).to_have_count(2)


def test_trace_of_many_rows_has_few_of_them_in_the_page(page: Page, long_run: str) -> None:
    page.goto(long_run)
    expect(page.get_by_text("50,000 events", exact=True).first).to_be_visible(timeout=60_000)
    tree(page).focus()
    page.keyboard.press("End")
    expect(tree_row(page, f"module_{LONG - 1}")).to_have_attribute("aria-selected", "true")
    assert rows_in_page(page, "treeitem") <= 60
    page.goto(f"{long_run}?at=25000&sel=module:module_12000")
    expect(tree_row(page, "module_12000")).to_have_attribute("aria-selected", "true", timeout=60_000)
    expect(page.get_by_text(re.compile("You look at event 25,000 of 50,000"))).to_be_visible()
    assert rows_in_page(page, "treeitem") <= 60
