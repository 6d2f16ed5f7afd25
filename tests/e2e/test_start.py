"""Starting a run: the form from the schema, the same as JSON, inputs of earlier runs, and where one gets to."""

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import SIZES, Check
from tests.fixtures.pages_server import PagesServer, until

Json = dict[str, Any]

EVERY_KIND: Json = {
    "title": {"type": "string", "title": "Title", "minLength": 3},
    "body": {"type": "string", "title": "Text", "format": "textarea"},
    "count": {"type": "integer", "title": "How many", "minimum": 1, "default": 3},
    "share": {"type": "number", "title": "Share", "maximum": 1},
    "urgent": {"type": "boolean", "title": "It is urgent", "default": True},
    "tone": {"type": "string", "title": "Tone", "enum": ["friendly", "factual"], "default": "factual"},
    "notes": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Notes", "default": None},
    "audience": {
        "type": "object",
        "title": "Audience",
        "required": ["name"],
        "properties": {"name": {"type": "string", "title": "Who"}},
    },
    "keywords": {"type": "array", "title": "Keywords", "items": {"type": "string"}},
    "channels": {
        "type": "array",
        "title": "Channels",
        "uniqueItems": True,
        "items": {"type": "string", "enum": ["mail", "print"]},
    },
    "links": {
        "type": "array",
        "title": "Links",
        "items": {"type": "object", "required": ["url"], "properties": {"url": {"type": "string", "title": "Address"}}},
    },
    "start": {"type": "string", "title": "Begins", "format": "date"},
    "labels": {"type": "object", "title": "Labels", "additionalProperties": {"type": "string"}},
}


def keeping(properties: Json, *required: str, **more: Any) -> Json:
    """A workflow that is started with these, and asks nobody."""
    keep = {"module_id": "core.set", "name": "keep", "inputs": {"values": {"all": "{{ trigger.payload }}"}}}
    return {
        "workflow_id": f"keeping_{uuid4().hex[:8]}",
        "name": "Keeping",
        "inputs": {
            "type": "object",
            "properties": properties,
            "required": list(required),
            "additionalProperties": False,
        },
        "steps": [{"step_id": "only", "modules": [keep]}],
        **more,
    }


def topic(**limits: Any) -> Json:
    return {"topic": {"type": "string", "title": "Topic", **limits}}


def save(server: PagesServer, definition: Json) -> str:
    server.call("POST", "/workflows", json=definition)
    return f"/workflows/{definition['workflow_id']}/start"


def change_inputs(server: PagesServer, definition: Json, properties: Json) -> None:
    changed = definition | {"inputs": keeping(properties)["inputs"]}
    server.call("PUT", f"/workflows/{definition['workflow_id']}", json=changed)


def press_start(page: Page) -> None:
    page.get_by_role("button", name="Start", exact=True).click()


def payload_of_the_run(page: Page, server: PagesServer) -> Any:
    """Of the run whose page is open."""
    expect(page).to_have_url(re.compile(r"/runs/wf_"))
    run_id = page.url.split("/runs/")[1].split("?")[0].split("/")[0]
    return server.call("GET", f"/runs/{run_id}")["payload"]


def runs_of(server: PagesServer, definition: Json) -> list[Json]:
    found: list[Json] = server.call("GET", f"/runs?workflow_id={definition['workflow_id']}")["items"]
    return found


def test_run_starts_from_the_form_after_its_error_is_mended(page: Page, server: PagesServer) -> None:
    page.goto(save(server, keeping(topic(minLength=3), "topic")))
    press_start(page)
    field = page.get_by_role("textbox", name="Topic")
    expect(page.get_by_text("This is required.")).to_be_visible()
    expect(field).to_be_focused()
    field.fill("ab")
    expect(page.get_by_text("This is too short: it takes at least 3 characters.")).to_be_visible()
    field.fill("the sea")
    expect(page.get_by_text("This is too short")).to_have_count(0)
    press_start(page)
    assert payload_of_the_run(page, server) == {"topic": "the sea"}


