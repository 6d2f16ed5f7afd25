"""Stories of parents and children: workflows that call workflows, told like the others."""

from typing import Any

from backend.db.records import RunStatus
from tests.crash.client import Client
from tests.crash.stories import DONE, NEVER, RETRY, WORKFLOW, Definition, Story, work

ASK: Definition = {
    "module_id": "crash.ask",
    "name": "ask",
    "inputs": {},
    "outputs_to_state": {"picked": "picked"},
}


def call(workflow_id: str, name: str = "sub", **more: Any) -> Definition:
    """A module that calls a workflow and writes its output to its own name."""
    inputs = {"workflow_id": workflow_id, **more.pop("inputs", {})}
    return {"module_id": "sub_workflow", "name": name, "inputs": inputs, "outputs_to_state": {"output": name}, **more}


def fan(workflow_id: str, items: list[Any], *, max_parallel: int, **more: Any) -> Definition:
    """A call for each item, which is `n` in the payload of its child."""
    inputs = {"for_each": items, "max_parallel": max_parallel, "input_mapping": {"n": "{{ item }}"}}
    return call(workflow_id, inputs=inputs | more.pop("inputs", {}), **{"outputs_to_state": {}, **more})


def flow(*modules: Definition, workflow_id: str | None = None, **more: Any) -> Definition:
    named = {"workflow_id": workflow_id} if workflow_id else {}
    return {**named, "steps": [{"step_id": "only", "modules": list(modules)}], **more}


def begin(name: str) -> Definition:
    return call("child", name, inputs={"mode": "async"}, outputs_to_state={})


async def _answered(client: Client) -> None:
    await client.answer(await client.question())
    await client.ended()


async def _only_watched(client: Client) -> None:
    await client.ended()


async def _cancelled_in_full(client: Client) -> None:
    await client.called("deep", times=4)
    await client.cancel()
    await client.ended()


async def _many(client: Client) -> None:
    for number in range(1, RACES):
        await client.ended()
        await client.start(WORKFLOW, number)
    await client.ended()


DEEP = {"deep": 1}
LATE_SECONDS = 0.5

HEART = Story(
    name="heart",
    define=lambda: flow(call("child"), work("last", "{{ state.sub.picked }}")),
    others=lambda: [
        flow(work("deep", 1), workflow_id="grandchild"),
        flow(call("grandchild", "before"), ASK, call("grandchild", "after"), workflow_id="child"),
    ],
    play=_answered,
    status=RunStatus.COMPLETED,
    state={"sub": {"before": DEEP, "after": DEEP, **DONE}, "last": 0},
    family=(("child", "completed"), ("grandchild", "completed"), ("grandchild", "completed")),
)
"""A child that asks, between two grandchildren; the end of the second is its own end, and wakes the parent."""

JOIN: Definition = {
    "module_id": "wait.sub_workflows",
    "name": "join",
    "inputs": {"sub_run_ids": ["{{ one.output.sub_run_id }}"]},
}
LISTEN: Definition = {
    "module_id": "wait.event",
    "name": "listen",
    "inputs": {"wait_key": "subworkflow:{{ two.output.sub_run_id }}"},
}
TOLD = "{{ [join.output.results[0].output, listen.output.payload.output] }}"
ASYNC = Story(
    name="async",
    define=lambda: flow(begin("one"), JOIN, begin("two"), LISTEN, work("told", TOLD)),
    others=lambda: [flow(work("deep", 1), workflow_id="child")],
    play=_only_watched,
    status=RunStatus.COMPLETED,
    state={"told": [DEEP, DEEP]},
    family=(("child", "completed"),) * 2,
    settles=False,
)
"""Children that are joined: one by its id, one by the event of its end."""

