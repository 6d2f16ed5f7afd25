"""Looking at an earlier moment, and going on from it."""

import re
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Check
from tests.e2e.stories import Asked, Json, ask, dinner, module, select, step, work
from tests.e2e.test_run_page import ended, tree_row
from tests.fixtures.pages_server import PagesServer


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Position in the run's events")


def banner(page: Page) -> Locator:
    return page.get_by_role("region", name="Time travel").get_by_role("status")


def cooked(server: PagesServer) -> Asked:
    """A run whose question was answered with the trout."""
    asked = ask(server, dinner(select() | {"outputs_to_state": {"selected": "menu"}}))
    asked.answer({"selected": 1})
    ended(server, asked.run_id, "completed")
    return asked


def seq_of(server: PagesServer, run_id: str, kind: str) -> int:
    events = server.call("GET", f"/runs/{run_id}/events?event_type={kind}")["items"]
    return int(events[0]["seq"])


def test_slider_takes_every_view_to_the_moment(page: Page, server: PagesServer) -> None:
    asked = cooked(server)
    question = seq_of(server, asked.run_id, "interaction_requested")
    page.goto(f"/runs/{asked.run_id}")
    expect(tree_row(page, "Which dishes?")).to_contain_text("Answered")
    slider(page).focus()
    page.keyboard.press("Home")
    expect(banner(page)).to_contain_text("You look at event 1 of")
    expect(tree_row(page, "Which dishes?")).to_contain_text("not yet")
    for _ in range(question - 1):
        page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(rf"at={question}\b"))
    expect(tree_row(page, "Which dishes?")).to_contain_text("Open")
    details = page.get_by_role("region", name="Details")
    expect(details.get_by_role("region", name="Started with")).to_be_visible()
    expect(details.get_by_role("region", name="Output")).to_have_count(0)
    expect(slider(page)).to_have_attribute("aria-valuetext", re.compile("Question asked pick_dishes"))

    page.get_by_role("tab", name="State").click()
    state = page.get_by_role("tree", name="State")
    expect(state.get_by_role("treeitem", name="dishes")).to_be_visible()
    expect(state.get_by_role("treeitem", name="menu")).to_have_count(0)
    page.get_by_role("tab", name="Events").click()
    expect(page.get_by_role("listbox", name="Events").locator("[aria-selected=true]")).to_contain_text("Question asked")
    page.get_by_role("tab", name="Graph").click()
    node = page.get_by_role("region", name="Graph").locator(".react-flow__node", has_text="pick_dishes")
    expect(node).to_contain_text("Open")
    page.reload()
    expect(banner(page)).to_contain_text(f"You look at event {question} of")

    page.get_by_role("button", name="Back to now").click()
    expect(banner(page)).to_have_count(0)
    expect(node).to_contain_text("Completed")


def test_keys_step_through_the_events(page: Page, server: PagesServer) -> None:
    asked = cooked(server)
    head = server.call("GET", f"/runs/{asked.run_id}")["seq"]
    page.goto(f"/runs/{asked.run_id}")
    expect(tree_row(page, "Which dishes?")).to_be_visible()
    page.keyboard.press(",")
    expect(banner(page)).to_contain_text(f"event {head - 1} of {head}")
    page.keyboard.press(",")
    expect(banner(page)).to_contain_text(f"event {head - 2} of {head}")
    page.keyboard.press(".")
    expect(banner(page)).to_contain_text(f"event {head - 1} of {head}")
    page.keyboard.press("n")
    expect(banner(page)).to_have_count(0)