def test_every_kind_of_field_gives_what_was_filled_in(page: Page, server: PagesServer) -> None:
    page.goto(save(server, keeping(EVERY_KIND, "title", "count", "audience")))
    page.get_by_role("textbox", name="Title").fill("A title")
    page.get_by_role("textbox", name="Text").fill("Two\nlines")
    page.get_by_role("spinbutton", name="Share").fill("0.25")
    page.get_by_role("checkbox", name="It is urgent").uncheck()
    page.get_by_role("combobox", name="Tone").select_option("friendly")
    page.get_by_role("group", name="Audience").get_by_role("textbox", name="Who").fill("Everybody")
    keywords = page.get_by_role("group", name="Keywords")
    keywords.get_by_role("button", name="Add").click()
    keywords.get_by_role("textbox", name="Keywords 1").fill("sea")
    page.get_by_role("group", name="Channels").get_by_role("checkbox", name="print").check()
    links = page.get_by_role("group", name="Links", exact=True)
    links.get_by_role("button", name="Add").click()
    links.get_by_role("textbox", name="Address").fill("https://example.org")
    page.get_by_label("Begins").fill("2026-11-21")
    labels = page.get_by_role("group", name="Labels")
    labels.get_by_role("button", name="Add field").click()
    labels.get_by_role("textbox", name="newKey").fill("blue")
    labels.get_by_role("textbox", name="Name of the field").fill("colour")
    labels.get_by_role("textbox", name="Name of the field").blur()
    expect(labels.get_by_role("textbox", name="colour")).to_have_value("blue")
    press_start(page)
    assert payload_of_the_run(page, server) == {
        "title": "A title",
        "body": "Two\nlines",
        "count": 3,
        "share": 0.25,
        "urgent": False,
        "tone": "friendly",
        "audience": {"name": "Everybody"},
        "keywords": ["sea"],
        "channels": ["print"],
        "links": [{"url": "https://example.org"}],
        "start": "2026-11-21",
        "labels": {"colour": "blue"},
    }


def test_what_the_server_refuses_is_shown_at_its_field(
    page: Page, server: PagesServer, tolerated: list[str], check_access: Check
) -> None:
    tolerated.append("422")
    definition = keeping(topic(), "topic")
    page.goto(save(server, definition))
    page.get_by_role("textbox", name="Topic").fill("short")
    change_inputs(server, definition, topic(minLength=9))
    press_start(page)
    field = page.get_by_role("textbox", name="Topic")
    expect(page.get_by_role("alert")).to_contain_text("These inputs do not fit")
    expect(field).to_have_accessible_description(re.compile("too short"))
    check_access(page, "refused")
    field.fill("long enough now")
    press_start(page)
    assert payload_of_the_run(page, server) == {"topic": "long enough now"}


def test_start_goes_straight_to_the_question_of_the_run(page: Page) -> None:
    page.goto("/workflows/hello/start")
    expect(page.get_by_text("It needs nothing to start with.")).to_be_visible()
    press_start(page)
    expect(page).to_have_url(re.compile(r"/runs/wf_[^/]+/interactions/int_"))
    expect(page.get_by_role("heading", level=1)).to_have_text("What is your name?")


def test_form_and_json_show_the_same_inputs(page: Page, server: PagesServer) -> None:
    page.goto(save(server, keeping(topic() | {"count": {"type": "integer", "title": "Count", "default": 2}}, "topic")))
    page.get_by_role("textbox", name="Topic").fill("the sea")
    page.get_by_text("JSON", exact=True).click()
    editor = page.locator(".cm-content")
    expect(editor).to_contain_text('"topic": "the sea"')
    expect(editor).to_contain_text('"count": 2')
    expect(page).to_have_url(re.compile(r"as=json"))

    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text('{"topic": ')
    expect(page.get_by_text("This is no JSON yet")).to_be_visible()
    page.get_by_text("Form", exact=True).click()
    expect(page.get_by_role("radio", name="JSON")).to_be_checked()

    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text('{"topic": "the moon", "count": 5}')
    page.get_by_text("Form", exact=True).click()
    expect(page.get_by_role("textbox", name="Topic")).to_have_value("the moon")
    expect(page.get_by_role("spinbutton", name="Count")).to_have_value("5")
    press_start(page)
    assert payload_of_the_run(page, server) == {"topic": "the moon", "count": 5}


def test_json_is_checked_before_it_is_sent_and_leads_to_the_place(page: Page, server: PagesServer) -> None:
    page.goto(f"{save(server, keeping(topic(minLength=3), 'topic'))}?as=json")
    editor = page.locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text('{"topic": "x", "other": 1}')
    press_start(page)
    problems = page.get_by_role("list", name="Problems").get_by_role("button")
    expect(problems).to_contain_text(["/topic", "/other: There is no such field here."])
    problems.nth(1).click()
    expect(editor).to_be_focused()
    assert page.evaluate("getSelection().toString()") == '"other": 1'
    page.get_by_role("button", name="Put an example in").click()
    press_start(page)
    assert payload_of_the_run(page, server) == {"topic": "text"}