FAN = Story(
    name="fan",
    define=lambda: flow(
        fan("child", [5, 1, 4, 2, 3, 0], max_parallel=3),
        work("told", "{{ sub.output.results | map(attribute='output') | map(attribute='deep') | list }}"),
    ),
    others=lambda: [flow(work("deep", "{{ trigger.payload.n }}"), workflow_id="child")],
    play=_only_watched,
    status=RunStatus.COMPLETED,
    state={"told": [5, 1, 4, 2, 3, 0]},
    family=(("child", "completed"),) * 6,
    steady=False,
    settles=False,
)
FLEET = Story(
    name="fleet",
    define=lambda: flow(
        fan("child", list(range(50)), max_parallel=50), work("told", "{{ sub.output.results | length }}")
    ),
    others=lambda: [flow(work("deep", 1, inputs={"gate": "{{ config.diary }}.gate"}), workflow_id="child")],
    play=_only_watched,
    status=RunStatus.COMPLETED,
    state={"told": 50},
    family=(("child", "completed"),) * 50,
    settles=False,
    steady=False,
)
"""All in flight until there is a file beside the diary."""

FAIL_FAST = Story(
    name="fail-fast",
    define=lambda: flow(fan("child", [0, 1, 2, 3], max_parallel=3, on_error="continue"), work("last", 2)),
    others=lambda: [
        flow(
            work(
                "deep",
                1,
                inputs={
                    "fails": "{{ 9 if trigger.payload.n == 1 else 0 }}",
                    "gate": f"{{{{ none if trigger.payload.n == 1 else '{NEVER}' }}}}",
                },
            ),
            workflow_id="child",
        )
    ],
    play=_only_watched,
    status=RunStatus.COMPLETED,
    state={"last": 2},
    family=(("child", "cancelled"), ("child", "cancelled"), ("child", "error")),
    settles=False,
)
"""The second item fails while those beside it work; the last one never begins."""

RETRIED_CHILD = Story(
    name="retried-child",
    define=lambda: flow(call("child", retry=RETRY), work("last", 2)),
    others=lambda: [flow(work("deep", 1, inputs={"fails_first_run": True}), workflow_id="child")],
    play=_only_watched,
    status=RunStatus.COMPLETED,
    state={"sub": DEEP, "last": 2},
    family=(("child", "completed"), ("child", "error")),
    settles=False,
)
LATE_CHILD = Story(
    name="late-child",
    define=lambda: flow(call("child", inputs={"timeout_seconds": LATE_SECONDS}, on_error="continue"), work("last", 2)),
    others=lambda: [
        flow(work("deep", 1, inputs={"gate": NEVER}), workflow_id="grandchild"),
        flow(call("grandchild"), workflow_id="child"),
    ],
    play=_only_watched,
    status=RunStatus.COMPLETED,
    state={"last": 2},
    family=(("child", "cancelled"), ("grandchild", "cancelled")),
    settles=False,
)
TREE = Story(
    name="tree",
    define=lambda: flow(fan("level1", [1, 2], max_parallel=2)),
    others=lambda: [
        flow(work("deep", 1, inputs={"gate": NEVER}), workflow_id="level4"),
        flow(call("level4"), workflow_id="level3"),
        flow(call("level3"), workflow_id="level2"),
        flow(fan("level2", [1, 2], max_parallel=2), workflow_id="level1"),
    ],
    play=_cancelled_in_full,
    status=RunStatus.CANCELLED,
    state={},
    family=tuple((f"level{level}", "cancelled") for level in (1, 2, 3, 4) for _ in range(2 if level == 1 else 4)),
    settles=False,
)
"""Cancelled while the four runs at its deepest level work."""

RACES = 30
RACE = Story(
    name="race",
    define=lambda: flow(fan("level1", [1, 2, 3], max_parallel=1)),
    others=lambda: [
        flow(work("deep", 1), workflow_id="level4"),
        flow(work("three", 1), call("level4"), workflow_id="level3"),
        flow(work("two", 1), call("level3"), workflow_id="level2"),
        flow(work("one", 1), fan("level2", [1, 2], max_parallel=2), workflow_id="level1"),
    ],
    play=_many,
    status=RunStatus.COMPLETED,
    state={},
)
"""Many runs, one after the other, each of which starts children at every level all the time. Others cancel them."""

FAMILIES = {story.name: story for story in (HEART, ASYNC, FAN, FLEET, FAIL_FAST, RETRIED_CHILD, LATE_CHILD, TREE, RACE)}
