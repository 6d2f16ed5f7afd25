"""`.env.example` says all that can be set, and says the truth about defaults."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from dotenv import dotenv_values

from backend.cli.connection import ClientSettings
from backend.core.config import Settings, load_settings, variable_name

EXAMPLE = Path(__file__).resolve().parents[2] / ".env.example"


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in dotenv_values(EXAMPLE):
        monkeypatch.delenv(name, raising=False)


def test_example_names_every_setting_once_and_no_other() -> None:
    written = re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE)
    known = [variable_name((field,)) for model in (Settings, ClientSettings) for field in model.model_fields]
    assert sorted(written) == sorted(known)


@pytest.mark.usefixtures("clean_environment")
def test_example_used_as_it_is_gives_the_defaults() -> None:
    assert load_settings(_env_file=EXAMPLE) == load_settings(_env_file=None)


def test_each_setting_has_a_sentence_above_it() -> None:
    lines = EXAMPLE.read_text().splitlines()
    settings = [(above, line) for above, line in pairwise(lines) if re.match(r"[A-Z_]+=", line)]
    assert [line for above, line in settings if not re.match(r"# .+\.$", above)] == []
