"""The catalogue of modules: found, read, and copied."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SIZES, Check
from tests.fixtures.pages_server import PagesServer

Json = dict[str, Any]


def test_modules_are_searched_and_the_search_is_kept_over_a_reload(page: Page) -> None:
    page.goto("/modules")
    page.get_by_role("textbox", name="Search modules").fill("person options")
    found = page.get_by_role("navigation", name="Modules").get_by_role("link")
    expect(found).to_have_count(1)
    expect(page).to_have_url(re.compile(r"q=person"))
    page.reload()
    expect(page.get_by_role("textbox", name="Search modules")).to_have_value("person options")
    expect(found).to_contain_text(["user.select"])


def test_modules_are_filtered_by_what_they_do_and_grouped(page: Page) -> None:
    page.goto("/modules")
    page.get_by_role("combobox", name="What they do").select_option("Ask a person")
    catalogue = page.get_by_role("navigation", name="Modules")
    people = catalogue.get_by_role("region", name="People")
    expect(people.get_by_role("link")).to_contain_text(["user.approve", "user.form", "user.review", "user.select"])
    expect(catalogue.get_by_text("core.set")).to_have_count(0)
    page.get_by_role("textbox", name="Search modules").fill("no such thing")
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    page.get_by_role("link", name="Show all modules").click()
    expect(catalogue.get_by_text("core.set")).to_be_visible()


def test_module_tells_what_it_takes_and_gives(page: Page) -> None:
    page.goto("/modules")
    page.get_by_role("link", name=re.compile("user.select")).click()
    article = page.get_by_role("article", name="user.select")
    expect(article).to_contain_text("Asks a person: the run waits for the answer.")
    options = article.get_by_role("table", name="Inputs").get_by_role("row", name=re.compile("^options"))
    expect(options).to_contain_text("required")
    expect(options).to_contain_text("list of values or object")
    expect(article.get_by_role("table", name="Outputs")).to_contain_text("selected_index")
    expect(page).to_have_url(re.compile(r"type=user.select"))
    page.keyboard.press("Escape")
    expect(article).to_have_count(0)


def test_every_example_is_valid_as_it_is_copied(page: Page, server: PagesServer) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for module in server.call("GET", "/modules")["items"]:
        module_id = module["module_id"]
        if module_id.startswith(("lab.", "page.")):
            continue
        page.goto(f"/modules?type={module_id}")
        page.get_by_role("button", name="Copy the example").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        snippet = json.loads(page.evaluate("navigator.clipboard.readText()"))
        step = {"step_id": "only", "modules": [snippet]}
        document = {"workflow_id": "example", "name": "Example", "steps": [step]}
        checked = server.call("POST", "/workflows/validate", json=document)
        assert (module_id, checked) == (module_id, {"valid": True, "problems": []})


def test_module_that_is_not_installed_is_told(page: Page) -> None:
    page.goto("/modules?type=no.such")
    expect(page.get_by_text("This server has no module no.such")).to_be_visible()


def test_modules_are_walked_with_keys(page: Page) -> None:
    page.goto("/modules?q=user.")
    expect(page.get_by_role("navigation", name="Modules").get_by_role("link").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article", name="user.form")).to_be_visible()


@pytest.fixture
def browser_context_args(browser_context_args: Json, request: pytest.FixtureRequest) -> Json:
    theme, size = getattr(request, "param", ("light", "wide"))
    return {**browser_context_args, "color_scheme": theme, "viewport": SIZES[size]}


@pytest.mark.parametrize("browser_context_args", [("light", "small")], indirect=True, ids="_".join)
def test_modules_are_reached_on_a_small_screen(page: Page) -> None:
    page.goto("/inbox")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Modules").click()
    page.get_by_role("link", name=re.compile("user.form")).click()
    expect(page.get_by_role("article", name="user.form")).to_be_visible()
    expect(page.get_by_role("textbox", name="Search modules")).to_have_count(0)
    page.get_by_role("link", name="All modules").click()
    expect(page.get_by_role("textbox", name="Search modules")).to_be_visible()


@pytest.mark.parametrize(
    "browser_context_args",
    [(theme, size) for theme in ("light", "dark") for size in SIZES],
    indirect=True,
    ids="_".join,
)
def test_pages_of_modules_are_open_to_everybody(
    page: Page, check_access: Check, shoot: Check, request: pytest.FixtureRequest
) -> None:
    variant = request.node.callspec.id
    for name, query in {"module": "type=api.llm", "none": "q=no+such+thing", "gone": "type=no.such"}.items():
        page.goto(f"/modules?{query}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Modules")
        if name == "module":
            expect(page.locator(".cm-content")).to_be_visible()
        check_access(page, f"{name}, {variant}")
        shoot(page, f"modules_{name}_{variant}")
