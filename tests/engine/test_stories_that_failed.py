"""Orders of events that once lost, doubled or stopped something, each as short as it was found."""

from pathlib import Path
from typing import Any

import pytest

from backend.core.config import Settings
from backend.core.errors import RunNotForkable
from backend.db.event_types import DbEventType as T
from backend.db.records import RunStatus
from tests.engine.test_sub_workflows import call, child, children, save
from tests.fixtures.family_commands import (
    Act,
    Answer,
    Cancel,
    Fork,
    Leap,
    Look,
    OpenGates,
    Post,
    Race,
    Restart,
    Retry,
    Start,
    Step,
)
from tests.fixtures.family_servers import SharedWorld
from tests.fixtures.family_story import RealStories, play_in_memory
from tests.fixtures.family_world import RealWorld
from tests.fixtures.lab import ME, Lab, makes, module, question, target, workflow

STORIES: dict[str, list[Step]] = {
    # The mark on the branch that is left was not written, where the new branch ended at once below a parent.
    "child forked at its end": [Step(Start("abandons", "asks")), Step(Answer()), Step(Fork(1))],
    # A call that both branches know was begun again in the new one: two children for one attempt.
    "fork between the start of an async child and the end of its module": [
        Step(Start("begins", "middle", "asks")),
        Step(Fork(0, back=3)),
    ],
    "fork between the start of a child and the wait for it": [
        Step(Start("graph", "asks", "asks")),
        Step(Fork(0, back=2)),
    ],
    # The outcome of a module of the branch that is left landed in the new one, where the same module was open again.
    "answer and fork at once": [
        Step(Start("begins", "middle", "asks")),
        Step(Race(Answer(), Fork(0))),
    ],
    # A takeover looked for cancelled children on the current branch alone.
    "death between a fork and the end of the child that it cancels": [
        Step(Start("calls", "asks", "asks")),
        Step(Restart(after=3)),
        Step(Fork(0, back=2)),
    ],
    # A takeover cancelled every live child that had ever been cancelled, also one that somebody had brought back.
    "restart after a cancelled child was brought back": [
        Step(Start("calls_again", "asks")),
        Step(Cancel(1)),
        Step(Fork(1, back=4)),
        Step(Restart(dies=True)),
    ],
    # A deadline that stood still was due for ever.
    "a person takes long in a sub-workflow": [
        Step(Start("abandons", "middle", "asks")),
        Step(Act()),
        Step(Leap("late")),
        Step(Restart()),
        Step(Look()),
    ],
    # The run of a sub-action, forked, was loaded as an ordinary one: the engine did not start any more.
    # The end of a child landed in a branch that it does not belong to, again and again, without a trace.
    "death between a fork and the end of the sub-action that it borrows": [
        Step(Start("asks")),
        Step(Act()),
        Step(Restart(after=3)),
        Step(Fork(0)),
    ],
    "death between a second fork and the end of the sub-action that it borrows": [
        Step(Start("asks")),
        Step(Act()),
        Step(Fork(0)),
        Step(Restart(after=2)),
        Step(Fork(0, back=2)),
    ],
    "restart after a fork of a sub-action's run": [
        Step(Start("asks")),
        Step(Act()),
        Step(Fork(1)),
        Step(Restart()),
    ],
    "restart after a retry of a sub-action's run": [
        Step(Start("asks")),
        Step(Act(action_id="breaks")),
        Step(Retry()),
        Step(Restart()),
    ],
    # What the parent made of a child's end was made of the child as it was after a fork.
    "fork of an async child that a join has heard of": [
        Step(Start("joins_all", leaf="naps", below="asks")),
        Step(Leap("nap")),
        Step(Fork(1, back=5)),
    ],
    # Each of several that ended at once let go of its runs to hold its parent, and dropped what the others had done.
    "deadlines of a parent and its child at once, after a restart": [
        Step(Start("middle", leaf="middle", below="waits"), 1),
        Step(Restart(), 0),
        Step(Start("fans_out_fast", "middle", "naps", items=("asks_then_fails", "works", "fails"))),
        Step(Leap("late"), 12),
        Step(Race(Fork(6, back=2), Post(4))),
    ],
    **{
        f"death {events} events after an event that had come early was asked for": [
            Step(Start("waits")),
            Step(Post()),
            Step(Restart(after=events)),
            Step(OpenGates()),
        ]
        for events in range(2, 6)
    },
}

