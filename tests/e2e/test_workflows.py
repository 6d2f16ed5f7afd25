"""The catalogue, the page of one workflow, its versions, and the definition as JSON."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import SIZES, Check
from tests.fixtures.pages_server import PagesServer

Json = dict[str, Any]


def note(name: str = "Keep a note", **more: Any) -> Json:
    """A small workflow with an id of its own."""
    keep = {"module_id": "core.set", "name": "keep", "inputs": {"values": {"text": "{{ trigger.payload.text }}"}}}
    return {
        "workflow_id": f"note_{uuid4().hex[:8]}",
        "name": name,
        "description": "Keeps a text.",
        "inputs": {"type": "object", "properties": {"text": {"type": "string", "title": "Text", "default": "a"}}},
        "steps": [{"step_id": "only", "name": "Only", "modules": [keep]}],
        **more,
    }


def save(server: PagesServer, definition: Json) -> str:
    """Saves a workflow, or the next version of it; gives its page."""
    known = server.client.get(f"/api/v1/workflows/{definition['workflow_id']}").is_success
    path = f"/workflows/{definition['workflow_id']}" if known else "/workflows"
    server.call("PUT" if known else "POST", path, json=definition)
    return f"/workflows/{definition['workflow_id']}"


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def cards(page: Page) -> Locator:
    return page.get_by_role("list", name="Workflows").get_by_role("listitem")


def editor(page: Page) -> Locator:
    return page.locator(".cm-content")


def write(page: Page, text: str) -> None:
    """Replaces what is in the editor."""
    editor(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


# Catalogue


def test_catalogue_search_is_of_the_server_and_kept_over_a_reload(page: Page) -> None:
    page.goto("/workflows")
    search = page.get_by_role("textbox", name="Search workflows")
    search.fill("pictures and titles")
    expect(cards(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"q=pictures"))
    page.reload()
    expect(search).to_have_value("pictures and titles")
    expect(cards(page).get_by_role("heading")).to_have_text(["Content creation"])


def test_catalogue_says_when_nothing_fits(page: Page) -> None:
    page.goto("/workflows?q=no+such+thing")
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    page.get_by_role("link", name="Show all workflows").click()
    expect(cards(page).filter(has_text="Content creation")).to_be_visible()


def test_catalogue_shows_what_was_changed_last_first_when_asked(page: Page, server: PagesServer) -> None:
    save(server, note("Zebra crossing"))
    page.goto("/workflows")
    page.get_by_role("combobox", name="Order").select_option("Last changed first")
    expect(cards(page).first.get_by_role("heading")).to_have_text("Zebra crossing")
    expect(page).to_have_url(re.compile(r"sort=changed"))


def test_catalogue_tells_of_the_last_run_by_itself(page: Page, server: PagesServer) -> None:
    definition = note("Runs while watched")
    save(server, definition)
    page.goto(f"/workflows?q={definition['workflow_id']}")
    expect(cards(page)).to_contain_text("Changed just now")
    server.start_run(definition["workflow_id"], text="x")
    expect(cards(page)).to_contain_text("Last run just now")
    expect(cards(page)).to_contain_text("Completed")


def test_catalogue_is_walked_with_keys(page: Page, server: PagesServer) -> None:
    definition = note("Walked")
    save(server, definition)
    page.goto(f"/workflows?q={definition['workflow_id']}")
    expect(cards(page)).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    heading(page, "Walked")
    page.keyboard.press("Escape")
    heading(page, "Workflows")


def test_catalogue_that_cannot_be_read_says_so_and_tries_again(page: Page, tolerated: list[str]) -> None:
    tolerated.append("503")
    calls = re.compile(r"/api/v1/workflows(\?.*)?$")
    page.route(calls, lambda route: route.fulfill(status=503, body=""))
    page.route("**/events/stream", lambda route: None)  # with the first news it would be asked for again by itself
    page.goto("/workflows")
    expect(page.get_by_role("alert")).to_contain_text("The workflows could not be read")
    page.unroute(calls)
    page.get_by_role("button", name="Try again").click()
    expect(cards(page).filter(has_text="Content creation")).to_be_visible()


# One workflow


def test_workflow_shows_steps_inputs_outputs_and_sub_actions(page: Page) -> None:
    page.goto("/workflows/cc")
    heading(page, "Content creation")
    graph = page.get_by_role("region", name="Graph of Content creation")
    expect(graph.get_by_role("group", name=re.compile("^select_scene, user.select, asks a person"))).to_be_visible()
    inputs = page.get_by_role("table", name="Inputs")
    expect(inputs.get_by_role("row", name=re.compile("scene_count"))).to_contain_text("2 to 8")
    expect(page.get_by_role("region", name="What it gives")).to_contain_text("{{ state.post_text }}")
    expect(page.get_by_role("region", name="Sub-actions", exact=True)).to_contain_text("Generate New Scenes")


def test_module_is_picked_in_the_graph_with_the_keyboard_and_leads_to_the_workflow_it_calls(page: Page) -> None:
    page.goto("/workflows/campaign")
    box = page.get_by_role("group", name=re.compile("^start_post, sub_workflow, calls campaign_part"))
    box.focus()
    page.keyboard.press("Enter")
    details = page.get_by_role("region", name="Module start_post")
    expect(details).to_contain_text("sub_run_id → post_run")
    expect(page).to_have_url(re.compile(r"sel=module"))
    page.keyboard.press("Escape")
    expect(details).to_have_count(0)
    heading(page, "Campaign")
    page.keyboard.press("Enter")
    expect(details).to_be_visible()
    page.reload()
    details.get_by_role("link", name="Open the workflow campaign_part").click()
    heading(page, "Campaign: one part")


def test_recent_runs_appear_by_themselves_and_lend_their_inputs(page: Page, server: PagesServer) -> None:
    definition = note()
    page.goto(save(server, definition))
    runs = page.get_by_role("region", name="Recent runs")
    expect(runs).to_contain_text("It has not run yet.")
    server.start_run(definition["workflow_id"], text="of the first run")
    runs.get_by_role("link", name=re.compile("Start again with the inputs")).click()
    expect(page.get_by_role("textbox", name="Text")).to_have_value("of the first run")


def test_unknown_workflow_says_so(page: Page, tolerated: list[str]) -> None:
    tolerated.append("404")
    page.goto("/workflows/nowhere")
    expect(page.get_by_role("alert")).to_contain_text("There is no workflow 'nowhere'")


def test_archived_workflow_leaves_the_catalogue_and_can_be_brought_back(page: Page, server: PagesServer) -> None:
    definition = note("To be archived")
    address = save(server, definition)
    page.goto(address)
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Archive…").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Archive").click()
    expect(page.get_by_text("This workflow is archived")).to_be_visible()
    expect(page.get_by_role("link", name="Start", exact=True)).to_have_count(0)

    page.goto(f"/workflows?q={definition['workflow_id']}")
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    page.get_by_role("combobox", name="Show").select_option("Archived")
    cards(page).get_by_role("link", name="To be archived").click()
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_role("link", name="Start", exact=True)).to_be_visible()
    assert server.call("GET", address)["archived"] is False
    assert server.call("GET", address)["version"] == 1


def test_definition_is_copied_and_downloaded(page: Page, server: PagesServer) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    definition = note()
    page.goto(f"{save(server, definition)}?tab=definition")
    expect(editor(page)).to_contain_text(definition["workflow_id"])
    page.get_by_role("button", name="Copy", exact=True).click()
    assert json.loads(page.evaluate("navigator.clipboard.readText()")) == definition
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert json.loads(download.value.path().read_text()) == definition


# Versions


def test_versions_tell_who_and_when_and_what_changed(page: Page, server: PagesServer) -> None:
    definition = note()
    address = save(server, definition)
    changed = json.loads(json.dumps(definition))
    changed["steps"][0]["modules"][0]["inputs"]["values"]["text"] = "another"
    more = {"module_id": "core.set", "name": "more", "inputs": {"values": {"b": 1}}}
    changed["steps"].append({"step_id": "more", "modules": [more]})
    save(server, changed)
    page.goto(f"{address}?tab=versions")
    versions = page.get_by_role("list", name="Versions").get_by_role("listitem")
    expect(versions).to_have_count(2)
    expect(versions.first).to_contain_text("newest")
    expect(versions.first).to_contain_text("saved just now by local")
    page.get_by_role("button", name="What changed in version 2").click()
    expect(page).to_have_url(re.compile(r"a=1.*b=2"))
    found = page.get_by_role("list", name="Differences").get_by_role("listitem")
    expect(found).to_have_count(2)
    expect(found.nth(0)).to_contain_text(re.compile("steps . only . modules . keep . inputs . values . text"))
    expect(found.nth(0)).to_contain_text("removed: {{ trigger.payload.text }}")
    expect(found.nth(0)).to_contain_text("added: another")
    expect(found.nth(1)).to_contain_text(re.compile("Added.*steps . more"))


def test_older_version_is_looked_at_and_made_the_newest(page: Page, server: PagesServer) -> None:
    definition = note("First name")
    address = save(server, definition)
    save(server, definition | {"name": "Second name"})
    page.goto(f"{address}?tab=versions")
    page.get_by_role("link", name="Version 1").click()
    expect(page.get_by_text("older version")).to_be_visible()
    page.get_by_role("tab", name="Versions").click()
    page.get_by_role("button", name="Make it the newest: version 1").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Save as version 3").click()
    expect(page.get_by_role("list", name="Versions").get_by_role("listitem")).to_have_count(3)
    assert server.call("GET", address)["definition"] == definition


# Definition as JSON


def test_new_workflow_is_saved_after_its_problem_is_mended(page: Page, server: PagesServer) -> None:
    definition = note("Written by hand")
    page.goto("/workflows")
    page.get_by_role("link", name="New workflow").click()
    heading(page, "New workflow")
    problems = page.get_by_role("region", name="Problems")
    expect(problems).to_contain_text("None: it can be saved.")
    wrong = json.dumps(definition, indent=2).replace('"core.set"', '"core.sett"')
    write(page, wrong)
    expect(problems).to_contain_text("There is no module type 'core.sett'")
    page.get_by_role("button", name="Save the workflow").click()
    heading(page, "New workflow")

    problems.get_by_role("button").filter(has_text="/steps/0/modules/0/module_id").click()
    expect(editor(page)).to_be_focused()
    assert page.evaluate("getSelection().toString()") == '"module_id": "core.sett"'
    page.keyboard.type('"module_id": "core.set"')  # a key at a time, the first of them over what is selected
    expect(problems).to_contain_text("None: it can be saved.")
    page.keyboard.press("Control+s")
    heading(page, "Written by hand")
    assert server.call("GET", f"/workflows/{definition['workflow_id']}")["definition"] == definition


def test_text_that_is_no_json_yet_says_where(page: Page) -> None:
    page.goto("/workflows/_new")
    write(page, '{\n  "name": oops\n}')
    problem = page.get_by_role("region", name="Problems").get_by_role("button")
    expect(problem).to_contain_text("look at line 2, column 11")
    problem.click()
    expect(editor(page)).to_be_focused()


def test_new_workflow_with_an_id_that_is_taken_is_told_kindly(page: Page, tolerated: list[str]) -> None:
    tolerated.append("409")
    page.goto("/workflows/_new?from=hello")
    expect(editor(page)).to_contain_text("hello_copy")
    write(page, json.dumps(note() | {"workflow_id": "hello"}))
    page.get_by_role("button", name="Save the workflow").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("There is a workflow with the id hello already.")
    expect(alert.get_by_role("link", name="Change that one")).to_be_visible()


def test_changes_are_kept_over_a_reload_until_they_are_given_up(page: Page, server: PagesServer) -> None:
    page.goto(f"{save(server, note())}/definition")
    expect(editor(page)).to_contain_text("Keep a note")
    write(page, '{"half": "written"}')
    page.reload()
    expect(page.get_by_text("Your unsaved changes from before are here.")).to_be_visible()
    expect(editor(page)).to_contain_text("half")
    page.get_by_role("button", name="Give them up").click()
    expect(editor(page)).to_contain_text("Keep a note")


def test_version_saved_by_somebody_else_meanwhile_is_told_and_nothing_is_lost(
    page: Page, server: PagesServer, tolerated: list[str], check_access: Check
) -> None:
    tolerated.append("409")
    definition = note()
    address = save(server, definition)
    page.goto(f"{address}/definition")
    expect(editor(page)).to_contain_text("Keep a note")
    write(page, json.dumps(definition | {"name": "Mine"}))
    save(server, definition | {"name": "Theirs"})
    page.get_by_role("button", name="Save as a new version").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Somebody saved version 2 just now, while you changed version 1")
    check_access(page, "conflict")
    alert.get_by_role("button", name="See what they changed").click()
    dialog = page.get_by_role("dialog", name="From version 1 to version 2")
    expect(dialog).to_contain_text("added: Theirs")
    page.keyboard.press("Escape")
    alert.get_by_role("button", name="Save mine as version 3").click()
    heading(page, "Mine")
    assert server.call("GET", f"{address}?version=2")["name"] == "Mine"  # the workflow's, now
    assert server.call("GET", f"{address}?version=2")["definition"]["name"] == "Theirs"


def test_their_version_is_taken_where_that_is_wished(page: Page, server: PagesServer, tolerated: list[str]) -> None:
    tolerated.append("409")
    definition = note()
    address = save(server, definition)
    page.goto(f"{address}/definition")
    expect(editor(page)).to_contain_text("Keep a note")
    write(page, json.dumps(definition | {"name": "Mine"}))
    save(server, definition | {"name": "Theirs"})
    page.get_by_role("button", name="Save as a new version").click()
    page.get_by_role("button", name="Give mine up, take theirs").click()
    expect(editor(page)).to_contain_text("Theirs")


def test_workflow_with_a_folder_says_that_the_folder_wins(page: Page) -> None:
    page.goto("/workflows/hello/definition")
    expect(page.get_by_text("This workflow has a folder on the server.")).to_be_visible()


# Everybody, everywhere

STATES = {
    "catalogue_none": "/workflows?q=no+such+thing",
    "workflow": "/workflows/campaign",
    "module": "/workflows/cc?sel=module%3Aselect_scene",
    "versions": "/workflows/cc?tab=versions",
    "definition": "/workflows/cc?tab=definition",
    "edit": "/workflows/cc/definition",
    "new": "/workflows/_new",
}


@pytest.fixture
def browser_context_args(browser_context_args: Json, request: pytest.FixtureRequest) -> Json:
    theme, size = getattr(request, "param", ("light", "wide"))
    return {**browser_context_args, "color_scheme": theme, "viewport": SIZES[size]}


@pytest.mark.parametrize(
    "browser_context_args",
    [(theme, size) for theme in ("light", "dark") for size in SIZES],
    indirect=True,
    ids="_".join,
)
def test_pages_of_workflows_are_open_to_everybody(
    page: Page, check_access: Check, shoot: Check, request: pytest.FixtureRequest
) -> None:
    variant = request.node.callspec.id
    for name, address in STATES.items():
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        if name in ("workflow", "module"):
            expect(page.locator(".react-flow__node-module").first).to_be_visible()
        if name in ("definition", "edit", "new"):
            expect(editor(page)).to_be_visible()
        check_access(page, f"{name}, {variant}")
        shoot(page, f"workflows_{name}_{variant}")
