"""Settings from the environment."""

from pathlib import Path

import pytest

from backend.core.config import Settings, bundled_workflows, load_settings, workflows_folder
from backend.core.errors import SetupError

Environment = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def empty_place(monkeypatch: Environment, tmp_path: Path) -> None:
    """No `.env` of the checkout, and none of the variables that the machine may have set."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"INTERLUDE_{name.upper()}", raising=False)
    monkeypatch.delenv("MONGODB_URI", raising=False)


def test_without_any_setting_the_database_is_embedded() -> None:
    settings = load_settings()

    assert settings.embedded
    assert not settings.in_memory


def test_memory_uri_means_memory(monkeypatch: Environment) -> None:
    monkeypatch.setenv("MONGODB_URI", "memory://")

    settings = load_settings()

    assert settings.in_memory
    assert not settings.embedded


def test_empty_variable_counts_as_unset(monkeypatch: Environment) -> None:
    monkeypatch.setenv("MONGODB_URI", "")
    monkeypatch.setenv("INTERLUDE_PORT", "")

    assert load_settings().embedded
    assert load_settings().port == 8000


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MONGODB_URI", "postgres://host"),
        ("INTERLUDE_PORT", "70000"),
        ("INTERLUDE_PORT", "http"),
        ("INTERLUDE_LEASE_SECONDS", "0"),
        ("INTERLUDE_API_TOKENS", "short"),
        ("INTERLUDE_MONGODB_DATABASE", "a b"),
        ("INTERLUDE_LLM_PROVIDER", "oracle"),
        ("INTERLUDE_MAX_NESTING_DEPTH", "-1"),
        ("INTERLUDE_SECRETS", '["a"]'),
    ],
)
def test_wrong_value_is_refused_and_its_variable_named(monkeypatch: Environment, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(SetupError, match=rf"\b{variable}: .*") as caught:
        load_settings()

    assert ".env.example" in caught.value.message


def test_every_wrong_variable_is_named_at_once(monkeypatch: Environment) -> None:
    monkeypatch.setenv("INTERLUDE_PORT", "x")
    monkeypatch.setenv("INTERLUDE_LOG_LEVEL", "loud")

    with pytest.raises(SetupError, match=r"(?s)INTERLUDE_PORT.*INTERLUDE_LOG_LEVEL"):
        load_settings()


def test_refused_token_is_not_shown(monkeypatch: Environment) -> None:
    monkeypatch.setenv("INTERLUDE_API_TOKENS", "hunter2")

    with pytest.raises(SetupError) as caught:
        load_settings()

    assert "hunter2" not in str(caught.value)


def test_lists_are_comma_separated(monkeypatch: Environment) -> None:
    monkeypatch.setenv("INTERLUDE_API_TOKENS", f" {'a' * 16} ,, {'b' * 20}")
    monkeypatch.setenv("INTERLUDE_MODULES", "shop.modules, media.modules,")

    settings = load_settings()

    assert [token.get_secret_value() for token in settings.api_tokens] == ["a" * 16, "b" * 20]
    assert settings.modules == ["shop.modules", "media.modules"]


def test_secrets_do_not_show_in_the_settings(monkeypatch: Environment) -> None:
    monkeypatch.setenv("INTERLUDE_SECRETS", '{"key": "hunter2"}')
    monkeypatch.setenv("INTERLUDE_LLM_API_KEY", "hunter3")

    shown = repr(load_settings())

    assert "hunter" not in shown


def test_dot_env_file_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("INTERLUDE_PORT=9001\nUNKNOWN=1\n")

    assert load_settings().port == 9001


def test_folder_of_workflows_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="INTERLUDE_WORKFLOWS_DIR"):
        workflows_folder(load_settings(workflows_dir=tmp_path / "absent"))


def test_local_workflows_win_over_the_bundled_ones(tmp_path: Path) -> None:
    assert workflows_folder(load_settings()) == bundled_workflows()

    (tmp_path / "workflows").mkdir()

    assert workflows_folder(load_settings()) == Path("workflows")
