"""Stories worth keeping a history of. Each plays on an engine and names its runs, parents before children."""

from collections.abc import Awaitable, Callable
from typing import Any

from backend.db.records import Interaction, RunStatus, SubAction
from tests.fixtures.lab import ME, Lab, makes, module, paints, question, target, workflow
from tests.fixtures.polling import eventually

Story = Callable[[Lab], Awaitable[list[str]]]

STORIES: dict[str, Story] = {}

INLINE_BYTES = 1024
"""The inline limit while stories are recorded, so that a large value is a small file."""


def story(play: Story) -> Story:
    STORIES[play.__name__] = play
    return play


async def _answer(lab: Lab, asked: Interaction) -> None:
    await lab.engine.respond(asked.workflow_run_id, asked.interaction_id, {"pick": 1}, actor=ME)
    await lab.ended(asked.workflow_run_id)


async def _closed(lab: Lab, run_id: str, *sub_actions: SubAction) -> list[str]:
    """The run and the children of its sub-actions, once those have ended."""
    for item in sub_actions:
        await lab.frames(item)
    return [run_id, *(item.child_workflow_id for item in sub_actions if item.child_workflow_id)]


@story
async def plain_run(lab: Lab) -> list[str]:
    """Steps in line, one module and one step skipped, dotted writes, an output of its own."""
    steps = [
        {
            "step_id": "one",
            "modules": [
                module("a", inputs={"value": "{{ trigger.payload.n }}"}, outputs_to_state={"value": "story.mood"}),
                module("b", inputs={"value": 2}, when="{{ state.story.mood == 'bad' }}"),
            ],
        },
        {"step_id": "two", "when": "{{ false }}", "modules": [module("c")]},
        {"step_id": "three", "modules": [module("d", "lab.pure", inputs={"value": "{{ trigger.payload.odd }}"})]},
    ]
    definition = workflow(initial_state={"story": {"place": "sea"}}, outputs={"mood": "{{ state.story.mood }}"})
    run_id = await lab.start({**definition, "steps": steps}, {"n": "wild", "odd": {"$ref": "x", "$id": [None, 1.5]}})
    await lab.ended(run_id)
    return [run_id]


@story
async def parallel_steps(lab: Lab) -> list[str]:
    """Two steps at once, joined by a third."""
    steps = [
        {"step_id": "left", "modules": [module("l", inputs={"value": 1})]},
        {"step_id": "right", "modules": [module("r", inputs={"value": 2})]},
        {"step_id": "join", "depends_on": ["left", "right"], "modules": [module("j", inputs={"value": 3})]},
    ]
    run_id = await lab.start({**workflow(), "steps": steps})
    await lab.ended(run_id)
    return [run_id]


@story
async def failed_run(lab: Lab) -> list[str]:
    """One module fails and may, the next fails and may not."""
    forgiven = module("forgiven", "lab.fails", on_error="continue")
    run_id = await lab.start(workflow(forgiven, module("fatal", "lab.raises", inputs={"kind": "zero"})))
    await lab.ended(run_id)
    return [run_id]


@story
async def retried_run(lab: Lab) -> list[str]:
    """A module that succeeds with its third attempt."""
    flaky = module("flaky", "lab.fails", inputs={"times": 2}, timeout_seconds=60, retry=_retry())
    run_id = await lab.start(workflow(flaky))
    await lab.ended(run_id)
    return [run_id]


@story
async def cancelled_while_it_waits_for_a_retry(lab: Lab) -> list[str]:
    run_id = await lab.start(
        workflow(module("flaky", "lab.fails", retry=_retry(initial_seconds=3600, max_seconds=3600)))
    )
    await eventually(lambda: lab.engine.get_run(run_id), wanted=lambda run: run.status is RunStatus.WAITING)
    await lab.engine.cancel_run(run_id, reason="no longer needed", actor=ME)
    return [run_id]


def _retry(**more: Any) -> dict[str, Any]:
    return {"max_attempts": 3, "initial_seconds": 0.01, **more}


@story
async def question_waits(lab: Lab) -> list[str]:
    """A run that stands at its question."""
    run_id, _ = await lab.at_question(question())
    return [run_id]


@story
async def question_answered(lab: Lab) -> list[str]:
    run_id, asked = await lab.at_question(question())
    await _answer(lab, asked)
    return [run_id]


@story
async def target_sub_action(lab: Lab) -> list[str]:
    """Two modules in a child, feedback, a result at a dotted path; the question is answered after."""
    modules = (makes("{{ state._wish }}", name="one"), makes("{{ [state.made, 'and'] }}", name="two"))
    action = target(*modules, feedback={"enabled": True, "state_key": "_wish"})
    action["result_mapping"] = [{"source": "made", "target": "story.mood"}]
    run_id, asked = await lab.at_question(question(action, story={"mood": "old", "place": "sea"}))
    started = await lab.begin(asked, feedback="more rain")
    runs = await _closed(lab, run_id, started)
    await _answer(lab, asked)
    return runs


