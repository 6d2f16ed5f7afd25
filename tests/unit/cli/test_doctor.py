from pathlib import Path

import pytest

from tests.fixtures.http_server import local_server
from tests.unit.cli.conftest import json_lines, run_command

pytestmark = pytest.mark.usefixtures("folder")

MEMORY = {"MONGODB_URI": "memory://", "INTERLUDE_PORT": "0"}


def levels(**env: str) -> dict[str, str]:
    return {line["check"]: line["level"] for line in json_lines(run_command("doctor", "--json", env=MEMORY | env))}


def test_healthy_machine_has_no_failures() -> None:
    result = run_command("doctor", env=MEMORY)
    assert result.exit_code == 0, result.output


def test_memory_is_a_warning() -> None:
    assert levels()["database"] == "warn"


def test_taken_port_fails_and_exits_with_5() -> None:
    with local_server() as other:
        other.route("/api/v1/workflows", body=b"not ours")
        result = run_command("doctor", env=MEMORY | {"INTERLUDE_PORT": str(other.port)})
    assert result.exit_code == 5
    assert "INTERLUDE_PORT" in result.stdout


def test_wrong_setting_fails_alone() -> None:
    assert levels(INTERLUDE_LEASE_SECONDS="soon") == {"python": "ok", "settings": "fail"}


def test_missing_mongod_fails_with_what_to_do() -> None:
    found = json_lines(run_command("doctor", "--json", env={"INTERLUDE_PORT": "0", "INTERLUDE_MONGOD_PATH": "nowhere"}))
    database = next(line for line in found if line["check"] == "database")
    assert database["level"] == "fail"
    assert "INTERLUDE_MONGOD_PATH" in database["message"]


@pytest.mark.parametrize(
    ("provider", "check"), [("INTERLUDE_LLM_PROVIDER", "text"), ("INTERLUDE_MEDIA_PROVIDER", "pictures")]
)
def test_provider_without_its_key_fails(provider: str, check: str) -> None:
    assert levels(**{provider: "openai"})[check] == "fail"


def test_open_host_without_tokens_fails() -> None:
    assert levels(INTERLUDE_HOST="0.0.0.0")["access"] == "fail"


def test_data_folder_is_not_left_behind(folder: Path) -> None:
    levels(MONGODB_URI="", INTERLUDE_DATA_DIR="fresh")
    assert not (folder / "fresh").exists()