SHARED_STORIES: dict[str, list[Step]] = {
    # Where the child ended, its parent was known as it had been before: without the call. Its end was lost to it.
    "end of a child on a server that does not know of it yet": [
        Step(Start("hears", "middle", "waits")),
        Step(OpenGates()),
        Step(Race(Answer(), Fork(0, back=6))),
    ],
    # The event was taken, what followed in the parent was not; decided again, the event was refused.
    "event that ends a run, and another server has written to its parent": [
        Step(Start("joins_all", "middle", "waits")),
        Step(OpenGates()),
        Step(Fork(1, back=2)),
    ],
    # Who only wanted to look was told that another writer was first.
    "look at a run that was forked on another server": [
        Step(Start("abandons", "middle", "works")),
        Step(Fork(0), at=1),
        Step(Look()),
    ],
    # A run was taken over where the server that had gone was the last to write to it, not where it was at work in it.
    "end of a server that works in a run that another wrote to": [
        Step(Start("begins")),
        Step(Act(action_id="paint")),
        Step(Post(), at=1),
        Step(Restart()),
    ],
    # The parent was forked twice, and did not cancel the child that was forked a moment before it could be.
    "child and parent forked at once": [
        Step(Start("fans_out", "middle", items=("asks",))),
        Step(OpenGates()),
        Step(Race(Fork(1), Fork(0, back=1))),
    ],
}
"""On two servers that share a database."""

_all = pytest.mark.parametrize("name", STORIES)


@_all
def test_story_in_memory(name: str) -> None:
    play_in_memory(STORIES[name])


@pytest.mark.mongo
def test_stories_on_a_real_database(real_settings: Settings) -> None:
    with RealStories(lambda: RealWorld(real_settings)) as stories:
        for steps in STORIES.values():
            stories.play(steps)


@pytest.mark.mongo
def test_stories_on_two_servers(real_settings: Settings, tmp_path: Path) -> None:
    with RealStories(lambda: SharedWorld(real_settings, tmp_path)) as stories:
        for steps in SHARED_STORIES.values():
            stories.play(steps)


async def test_fork_of_a_childs_last_event_marks_the_branch_that_is_left(any_lab: Lab) -> None:
    await save(any_lab, child(module("a", inputs={"value": 1})))
    run_id = await any_lab.start(workflow(call("child")))
    await any_lab.ended(run_id)
    [made] = await children(any_lab, run_id)

    await any_lab.engine.fork_run(made.workflow_run_id, seq=made.seq, actor=ME)

    marks = await any_lab.engine.database.events.read_all(made.workflow_run_id, event_type=T.BRANCH_FORKED)
    assert {mark.branch_id for mark in marks} == {mark.data[key] for mark in marks for key in _ENDS_OF_A_FORK}


_ENDS_OF_A_FORK = ("from_branch", "to_branch")


async def test_fork_after_a_childs_end_and_before_its_modules_goes_on_with_that_end(any_lab: Lab) -> None:
    await save(any_lab, child(module("a", inputs={"value": 7})))
    run_id = await any_lab.start(workflow(call("child")))
    await any_lab.ended(run_id)
    [ended] = await any_lab.events(run_id, T.SUB_WORKFLOW_COMPLETED)

    await any_lab.engine.fork_run(run_id, seq=ended.seq, actor=ME)

    assert (await any_lab.ended(run_id)).output == {"sub": {"a": 7}}
    assert len(await children(any_lab, run_id)) == 1
    await any_lab.check(run_id)


@pytest.mark.parametrize("what", ["fork", "retry"])
async def test_run_of_a_sub_action_is_not_forked_or_retried(any_lab: Lab, what: str) -> None:
    _, asked = await any_lab.at_question(question(target(makes(["x"], "lab.raises", inputs={"kind": "zero"}))))
    started = await any_lab.begin(asked)
    await any_lab.frames(started)
    child_id = started.child_workflow_id or ""
    engine: Any = any_lab.engine

    with pytest.raises(RunNotForkable, match="from its question"):
        await (engine.fork_run(child_id, seq=1, actor=ME) if what == "fork" else engine.retry_run(child_id, actor=ME))

    assert (await any_lab.engine.get_run(child_id)).status is RunStatus.ERROR
