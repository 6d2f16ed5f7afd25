"""Logs written by earlier code, folded by today's, give what callers saw then."""

from dataclasses import replace
from pathlib import Path

import pytest

from backend.db import claims
from backend.db.projections import apply, fold, run_document
from backend.db.snapshot import view_from_json, view_to_json
from backend.db.view import RunView
from backend.server.workflow.sub_action_records import records_of
from tests.fixtures.lab import assert_sound
from tests.replay.history import History, RunHistory, load, names, save
from tests.replay.record import record
from tests.replay.stories import STORIES

RUNS = [
    pytest.param(history, item, id=f"{name}-{at}")
    for name in names()
    for history in [load(name)]
    for at, item in enumerate(history.runs)
]
every_run = pytest.mark.parametrize(("history", "item"), RUNS)


def empty_view(item: RunHistory) -> RunView:
    first = item.events[0]
    return RunView(workflow_run_id=first.workflow_run_id, branch_id=first.branch_id)


@every_run
def test_run_document_is_what_it_was(history: History, item: RunHistory) -> None:
    run = run_document(fold(empty_view(item), item.events))

    assert replace(run, payload=history.restored(run.payload), output=history.restored(run.output)) == item.run


@every_run
def test_state_after_every_write_is_what_it_was(history: History, item: RunHistory) -> None:
    view, states = empty_view(item), {}
    for event in item.events:
        apply(view, event)
        if event.seq in item.states:
            states[event.seq] = history.restored(view.state)

    assert states == item.states


@every_run
def test_sub_action_records_are_what_they_were(history: History, item: RunHistory) -> None:
    records = records_of(empty_view(item), item.events)

    whole = [replace(record, updated_state=history.restored(record.updated_state)) for record in records]
    assert sorted(whole, key=lambda record: record.started_at) == item.sub_actions


@every_run
def test_run_goes_on_from_a_snapshot_of_any_moment(history: History, item: RunHistory) -> None:
    whole = fold(empty_view(item), item.events)
    for at in range(1, len(item.events)):
        taken = view_to_json(fold(empty_view(item), item.events[:at]))

        restored = view_from_json(claims.decode(*claims.encode(taken)))

        assert fold(restored, item.events[at:]) == whole


@every_run
def test_history_is_sound(history: History, item: RunHistory) -> None:
    assert_sound(item.events)
    view = fold(empty_view(item), item.events)
    assert not (view.terminal and (view.waits or view.sub_actions or view.open_interactions))


def test_every_story_has_its_history() -> None:
    """A new story: python -m tests.replay.record"""
    assert names() == sorted(STORIES)


async def test_recorded_history_reads_back_as_it_was_taken_down(tmp_path: Path) -> None:
    taken = await record(STORIES["large_values"], tmp_path)

    save("large_values", taken, folder=tmp_path)

    assert load("large_values", folder=tmp_path) == taken
