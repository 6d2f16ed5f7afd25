"""What must hold after any death, whatever was under way."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from backend.db.database import Database
from backend.db.event_types import RUN_ENDS, DbEventType
from backend.db.projections import fold, run_document
from backend.db.records import Event, Run, RunStatus, SubAction
from backend.db.view import RunView
from backend.server.workflow.engine import Engine
from backend.server.workflow.sub_action_records import records_of
from tests.crash.diary import Diary
from tests.crash.stories import Story
from tests.fixtures.lab import assert_sound
from tests.fixtures.polling import eventually

Logs = dict[str, list[Event]]
WORKED = {DbEventType.MODULE_COMPLETED, DbEventType.MODULE_FAILED}
SUB_WORKFLOW_ENDS = {
    DbEventType.SUB_WORKFLOW_COMPLETED: RunStatus.COMPLETED,
    DbEventType.SUB_WORKFLOW_FAILED: RunStatus.ERROR,
    DbEventType.SUB_WORKFLOW_CANCELLED: RunStatus.CANCELLED,
}
SUB_ACTION_ENDS = {
    DbEventType.SUB_ACTION_COMPLETED,
    DbEventType.SUB_ACTION_FAILED,
    DbEventType.SUB_ACTION_CANCELLED,
}


async def read_logs(database: Database) -> Logs:
    """All events of all runs, by run."""
    run_ids = await database.connection.database["events"].distinct("workflow_run_id")
    return {run_id: await database.events.read_all(run_id) for run_id in run_ids}


def view_of(events: Sequence[Event]) -> RunView:
    return fold(_empty(events), events)


def _empty(events: Sequence[Event]) -> RunView:
    return RunView(workflow_run_id=events[0].workflow_run_id, branch_id=events[0].branch_id)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the log had of finished work at one moment, and how often the modules had been called until then."""

    work: frozenset[str]
    calls: Counter[str]

    @classmethod
    def of(cls, logs: Logs, diary: Diary) -> "Recorded":
        work = {_work_of(event) for events in logs.values() for event in events}
        return cls(frozenset(work - {None}), calls_in(diary))


def _work_of(event: Event) -> Any:
    """The work whose outcome the event records, named as the modules note it."""
    if event.event_type in WORKED:
        return f"{event.workflow_run_id}/{event.module_name} {event.data['attempt']}"
    if event.event_type is DbEventType.WAIT_STARTED and event.data["reason"] == "retry":
        return f"{event.workflow_run_id}/{event.module_name} {event.data['details']['attempt']}"
    return f"{event.data['sub_action_id']} 1" if event.event_type in SUB_ACTION_ENDS else None


def calls_in(diary: Diary) -> Counter[str]:
    return Counter(f"{line['what']} {line['attempt']}" for line in diary.read("called"))


def assert_recorded_work_was_not_repeated(deaths: Sequence[Recorded], diary: Diary) -> None:
    """After each death: what was recorded is not called again, what was not is called once more at most."""
    moments = [*deaths, Recorded(frozenset(), calls_in(diary))]
    for death, next_moment in pairwise(moments):
        for what, count in next_moment.calls.items():
            again = count - death.calls[what]
            allowed = 0 if what in death.work else 1
            assert again <= allowed, f"{what} was called {again} times more (recorded: {what in death.work})"
    keys = {(line["what"], line["key"]) for line in diary.read("called")}
    assert len(keys) == len({what for what, _ in keys}), f"the same work had several keys: {keys}"


async def assert_settles(database: Database, *, seconds: float = 10.0) -> None:
    """Every run comes to its end or to rest by itself: nothing waits for a process that is gone."""

    async def busy() -> list[str]:
        views = [view_of(events) for events in (await read_logs(database)).values()]
        return [f"{view.kind} {view.status.value}" for view in views if view.in_hand]

    await eventually(busy, wanted=lambda found: not found, seconds=seconds)


async def assert_taken_over(database: Database, *, seconds: float = 10.0) -> None:
    """Somebody has all runs of those who died."""

    async def without_heir() -> int:
        return int(await database.connection.database["processes"].count_documents({"heir": None}))

    await eventually(without_heir, wanted=lambda count: count == 1, seconds=seconds)


async def assert_sound_and_projected(engine: Engine, database: Database) -> None:
    """The logs are whole, and everything made from them is what a rebuild makes."""
    logs = await read_logs(database)
    for run_id, events in logs.items():
        assert_sound(events)
        view = view_of(events)
        assert _by_itself(await engine.get_run(run_id)) == run_document(view)
        assert await engine.get_module_outputs(run_id) == view.state
        await _assert_projected(database, events)
    assert_families_sound(logs)


def _by_itself(run: Run) -> Run:
    """Without what is shown of its child beside what it waits for."""
    wait = run.wait and {**run.wait, "details": {**run.wait["details"]}}
    if wait:
        wait["details"].pop("sub_waiting", None)
    return replace(run, wait=wait)


