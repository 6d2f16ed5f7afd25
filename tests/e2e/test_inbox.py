"""The inbox: what waits for a person, answered in place or on a page of its own."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import SIZES, Check
from tests.e2e.stories import Asked, Json, ask, dinner, module, select, work
from tests.fixtures.pages_server import PagesServer, pages_server

INTO = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"


@pytest.fixture
def own(built: None, tmp_path: Path) -> Iterator[PagesServer]:
    """A server whose inbox is this test's alone."""
    with pages_server(
        tmp_path / "log", MONGODB_URI="memory://", INTERLUDE_MODULES="tests.fixtures.page_modules"
    ) as running:
        yield running


@pytest.fixture
def base_url(own: PagesServer) -> str:
    return own.url


def approval(title: str) -> Json:
    return dinner(module("user.approve", "sign", {"title": title, "content": "A notice"}), name="Notice")


def rows(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Open questions").get_by_role("link")


def preview(page: Page) -> Locator:
    return page.locator("#question")


def three(own: PagesServer) -> list[Asked]:
    """The newest one is a choice."""
    return [ask(own, approval("First notice")), ask(own, approval("Second notice")), ask(own, dinner(select()))]


def test_empty_inbox_leads_to_a_start_and_to_what_was_answered_last(page: Page, own: PagesServer) -> None:
    page.goto("/inbox")
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    expect(page.get_by_role("link", name="Start a run")).to_be_visible()
    ask(own, approval("Publish it?"))
    preview(page).get_by_role("button", name="Approve").click()
    expect(page.get_by_text("You answered last")).to_be_visible()
    page.locator("main").get_by_role("link", name="Publish it?").click()
    expect(page.get_by_text("Answered just now")).to_be_visible()


def test_rows_say_what_is_asked_where_and_how_much(page: Page, own: PagesServer) -> None:
    three(own)
    page.goto("/inbox")
    expect(rows(page)).to_have_count(3)
    expect(rows(page).first).to_contain_text("Which dishes?")
    expect(rows(page).first).to_contain_text(f"Dinner {INTO} Dinner")
    expect(rows(page).first).to_contain_text("Choose · 3 options")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    expect(page.get_by_text("3 open questions")).to_be_visible()
    expect(page).to_have_title(re.compile(r"^\(3\) Inbox"))


def test_first_question_is_open_and_the_others_are_unread(page: Page, own: PagesServer) -> None:
    three(own)
    page.goto("/inbox")
    expect(preview(page).get_by_label("Trout")).to_be_visible()
    expect(rows(page).filter(has_text="Unread")).to_have_count(2)
    page.keyboard.press("j")
    expect(preview(page).get_by_role("heading", name="Second notice")).to_be_visible()
    expect(rows(page).filter(has_text="Unread")).to_have_count(1)
    page.reload()
    expect(preview(page).get_by_role("heading", name="Second notice")).to_be_visible()
    expect(rows(page).filter(has_text="Unread")).to_have_count(1)


def test_filters_are_in_the_address_and_survive_a_reload(page: Page, own: PagesServer) -> None:
    three(own)
    page.goto("/inbox")
    page.get_by_label("Kind").select_option("approve")
    expect(rows(page)).to_have_count(2)
    page.get_by_label("Order").select_option("oldest")
    expect(rows(page).first).to_contain_text("First notice")
    page.get_by_label("Search in the inbox").fill("second")
    expect(rows(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"kind=approve.*q=second|q=second.*kind=approve"))
    page.reload()
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_text("1 of 3 open questions")).to_be_visible()
    page.get_by_label("Search in the inbox").fill("nothing like it")
    expect(page.get_by_text("No open question fits")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").first.click()
    expect(rows(page)).to_have_count(3)


def test_answer_in_place_goes_on_to_the_next(page: Page, own: PagesServer) -> None:
    first, second, dishes = three(own)
    page.goto("/inbox")
    preview(page).get_by_label("Trout").check()
    preview(page).get_by_role("button", name="Go on with").click()
    expect(rows(page)).to_have_count(2)
    expect(preview(page).get_by_role("heading", name="Second notice")).to_be_visible()
    expect(page.get_by_text("The run has completed.")).to_be_visible()
    assert dishes.output()["dishes"]
    assert first.output() is None
    assert second.output() is None


def test_next_question_of_the_same_run_comes_before_the_others(page: Page, own: PagesServer) -> None:
    ask(own, approval("First notice"))
    ask(own, dinner(select(), module("user.approve", "taste", {"title": "Does it taste?"})))
    page.goto("/inbox")
    preview(page).get_by_label("Trout").check()
    preview(page).get_by_role("button", name="Go on with").click()
    expect(preview(page).get_by_role("heading", name="Does it taste?")).to_be_visible()


def test_whole_inbox_is_answered_from_the_keyboard(page: Page, own: PagesServer) -> None:
    three(own)
    page.goto("/inbox")
    expect(preview(page).get_by_label("Trout")).to_be_visible()
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    for title in ("Second notice", "First notice"):
        expect(preview(page).get_by_role("heading", name=title)).to_be_visible()
        page.keyboard.press("a")
        page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()


def test_new_question_comes_by_itself_and_leaves_the_open_one_alone(page: Page, own: PagesServer) -> None:
    ask(own, dinner(select()))
    page.goto("/inbox")
    preview(page).get_by_label("Trout").check()
    ask(own, approval("Urgent"))
    expect(rows(page)).to_have_count(2)
    expect(rows(page).first).to_contain_text("Urgent")
    expect(preview(page).get_by_label("Trout")).to_be_checked()


def test_question_that_another_person_answers_says_so_and_leaves_the_list(page: Page, own: PagesServer) -> None:
    asked = ask(own, dinner(select()))
    ask(own, approval("Urgent"))
    page.goto(f"/inbox?sel={asked.interaction_id}")
    expect(preview(page).get_by_label("Trout")).to_be_visible()
    asked.answer({"selected": 0})
    expect(rows(page)).to_have_count(1)
    expect(preview(page).get_by_text("Answered just now")).to_be_visible()


def test_sub_action_works_in_place(page: Page, own: PagesServer) -> None:
    ask(own, dinner(select(work("others", "Plum cake"))))
    page.goto("/inbox")
    preview(page).get_by_role("button", name="Others").click()
    expect(preview(page).get_by_label("Plum cake")).to_be_visible()


def test_question_of_a_child_is_there_once_with_what_it_is_part_of(page: Page, own: PagesServer) -> None:
    run = own.start_run("campaign", topic="our library opens on Sundays")
    own.question_of(run)
    page.goto("/inbox?workflow=cc")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text(f"Content creation {INTO} User input")
    expect(rows(page)).to_contain_text(f"Part of Campaign {INTO} Campaign: one part")


def test_small_window_has_the_list_then_the_question_on_its_own_page(
    browser: Browser, own: PagesServer, check_access: Check, shoot: Check
) -> None:
    three(own)
    context = browser.new_context(base_url=own.url, viewport=SIZES["small"], has_touch=True)
    page = context.new_page()
    page.goto("/inbox")
    expect(rows(page)).to_have_count(3)
    expect(preview(page)).to_have_count(0)
    check_access(page, "inbox, small")
    shoot(page, "inbox_small")
    rows(page).first.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which dishes?")
    page.get_by_label("Trout").check()
    page.get_by_role("button", name="Go on with").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")
    expect(rows(page)).to_have_count(2)
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_inbox_is_open_to_everybody(
    browser: Browser, own: PagesServer, check_access: Check, shoot: Check, theme: Any
) -> None:
    context = browser.new_context(base_url=own.url, viewport=SIZES["wide"], color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/inbox")
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    check_access(page, f"empty inbox, {theme}")
    three(own)
    own.question_of(own.start_run("campaign", topic="our library opens on Sundays"))
    expect(rows(page)).to_have_count(5)
    check_access(page, f"inbox, {theme}")
    shoot(page, f"inbox_with_questions_{theme}")
    page.get_by_label("Search in the inbox").fill("nothing like it")
    expect(page.get_by_text("No open question fits")).to_be_visible()
    check_access(page, f"inbox that is filtered, {theme}")
    context.close()
