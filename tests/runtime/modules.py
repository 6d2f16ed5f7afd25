"""Module types for tests of the runtime. They tell of their calls in files, so that other processes can be seen."""

import os
import time
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from backend.sdk import Module, ModuleContext


class Note(Module):
    """Adds a line to a file and gives its value."""

    module_id = "test.note"

    class Inputs(BaseModel):
        path: str
        value: Any = None

    def execute(self, inputs: Any, context: ModuleContext) -> dict[str, Any]:
        with Path(inputs.path).open("a") as notes:
            notes.write(f"{context.workflow_run_id} {os.getpid()}\n")
        return {"value": inputs.value}


class Gate(Note):
    """The same, and then waits until there is a file beside it that ends in `.open`."""

    module_id = "test.gate"

    def execute(self, inputs: Any, context: ModuleContext) -> dict[str, Any]:
        given = super().execute(inputs, context)
        while not Path(f"{inputs.path}.open").exists() and not context.cancelled:
            time.sleep(0.01)
        return given


def workflow(*modules: dict[str, Any], workflow_id: str = "main", **more: Any) -> dict[str, Any]:
    steps = [{"step_id": "only", "modules": list(modules)}]
    return {"workflow_id": workflow_id, "name": workflow_id, "steps": steps, **more}


def note(path: Path, module_id: str = "test.note", **more: Any) -> dict[str, Any]:
    """A module that notes its call in the file and writes the payload's `n` to state."""
    inputs = {"path": str(path), "value": "{{ trigger.payload.n | default(none) }}"}
    return {"module_id": module_id, "name": "note", "inputs": inputs, "outputs_to_state": {"value": "n"}, **more}


def approve(name: str = "ask") -> dict[str, Any]:
    inputs = {"title": "Well?"}
    return {"module_id": "user.approve", "name": name, "inputs": inputs, "outputs_to_state": {"approved": name}}


def listen(wait_key: str, name: str = "listen") -> dict[str, Any]:
    inputs = {"wait_key": wait_key}
    return {"module_id": "wait.event", "name": name, "inputs": inputs, "outputs_to_state": {"payload": name}}


def nap(seconds: float) -> dict[str, Any]:
    return {"module_id": "wait.until", "name": "nap", "inputs": {"seconds": seconds}}


def calls(workflow_id: str, **inputs: Any) -> dict[str, Any]:
    return {
        "module_id": "sub_workflow",
        "name": "sub",
        "inputs": {"workflow_id": workflow_id, **inputs},
        "outputs_to_state": {"sub_run_id": "sub_id"},
    }
