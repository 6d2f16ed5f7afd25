"""Questions on their own page: every kind, drafts, and what happens when somebody else is faster."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.e2e.conftest import SIZES, Check, watch
from tests.e2e.stories import Asked, Json, ask, dinner, module, open_gate, select, work
from tests.fixtures.pages_server import PagesServer

LIVE = "**/api/v1/events/stream"
PAINTING_MS = 30_000


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def send(page: Page, name: str = "Go on") -> None:
    button(page, name).click()


def write(page: Page, editor: Locator, text: str) -> None:
    """Replaces what a code editor holds."""
    editor.focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def approval(**inputs: Any) -> Json:
    asked = {"title": "Publish it?", "content": "The lift stands still on **Tuesday**.", **inputs}
    return dinner(module("user.approve", "sign", asked))


def review(content: Any, **inputs: Any) -> Json:
    return dinner(module("user.review", "read", {"title": "Is it good?", "content": content, **inputs}))


def form(schema: Json, **inputs: Any) -> Json:
    return dinner(module("user.form", "fill", {"title": "Who comes?", "schema": schema, **inputs}))


GUESTS = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "minLength": 2}, "count": {"type": "integer", "minimum": 1}},
}


def test_content_creation_from_the_brief_to_the_post(page: Page, server: PagesServer, shoot: Check) -> None:
    run = server.start_run("cc", topic="a night market in the rain")
    question = server.question_of(run)["interaction_id"]
    page.goto(f"/runs/{run}/interactions/{question}")
    heading(page, "What shall we make?")
    expect(page.get_by_label("Topic")).to_have_value("a night market in the rain")
    send(page, "Answer")

    heading(page, "Which scene shall it be?")
    options = page.get_by_role("radio")
    expect(options).to_have_count(4)
    before = page.get_by_role("list").get_by_role("listitem").all_inner_texts()
    button(page, "Generate New Scenes").click()
    page.get_by_label("What would you like different in the new scenes?").fill("more water, fewer people")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("“Generate New Scenes” is done")).to_be_visible()
    expect(page.get_by_text("New", exact=True)).to_have_count(4)
    assert page.get_by_role("list").get_by_role("listitem").all_inner_texts() != before
    shoot(page, "cc_scenes")
    options.nth(2).check()
    button(page, "Go on with").click()

    heading(page, "Which picture?")
    expect(page.get_by_text("No pictures yet")).to_be_visible()
    button(page, "Generate Images").click()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Show picture 3 large")).to_be_visible(timeout=PAINTING_MS)
    page.get_by_role("button", name="Show picture 2 large").click()
    large = page.get_by_role("dialog", name="Picture 2")
    expect(large.get_by_text("From the text")).to_be_visible()
    expect(large.get_by_role("img")).to_be_visible()
    shoot(page, "cc_picture")
    large.get_by_role("button", name="Vary a Picture").click()
    expect(page.get_by_role("radio", name="Picture 2").first).to_be_checked()
    page.get_by_label("How many?").fill("1")
    page.get_by_role("button", name="Vary a Picture Ctrl Enter").click()
    expect(page.get_by_role("radio", name="Picture 4")).to_be_visible(timeout=PAINTING_MS)
    page.get_by_role("radio", name="Picture 4").check()
    button(page, "Go on with picture 4").click()

    heading(page, "Which title?")
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    heading(page, "Read and edit the text")
    send(page, "Send on")
    heading(page, "Publish it?")
    expect(page.locator("main").get_by_role("img")).to_be_visible()
    shoot(page, "cc_approve")
    send(page, "Approve")
    heading(page, "Inbox")
    expect(page.get_by_text("The run has completed.")).to_be_visible()


def test_several_are_picked_within_their_limits(page: Page, server: PagesServer) -> None:
    asked = ask(server, dinner(select(multiple=True, min=2, max=2)))
    page.goto(asked.page)
    page.get_by_label("Trout").check()
    button(page, "Go on with 1 pick").click()
    expect(page.get_by_role("alert")).to_have_text("Pick 2; 1 picked so far.")
    page.get_by_label("Onion soup").check()
    button(page, "Go on with 2 picks").click()
    heading(page, "Inbox")
    answered = server.call("GET", f"/runs/{asked.run_id}/interactions/{asked.interaction_id}")
    assert answered["response"] == {"selected": [0, 1]}


def test_rejecting_needs_its_reason(page: Page, server: PagesServer) -> None:
    asked = ask(server, approval(comment_required_on_reject=True, reject_label="Send back"))
    page.goto(asked.page)
    expect(page.locator("strong", has_text="Tuesday")).to_be_visible()
    send(page, "Send back")
    comment = page.get_by_label("Comment")
    expect(comment).to_be_focused()
    expect(page.get_by_text("Say why first")).to_be_visible()
    comment.fill("It is Wednesday.")
    send(page, "Send back")
    heading(page, "Inbox")
    page.goto(asked.page)
    expect(page.get_by_text("“It is Wednesday.”")).to_be_visible()


def test_text_is_edited_and_sent(page: Page, server: PagesServer) -> None:
    asked = ask(server, review("Dear all"))
    page.goto(asked.page)
    page.get_by_label("Text").fill("Dear everybody")
    expect(page.get_by_text("Sends it with your changes.")).to_be_visible()
    send(page, "Send on")
    heading(page, "Inbox")
    page.goto(asked.page)
    expect(page.get_by_text("Dear everybody")).to_be_visible()
    page.get_by_text("It was changed").click()
    expect(page.get_by_text("Dear all")).to_be_visible()


def test_json_that_does_not_fit_is_told_before_it_is_sent(page: Page, server: PagesServer) -> None:
    schema = {"type": "object", "properties": {"months": {"type": "integer"}}}
    asked = ask(server, review({"months": 12}, schema=schema))
    page.goto(asked.page)
    editor = page.get_by_role("textbox", name="Content (JSON)")
    write(page, editor, '{"months": ')
    send(page, "Send on")
    expect(page.get_by_text("This is no valid JSON yet")).to_be_visible()
    write(page, editor, '{"months": "many"}')
    send(page, "Send on")
    expect(page.get_by_role("alert")).to_contain_text("/months")
    write(page, editor, '{"months": 24}')
    send(page, "Send on")
    heading(page, "Inbox")


def test_what_the_server_refuses_is_told_where_it_is(page: Page, server: PagesServer, tolerated: list[str]) -> None:
    tolerated += ["422", "ERR_FAILED"]
    asked = ask(server, review({"months": 12}, schema={"type": "object", "properties": {"months": {"minimum": 1}}}))
    # Without its own check the page has only the server's word.
    page.route("**/assets/schema-check*.js", lambda route: route.abort())
    page.goto(asked.page)
    editor = page.get_by_role("textbox", name="Content (JSON)")
    write(page, editor, '{"months": 0}')
    send(page, "Send on")
    expect(page.get_by_role("alert")).to_contain_text("/months 0 is less than the minimum of 1")
    write(page, editor, '{"months": 3}')
    send(page, "Send on")
    heading(page, "Inbox")


def test_form_is_checked_before_it_is_sent(page: Page, server: PagesServer) -> None:
    asked = ask(server, form(GUESTS, defaults={"count": 2}))
    page.goto(asked.page)
    expect(page.get_by_label("Count")).to_have_value("2")
    send(page, "Answer")
    expect(page.get_by_text("This is required.")).to_be_visible()
    page.get_by_label("Name").fill("Ada")
    send(page, "Answer")
    heading(page, "Inbox")


def test_unknown_kind_gets_a_form_of_its_schema_or_json(page: Page, server: PagesServer) -> None:
    definition = dinner(module("page.rate", "rate", {"title": "How was it?", "subject": "Pottery"}))
    asked = ask(server, definition)
    page.goto(asked.page)
    expect(page.get_by_text("Pottery")).to_be_visible()
    page.get_by_label("Stars").fill("4")
    button(page, "Write it as JSON").click()
    editor = page.get_by_role("textbox", name="Answer (JSON)")
    expect(editor).to_contain_text('"stars": 4')
    write(page, editor, '{"stars": 9}')
    send(page, "Answer")
    expect(page.get_by_role("alert")).to_contain_text("/stars")
    write(page, editor, '{"stars": 5}')
    send(page, "Answer")
    heading(page, "Inbox")
    page.goto(asked.page)
    expect(page.get_by_text("Answered just now")).to_be_visible()


@pytest.mark.parametrize("kind", ["select", "text", "form", "approve", "rate"])
def test_what_was_entered_is_there_after_a_reload(page: Page, server: PagesServer, kind: str) -> None:
    definitions = {
        "select": dinner(select(multiple=True)),
        "text": review("Dear all"),
        "form": form(GUESTS),
        "approve": approval(),
        "rate": dinner(module("page.rate", "rate", {"title": "How was it?"})),
    }
    page.goto(ask(server, definitions[kind]).page)
    if kind == "select":
        page.get_by_label("Trout").check()
        page.reload()
        expect(page.get_by_label("Trout")).to_be_checked()
    else:
        label = {"text": "Text", "form": "Name", "approve": "Comment", "rate": "Why"}[kind]
        page.get_by_label(label).fill("as I typed it")
        page.reload()
        expect(page.get_by_label(label)).to_have_value("as I typed it")
    expect(page.get_by_text("Kept from before, not sent")).to_be_visible()
    button(page, "Start over").click()
    expect(page.get_by_text("Kept from before, not sent")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("Kept from before, not sent")).to_have_count(0)


def other_browser(browser: Browser, server: PagesServer) -> Page:
    return browser.new_context(base_url=server.url, viewport=SIZES["wide"]).new_page()


def test_answer_in_one_browser_closes_the_question_in_the_other(
    page: Page, browser: Browser, server: PagesServer, shoot: Check
) -> None:
    asked = ask(server, dinner(select()))
    other = other_browser(browser, server)
    complaints = watch(other)
    for each in (page, other):
        each.goto(asked.page)
    page.get_by_label("Onion soup").check()
    other.get_by_label("Trout").check()
    button(other, "Go on with “Trout”").click()
    heading(other, "Inbox")
    expect(page.get_by_text("Answered just now")).to_be_visible()
    expect(page.get_by_text("so yours was not sent")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Trout").get_by_text("Picked")).to_be_visible()
    shoot(page, "answered_elsewhere")
    assert not complaints
    other.context.close()


def test_answer_that_comes_too_late_is_told_what_was_answered(
    page: Page, server: PagesServer, tolerated: list[str]
) -> None:
    tolerated += ["409", "ERR_FAILED"]
    asked = ask(server, dinner(select()))
    page.route(LIVE, lambda route: route.abort())
    page.goto(asked.page)
    page.get_by_label("Onion soup").check()
    asked.answer({"selected": 1})
    button(page, "Go on with").click()
    expect(page.get_by_text("Answered just now")).to_be_visible()
    expect(page.get_by_text("so yours was not sent")).to_be_visible()


def test_answer_to_what_has_changed_is_kept_and_sent_after_a_look(
    page: Page, server: PagesServer, tolerated: list[str], shoot: Check
) -> None:
    tolerated += ["409", "ERR_FAILED"]
    asked = ask(server, dinner(select(work("add", "Plum cake", mode="merge"))))
    page.route(LIVE, lambda route: route.abort())
    page.goto(asked.page)
    page.get_by_label("Trout").check()
    asked.act("add")
    button(page, "Go on with “Trout”").click()
    expect(page.get_by_text("The question changed while you answered")).to_be_visible()
    expect(page.get_by_label("Plum cake")).to_be_visible()
    expect(page.get_by_label("Trout")).to_be_checked()
    shoot(page, "changed")
    button(page, "Look again").click()
    button(page, "Go on with “Trout”").click()
    heading(page, "Inbox")


def test_own_text_is_kept_when_a_new_one_comes(page: Page, server: PagesServer) -> None:
    rewrite = {
        "id": "rewrite",
        "label": "Rewrite",
        "actions": [
            {
                "type": "target_sub_action",
                **module("page.work", "write", {"value": "A new letter"}, outputs_to_state={"value": "letter"}),
            }
        ],
        "result_mapping": [{"source": "letter", "target": "letter"}],
    }
    asked_module = module(
        "user.review", "read", {"title": "Good?", "content": "{{ state.letter }}"}, sub_actions=[rewrite]
    )
    asked = ask(server, dinner(asked_module, initial_state={"letter": "The first letter"}))
    page.goto(asked.page)
    text = page.get_by_label("Text")
    text.fill("My own letter")
    asked.act("rewrite")
    expect(page.get_by_text("new; your own changes are kept")).to_be_visible()
    expect(text).to_have_value("My own letter")
    button(page, "Take the new one").click()
    expect(text).to_have_value("A new letter")
    asked.act("rewrite")


def test_question_of_a_child_leads_up_its_path(page: Page, server: PagesServer) -> None:
    run = server.start_run("campaign", topic="our library opens on Sundays")
    question = server.question_of(run)
    page.goto(f"/runs/{question['workflow_run_id']}/interactions/{question['interaction_id']}")
    trail = page.get_by_role("navigation", name="Breadcrumb")
    expect(trail.get_by_role("link")).to_have_count(len(question["path"]))
    trail.get_by_role("link", name="Campaign", exact=True).click()
    expect(page).to_have_url(re.compile(run))


def test_cancelled_question_can_be_read_and_not_answered(page: Page, server: PagesServer) -> None:
    asked = ask(server, dinner(select()))
    server.call("POST", f"/runs/{asked.run_id}/cancel", json={"reason": "no guests"})
    page.goto(asked.page)
    expect(page.get_by_text("This question was cancelled")).to_be_visible()
    expect(page.get_by_text("Onion soup", exact=True)).to_be_visible()
    expect(page.get_by_role("radio")).to_have_count(0)


def test_answered_question_shows_the_options_of_its_time(page: Page, server: PagesServer) -> None:
    new = module("core.set", "forget", {"values": {"dishes": []}}, outputs_to_state=["dishes"])
    asked = ask(server, dinner(select(), new))
    asked.answer({"selected": 2})
    page.goto(asked.page)
    picked = page.get_by_role("listitem").filter(has_text="Picked")
    expect(picked).to_contain_text("Beetroot salad")


def test_views_show_more_or_less_around_the_question(page: Page, server: PagesServer, check_access: Check) -> None:
    asked = ask(server, dinner(select()))
    page.goto(f"{asked.page}?view=detailed")
    expect(page.get_by_role("tree", name="State")).to_be_visible()
    expect(page.get_by_text("Interaction requested")).to_be_visible()
    check_access(page, "detailed")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="The question alone").click()
    expect(page).to_have_url(re.compile("view=minimal"))
    expect(page.get_by_role("navigation", name="Breadcrumb")).to_have_count(0)
    expect(page.get_by_label("Trout")).to_be_visible()


def test_next_question_of_the_run_opens_after_work_in_between(page: Page, server: PagesServer, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    between = module("page.work", "shop", {"gate": "{{ trigger.payload.gate }}"})
    second = module("user.approve", "taste", {"title": "Does it taste?"})
    asked = ask(server, dinner(select(), between, second), gate=str(gate))
    page.goto(asked.page)
    page.get_by_label("Trout").check()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("The run works on")).to_be_visible()
    open_gate(gate)
    heading(page, "Does it taste?")
    expect(page.get_by_text("Here is the next question.")).to_be_visible()


def test_answer_with_the_keyboard_alone(page: Page, server: PagesServer) -> None:
    asked = ask(server, dinner(select(), module("user.approve", "taste", {"title": "Does it taste?"})))
    page.goto(asked.page)
    expect(page.get_by_label("Trout")).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_label("Trout")).to_be_checked()
    page.keyboard.press("Control+Enter")
    heading(page, "Does it taste?")
    page.keyboard.press("a")
    expect(button(page, "Approve")).to_be_focused()
    page.keyboard.press("Enter")
    heading(page, "Inbox")
    assert asked.output()["dishes"]


def test_palette_answers_and_shows_more(page: Page, server: PagesServer) -> None:
    page.goto(ask(server, dinner(select(work("add", "Plum cake")))).page)
    expect(button(page, "Add")).to_be_visible()
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search and commands")
    for name in ("Send the answer", "Add", "See the run", "Copy as curl"):
        expect(palette.get_by_role("option", name=re.compile(f"^{name}( |$)"))).to_be_visible()


KINDS: dict[str, Json] = {
    "select": dinner(select(work("add", "Cake", feedback={"enabled": True, "prompt": "How?"}), multiple=True)),
    "form": form(GUESTS),
    "approve": approval(),
    "review": review("A letter of **some** words."),
    "json": review({"months": 12}),
    "rate": dinner(module("page.rate", "rate", {"title": "How was it?", "subject": "Pottery"})),
}


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    look = getattr(request, "param", ("light", "wide"))
    return {**browser_context_args, "color_scheme": look[0], "viewport": SIZES[look[1]]}


@pytest.mark.parametrize(
    "browser_context_args",
    [("light", "wide"), ("dark", "small"), ("dark", "wide"), ("light", "small")],
    indirect=True,
    ids="-".join,
)
def test_every_kind_is_open_to_everybody(
    page: Page, server: PagesServer, check_access: Check, shoot: Check, browser_context_args: dict[str, Any]
) -> None:
    look = f"{browser_context_args['color_scheme']}_{browser_context_args['viewport']['width']}"
    for name, definition in KINDS.items():
        fresh = json.loads(json.dumps(definition)) | {"workflow_id": f"{definition['workflow_id']}_{look}"}
        asked: Asked = ask(server, fresh)
        page.goto(asked.page)
        expect(page.locator("main").get_by_role("button").last).to_be_visible()
        check_access(page, f"{name}, {look}")
        if name == "select":
            page.get_by_label("Trout").check()
            button(page, "Add").click()
            expect(page.get_by_label("How?")).to_be_focused()
            check_access(page, f"{name}, asking, {look}")
        shoot(page, f"question_{name}_{look}")


LONG = "Donaudampfschifffahrtsgesellschaft" * 6


@pytest.mark.parametrize("width", [320, 1440])
def test_words_of_any_length_stay_in_sight(page: Page, server: PagesServer, width: int) -> None:
    offer = {**work("cook", "Pie"), "label": LONG[:200]}
    definition = dinner(
        module(
            "user.select", "pick", {"title": LONG[:200], "options": [{"title": LONG, LONG: LONG}]}, sub_actions=[offer]
        ),
        name=LONG[:200],
    )
    asked = ask(server, definition)
    signed = ask(server, approval(approve_label=LONG[:60], reject_label="<b>No</b>"))
    page.set_viewport_size({"width": width, "height": 700})
    for path in (asked.page, signed.page, "/inbox", f"/runs/{asked.run_id}"):
        page.goto(path)
        shown = page.get_by_text(LONG[:40]).or_(page.get_by_text("<b>No</b>"))
        expect(shown.filter(visible=True).first).to_be_visible()
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{path}: {overflow} px are out of sight to the right"


def test_one_answer_is_sent_however_slow_the_page_is(page: Page, server: PagesServer) -> None:
    asked = ask(server, approval())
    held: list[Route] = []
    sent: list[str] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.route("**/assets/schema-check*.js", hold)
    page.goto(asked.page)
    send(page, "Approve")
    expect(button(page, "Approve")).to_have_attribute("aria-busy", "true")
    expect(button(page, "Approve")).to_be_focused()
    expect(button(page, "Reject")).to_be_disabled()
    page.keyboard.press("Enter")
    held[0].continue_()
    heading(page, "Inbox")
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("status", "told"),
    [(200, "cannot be read"), (413, "too large"), (502, "does not answer"), (500, "The server failed (500)")],
)
def test_what_is_no_answer_of_the_server_is_told_and_nothing_is_lost(
    page: Page, server: PagesServer, tolerated: list[str], status: int, told: str
) -> None:
    tolerated += ["Failed to load resource"]
    asked = ask(server, approval())
    page.goto(asked.page)
    page.get_by_label("Comment").fill("as I typed it")
    page.route(
        "**/respond", lambda route: route.fulfill(status=status, content_type="text/html", body="<h1>Hello</h1>")
    )
    send(page, "Approve")
    expect(page.get_by_role("alert")).to_contain_text(told)
    expect(page.get_by_label("Comment")).to_have_value("as I typed it")
    expect(button(page, "Approve")).to_be_focused()
    page.unroute("**/respond")
    send(page, "Approve")
    heading(page, "Inbox")


def test_own_words_can_be_read_when_somebody_else_was_first(page: Page, server: PagesServer) -> None:
    asked = ask(server, review("Dear all"))
    page.goto(asked.page)
    page.get_by_label("Text").fill("Dear everybody, at length")
    asked.answer({"content": "Hello"})
    expect(page.get_by_text("The first answer counts")).to_be_visible()
    page.get_by_text("What you had entered").click()
    expect(page.get_by_text("Dear everybody, at length")).to_be_visible()
    button(page, "Forget what I had").click()
    expect(page.get_by_text("Dear everybody, at length")).to_have_count(0)


def test_question_that_a_fork_took_away_says_so(
    page: Page, server: PagesServer, tolerated: list[str], check_access: Check
) -> None:
    tolerated += ["404"]
    asked = ask(server, review("Dear all"))
    page.goto(asked.page)
    page.get_by_label("Text").fill("Dear everybody")
    server.call("POST", f"/runs/{asked.run_id}/fork", json={"seq": 1, "children": "cancel"})
    expect(page.get_by_role("alert")).to_contain_text("taken back to a moment before this question")
    page.get_by_text("What you had entered").click()
    expect(page.get_by_text("Dear everybody")).to_be_visible()
    check_access(page, "taken back")
    page.get_by_role("link", name="See the run").click()
    heading(page, re.compile("Dinner"))


def test_tab_goes_on_at_the_next_question(page: Page, server: PagesServer) -> None:
    definition = dinner(select(), module("user.approve", "sign", {"title": "Cook them?", "content": "Trout"}))
    page.goto(ask(server, definition).page)
    page.get_by_label("Trout").check()
    button(page, "Go on").press("Enter")
    heading(page, "Cook them?")
    expect(page.locator("body")).not_to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("navigation", name="Breadcrumb").get_by_role("link").first).to_be_focused()
