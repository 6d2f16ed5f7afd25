"""What must hold after any death, whatever was under way."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from backend.db.database import Database
from backend.db.event_types import RUN_ENDS, DbEventType
from backend.db.projections import fold, run_document
from backend.db.records import Event, SubAction
from backend.db.view import RunView
from backend.server.workflow.engine import Engine
from backend.server.workflow.sub_action_records import records_of
from tests.crash.diary import Diary
from tests.crash.stories import Story
from tests.fixtures.lab import assert_sound
from tests.fixtures.polling import eventually

Logs = dict[str, list[Event]]
WORKED = {DbEventType.MODULE_COMPLETED, DbEventType.MODULE_FAILED}
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
    if event.event_type is DbEventType.WAIT_STARTED:
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


async def assert_sound_and_projected(engine: Engine, database: Database) -> None:
    """The logs are whole, and everything made from them is what a rebuild makes."""
    logs = await read_logs(database)
    for run_id, events in logs.items():
        assert_sound(events)
        view = view_of(events)
        assert await engine.get_run(run_id) == run_document(view)
        assert await engine.get_module_outputs(run_id) == view.state
        assert not (_under_ended(view, logs) and not view.terminal), f"{run_id} lives on under an ended parent"
        await _assert_projected(database, events)


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


def _by_id(records: Sequence[SubAction]) -> dict[str, SubAction]:
    return {record.sub_action_id: record for record in records}


def _under_ended(view: RunView, logs: Logs) -> bool:
    parent = logs.get((view.parent or {}).get("workflow_run_id", ""), [])
    return any(event.event_type in RUN_ENDS for event in parent)


async def assert_told(engine: Engine, story: Story, diary: Diary, run_id: str) -> None:
    """The story came out as it should, once, and its client saw every message of every stream, once."""
    run = await engine.get_run(run_id)
    assert (run.status, await engine.get_module_outputs(run_id)) == (story.status, story.state)
    records = (await engine.list_sub_actions(run_id)).items
    begun = list(dict.fromkeys(line["id"] for line in diary.read("begun")))
    assert [(item.sub_action_id, item.status) for item in records] == list(zip(begun, story.sub_actions, strict=True))
    everything = (await engine.list_runs(include_hidden=True)).items
    children = {record.child_workflow_id for record in records} - {None}
    assert {item.workflow_run_id for item in everything} <= {run_id, *children}
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
