"""What all commands have in common: help, version, servers, tokens, exit codes."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from backend import __version__
from tests.fixtures.fake_api import FakeApi
from tests.unit.cli.conftest import Interlude, run_command

HEAVY = ("fastapi", "httpx", "jsonschema", "motor", "numpy", "openai", "pydantic", "pymongo", "uvicorn")


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_version_is_shown() -> None:
    assert run_command("--version").stdout == f"interlude {__version__}\n"


def test_help_explains_the_exit_codes() -> None:
    shown = " ".join(run_command("--help").stdout.split())
    assert "3 not found" in shown
    assert "5 no server" in shown


def test_help_loads_no_heavy_library() -> None:
    code = f"import sys; import backend.cli.main; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_unknown_option_exits_with_2() -> None:
    assert run_command("runs", "ls", "--nonsense").exit_code == 2


@pytest.mark.usefixtures("folder")
def test_server_that_does_not_answer_exits_with_5(closed_port: int) -> None:
    result = run_command("runs", "ls", "--server", f"http://127.0.0.1:{closed_port}")
    assert result.exit_code == 5
    assert "interlude serve" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("folder")
def test_run_on_a_named_server_that_does_not_answer_starts_no_engine(closed_port: int) -> None:
    result = run_command("run", "story", "--server", f"http://127.0.0.1:{closed_port}")
    assert result.exit_code == 5


@pytest.mark.usefixtures("folder")
def test_address_that_is_none_exits_with_2() -> None:
    assert run_command("runs", "ls", "--server", "localhost").exit_code == 2


def test_token_is_sent(api: FakeApi, interlude: Interlude) -> None:
    api.token = "a-token-of-the-server"
    assert interlude("runs", "ls", env={"INTERLUDE_TOKEN": api.token}).exit_code == 0


def test_missing_token_exits_with_5(api: FakeApi, interlude: Interlude) -> None:
    api.token = "a-token-of-the-server"
    result = interlude("runs", "ls")
    assert result.exit_code == 5
    assert "needs a token" in result.stderr


def test_own_server_tokens_are_not_sent_to_a_named_server(api: FakeApi, interlude: Interlude) -> None:
    interlude("runs", "ls", env={"INTERLUDE_API_TOKENS": "a-secret-of-this-machine"})
    assert all("authorization" not in headers for _, _, headers in api.requests)


def test_server_of_these_settings_is_found_without_naming_it(url: str, folder: Path) -> None:
    assert run_command("runs", "ls", env={"INTERLUDE_PORT": url.rpartition(":")[2]}).exit_code == 0


@pytest.mark.usefixtures("folder")
def test_wrong_setting_is_named_and_exits_with_5() -> None:
    result = run_command("serve", env={"INTERLUDE_PORT": "http"})
    assert result.exit_code == 5
    assert "INTERLUDE_PORT" in result.stderr
