"""What the README and the pages beside it name exists: files, commands, settings, calls, codes. Their JSON is JSON."""

import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer

from backend.cli.checking import check_path
from backend.cli.connection import ClientSettings
from backend.cli.main import app as cli
from backend.core import errors
from backend.core.config import Settings, load_settings, variable_name
from backend.server.app import create_app
from backend.server.modules.registry import load_registry
from tests.docs.pages import LINK, PAGES, ROOT, Block, anchors_of, blocks, commands, prose_of, text_of

SPLICED = re.compile(r"'\"?\$\w+\"?'")
BODY = re.compile(r" -d '((?:[^']|'\"?\$\w+\"?')*)'")
VARIABLE = re.compile(r"\b(?:INTERLUDE_[A-Z_]*[A-Z]|MONGODB_URI)\b")
CALL = re.compile(r"\$A(/[^\s\"')]*)")
LISTED_CALL = re.compile(r"`(GET|POST|PUT|DELETE) (/[^`\s]*)`")
CODE = re.compile(r"`([a-z]+(?:_[a-z]+)+)`")
ROW = re.compile(r"^\| `((?:INTERLUDE|MONGODB)_[A-Z_]+)` \| (.+?) \|", re.MULTILINE)


@pytest.fixture(scope="module")
def calls() -> dict[str, set[str]]:
    """Path templates below /api/v1, and others as they are, with their methods."""
    paths = create_app(Settings(MONGODB_URI="memory://")).openapi()["paths"]
    return {path.removeprefix("/api/v1"): {method.upper() for method in methods} for path, methods in paths.items()}


@pytest.mark.parametrize("block", blocks("sh"), ids=str)
def test_bodies_in_curl_examples_are_json(block: Block) -> None:
    for body in BODY.findall(block.body.replace("\\\n", "")):
        json.loads(SPLICED.sub("0" if "'\"$" in body else "id", body))


@pytest.mark.parametrize("block", blocks("json"), ids=str)
def test_json_blocks_are_json(block: Block) -> None:
    json.loads(block.body)


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for target in LINK.findall(prose_of(page)):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert file.exists(), target
        assert not anchor or anchor in anchors_of(str(file.resolve().relative_to(ROOT))), target


@pytest.mark.parametrize("page", PAGES)
def test_files_that_are_sent_exist(page: str) -> None:
    assert [name for name in re.findall(r"-d @(\S+)", text_of(page)) if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("page", PAGES)
def test_settings_exist(page: str) -> None:
    known = {variable_name((field,)) for model in (Settings, ClientSettings) for field in model.model_fields}
    known |= set(VARIABLE.findall((ROOT / "docker-compose.yml").read_text()))
    assert sorted(set(VARIABLE.findall(text_of(page))) - known) == []


@pytest.mark.parametrize("page", ["README.md", "docs/running.md"])
def test_defaults_in_tables_are_the_defaults(page: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for variable in VARIABLE.findall((ROOT / ".env.example").read_text()):
        monkeypatch.delenv(variable, raising=False)
    defaults = {variable_name((name,)): _written(value) for name, value in load_settings()}
    said = {name: "" if value == "empty" else value.strip("`") for name, value in ROW.findall(text_of(page))}
    assert said
    assert {name: defaults[name] for name in said} == said


def _written(value: Any) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, bool | dict):
        return json.dumps(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_terminal_commands_and_their_options_exist() -> None:
    found = commands("interlude")
    assert found
    for block, words in found:
        assert _unknown(words) == [], str(block)


def _unknown(words: list[str]) -> list[str]:
    """The words that name no command, or no option of it."""
    command: Any = typer.main.get_command(cli)
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        name, *words = words
        if name not in command.commands:
            return [name]
        command = command.commands[name]
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    return [word for word in words if word.startswith("-") and word not in options]


def test_make_targets_exist() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert [words[0] for _, words in commands("make") if words[0] not in targets] == []


@pytest.mark.parametrize("block", blocks("sh"), ids=str)
def test_calls_in_curl_examples_exist(block: Block, calls: dict[str, set[str]]) -> None:
    for path in CALL.findall(block.body):
        assert any(_fits(path.partition("?")[0], template) for template in calls), path


def _fits(path: str, template: str) -> bool:
    return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) is not None


@pytest.mark.parametrize("page", PAGES)
def test_calls_that_are_listed_exist(page: str, calls: dict[str, set[str]]) -> None:
    assert [(verb, path) for verb, path in LISTED_CALL.findall(text_of(page)) if verb not in calls.get(path, ())] == []


def test_problem_codes_exist() -> None:
    known = {cls.code for _, cls in inspect.getmembers(errors, inspect.isclass) if hasattr(cls, "code")}
    table = text_of("docs/api.md").partition("## Problems")[2].partition("## Events")[0]
    rows = "\n".join(line for line in table.splitlines() if re.match(r"\| \d", line))
    assert sorted(set(CODE.findall(rows)) - known - {"correlation_id"}) == []


def test_every_call_but_the_second_address_is_listed(calls: dict[str, set[str]]) -> None:
    listed = {path for _, path in LISTED_CALL.findall(text_of("docs/api.md") + text_of("docs/running.md"))}
    assert sorted(set(calls) - listed - {"/workflows/list"}) == []


def test_module_on_the_page_is_the_example() -> None:
    (shown,) = (block for block in blocks("python") if block.page == "README.md")
    assert shown.body == (ROOT / "docs/examples/shout.py").read_text()


@pytest.fixture
def with_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "examples"))


def _definitions() -> list[str]:
    whole = [block for block in blocks("json") if "workflow" in block.info]
    shown = [block.body for block in whole if not any(word.startswith("in=") for word in block.info)]
    return [*shown, (ROOT / "docs/examples/slow.json").read_text()]


@pytest.mark.usefixtures("with_examples")
@pytest.mark.parametrize("definition", _definitions(), ids=["tea", "party", "slow"])
def test_workflows_on_the_pages_are_valid(definition: str, tmp_path: Path) -> None:
    (tmp_path / "workflow.json").write_text(definition)
    (report,) = check_path(tmp_path, load_registry(["shout", "nap"]))
    assert report.problems == ()