async def _assert_projected(database: Database, events: Sequence[Event]) -> None:
    """Projections follow the log in a moment; no run may be left with what they said before."""
    run_id, document = events[0].workflow_run_id, run_document(view_of(events))
    records = _by_id(records_of(_empty(events), events))
    await eventually(lambda: database.runs.find(run_id), wanted=lambda stored: stored == document)
    await eventually(
        lambda: database.sub_actions.list_page(run_id, limit=100, cursor=None),
        wanted=lambda stored: _by_id(stored.items) == records,
    )
    snapshot, _ = await database.runs.find_snapshot(run_id) or (None, ())
    assert snapshot is None or snapshot == fold(_empty(events), events[: snapshot.seq])


def assert_families_sound(logs: Logs) -> None:
    """Every child is its parent's, begun there once, and has ended there as it did itself."""
    for run_id, events in logs.items():
        view = view_of(events)
        assert not (view.terminal and view.waits), f"{run_id} has ended and waits for {list(view.waits)}"
        if view.parent is None:
            continue
        above = logs.get(view.parent["workflow_run_id"], [])
        if view.kind == "sub_workflow":
            _assert_child_known(view, above)
        alive = _ends_below(above) and not view.terminal
        assert not alive, f"{run_id} ({view.workflow_id}, {view.status.value}) lives on under an ended parent"


def _assert_child_known(child: RunView, above: Sequence[Event]) -> None:
    mine = [event for event in above if event.data.get("sub_run_id") == child.workflow_run_id]
    begun = [event for event in mine if event.event_type is DbEventType.SUB_WORKFLOW_STARTED]
    assert len(begun) == 1, f"{child.workflow_run_id} was begun {len(begun)} times in its parent"
    place = _place_of(begun[0])
    twins = [e for e in above if e.event_type is DbEventType.SUB_WORKFLOW_STARTED and _place_of(e) == place]
    assert len(twins) == 1, f"{place} has {len(twins)} children"
    ends = [event for event in mine if event.event_type in SUB_WORKFLOW_ENDS]
    assert len(ends) <= 1, f"{child.workflow_run_id} ended {len(ends)} times in its parent"
    for end in ends:
        told = SUB_WORKFLOW_ENDS[end.event_type]
        left = begun[0].data["on_parent_cancel"] == "abandon"
        assert child.ended is told or (told is RunStatus.CANCELLED and (child.terminal or left)), (
            f"{child.workflow_run_id} is {child.status.value}, and its parent says {told.value}"
        )


def _place_of(event: Event) -> tuple[Any, ...]:
    return event.branch_id, event.module_name, event.data["attempt"], event.data.get("index")


def _by_id(records: Sequence[SubAction]) -> dict[str, SubAction]:
    return {record.sub_action_id: record for record in records}


def _ends_below(above: Sequence[Event]) -> bool:
    """Whether the run has ended in a way that nothing may outlive."""
    return any(event.event_type in RUN_ENDS for event in above)


async def assert_told(engine: Engine, story: Story, diary: Diary, run_id: str) -> None:
    """The story came out as it should, once, and its client saw every message of every stream, once."""
    run = await engine.get_run(run_id)
    assert (run.status, await engine.get_module_outputs(run_id)) == (story.status, story.state)
    records = (await engine.list_sub_actions(run_id)).items
    begun = list(dict.fromkeys(line["id"] for line in diary.read("begun")))
    assert [(item.sub_action_id, item.status) for item in records] == list(zip(begun, story.sub_actions, strict=True))
    everything = (await engine.list_runs(include_hidden=True, limit=500)).items
    children = {record.child_workflow_id for record in records} - {None}
    others = [item for item in everything if item.workflow_run_id not in {run_id, *children}]
    assert sorted((item.workflow_id, item.status.value) for item in others) == sorted(story.family)
    assert all(item.status.terminal for item in everything)
    for record in records:
        await _assert_streamed(engine, diary, record)


async def _assert_streamed(engine: Engine, diary: Diary, record: SubAction) -> None:
    stream = engine.stream_sub_action(record.workflow_run_id, record.sub_action_id, follow=False)
    whole = [(frame.id, frame.event, frame.data) async for frame in stream]
    lines = [line for line in diary.read("frame") if line["sub_action_id"] == record.sub_action_id]
    seen = [(line["id"], line["event"], line["data"]) for line in lines]
    places = [tuple(map(int, frame_id.split("."))) for frame_id, _, _ in seen]
    assert places == sorted(set(places)), f"the client saw {places}"
    assert _without_reports(seen) == _without_reports(whole)


def _without_reports(frames: list[tuple[str, str, Any]]) -> list[tuple[str, str, Any]]:
    """What a module reports on its way may die with its server; what the log says may not."""
    return [frame for frame in frames if frame[0].endswith(".0")]