def test_fork_asks_again_and_takes_another_answer(
    page: Page, server: PagesServer, check_access: Check, shoot: Check
) -> None:
    asked = cooked(server)
    question = seq_of(server, asked.run_id, "interaction_requested")
    page.goto(f"/runs/{asked.run_id}?at={question}")
    page.get_by_role("button", name="Fork from here").click()
    dialog = page.get_by_role("dialog", name="Fork from here")
    expect(dialog.get_by_role("list").filter(has_text="Which dishes?")).to_be_visible()
    check_access(page, "fork")
    shoot(page, "fork")
    dialog.get_by_role("button", name="Fork", exact=True).click()

    expect(page.get_by_text("The run goes on, on a new branch")).to_be_visible()
    expect(page).not_to_have_url(re.compile("at="))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Needs an answer")
    again = server.question_of(asked.run_id)
    Asked(server, asked.run_id, again).answer({"selected": 2})
    expect(page.get_by_role("heading", level=1)).to_contain_text("Completed")
    page.get_by_role("tab", name="State").click()
    state = page.get_by_role("tree", name="State")
    expect(state).to_contain_text("Beetroot salad")

    branch = page.get_by_label("Branch", exact=True)
    branch.select_option(label="Branch 1")
    expect(page).to_have_url(re.compile("branch=br_"))
    expect(banner(page)).to_contain_text("You look at a branch that was left")
    expect(state.get_by_role("treeitem", name="menu")).to_be_visible()
    expect(state).to_contain_text("Trout")
    check_access(page, "run, left branch")
    page.get_by_role("button", name="Back to now").click()
    expect(branch).to_have_value(server.call("GET", f"/runs/{asked.run_id}")["current_branch_id"])


def test_fork_says_which_modules_run_again_and_asks_about_children(page: Page, server: PagesServer) -> None:
    child = dinner(select())
    server.call("POST", "/workflows", json=child)
    definition = banquet(child["workflow_id"])
    asked = ask(server, definition)
    started = seq_of(server, asked.run_id, "module_started")
    page.goto(f"/runs/{asked.run_id}?at={started}")
    page.get_by_role("button", name="Fork from here").click()
    dialog = page.get_by_role("dialog", name="Fork from here")
    expect(dialog.get_by_text("2 modules will run again")).to_be_visible()
    expect(dialog.get_by_text("have_it_made")).to_be_visible()
    expect(dialog.get_by_text("1 child run started after this event")).to_be_visible()
    dialog.get_by_label("Let them go on").check()
    [before] = server.call("GET", f"/runs/{asked.run_id}/children")["items"]
    dialog.get_by_role("button", name="Fork", exact=True).click()
    expect(page.get_by_text("The run goes on, on a new branch")).to_be_visible()
    assert server.call("GET", f"/runs/{before['workflow_run_id']}")["status"] == "awaiting_input"


def banquet(child: str) -> Json:
    prepare = module("core.set", "lay_table", {"values": {"table": "laid"}}, outputs_to_state=["table"])
    call = module("sub_workflow", "have_it_made", {"workflow_id": child, "timeout_seconds": None})
    return dinner(name="Banquet", workflow_id=f"banquet_{uuid4().hex[:8]}") | {
        "steps": [step(prepare, call, step_id="all")]
    }


def test_fork_checks_the_position_that_is_typed(page: Page, server: PagesServer) -> None:
    asked = ask(server, dinner(select(work("others", "Plum cake"))))
    page.goto(f"/runs/{asked.run_id}")
    page.get_by_role("button", name="Fork from here").click()
    dialog = page.get_by_role("dialog", name="Fork from here")
    position = dialog.get_by_label(re.compile("Go on after event"))
    position.fill("9999")
    expect(dialog.get_by_text("Type a number from 1 to")).to_be_visible()
    expect(dialog.get_by_role("button", name="Fork", exact=True)).to_be_disabled()
    position.fill("1")
    expect(dialog.get_by_text("pick_dishes")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Fork from here")).to_be_focused()


def test_double_click_forks_once(page: Page, server: PagesServer) -> None:
    asked = cooked(server)
    page.goto(f"/runs/{asked.run_id}?at={seq_of(server, asked.run_id, 'interaction_requested')}")
    page.get_by_role("button", name="Fork from here").click()
    page.get_by_role("dialog", name="Fork from here").get_by_role("button", name="Fork", exact=True).dblclick()
    expect(page.get_by_text("The run goes on, on a new branch")).to_be_visible()
    assert len(server.call("GET", f"/runs/{asked.run_id}/branches")["items"]) == 2