@story
async def self_sub_action(lab: Lab) -> list[str]:
    """Two of them, merged into a list, the second with a failed attempt before it."""
    run_id, asked = await lab.at_question(question(paints(retry=_retry())))
    await lab.do(asked, "paint", name="boat")
    await lab.do(asked, "paint", name="wave", fail=1)
    await _answer(lab, asked)
    return [run_id]


@story
async def queued_sub_actions(lab: Lab) -> list[str]:
    """Three in a queue; the one in the middle is cancelled while it waits."""
    action = target(makes("{{ state.scenes + [params.name] }}", "lab.gated"), concurrency="queue")
    run_id, asked = await lab.at_question(question(action))
    started = [await lab.begin(asked, name=name) for name in ("one", "two", "three")]
    await lab.engine.cancel_sub_action(run_id, started[1].sub_action_id, actor=ME)
    lab.calls.gate("make").set()
    return await _closed(lab, run_id, started[0], started[2])


@story
async def failed_sub_actions(lab: Lab) -> list[str]:
    """A module that fails in the child, a source that is missing, and a mode that does not fit."""
    failing = target(makes(["x"], name="ok"), {"module_id": "lab.fails", "name": "bad"}, action_id="failing")
    missing = {**target(makes(1), action_id="missing"), "result_mapping": [{"source": "none", "target": "scenes"}]}
    merge = {"source": "made", "target": "scenes", "mode": "merge"}
    unfit = {**target(makes("text"), action_id="unfit"), "result_mapping": [merge]}
    run_id, asked = await lab.at_question(question(failing, missing, unfit))
    started = []
    for action_id in ("failing", "missing", "unfit"):
        started.append(await lab.begin(asked, action_id))
        await lab.frames(started[-1])
    return await _closed(lab, run_id, *started)


@story
async def sub_action_cancelled_while_it_waits_for_a_retry(lab: Lab) -> list[str]:
    """The wait is over with the sub-action: the run that goes on must not seem to wait for it."""
    run_id, asked = await lab.at_question(question(paints(retry=_retry(initial_seconds=3600, max_seconds=3600))))
    started = await lab.begin(asked, "paint", fail=9)
    await eventually(lambda: lab.frames(started, follow=False), wanted=lambda frames: len(frames) > 0)
    await eventually(lambda: lab.events(run_id), wanted=lambda events: events[-1].event_type == "wait_started")
    await lab.engine.cancel_sub_action(run_id, started.sub_action_id, reason="enough", actor=ME)
    await _answer(lab, asked)
    return [run_id]


@story
async def answer_ends_a_sub_action(lab: Lab) -> list[str]:
    """The result of a sub-action that still runs when the answer comes never lands."""
    run_id, asked = await lab.at_question(question(target(makes(["x"], "lab.gated"))))
    started = await lab.begin(asked)
    await lab.called("make")
    await _answer(lab, asked)
    return await _closed(lab, run_id, started)


@story
async def cancelled_run(lab: Lab) -> list[str]:
    """With an open question and two sub-actions in it, one of them in a child."""
    run_id, asked = await lab.at_question(question(target(makes(["x"], "lab.gated")), paints()))
    inside = await lab.begin(asked)
    own = await lab.begin(asked, "paint", gate=True)
    await lab.called("make")
    await lab.called("ask")
    await lab.engine.cancel_run(run_id, reason="no longer needed", actor=ME)
    return await _closed(lab, run_id, inside, own)


@story
async def large_values(lab: Lab) -> list[str]:
    """Values above the inline limit: in the payload, an output, state, a write into one, a child's result."""
    size = INLINE_BYTES + 1
    steps = [
        module("big", inputs={"value": {"text": f"{{{{ 'x' * {size} }}}}", "mood": "old"}}),
        module("mood", inputs={"value": "new"}, outputs_to_state={"value": "big.mood"}),
    ]
    action = target({**makes(f"{{{{ 'y' * {size} }}}}"), "outputs_to_state": {"value": "made"}})
    definition = question(action)
    definition["steps"][0]["modules"] = [*steps, *definition["steps"][0]["modules"]]
    run_id = await lab.start(definition, {"text": "z" * size})
    asked = await lab.asked(run_id)
    started = await lab.begin(asked)
    return await _closed(lab, run_id, started)


@story
async def held_child(lab: Lab) -> list[str]:
    """A run that a script holds, with a child under it that no module started; the child is begun and ends first."""
    for workflow_id in ("child", "lab"):
        definition = workflow(module("n", inputs={"value": "{{ trigger.payload.n }}"}), workflow_id=workflow_id)
        await lab.engine.save_workflow(workflow_id, definition, actor=ME)
    driver = lab.engine.driver
    run_id = await driver.start("lab", {"n": 1}, version=None, parent_run_id=None, actor=ME)
    child_id = await driver.start("child", {"n": 2}, version=None, parent_run_id=run_id, actor=ME)
    for begun in (child_id, run_id):
        await driver.begin(begun)
        await lab.ended(begun)
    return [run_id, child_id]
