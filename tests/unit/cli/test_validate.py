import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import json_lines, run_command

Json = dict[str, Any]

pytestmark = pytest.mark.usefixtures("folder")


def write(folder: Path, name: str, *modules: Json) -> Path:
    """A workflow whose one step is in a file of its own."""
    home = folder / name
    (home / "steps").mkdir(parents=True)
    step = {"step_id": "first", "modules": list(modules)}
    (home / "steps" / "first.json").write_text(json.dumps(step))
    document = {"workflow_id": name, "name": name, "steps": [{"$ref": "steps/first.json"}]}
    (home / "workflow.json").write_text(json.dumps(document))
    return home


def setting(**inputs: Any) -> Json:
    return {"module_id": "core.set", "name": "keep", "inputs": {"values": inputs}}


def test_valid_workflow_exits_with_0(folder: Path) -> None:
    result = run_command("validate", str(write(folder, "good", setting(a=1))))
    assert result.exit_code == 0, result.output
    assert "good" in result.stdout


def test_problem_is_named_with_its_file_and_the_place_in_it(folder: Path) -> None:
    broken = setting(a=1) | {"module_id": "core.sett"}
    result = run_command("validate", str(write(folder, "bad", broken)))
    assert result.exit_code == 1
    assert "steps/first.json#/modules/0/module_id" in result.stdout
    assert "core.set" in result.stdout


def test_json_has_the_pointer_into_the_whole_document(folder: Path) -> None:
    write(folder, "bad", setting(a=1) | {"module_id": "core.sett"})
    (report,) = json_lines(run_command("validate", "bad", "--json"))
    assert report["valid"] is False
    assert report["problems"][0]["pointer"] == "/steps/0/modules/0/module_id"


def test_folder_of_workflows_is_checked_whole(folder: Path) -> None:
    write(folder, "a", setting(a=1))
    write(folder, "b", setting(a=1) | {"nonsense": 1})
    reports = json_lines(run_command("validate", ".", "--json"))
    assert [(report["workflow_id"], report["valid"]) for report in reports] == [("a", True), ("b", False)]


def test_missing_file_is_named(folder: Path) -> None:
    home = write(folder, "bad", setting(a=1))
    (home / "steps" / "first.json").unlink()
    result = run_command("validate", str(home))
    assert result.exit_code == 1
    assert "There is no file steps/first.json. workflow.json refers to it." in result.stdout


def test_folder_without_a_workflow_exits_with_2() -> None:
    assert run_command("validate", ".").exit_code == 2
