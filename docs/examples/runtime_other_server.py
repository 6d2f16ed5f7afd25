"""Work on another server: server A starts a pipeline whose `gpu_task` is held; server B finds the task and ticks it.

Try it: `python docs/examples/runtime_other_server.py`. The two servers are two processes on one MongoDB: that of
MONGODB_URI, else one that the script runs.
"""

import os
import subprocess
import sys
import time

from pydantic import BaseModel

from backend.runtime import Runtime, shared_database
from backend.sdk import Module, ModuleContext


class Render(Module):
    """Stands for what needs a GPU; says which process did it."""

    module_id = "demo.render"

    class Inputs(BaseModel):
        picture: str

    class Outputs(BaseModel):
        file: str
        process: int

    def execute(self, inputs: Inputs, context: ModuleContext) -> Outputs:
        return self.Outputs(file=f"{inputs.picture}.png", process=os.getpid())


GPU_TASK = {
    "workflow_id": "gpu_task",
    "name": "Render a picture",
    "outputs": {"file": "{{ state.file }}", "process": "{{ state.process }}"},
    "steps": [
        {
            "step_id": "render",
            "modules": [
                {
                    "module_id": "demo.render",
                    "name": "render",
                    "inputs": {"picture": "{{ trigger.payload.picture }}"},
                    "outputs_to_state": ["file", "process"],
                }
            ],
        }
    ],
}

PIPELINE = {
    "workflow_id": "pipeline",
    "name": "Has a picture rendered elsewhere",
    "outputs": {"rendered": "{{ state.result.output }}"},
    "steps": [
        {
            "step_id": "only",
            "modules": [
                {
                    "module_id": "sub_workflow",
                    "name": "begin",
                    "inputs": {
                        "workflow_id": "gpu_task",
                        "vars": {"picture": "{{ trigger.payload.picture }}"},
                        "async": True,
                        "held": True,
                    },
                    "outputs_to_state": {"sub_run_id": "task_id"},
                },
                {
                    "module_id": "wait.event",
                    "name": "rendered",
                    "inputs": {"wait_key": "subworkflow:{{ state.task_id }}"},
                    "outputs_to_state": {"payload": "result"},
                },
            ],
        }
    ],
}


def server_a(database: str) -> None:
    with Runtime([GPU_TASK, PIPELINE], database=database, modules=[Render]) as runtime:
        run_id = runtime.start("pipeline", {"picture": "boat"})
        state = runtime.tick(run_id)
        task = runtime.get_state(state.state["task_id"])
        say(f"A: the pipeline is {state.status}, its gpu_task {task.status}")

        state = runtime.wait(run_id, timeout_seconds=60)
        elsewhere = state.output["rendered"]["process"] != os.getpid()
        say(f"A: the pipeline is {state.status}, rendered elsewhere: {elsewhere}, {state.output['rendered']['file']}")


def server_b(database: str) -> None:
    with Runtime(database=database, modules=[Render]) as runtime:
        while not (tasks := runtime.list_runs(status="pending", workflow_id="gpu_task")):
            time.sleep(0.2)
        for task in tasks:
            say(f"B: found a gpu_task for {task.vars['picture']}")
            done = runtime.tick(task.run_id)
            runtime.resume_subworkflow_parent(task.run_id, done.output)
            say(f"B: it is {done.status}")


def say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    with shared_database() as database:
        servers = [subprocess.Popen([sys.executable, __file__, name, database]) for name in ("a", "b")]
        try:
            return max(server.wait(timeout=90) for server in servers)
        finally:
            for server in servers:
                server.kill()


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(main())
    {"a": server_a, "b": server_b}[sys.argv[1]](sys.argv[2])
