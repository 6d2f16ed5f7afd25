"""The example modules of the docs run as they stand there."""

import json
import runpy
from typing import Any

import pytest

from backend.core.config import bundled_workflows
from tests.workflows.conftest import EXAMPLES, Person

MODULES_PAGE = bundled_workflows().parent / "docs" / "modules.md"


async def test_shout_in_a_workflow_gives_capitals(person: Person) -> None:
    module = {
        "module_id": "demo.shout",
        "name": "shout_it",
        "inputs": {"text": "hey", "times": 2},
        "outputs_to_state": ["text"],
    }
    run = await person.starts(await _saved(person, module))
    assert (await person.sees_end(run)).output["text"] == "HEY! HEY!"


async def test_shout_without_a_text_fails_with_its_sentence(person: Person) -> None:
    module = {"module_id": "demo.shout", "name": "shout_it", "inputs": {"text": " "}}
    run = await person.starts(await _saved(person, module))
    error = (await person.sees_end(run)).error or {}
    assert "There is nothing to shout" in error["message"]


async def test_name_it_as_on_the_page_suggests_more_names_while_it_waits(person: Person) -> None:
    run = await person.starts(await _saved(person, _module_on_the_page()))
    question = await person.is_asked(run, "name_it")
    ended, question = await person.uses(question, "more_names")
    assert ended.status == "completed"
    assert question.data["suggestions"] == ["Old Boat", "Quiet Boat", "Bright Boat", "Second Boat"]
    await person.answers(question, {"name": "Quiet Boat"})
    assert (await person.sees_end(run)).output["chosen_name"] == "Quiet Boat"


def test_the_test_on_the_page_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    runpy.run_path(str(EXAMPLES / "test_shout.py"))["test_shout_twice_repeats_the_text"]()


def _module_on_the_page() -> dict[str, Any]:
    page = MODULES_PAGE.read_text()
    module: dict[str, Any] = json.loads(page.split("```json module\n")[1].split("```")[0])
    return module


async def _saved(person: Person, module: dict[str, Any]) -> str:
    document = {
        "workflow_id": "example",
        "name": "Example",
        "initial_state": {"subject": "Boat", "names": ["Old Boat"]},
        "steps": [{"step_id": "one", "modules": [module]}],
    }
    await person.engine.create_workflow(document, actor="ada")
    return "example"
