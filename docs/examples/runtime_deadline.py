"""A deadline: a parent starts a task and waits for a time; then the script keeps its result, or cancels it.

Try it: `python docs/examples/runtime_deadline.py`
"""

import time
from datetime import UTC, datetime

from backend.runtime import RunStatus, Runtime

TASK = {
    "workflow_id": "task",
    "name": "A task that takes its time",
    "outputs": {"answer": "done after {{ trigger.payload.seconds }} s"},
    "steps": [
        {
            "step_id": "work",
            "modules": [
                {"module_id": "wait.until", "name": "work", "inputs": {"seconds": "{{ trigger.payload.seconds }}"}}
            ],
        }
    ],
}

PARENT = {
    "workflow_id": "with_deadline",
    "name": "A task with a deadline",
    "outputs": {"verdict": "{{ state.verdict }}"},
    "steps": [
        {
            "step_id": "only",
            "modules": [
                {
                    "module_id": "sub_workflow",
                    "name": "begin",
                    "inputs": {
                        "workflow_id": "task",
                        "async": True,
                        "vars": {"seconds": "{{ trigger.payload.task_seconds }}"},
                    },
                    "outputs_to_state": {"sub_run_id": "task_id"},
                },
                {"module_id": "wait.until", "name": "deadline", "inputs": {"seconds": 2}},
                {
                    "module_id": "wait.event",
                    "name": "decide",
                    "inputs": {"wait_key": "verdict"},
                    "outputs_to_state": {"payload": "verdict"},
                },
            ],
        }
    ],
}


def run_with_deadline(runtime: Runtime, task_seconds: float) -> None:
    run_id = runtime.start("with_deadline", {"task_seconds": task_seconds})
    state = runtime.tick(run_id)
    print(f"task of {task_seconds} s: the parent waits, reason {state.waiting.reason}")

    time.sleep(max(0, (state.waiting.until - datetime.now(UTC)).total_seconds()))
    state = runtime.tick(run_id)
    task = runtime.get_state(state.state["task_id"])
    print(f"at the deadline: the task is {task.status}, the parent waits for {state.waiting.wait_key}")

    if task.status is RunStatus.COMPLETED:
        verdict = task.output
    else:
        task = runtime.cancel_run(task.run_id, reason="deadline")
        verdict = {"error": "timeout"}
    state = runtime.resume(run_id, "verdict", verdict)
    print(f"the end: the task is {task.status}, the parent {state.status} with {state.output['verdict']}\n")


if __name__ == "__main__":
    with Runtime(workflows=[TASK, PARENT], database="memory://") as opened:
        run_with_deadline(opened, 0.1)
        run_with_deadline(opened, 3600)
