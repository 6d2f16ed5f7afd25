"""What the page about the runtime says is so: its script, its calls, its errors; and the examples run."""

import inspect
import json
import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from backend.core import errors
from backend.runtime import RunState, Runtime, WaitState, shared_database
from backend.server.modules.flow.calls import SubWorkflowInputs
from tests.docs.pages import ROOT, blocks, text_of

PAGE = "docs/runtime.md"
EXAMPLES = ROOT / "docs" / "examples"


def run_example(name: str, folder: Path) -> str:
    """What the script prints. Nothing of the environment's database is used."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("INTERLUDE_", "MONGODB_"))}
    env = {**kept, "PYTHONPATH": str(ROOT), "INTERLUDE_DATA_DIR": str(folder)}
    command = [sys.executable, str(EXAMPLES / name)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def section(title: str) -> str:
    return text_of(PAGE).partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_script_on_the_page_is_the_example_and_prints_what_the_page_says(tmp_path: Path) -> None:
    (shown,) = (block for block in blocks("python") if block.page == PAGE)
    (printed,) = (block for block in blocks("text") if block.page == PAGE)

    assert shown.body == (EXAMPLES / "runtime_hello.py").read_text()
    assert run_example("runtime_hello.py", tmp_path) == printed.body


def test_deadline_keeps_a_result_that_came_in_time_and_cancels_a_task_that_did_not(tmp_path: Path) -> None:
    printed = run_example("runtime_deadline.py", tmp_path)

    assert "the end: the task is completed, the parent completed with {'answer': 'done after 0.1 s'}" in printed
    assert "the end: the task is cancelled, the parent completed with {'error': 'timeout'}" in printed


def test_fan_out_gathers_what_every_child_found(tmp_path: Path) -> None:
    printed = run_example("runtime_fan_out.py", tmp_path)

    assert "held: ['pending', 'pending', 'pending']" in printed
    assert printed.count("completed - what") == 3


@pytest.mark.mongo
def test_work_on_another_server_is_done_by_the_other_process(tmp_path: Path) -> None:
    printed = run_example("runtime_other_server.py", tmp_path)

    assert "A: the pipeline is waiting, its gpu_task pending" in printed
    assert "A: the pipeline is completed, rendered elsewhere: True, boat.png" in printed


def test_every_example_has_its_command_on_the_page() -> None:
    scripts = {path.name for path in EXAMPLES.glob("runtime_*.py")}

    assert set(re.findall(r"python docs/examples/(\S+)", text_of(PAGE))) == scripts - {"runtime_hello.py"}


def test_calls_in_the_table_are_those_of_the_runtime() -> None:
    rows = dict(re.findall(r"^\| `(\w+)\((.*?)\)` \|", section("The calls"), re.MULTILINE))
    doors = {name: door for name, door in inspect.getmembers(Runtime, inspect.isfunction) if not name.startswith("_")}

    assert rows.keys() == doors.keys()
    for name, said in rows.items():
        names = [part.partition("=")[0].strip() for part in said.split(",") if part.strip() != "*"]
        known = [parameter for parameter in inspect.signature(doors[name]).parameters if parameter != "self"]
        assert [item for item in known if item != "timeout_seconds"] == [
            item for item in names if item != "timeout_seconds"
        ], name


def test_fields_in_the_table_are_those_of_the_state() -> None:
    rows = re.findall(r"^\| (`.+?`) \|", section("What they give"), re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}

    assert told == {item.name for item in fields(RunState)}
    assert {item.name for item in fields(WaitState)} <= set(re.findall(r"`(\w+)`", section("What they give")))


def test_errors_in_the_table_exist() -> None:
    rows = re.findall(r"^\| (`.+?`) \|", section("When something is wrong"), re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]

    assert [name for name in named if not hasattr(errors, name)] == []
    assert len(named) > 20


def test_module_on_the_page_is_one_that_can_be_called() -> None:
    (shown,) = (block for block in blocks("json") if block.page == PAGE)
    inputs = SubWorkflowInputs.model_validate(json.loads(shown.body)["inputs"])

    assert (inputs.mode, inputs.held, inputs.limit_seconds) == ("async", True, None)


def test_shared_database_is_the_one_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URI", "mongodb://db.example:27017/?replicaSet=rs0")

    with shared_database() as uri:
        assert uri == "mongodb://db.example:27017/?replicaSet=rs0"
