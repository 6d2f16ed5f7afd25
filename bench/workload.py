"""The workload W1: a run that waits for a person, and a sub-action of three trivial modules inside it.

Each module puts out 1 kB. The action `durable` runs modules that say nothing about effects, so each is recorded
before the next begins; `effect_free` runs the same modules with `effects = False`.
"""

from typing import Any

from pydantic import BaseModel

from backend.sdk import InteractiveInputs, InteractiveModule, Module, ModuleContext

KILOBYTE = "0123456789abcdef" * 64
WORKFLOW_ID = "bench_w1"


class Echo(Module):
    """Puts out 1 kB, at once."""

    module_id = "bench.echo"
    title = "Echo"

    class Inputs(BaseModel):
        text: str

    async def execute(self, inputs: Inputs, context: ModuleContext) -> dict[str, str]:
        return {"text": KILOBYTE}


class EffectFreeEcho(Echo):
    """The same, and says that it touches nothing outside the run."""

    module_id = "bench.effect_free_echo"
    effects = False


class Ask(InteractiveModule):
    """Asks a person."""

    module_id = "bench.ask"
    title = "Ask"

    class Inputs(InteractiveInputs):
        shown: Any = None

    class Response(BaseModel):
        pick: int

    def complete(self, inputs: Inputs, response: Response, context: ModuleContext) -> dict[str, int]:
        return {"picked": response.pick}


def _action(action_id: str, module_id: str) -> dict[str, Any]:
    return {
        "id": action_id,
        "label": action_id,
        "actions": [
            {
                "type": "target_sub_action",
                "module_id": module_id,
                "name": name,
                "inputs": {"text": "{{ state.topic }}"},
                "outputs_to_state": {"text": name},
            }
            for name in ("first", "second", "third")
        ],
        "result_mapping": [{"source": "third", "target": "result"}],
    }


DEFINITION: dict[str, Any] = {
    "workflow_id": WORKFLOW_ID,
    "name": "W1",
    "initial_state": {"topic": "lighthouses", "notes": KILOBYTE, "result": KILOBYTE},
    "steps": [
        {
            "step_id": "ask",
            "modules": [
                {
                    "module_id": Ask.module_id,
                    "name": "question",
                    "inputs": {"title": "Pick", "shown": "{{ state.result }}"},
                    "outputs_to_state": {"picked": "picked"},
                    "sub_actions": [
                        _action("durable", Echo.module_id),
                        _action("effect_free", EffectFreeEcho.module_id),
                    ],
                }
            ],
        }
    ],
}
