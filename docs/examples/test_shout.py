"""A module's test: a workflow of one module, run by the engine in memory."""

from shout import Shout

from backend.runtime import Runtime

MODULE = {
    "module_id": "demo.shout",
    "name": "shout_it",
    "inputs": {"text": "hey", "times": 2},
    "outputs_to_state": ["text"],
}
WORKFLOW = {"workflow_id": "try", "name": "Try", "steps": [{"step_id": "one", "modules": [MODULE]}]}


def test_shout_twice_repeats_the_text() -> None:
    with Runtime(workflows=[WORKFLOW], modules=[Shout], database="memory://") as runtime:
        state = runtime.tick(runtime.start("try"))
    assert state.output == {"text": "HEY! HEY!"}
