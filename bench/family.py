"""Workloads with children: a nest of sub-workflows, a fan-out, a tree that waits, and runs that wait for a time.

Roots wait for the event `go`, so that a measurement begins in a run that exists; it ends when the module after the
children begins, which is what the run waited for.
"""

from itertools import pairwise
from time import perf_counter
from typing import Any

from backend.server.workflow.engine import Engine
from bench.marks import Mark
from bench.parents import ACTOR, settle
from bench.workload import Echo

GO = "go"
NEST_DEPTH = 5
LEAF, ONE, FAN, PENDING = "bench_leaf", "bench_one", "bench_fan", "bench_pending"
NEST, HANDOVER, TREE = "bench_nest", "bench_handover", "bench_tree"

TREE_WIDTHS = (9, 10, 10)
"""Children of each run, level by level."""
TREE_RUNS = 1 + 9 + 9 * 10 + 9 * 10 * 10

Definition = dict[str, Any]


def _workflow(workflow_id: str, *modules: dict[str, Any], **more: Any) -> Definition:
    return {
        "workflow_id": workflow_id,
        "name": workflow_id,
        "steps": [{"step_id": "only", "modules": list(modules)}],
        **more,
    }


def _wait_for_go() -> dict[str, Any]:
    return {"module_id": "wait.event", "name": "start", "inputs": {"wait_key": GO}}


def _mark(name: str, key: str) -> dict[str, Any]:
    return {"module_id": Mark.module_id, "name": name, "inputs": {"key": key}}


def _echo(name: str) -> dict[str, Any]:
    return {
        "module_id": Echo.module_id,
        "name": name,
        "inputs": {"text": "{{ state.topic }}"},
        "outputs_to_state": {"text": name},
    }


def _call(workflow_id: str, **inputs: Any) -> dict[str, Any]:
    return {"module_id": "sub_workflow", "name": "below", "inputs": {"workflow_id": workflow_id, **inputs}}


def _fan(workflow_id: str, width: Any, at_once: Any) -> dict[str, Any]:
    return _call(workflow_id, for_each=width, max_parallel=at_once, timeout_seconds=None)


def _leaf(workflow_id: str, *names: str) -> Definition:
    """Trivial modules, 1 kB each, the last of which is the output."""
    outputs = {"text": f"{{{{ state.{names[-1]} }}}}"}
    modules = [_echo(name) for name in names]
    return _workflow(workflow_id, *modules, initial_state={"topic": "lighthouses"}, outputs=outputs)


def _nest() -> list[Definition]:
    """Five levels below the root, of which the last does the work."""
    levels = [ONE, *(f"{NEST}_{level}" for level in range(1, NEST_DEPTH))]
    between = [_workflow(name, _call(below)) for below, name in pairwise(levels)]
    return [*between, _workflow(NEST, _wait_for_go(), _call(levels[-1]), _mark("mark", "{{ run.workflow_run_id }}"))]


def _tree() -> list[Definition]:
    below = f"{TREE}_leaf"
    made = [_workflow(below, _wait_for_go())]
    for level, width in reversed(list(enumerate(TREE_WIDTHS))):
        name = f"{TREE}_{level}"
        made.append(_workflow(name, _fan(below, list(range(width)), width)))
        below = name
    return made


DEFINITIONS: list[Definition] = [
    _leaf(LEAF, "first", "second", "third"),
    _leaf(ONE, "first"),
    *_nest(),
    _workflow(
        FAN,
        _wait_for_go(),
        _fan(LEAF, "{{ trigger.payload.items }}", "{{ trigger.payload.at_once }}"),
        _mark("mark", "{{ run.workflow_run_id }}"),
    ),
    _workflow(f"{HANDOVER}_child", _mark("last", "end")),
    _workflow(HANDOVER, _call(f"{HANDOVER}_child"), _mark("next", "next")),
    *_tree(),
    _workflow(
        PENDING, {"module_id": "wait.until", "name": "pause", "inputs": {"until": "{{ trigger.payload.until }}"}}
    ),
]


async def save_family(engine: Engine) -> None:
    """Makes the workflows known."""
    for definition in DEFINITIONS:
        await engine.save_workflow(definition["workflow_id"], definition, actor=ACTOR)


async def waiting_root(engine: Engine, workflow_id: str, payload: dict[str, Any] | None = None) -> str:
    """A new run of one of the workflows, which waits for `go`, and for which nothing is left to be written."""
    run = await engine.start_run(workflow_id, payload or {}, actor=ACTOR)
    await settle(engine)
    return run.workflow_run_id


async def fan(engine: Engine, width: int, at_once: int = 0) -> float:
    """Seconds for a fan-out, until the module after the join begins. `at_once`: default all."""
    payload = {"items": list(range(width)), "at_once": at_once or width}
    return await go(engine, await waiting_root(engine, FAN, payload))


async def go(engine: Engine, run_id: str) -> float:
    """Lets a root go on. Gives the seconds until the module after its children begins."""
    began = perf_counter()
    await engine.post_event(run_id, GO, None, actor=ACTOR)
    took = await Mark.at(run_id) - began
    Mark.forget(run_id)
    return took
