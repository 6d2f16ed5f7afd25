"""Work inside an open question: asked for, watched, stopped, failed, left and found again."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import SIZES, Check
from tests.e2e.stories import FEEDBACK, Asked, action, ask, dinner, module, open_gate, select, work
from tests.fixtures.pages_server import PagesServer, pages_server

LIVE = "**/api/v1/events/stream"


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    return tmp_path / "gate"


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def offer(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name="What can be done here").get_by_role("button", name=name).first


def at_work(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=name)


def done(page: Page, name: str) -> Locator:
    return page.get_by_text(f"“{name}” is done")


def gated(server: PagesServer, gate: Path, **more: Any) -> Asked:
    """A question whose sub-action waits for the gate."""
    return ask(server, dinner(select(work("others", "Plum cake", gate="gate", **more))), gate=str(gate))


def test_feedback_is_sent_and_offered_again(page: Page, server: PagesServer) -> None:
    asked = ask(server, dinner(select(work("others", "Plum cake", feedback=FEEDBACK))))
    page.goto(asked.page)
    for _ in range(2):
        offer(page, "Others").click()
        words = page.get_by_label("What should be different?")
        expect(words).to_be_focused()
        if words.input_value() == "" and (earlier := button(page, "something sweet")).count():
            earlier.click()
        else:
            words.fill("something sweet")
        page.keyboard.press("Control+Enter")
        expect(done(page, "Others")).to_be_visible()
    sent = server.call("GET", f"/runs/{asked.run_id}/sub-actions")["items"]
    assert [item["params"] for item in sent] == [{"feedback": "something sweet"}] * 2


def test_box_closes_with_escape_and_gives_focus_back(page: Page, server: PagesServer) -> None:
    page.goto(ask(server, dinner(select(work("others", "Cake", feedback=FEEDBACK)))).page)
    offer(page, "Others").click()
    page.get_by_label("What should be different?").fill("less salt")
    page.keyboard.press("Escape")
    expect(offer(page, "Others")).to_be_focused()
    offer(page, "Others").click()
    expect(page.get_by_label("What should be different?")).to_have_value("less salt")


def test_params_are_asked_for_and_checked(page: Page, server: PagesServer, check_access: Check) -> None:
    schema = {
        "type": "object",
        "required": ["season"],
        "properties": {"season": {"enum": ["spring", "autumn"]}, "count": {"type": "integer", "maximum": 5}},
    }
    asked = ask(server, dinner(select(work("by_season", "Asparagus", params_schema=schema))))
    page.goto(asked.page)
    offer(page, "By season").click()
    expect(page.get_by_label("Season")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("This is required.")).to_be_visible()
    check_access(page, "params")
    page.get_by_label("Season").select_option("spring")
    page.get_by_label("Count").fill("2")
    page.keyboard.press("Control+Enter")
    expect(done(page, "By season")).to_be_visible()
    [sent] = server.call("GET", f"/runs/{asked.run_id}/sub-actions")["items"]
    assert sent["params"] == {"season": "spring", "count": 2}


def test_what_cannot_be_undone_is_confirmed(page: Page, server: PagesServer, check_access: Check) -> None:
    page.goto(ask(server, dinner(select(work("start_over", "Cake", confirm="All proposals go away.")))).page)
    offer(page, "Start over").click()
    dialog = page.get_by_role("alertdialog", name="Start over?")
    expect(dialog.get_by_text("All proposals go away.")).to_be_visible()
    check_access(page, "confirm")
    dialog.get_by_role("button", name="Back").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_label("Trout")).to_be_visible()
    offer(page, "Start over").click()
    dialog.get_by_role("button", name="Start over").click()
    expect(page.get_by_label("Cake")).to_be_visible()


def test_shortcut_starts_it_and_hidden_ones_are_left_out(page: Page, server: PagesServer) -> None:
    hidden = work("secret", "Nothing", hidden=True)
    page.goto(ask(server, dinner(select(work("others", "Plum cake", shortcut="m"), hidden))).page)
    expect(offer(page, "Others")).to_be_visible()
    expect(button(page, "Secret")).to_have_count(0)
    page.keyboard.press("m")
    expect(page.get_by_label("Plum cake")).to_be_visible()


def test_progress_is_shown_and_what_is_new_is_marked(
    page: Page, server: PagesServer, gate: Path, check_access: Check, shoot: Check
) -> None:
    asked = gated(server, gate, mode="merge", loading_label="Asking the kitchen")
    page.goto(asked.page)
    page.get_by_label("Trout").check()
    offer(page, "Others").click()
    progress = at_work(page, "Asking the kitchen")
    expect(progress.get_by_text("2 of 2: Ask kitchen")).to_be_visible()
    expect(progress.get_by_text("Half of it is done")).to_be_visible()
    expect(progress.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "75")
    expect(page.get_by_text("Being renewed")).to_be_visible()
    expect(page.get_by_text("Answering now stops “Others”.")).to_be_visible()
    expect(offer(page, "Asking the kitchen")).to_be_disabled()
    check_access(page, "at work")
    shoot(page, "sub_action")
    open_gate(gate)
    expect(done(page, "Others")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="New")).to_contain_text("Plum cake")
    expect(page.get_by_text("New", exact=True)).to_have_count(1)
    expect(page.get_by_label("Trout")).to_be_checked()
    check_access(page, "done")
    page.get_by_role("link", name="Inspect the hidden run").click()
    expect(page).to_have_url(re.compile(r"/runs/wf_sub_"))


def test_pick_that_is_gone_is_told(page: Page, server: PagesServer) -> None:
    page.goto(ask(server, dinner(select(work("others", "Plum cake")))).page)
    page.get_by_label("Trout").check()
    offer(page, "Others").click()
    expect(page.get_by_text("No longer among them: “Trout”")).to_be_visible()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)


def test_stop_ends_it_and_changes_nothing(page: Page, server: PagesServer, gate: Path, check_access: Check) -> None:
    page.goto(gated(server, gate).page)
    offer(page, "Others").click()
    button(page, "Stop Others").click()
    expect(page.get_by_text("“Others” was stopped")).to_be_visible()
    expect(page.get_by_label("Trout")).to_be_visible()
    check_access(page, "stopped")
    open_gate(gate)
    button(page, "Start it again").click()
    expect(page.get_by_label("Plum cake")).to_be_visible()


def test_failure_is_told_and_tried_again_with_the_same_words(
    page: Page, server: PagesServer, gate: Path, check_access: Check, shoot: Check
) -> None:
    market = module(
        "page.breaks",
        "ask_market",
        {"value": [{"title": "Plum cake"}], "gate": "{{ trigger.payload.gate }}"},
        outputs_to_state={"value": "made"},
    )
    asked = ask(server, dinner(select(action("others", market, feedback=FEEDBACK))), gate=str(gate))
    page.goto(asked.page)
    offer(page, "Others").click()
    page.get_by_label("What should be different?").fill("something sweet")
    page.keyboard.press("Control+Enter")
    failure = page.get_by_role("alert").filter(has_text="“Others” failed")
    expect(failure.get_by_text("The market is closed today.")).to_be_visible()
    expect(failure.get_by_role("link", name="Inspect the hidden run")).to_be_visible()
    check_access(page, "failed")
    shoot(page, "sub_action_failed")
    page.reload()
    expect(failure).to_be_visible()
    open_gate(gate)
    button(page, "Try again with the same words").click()
    expect(page.get_by_label("Plum cake")).to_be_visible()
    sent = server.call("GET", f"/runs/{asked.run_id}/sub-actions")["items"]
    assert [item["params"]["feedback"] for item in sent] == ["something sweet"] * 2


def test_failure_that_was_read_stays_away(page: Page, server: PagesServer, gate: Path) -> None:
    broken = module("page.breaks", "ask_market", {"gate": "{{ trigger.payload.gate }}"})
    asked = ask(server, dinner(select(action("others", broken))), gate=str(gate))
    asked.act("others")
    page.goto(asked.page)
    expect(page.get_by_text("“Others” failed")).to_be_visible()
    button(page, "Dismiss").click()
    page.reload()
    expect(page.get_by_label("Trout")).to_be_visible()
    expect(page.get_by_text("“Others” failed")).to_have_count(0)


def test_reload_in_mid_stream_finds_the_progress_again(page: Page, server: PagesServer, gate: Path) -> None:
    page.goto(gated(server, gate).page)
    offer(page, "Others").click()
    expect(at_work(page, "Others").get_by_text("Half of it is done")).to_be_visible()
    page.reload()
    expect(at_work(page, "Others").get_by_text("Half of it is done")).to_be_visible()
    page.goto("/runs")
    page.go_back()
    expect(at_work(page, "Others").get_by_text("Half of it is done")).to_be_visible()
    open_gate(gate)
    expect(done(page, "Others")).to_be_visible()
    expect(page.get_by_label("Plum cake")).to_be_visible()


def test_work_that_was_started_elsewhere_is_shown(page: Page, server: PagesServer, gate: Path) -> None:
    asked = gated(server, gate)
    page.goto(asked.page)
    expect(page.get_by_label("Trout")).to_be_visible()
    asked.begin("others")
    expect(at_work(page, "Others")).to_be_visible()
    open_gate(gate)
    expect(page.get_by_label("Plum cake")).to_be_visible()


def test_second_start_is_told_of_the_first(page: Page, server: PagesServer, gate: Path, tolerated: list[str]) -> None:
    tolerated += ["409", "ERR_FAILED"]
    asked = gated(server, gate)
    page.route(LIVE, lambda route: route.abort())
    page.goto(asked.page)
    expect(page.get_by_label("Trout")).to_be_visible()
    asked.begin("others")
    offer(page, "Others").click()
    expect(page.get_by_text("“Others” is already running")).to_be_visible()
    expect(at_work(page, "Others")).to_be_visible()
    open_gate(gate)
    expect(page.get_by_label("Plum cake")).to_be_visible()


def test_two_at_once_are_both_followed(page: Page, server: PagesServer, tmp_path: Path) -> None:
    definition = dinner(
        select(
            work("soup", "Lentil soup", gate="first", mode="merge"),
            work("cake", "Plum cake", gate="second", mode="merge", concurrency="parallel"),
        )
    )
    first, second = tmp_path / "first", tmp_path / "second"
    page.goto(ask(server, definition, first=str(first), second=str(second)).page)
    offer(page, "Soup").click()
    expect(at_work(page, "Soup")).to_be_visible()
    offer(page, "Cake").click()
    expect(at_work(page, "Cake")).to_be_visible()
    open_gate(second)
    expect(page.get_by_label("Plum cake")).to_be_visible()
    expect(at_work(page, "Soup")).to_be_visible()
    open_gate(first)
    expect(page.get_by_label("Lentil soup")).to_be_visible()
    expect(page.get_by_label("Plum cake")).to_be_visible()


def test_answer_stops_what_is_under_way(page: Page, server: PagesServer, gate: Path) -> None:
    asked = gated(server, gate)
    page.goto(asked.page)
    page.get_by_label("Trout").check()
    offer(page, "Others").click()
    expect(at_work(page, "Others")).to_be_visible()
    button(page, "Go on with “Trout”").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")
    [ended] = server.call("GET", f"/runs/{asked.run_id}/sub-actions")["items"]
    assert ended["status"] == "cancelled"


def test_answer_waits_where_the_work_must_end_first(
    page: Page, server: PagesServer, gate: Path, tolerated: list[str]
) -> None:
    tolerated.append("409")
    page.goto(gated(server, gate, on_answer="block").page)
    page.get_by_label("Trout").check()
    offer(page, "Others").click()
    expect(page.get_by_text("“Others” has to end first, or be stopped.")).to_be_visible()
    button(page, "Go on with “Trout”").click()
    expect(page.get_by_text("Not yet: work on this question is under way")).to_be_visible()
    button(page, "Stop Others").click()
    expect(page.get_by_text("“Others” was stopped")).to_be_visible()
    button(page, "I see").click()
    button(page, "Go on with “Trout”").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")


def test_earlier_versions_can_be_looked_at(page: Page, server: PagesServer, check_access: Check) -> None:
    asked = ask(server, dinner(select(work("others", "Plum cake", feedback=FEEDBACK))))
    asked.act("others", feedback="something sweet")
    page.goto(asked.page)
    page.get_by_text("Earlier versions (1)").click()
    page.get_by_role("button", name="As it was first").click()
    earlier = page.get_by_role("region", name="The earlier version")
    expect(earlier.get_by_text("Beetroot salad", exact=True)).to_be_visible()
    expect(page.get_by_label("Plum cake")).to_be_visible()
    check_access(page, "earlier versions")


def test_server_that_restarts_in_the_middle_finishes_the_work_before_the_open_page(
    browser: Browser, built: None, tmp_path: Path, gate: Path
) -> None:
    context = browser.new_context(viewport=SIZES["wide"])
    page = context.new_page()
    settings: dict[str, Any] = {
        "INTERLUDE_DATA_DIR": str(tmp_path / "data"),
        "INTERLUDE_MODULES": "tests.fixtures.page_modules",
    }
    with pages_server(tmp_path / "first", **settings) as first:
        port = urlsplit(first.url).port
        asked = gated(first, gate)
        page.goto(first.url + asked.page)
        page.get_by_label("Trout").check()
        offer(page, "Others").click()
        expect(at_work(page, "Others").get_by_text("Half of it is done")).to_be_visible()
    expect(page.get_by_text("No connection to the server")).to_be_visible()
    expect(page.get_by_label("Trout")).to_be_checked()
    with pages_server(tmp_path / "second", port=port, **settings):
        expect(page.get_by_text("No connection to the server")).to_have_count(0)
        open_gate(gate)
        expect(page.get_by_label("Plum cake")).to_be_visible(timeout=30_000)
        expect(at_work(page, "Others")).to_have_count(0)
    context.close()


def test_start_that_is_not_answered_can_be_given_up(
    page: Page, server: PagesServer, gate: Path, tolerated: list[str]
) -> None:
    tolerated.append("502")
    asked = gated(server, gate)
    page.route("**/sub-action", lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>Bad</h1>"))
    page.goto(asked.page)
    offer(page, "Others").click()
    at_work(page, "Others").get_by_role("button", name="Stop").click()
    expect(at_work(page, "Others")).to_have_count(0)
    page.unroute("**/sub-action")
    open_gate(gate)
    offer(page, "Others").click()
    expect(done(page, "Others")).to_be_visible()
    expect(page.locator("body")).not_to_be_focused()