def test_earlier_inputs_fill_the_form(page: Page, server: PagesServer, check_access: Check) -> None:
    definition = keeping(topic() | {"note": {"type": "string", "title": "Note"}}, "topic")
    address = save(server, definition)
    for text in ("the first", "the second", "the second"):
        server.start_run(definition["workflow_id"], topic=text)
    page.goto(address)
    page.get_by_role("button", name="Earlier inputs").click()
    dialog = page.get_by_role("dialog", name="Earlier inputs")
    expect(dialog.get_by_role("listitem")).to_have_count(2)
    check_access(page, "earlier inputs")
    dialog.get_by_role("button", name=re.compile("topic: the first")).click()
    expect(page.get_by_role("textbox", name="Topic")).to_have_value("the first")
    expect(page).to_have_url(re.compile(r"from=wf_"))
    page.reload()
    expect(page.get_by_role("textbox", name="Topic")).to_have_value("the first")
    page.get_by_role("button", name="Begin empty").click()
    expect(page.get_by_role("textbox", name="Topic")).to_have_value("")


def test_earlier_inputs_that_are_no_longer_asked_for_are_left_out_and_named(page: Page, server: PagesServer) -> None:
    definition = keeping(topic() | {"tone": {"type": "string"}}, "topic")
    address = save(server, definition)
    run = server.start_run(definition["workflow_id"], topic="the sea", tone="calm")
    change_inputs(server, definition, topic())
    page.goto(f"{address}?from={run}")
    expect(page.get_by_text("this version does not ask for it: tone")).to_be_visible()
    press_start(page)
    assert payload_of_the_run(page, server) == {"topic": "the sea"}


def test_older_version_is_started_where_the_address_says_so(page: Page, server: PagesServer) -> None:
    definition = keeping(topic(), "topic")
    address = save(server, definition)
    server.call("PUT", f"/workflows/{definition['workflow_id']}", json=definition | {"name": "Newer"})
    page.goto(f"{address}?v=1")
    expect(page.get_by_text("This starts version 1, not the newest, which is 2.")).to_be_visible()
    page.get_by_role("textbox", name="Topic").fill("old")
    press_start(page)
    expect(page).to_have_url(re.compile(r"/runs/wf_"))
    assert [run["version"] for run in runs_of(server, definition)] == [1]


def test_answer_that_got_lost_starts_no_second_run(page: Page, server: PagesServer, tolerated: list[str]) -> None:
    tolerated.append("ERR_FAILED")
    definition = keeping(topic(), "topic")
    page.goto(save(server, definition))
    page.get_by_role("textbox", name="Topic").fill("once")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/run", lose)
    press_start(page)
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
    page.unroute("**/run")
    until(lambda: len(runs_of(server, definition)) == 1)
    press_start(page)
    assert payload_of_the_run(page, server) == {"topic": "once"}
    assert len(runs_of(server, definition)) == 1


def test_archived_workflow_cannot_be_started(page: Page, server: PagesServer) -> None:
    definition = keeping(topic())
    address = save(server, definition)
    server.call("DELETE", f"/workflows/{definition['workflow_id']}")
    page.goto(address)
    expect(page.get_by_text("This workflow is archived")).to_be_visible()
    expect(page.get_by_role("button", name="Start", exact=True)).to_have_count(0)


def test_run_is_started_with_the_keyboard_alone(page: Page, server: PagesServer) -> None:
    definition = keeping(topic() | {"urgent": {"type": "boolean", "title": "It is urgent"}}, "topic", name="By keys")
    save(server, definition)
    page.goto("/settings")
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(page.get_by_role("heading", level=1)).to_have_text("Workflows")
    page.keyboard.press("/")
    page.keyboard.type(definition["workflow_id"])
    expect(page.get_by_role("list", name="Workflows").get_by_role("listitem")).to_have_count(1)
    page.keyboard.press("Enter")  # out of the search box, where keys are text
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("By keys")
    page.keyboard.press("s")
    field = page.get_by_role("textbox", name="Topic")
    expect(field).to_be_visible()
    for _ in range(30):
        if field.evaluate("field => field === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(field).to_be_focused()
    page.keyboard.type("typed")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    assert payload_of_the_run(page, server) == {"topic": "typed", "urgent": True}


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
def test_start_page_is_open_to_everybody_in_every_state(
    page: Page, server: PagesServer, check_access: Check, shoot: Check, request: pytest.FixtureRequest
) -> None:
    variant = request.node.callspec.id
    page.goto(save(server, keeping(EVERY_KIND, "title", "count", "audience")))
    for name in ("Add", "Add field"):
        for button in page.get_by_role("button", name=name, exact=True).all():
            button.click()
    press_start(page)
    expect(page.get_by_text("This is required.").first).to_be_visible()
    check_access(page, f"form with errors, {variant}")
    shoot(page, f"start_errors_{variant}")
    page.get_by_text("JSON", exact=True).click()
    expect(page.locator(".cm-content")).to_be_visible()
    press_start(page)
    expect(page.get_by_role("list", name="Problems")).to_be_visible()
    check_access(page, f"JSON with errors, {variant}")
