"""The definitions that come with Interlude, and the pages that explain them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter

from backend.core.config import bundled_workflows
from backend.server.definitions.checks import check_definition
from backend.server.definitions.loader import list_folders, load_folder
from backend.server.definitions.models import (
    Closed,
    ModuleDefinition,
    ResultMapping,
    StepDefinition,
    SubActionDefinition,
    WorkflowDefinition,
)
from backend.server.definitions.refs import is_file_ref
from backend.server.definitions.schema import definition_schema
from backend.server.modules.registry import Registry, load_registry
from backend.server.workflow.result_mapping import apply_result_mapping

WORKFLOWS = bundled_workflows()
FOLDERS = [folder.name for folder in list_folders(WORKFLOWS)]
DOCS = WORKFLOWS.parent / "docs"
FENCE = re.compile(r"^```(?P<info>[^\n]+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry()


@pytest.mark.parametrize("name", FOLDERS)
def test_bundled_folder_checked_has_no_problem(name: str, registry: Registry) -> None:
    assert check_definition(load_folder(WORKFLOWS / name), registry) == []


@pytest.mark.parametrize("name", FOLDERS)
def test_bundled_folder_against_the_published_schema_is_valid(name: str) -> None:
    errors = Draft202012Validator(definition_schema()).iter_errors(load_folder(WORKFLOWS / name))
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


@pytest.mark.parametrize("name", FOLDERS)
def test_bundled_folder_is_named_after_its_workflow(name: str) -> None:
    assert load_folder(WORKFLOWS / name)["workflow_id"] == name


@pytest.mark.parametrize("name", FOLDERS)
def test_every_file_of_a_bundled_folder_is_used(name: str) -> None:
    folder = WORKFLOWS / name
    used = {folder / "workflow.json", *_files_below(folder / "workflow.json")}
    assert {path for path in folder.rglob("*") if path.is_file()} == used


def _files_below(holder: Path) -> Iterator[Path]:
    if holder.suffix == ".json":
        for ref in _file_refs(json.loads(holder.read_text())):
            yield holder.parent / ref
            yield from _files_below(holder.parent / ref)


def _file_refs(value: Any) -> Iterator[str]:
    if is_file_ref(value):
        yield value["$ref"]
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _file_refs(child)


@dataclass(frozen=True)
class Snippet:
    """A fenced example: ```` ```json module in=hello/steps/1_greeting/step.json ````."""

    page: str
    line: int
    language: str
    kind: str | None
    source: str | None
    body: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def _snippets() -> Iterator[Snippet]:
    for page in ("workflows.md", "workflows-research.md", "workflows-campaign.md", "modules.md"):
        text = (DOCS / page).read_text()
        for fence in FENCE.finditer(text):
            language, *words = fence["info"].split()
            options = dict(word.split("=", 1) for word in words if "=" in word)
            kinds = [word for word in words if "=" not in word]
            line = text.count("\n", 0, fence.start()) + 1
            yield Snippet(page, line, language, kinds[0] if kinds else None, options.get("in"), fence["body"])


SNIPPETS = list(_snippets())
KINDS: dict[str, type[Closed]] = {
    "workflow": WorkflowDefinition,
    "step": StepDefinition,
    "module": ModuleDefinition,
    "sub_action": SubActionDefinition,
    "mapping": ResultMapping,
}


@pytest.mark.parametrize("snippet", [snippet for snippet in SNIPPETS if snippet.kind in KINDS], ids=str)
def test_definition_in_the_docs_fits_its_model(snippet: Snippet) -> None:
    value = json.loads(snippet.body)
    if snippet.kind == "workflow":
        value = {**value, "steps": [{"step_id": "one", "modules": [{"module_id": "core.set", "name": "two"}]}]}
    TypeAdapter(KINDS[snippet.kind or ""]).validate_python(value)


@pytest.mark.parametrize("snippet", [it for it in SNIPPETS if it.kind == "workflow" and not it.source], ids=str)
def test_whole_workflow_in_the_docs_has_no_problem(snippet: Snippet, registry: Registry) -> None:
    assert check_definition(json.loads(snippet.body), registry) == []


@pytest.mark.parametrize("snippet", [snippet for snippet in SNIPPETS if snippet.language == "json"], ids=str)
def test_json_in_the_docs_says_what_it_is(snippet: Snippet) -> None:
    json.loads(snippet.body)
    assert snippet.kind in {*KINDS, "schema"}


@pytest.mark.parametrize("snippet", [snippet for snippet in SNIPPETS if snippet.source], ids=str)
def test_example_taken_from_a_file_is_still_in_it(snippet: Snippet) -> None:
    root = DOCS if snippet.language == "python" else WORKFLOWS
    text = (root / str(snippet.source)).read_text()
    if snippet.language == "json":
        assert _holds(json.loads(text), json.loads(snippet.body))
    else:
        assert snippet.body in text


def _holds(value: Any, part: Any) -> bool:
    if value == part:
        return True
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_holds(child, part) for child in children)


def _mapping_rows() -> Iterator[tuple[str, Any, Any, Any]]:
    """Rows of the table of modes: mode, before, source, after. A row without a mode goes on with the last one."""
    mode = ""
    table = (DOCS / "workflows.md").read_text().split("| `mode` |")[1].split("\n\n")[0]
    for row in table.splitlines()[2:]:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        mode = cells[0].split("`")[1] if cells[0] else mode
        before, source, after = (json.loads(cell.strip("`")) for cell in cells[2:])
        yield mode, before, source, after


@pytest.mark.parametrize(("mode", "before", "source", "after"), list(_mapping_rows()))
def test_mode_in_the_docs_gives_what_the_table_says(mode: str, before: Any, source: Any, after: Any) -> None:
    mapping = ResultMapping.model_validate(
        {"source": "a", "target": "b", "mode": mode, "key": "id" if mode == "upsert" else None}
    )
    assert apply_result_mapping([mapping], {"a": source}, {"b": before}) == {"b": after}
