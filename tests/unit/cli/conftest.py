"""The commands as a person types them, against a fake server on loopback."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from backend.cli.main import app
from tests.fixtures.fake_api import FakeApi
from tests.fixtures.window import Window, closed_at_the_end

Interlude = Callable[..., Result]


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def url(api: FakeApi) -> Iterator[str]:
    with api.serving() as address:
        yield address


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, so that no `.env` of the developer is read."""
    monkeypatch.chdir(tmp_path)
    for name in ("INTERLUDE_SERVER", "INTERLUDE_TOKEN", "INTERLUDE_API_TOKENS", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def interlude(folder: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Interlude:
    """Runs a command; `typed` are the lines that the person types."""
    monkeypatch.setenv("INTERLUDE_SERVER", url)
    return run_command


def run_command(*arguments: str, typed: tuple[str, ...] = (), env: dict[str, str] | None = None) -> Result:
    lines = "".join(f"{line}\n" for line in typed)
    return CliRunner().invoke(app, arguments, input=lines, env={"COLUMNS": "160", **(env or {})})


def json_lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def windows() -> Iterator[list[Window]]:
    with closed_at_the_end() as opened:
        yield opened
