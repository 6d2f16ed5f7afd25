"""What servers are killed in the middle of: a definition, and what a person's program does with it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from backend.db.records import RunStatus
from tests.crash.client import Client

WORKFLOW = "crash"
Definition = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Story:
    """`play` may be called again by a client that does not know how far the first one came.

    Args:
        sub_actions: the status in which each ends, in the order in which they are started.
        others: the workflows that it calls.
        family: (workflow, status) of every sub-workflow that there is in the end, sorted.
        settles: whether every run comes to rest without a client.
        steady: whether the same events are written together each time, whatever the clock does.
    """

    name: str
    define: Callable[[], Definition]
    play: Callable[[Client], Awaitable[None]]
    status: RunStatus
    state: dict[str, Any]
    sub_actions: tuple[str, ...] = ()
    others: Callable[[], list[Definition]] = list
    family: tuple[tuple[str, str], ...] = ()
    settles: bool = True
    steady: bool = True

    def definition(self, diary: Path) -> Definition:
        return self.definitions(diary)[-1]

    def definitions(self, diary: Path) -> list[Definition]:
        """Called workflows before their callers, the story's own last."""
        own = {"workflow_id": WORKFLOW, **self.define()}
        config = {"diary": str(diary)}
        return [{"name": item["workflow_id"], "config": config, **item} for item in (*self.others(), own)]


def work(name: str, value: Any, module_id: str = "crash.work", **more: Any) -> Definition:
    """A module that writes `value` to `name`."""
    inputs = {"value": value, **more.pop("inputs", {})}
    return {"module_id": module_id, "name": name, "inputs": inputs, "outputs_to_state": {"value": name}, **more}


def three(*, module_id: str = "crash.work", gate: str | None = None, **second: Any) -> list[Definition]:
    """The modules of a target sub-action; the last one's result uses those of the others."""
    held = {"inputs": {"gate": gate}} if gate else {}
    return [
        work("one", ["a"], module_id, **held),
        work("two", "{{ state.one + ['b'] }}", module_id, **second),
        work("three", "{{ state.two + ['c'] }}", module_id),
    ]


def regenerate(modules: list[Definition], **more: Any) -> Definition:
    """A result that lands twice shows: it is added, not put in place of."""
    return {
        "id": "again",
        "label": "Again",
        "actions": [{"type": "target_sub_action", **item} for item in modules],
        "result_mapping": [{"source": "three", "target": "scenes", "mode": "append"}],
        **more,
    }


PAINT: Definition = {
    "id": "paint",
    "label": "Paint",
    "actions": [{"type": "self_sub_action"}],
    "result_mapping": [{"source": "made", "target": "scenes", "mode": "append"}],
}


def question(*sub_actions: Definition, before: tuple[Definition, ...] = (), after: tuple[Definition, ...] = ()) -> Any:
    ask = {
        "module_id": "crash.ask",
        "name": "ask",
        "inputs": {"scenes": "{{ state.scenes }}"},
        "outputs_to_state": {"picked": "picked"},
        "sub_actions": list(sub_actions),
    }
    modules = [*before, ask, *after]
    return {"initial_state": {"scenes": []}, "steps": [{"step_id": "only", "modules": modules}]}


async def _answered(client: Client) -> None:
    await client.answer(await client.question())
    await client.ended()


def acting(*action_ids: str) -> Callable[[Client], Awaitable[None]]:
    async def play(client: Client) -> None:
        asked = await client.question()
        for number, action_id in enumerate(action_ids):
            await client.begin(asked, action_id, number)
        for number in range(len(action_ids)):
            await client.watch(number)
        await client.answer(asked)
        await client.ended()

    return play


async def _answered_meanwhile(client: Client) -> None:
    asked = await client.question()
    await client.begin(asked, "again", 0)
    await client.answer(asked)
    await client.watch(0)
    await client.ended()


async def _cancelled_meanwhile(client: Client) -> None:
    await client.begin(await client.question(), "again", 0)
    await client.cancel()
    await client.watch(0)


NEVER = "/no/such/file"
DONE = {"picked": 0}
RETRY = {"max_attempts": 2, "initial_seconds": 0.02}

PLAIN = Story(
    name="plain",
    define=lambda: question(before=(work("first", 1),), after=(work("last", 2),)),
    play=_answered,
    status=RunStatus.COMPLETED,
    state={"scenes": [], "first": 1, "last": 2, **DONE},
)
LONG = replace(
    PLAIN,
    name="long",
    define=lambda: question(before=tuple(work(f"m{at}", at) for at in range(40))),
    state={"scenes": [], **{f"m{at}": at for at in range(40)}, **DONE},
)
"""Long enough for a snapshot."""
TARGET = Story(
    name="target",
    define=lambda: question(regenerate(three())),
    play=acting("again"),
    status=RunStatus.COMPLETED,
    state={"scenes": [["a", "b", "c"]], **DONE},
    sub_actions=("completed",),
)
SELF = Story(
    name="self",
    define=lambda: question(PAINT),
    play=acting("paint"),
    status=RunStatus.COMPLETED,
    state={"scenes": [["painted"]], **DONE},
    sub_actions=("completed",),
)
QUEUE = Story(
    name="queue",
    define=lambda: question(regenerate(three(), concurrency="queue")),
    play=acting("again", "again"),
    status=RunStatus.COMPLETED,
    state={"scenes": [["a", "b", "c"], ["a", "b", "c"]], **DONE},
    sub_actions=("completed", "completed"),
    steady=False,
)
RETRIED = Story(
    name="retried",
    define=lambda: question(regenerate(three(inputs={"fails": 1}, retry=RETRY))),
    play=acting("again"),
    status=RunStatus.COMPLETED,
    state={"scenes": [["a", "b", "c"]], **DONE},
    sub_actions=("completed",),
)
FAILING = Story(
    name="failing",
    define=lambda: question(regenerate(three(inputs={"fails": 9}))),
    play=acting("again"),
    status=RunStatus.COMPLETED,
    state={"scenes": [], **DONE},
    sub_actions=("failed",),
)
EFFECT_FREE = Story(
    name="effect-free",
    define=lambda: question(regenerate(three(module_id="crash.pure"))),
    play=acting("again"),
    status=RunStatus.COMPLETED,
    state={"scenes": [["a", "b", "c"]], **DONE},
    sub_actions=("completed",),
    steady=False,
)
GATED = replace(
    TARGET,
    name="gated",
    define=lambda: question(regenerate(three(inputs={"gate": "{{ config.diary }}.gate"}))),
)
"""The second module waits for a file beside the diary."""
ANSWERED = Story(
    name="answered",
    define=lambda: question(regenerate(three(gate=NEVER))),
    play=_answered_meanwhile,
    status=RunStatus.COMPLETED,
    state={"scenes": [], **DONE},
    sub_actions=("cancelled",),
    settles=False,
)
CANCELLED = Story(
    name="cancelled",
    define=lambda: question(regenerate(three(gate=NEVER))),
    play=_cancelled_meanwhile,
    status=RunStatus.CANCELLED,
    state={"scenes": []},
    sub_actions=("cancelled",),
    settles=False,
)

STORIES = {
    story.name: story
    for story in (PLAIN, LONG, TARGET, SELF, QUEUE, RETRIED, FAILING, EFFECT_FREE, GATED, ANSWERED, CANCELLED)
}
