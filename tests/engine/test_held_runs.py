"""Runs that are made and not begun: held roots, held children, and what may happen to them before their tick."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.core.config import Settings
from backend.core.errors import (
    InvalidDefinition,
    InvalidPayload,
    MaxNestingDepthExceeded,
    RunNotActive,
    RunNotFound,
    RunTakesNoChildren,
    StoreUnavailable,
    VersionNotFound,
    WorkflowArchived,
    WorkflowNotFound,
)
from backend.db.database import Database, open_database
from backend.db.event_types import DbEventType as T
from backend.db.records import Event, RunStatus
from backend.db.repos.events import EventRepo
from backend.server.workflow.engine import Engine
from tests.fixtures.lab import ME, Lab, lab_registry, makes, module, question, target, workflow
from tests.fixtures.lab_modules import Calls
from tests.fixtures.polling import eventually

CHILD = workflow(module("a", inputs={"value": "{{ trigger.payload.n }}"}), workflow_id="child")
WAITS: dict[str, Any] = {
    "module_id": "wait.event",
    "name": "wait",
    "inputs": {"wait_key": "subworkflow:{{ trigger.payload.child }}"},
}
WAITS_FOR_IDS = {"module_id": "wait.event", "name": "ids", "inputs": {"wait_key": "ids"}}
JOINS = {
    "module_id": "wait.sub_workflows",
    "name": "join",
    "inputs": {"sub_run_ids": "{{ ids.output.payload }}"},
    "outputs_to_state": ["results"],
}


def calls_held(**inputs: Any) -> dict[str, Any]:
    return {
        "module_id": "sub_workflow",
        "name": "sub",
        "inputs": {"workflow_id": "child", "vars": {"n": 7}, "held": True, **inputs},
        "outputs_to_state": {"sub_run_id": "sub"},
    }


async def save(lab: Lab, *definitions: dict[str, Any]) -> None:
    for definition in definitions:
        await lab.engine.save_workflow(definition["workflow_id"], definition, actor=ME)


async def hold(lab: Lab, workflow_id: str, payload: Any = None, *, parent: str | None = None) -> str:
    return await lab.engine.driver.start(workflow_id, payload or {}, version=None, parent_run_id=parent, actor=ME)


async def waiting(lab: Lab, run_id: str) -> None:
    await eventually(lambda: lab.engine.get_run(run_id), wanted=lambda run: run.status is RunStatus.WAITING)


async def child_of(lab: Lab, run_id: str) -> str:
    await lab.called_children(run_id, 1)
    [event] = await lab.events(run_id, T.SUB_WORKFLOW_STARTED)
    return str(event.data["sub_run_id"])


async def test_held_run_is_pending_and_runs_once_it_is_begun(any_lab: Lab) -> None:
    await save(any_lab, CHILD)
    run_id = await hold(any_lab, "child", {"n": 7})
    [created] = await any_lab.events(run_id)
    assert (created.event_type, created.data["held"]) == (T.RUN_CREATED, True)
    assert (await any_lab.engine.get_run(run_id)).status is RunStatus.PENDING

    await any_lab.engine.driver.begin(run_id)

    assert (await any_lab.ended(run_id)).output == {"a": 7}
    await any_lab.check(run_id)


async def test_held_run_is_not_begun_by_who_looks_at_it(any_lab: Lab) -> None:
    await save(any_lab, CHILD)
    parent = await hold(any_lab, "child", {"n": 1})
    run_id = await hold(any_lab, "child", {"n": 7}, parent=parent)

    await any_lab.engine.get_run(run_id)
    await any_lab.engine.post_event(run_id, "anything", 1, actor=ME)
    await any_lab.engine.post_event(parent, "anything", 1, actor=ME)

    assert any_lab.calls.names == []
    assert (await any_lab.engine.get_run(run_id)).status is RunStatus.PENDING
    assert (await any_lab.engine.explain_wait(run_id))["reason"] == "queue"


async def test_held_run_that_is_begun_twice_runs_once(any_lab: Lab) -> None:
    await save(any_lab, CHILD)
    run_id = await hold(any_lab, "child", {"n": 7})

    await any_lab.engine.driver.begin(run_id)
    await any_lab.engine.driver.begin(run_id)

    await any_lab.ended(run_id)
    assert any_lab.calls.names == ["a"]
    await any_lab.check(run_id)


async def test_held_run_that_is_cancelled_never_runs(any_lab: Lab) -> None:
    await save(any_lab, CHILD)
    run_id = await hold(any_lab, "child", {"n": 7})

    await any_lab.engine.cancel_run(run_id, reason="no use", actor=ME)
    await any_lab.engine.driver.begin(run_id)

    assert (await any_lab.engine.get_run(run_id)).status is RunStatus.CANCELLED
    assert any_lab.calls.names == []
    await any_lab.check(run_id)


async def test_fork_of_a_held_run_goes_on_at_once(any_lab: Lab) -> None:
    await save(any_lab, CHILD)
    run_id = await hold(any_lab, "child", {"n": 7})

    await any_lab.engine.fork_run(run_id, seq=1, actor=ME)

    assert (await any_lab.ended(run_id)).output == {"a": 7}


async def test_held_child_is_recorded_in_its_parent_with_its_end(any_lab: Lab) -> None:
    await save(any_lab, CHILD)
    parent, _ = await any_lab.at_question(question())
    run_id = await hold(any_lab, "child", {"n": 7}, parent=parent)
    assert (await any_lab.engine.get_run(run_id)).parent_workflow_id == parent

    await any_lab.engine.driver.begin(run_id)
    await any_lab.ended(run_id)

    begun, ended = await any_lab.events(parent, T.SUB_WORKFLOW_STARTED, T.SUB_WORKFLOW_COMPLETED)
    assert (begun.module_name, begun.step_id, begun.actor, begun.data["mode"]) == (None, None, ME, "async")
    assert ended.data["output"] == {"a": 7}
    await any_lab.check(parent, run_id)


async def test_held_child_shows_in_the_tree_and_among_the_calls(any_lab: Lab) -> None:
    await save(any_lab, CHILD)
    parent, _ = await any_lab.at_question(question())
    run_id = await hold(any_lab, "child", {"n": 7}, parent=parent)

    [node] = (await any_lab.engine.get_tree(parent))["children"]
    [call] = (await any_lab.engine.list_sub_workflow_calls(parent)).items

    assert (node["workflow_run_id"], node["kind"], node["parent_node_id"]) == (run_id, "sub_workflow", None)
    assert (call.sub_run_id, call.parent_node_id, call.status) == (run_id, None, "pending")
    assert (node["status"], node["nesting_depth"], call.input_mapping) == (RunStatus.PENDING, 1, {"n": 7})


async def test_question_of_a_child_without_a_module_has_its_path(any_lab: Lab) -> None:
    await save(any_lab, question() | {"workflow_id": "asks"})
    parent, _ = await any_lab.at_question(question())
    run_id = await hold(any_lab, "asks", parent=parent)
    await any_lab.engine.driver.begin(run_id)

    asked = await any_lab.asked(run_id)

    assert [(item["workflow_run_id"], item["module_name"]) for item in asked.path] == [(parent, None), (run_id, "ask")]
    assert asked.interaction_id in [item.interaction_id for item in await any_lab.engine.list_interactions(parent)]


async def test_wait_event_of_a_parent_takes_the_end_of_a_held_child(any_lab: Lab) -> None:
    await save(any_lab, CHILD, workflow(WAITS_FOR_IDS, JOINS, workflow_id="joins"))
    parent = await hold(any_lab, "joins")
    children = [await hold(any_lab, "child", {"n": number}, parent=parent) for number in (1, 2)]
    await any_lab.engine.driver.begin(children[0])  # before its parent has begun
    await any_lab.ended(children[0])
    assert (await any_lab.engine.get_run(parent)).status is RunStatus.PENDING

    await any_lab.engine.driver.begin(parent)
    await any_lab.engine.post_event(parent, "ids", children, actor=ME)
    await any_lab.engine.driver.begin(children[1])

    results = ((await any_lab.ended(parent)).output or {})["results"]
    assert [item["output"] for item in results] == [{"a": 1}, {"a": 2}]
    await any_lab.check(parent, *children)


async def test_parent_that_is_cancelled_takes_its_held_child_along(any_lab: Lab) -> None:
    await save(any_lab, CHILD)
    parent, _ = await any_lab.at_question(question())
    run_id = await hold(any_lab, "child", {"n": 7}, parent=parent)

    cancelled = await any_lab.engine.driver.cancel(parent, reason="stop", actor=ME)

    assert cancelled == [parent, run_id]
    assert (await any_lab.engine.get_run(run_id)).status is RunStatus.CANCELLED
    await any_lab.check(parent, run_id)


async def test_parent_that_has_ended_takes_no_child(any_lab: Lab) -> None:
    await save(any_lab, CHILD)
    parent, _ = await any_lab.at_question(question())
    await any_lab.engine.cancel_run(parent, actor=ME)

    with pytest.raises(RunNotActive):
        await hold(any_lab, "child", parent=parent)

    assert (await any_lab.engine.list_runs(parent_workflow_id=parent)).items == []


async def test_parent_that_is_a_sub_actions_run_takes_no_child(lab: Lab) -> None:
    await save(lab, CHILD)
    _, asked = await lab.at_question(question(target(makes(["x"], "lab.gated"))))
    started = await lab.begin(asked)

    with pytest.raises(RunTakesNoChildren):
        await hold(lab, "child", parent=started.child_workflow_id)


async def test_children_stand_no_deeper_than_the_setting_allows(lab: Lab) -> None:
    await save(lab, CHILD)
    run_id = await hold(lab, "child")
    for _ in range(5):
        run_id = await hold(lab, "child", parent=run_id)

    with pytest.raises(MaxNestingDepthExceeded):
        await hold(lab, "child", parent=run_id)


@pytest.mark.parametrize("with_parent", [False, True])
async def test_start_that_cannot_be_is_refused_before_anything_is_written(lab: Lab, with_parent: bool) -> None:
    needy = CHILD | {"workflow_id": "needy", "inputs": {"type": "object", "required": ["n"]}}
    await save(lab, CHILD, needy, CHILD | {"workflow_id": "old"})
    await lab.engine.archive_workflow("old", actor=ME)
    parent = await hold(lab, "child") if with_parent else None
    driver = lab.engine.driver

    with pytest.raises(WorkflowNotFound):
        await hold(lab, "nowhere", parent=parent)
    with pytest.raises(WorkflowArchived):
        await hold(lab, "old", parent=parent)
    with pytest.raises(InvalidPayload):
        await hold(lab, "needy", parent=parent)
    with pytest.raises(VersionNotFound):
        await driver.start("child", {}, version=9, parent_run_id=parent, actor=ME)
    with pytest.raises(RunNotFound):
        await hold(lab, "child", parent="wf_unknown")

    assert len((await lab.engine.list_runs()).items) == int(with_parent)


async def test_call_that_says_held_waits_for_somebody_to_begin_the_child(any_lab: Lab) -> None:
    await save(any_lab, CHILD)
    run_id = await any_lab.start(workflow(calls_held()))
    child_id = await child_of(any_lab, run_id)
    await waiting(any_lab, run_id)
    assert any_lab.calls.names == []

    await any_lab.engine.driver.begin(child_id)

    assert (await any_lab.ended(run_id)).status is RunStatus.COMPLETED
    await any_lab.check(run_id, child_id)


async def test_call_that_says_async_and_held_goes_on_without_the_child(any_lab: Lab) -> None:
    await save(any_lab, CHILD)
    begins = calls_held() | {"inputs": {"workflow_id": "child", "vars": {"n": 7}, "async": True, "held": True}}
    waits = WAITS | {
        "inputs": {"wait_key": "subworkflow:{{ state.sub }}"},
        "outputs_to_state": {"payload.output": "got"},
    }
    run_id = await any_lab.start(workflow(begins, waits))
    child_id = await child_of(any_lab, run_id)
    await waiting(any_lab, run_id)

    await any_lab.engine.driver.begin(child_id)

    assert (await any_lab.ended(run_id)).output == {"sub": child_id, "got": {"a": 7}}
    await any_lab.check(run_id, child_id)


async def test_held_child_has_no_timeout_unless_one_is_given(any_lab: Lab) -> None:
    await save(any_lab, CHILD)
    run_id = await any_lab.start(workflow(calls_held()))
    [created] = await any_lab.events(await child_of(any_lab, run_id))
    assert "deadline" not in created.data

    run_id = await any_lab.start(workflow(calls_held(timeout_seconds=0.1)))

    assert ((await any_lab.ended(run_id)).error or {})["code"] == "SubWorkflowTimeout"
    await any_lab.check(run_id, await child_of(any_lab, run_id))
    assert any_lab.calls.names == []


@pytest.mark.parametrize(
    ("said", "mode"),
    [({"async": True}, "async"), ({"async": False}, "sync"), ({"async": True, "mode": "async"}, "async")],
)
async def test_async_is_another_word_for_the_mode(lab: Lab, said: dict[str, Any], mode: str) -> None:
    await save(lab, CHILD)
    run_id = await lab.start(workflow(calls_held(**said)))
    await lab.called_children(run_id, 1)

    [event] = await lab.events(run_id, T.SUB_WORKFLOW_STARTED)

    assert event.data["mode"] == mode


async def test_async_that_contradicts_the_mode_is_refused_at_save(lab: Lab) -> None:
    await save(lab, CHILD)

    with pytest.raises(InvalidDefinition, match="contradict"):
        await save(lab, workflow(calls_held(**{"async": False, "mode": "async"})))


class _TornEvents(EventRepo):
    """Writes only the first part of the next write of several, and loses the answer."""

    armed = False

    async def append(self, events: Sequence[Event]) -> None:
        if not (self.armed and len(events) > 1):
            return await super().append(events)
        self.armed = False
        await super().append(events[:1])
        raise StoreUnavailable


async def _open_torn(settings: Settings, calls: Calls) -> Lab:
    database: Database = await open_database(settings)
    events = _TornEvents(database.connection.database)
    engine = await Engine.create(settings, registry=lab_registry(), database=replace(database, events=events))
    return Lab(engine, calls)


@pytest.fixture
async def torn_memory(memory_settings: Settings, empty_folder: Path, calls: Calls) -> AsyncIterator[Lab]:
    settings = memory_settings.model_copy(update={"workflows_dir": empty_folder, "template_workers": 1})
    opened = await _open_torn(settings, calls)
    yield opened
    await opened.engine.close()


@pytest.fixture
async def torn_real(shared_settings: Settings, calls: Calls) -> AsyncIterator[Lab]:
    opened = await _open_torn(shared_settings, calls)
    yield opened
    await opened.engine.close()


@pytest.fixture(params=["memory", pytest.param("real", marks=pytest.mark.mongo)])
def torn_lab(request: pytest.FixtureRequest) -> Lab:
    """An engine whose next write of several events may be torn: `_TornEvents.armed`."""
    found: Lab = request.getfixturevalue(f"torn_{request.param}")
    return found


async def test_child_of_a_start_that_was_cut_short_is_made_once_and_held(torn_lab: Lab) -> None:
    await save(torn_lab, CHILD)
    parent = await hold(torn_lab, "child", {"n": 1})
    torn_lab.engine.database.events.armed = True  # type: ignore[attr-defined]  # it is the one above

    with pytest.raises(StoreUnavailable):
        await hold(torn_lab, "child", {"n": 7}, parent=parent)

    run_id = await child_of(torn_lab, parent)
    [made] = await eventually(lambda: _children(torn_lab, parent), wanted=lambda found: len(found) == 1)
    assert (made.workflow_run_id, made.status, made.payload) == (run_id, RunStatus.PENDING, {"n": 7})
    await torn_lab.engine.driver.begin(run_id)
    assert (await torn_lab.ended(run_id)).output == {"a": 7}
    await torn_lab.check(parent, run_id)


async def _children(lab: Lab, run_id: str) -> list[Any]:
    return (await lab.engine.list_runs(parent_workflow_id=run_id)).items
