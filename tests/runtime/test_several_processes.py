"""Held runs on a database that several use, and across restarts and crashes."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest

from backend.core.config import Settings
from backend.runtime import RunState, RunStatus, Runtime
from tests.runtime.conftest import runtime_on
from tests.runtime.modules import approve, calls, listen, note, workflow

pytestmark = pytest.mark.mongo


@contextmanager
def two_on(settings: Settings) -> Iterator[tuple[Runtime, Runtime]]:
    beside = settings.model_copy(update={"data_dir": settings.data_dir.parent / "other"})
    with runtime_on(settings) as one, runtime_on(beside) as two:
        yield one, two


def lines(notes: Path) -> list[str]:
    return [line.split()[0] for line in notes.read_text().splitlines()]


def found_by(runtime: Runtime, run_id: str) -> RunState:
    """The pending run as a worker finds it, which looks again and again: lists are a moment behind."""
    deadline = monotonic() + 10
    while True:
        found = runtime.list_runs(status="pending", workflow_id="gpu_task")
        for run in found:
            if run.run_id == run_id:
                return run
        assert monotonic() < deadline, found


def test_held_run_is_still_held_after_a_restart(own_settings: Settings, tmp_path: Path) -> None:
    with runtime_on(own_settings) as runtime:
        run_id = runtime.start(workflow(note(tmp_path / "notes")), {"n": 1})

    with runtime_on(own_settings) as runtime:
        assert [run.run_id for run in runtime.list_runs(status="pending")] == [run_id]
        assert runtime.tick(run_id).output == {"n": 1}
    assert lines(tmp_path / "notes") == [run_id]


def test_run_that_was_ticked_goes_on_after_a_restart(own_settings: Settings, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with runtime_on(own_settings) as runtime:
        run_id = runtime.start(workflow(note(notes, "test.gate")))
        runtime.tick(run_id, timeout_seconds=0.1)
    Path(f"{notes}.open").touch()

    with runtime_on(own_settings) as runtime:
        assert runtime.wait(run_id, timeout_seconds=20).status is RunStatus.COMPLETED


def test_two_that_tick_the_same_runs_at_once_run_each_once(own_settings: Settings, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with two_on(own_settings) as both, ThreadPoolExecutor(16) as pool:
        run_ids = [both[0].start(workflow(note(notes)), {"n": at}) for at in range(8)]

        ticks = [pool.submit(runtime.tick, run_id) for run_id in run_ids for runtime in both]

        assert {tick.result(timeout=30).status for tick in ticks} == {RunStatus.COMPLETED}
    assert sorted(lines(notes)) == sorted(run_ids)


def test_tick_of_what_another_runs_waits_until_that_one_is_done(own_settings: Settings, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with two_on(own_settings) as (one, two):
        run_id = one.start(workflow(note(notes, "test.gate")))
        one.tick(run_id, timeout_seconds=0.1)
        assert two.tick(run_id, timeout_seconds=0.1).status is RunStatus.PROCESSING
        Path(f"{notes}.open").touch()

        assert two.tick(run_id, timeout_seconds=20).status is RunStatus.COMPLETED
    assert len(lines(notes)) == 1


def test_held_child_of_one_is_found_and_ticked_by_the_other(own_settings: Settings, tmp_path: Path) -> None:
    waits = listen("subworkflow:{{ state.sub_id }}")
    begins = calls("gpu_task", vars={"n": 7}, held=True, **{"async": True})
    with two_on(own_settings) as (one, two):
        one.start(workflow(note(tmp_path / "notes"), workflow_id="gpu_task"), {"n": 0})
        parent = one.start(workflow(begins, waits))
        child_id = one.tick(parent).state["sub_id"]

        task = found_by(two, child_id)
        done = two.tick(task.run_id)
        two.resume_subworkflow_parent(task.run_id, done.output)

        assert one.wait(parent, timeout_seconds=20).output["listen"]["output"] == {"n": 7}


def test_child_started_by_another_joins_a_parent_at_work(own_settings: Settings, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with two_on(own_settings) as (one, two):
        parent = one.start(workflow(note(notes, "test.gate"), listen("never")))
        one.tick(parent, timeout_seconds=0.1)
        child = two.start(workflow(approve(), workflow_id="child"), parent_run_id=parent)
        Path(f"{notes}.open").touch()
        assert one.tick(parent, timeout_seconds=20).status is RunStatus.WAITING

        cancelled = two.cancel_with_children(parent)

        assert [run.run_id for run in cancelled] == [parent, child]
        assert one.get_state(child).status is RunStatus.CANCELLED


KILLED = """
import sys
from backend.core.config import load_settings
from tests.runtime.conftest import runtime_on
from tests.runtime.modules import note, workflow
from pathlib import Path

uri, database, folder, notes = sys.argv[1:]
settings = load_settings(mongodb_uri=uri, mongodb_database=database, data_dir=Path(folder), lease_seconds=0.6)
with runtime_on(settings) as runtime:
    definition = workflow(note(Path(notes), "test.gate"))
    held, ticked = runtime.start(definition), runtime.start(definition)
    runtime.tick(ticked, timeout_seconds=0.1)
    print(held, ticked, flush=True)
    runtime.wait(ticked)
"""


def test_takeover_of_a_killed_process_begins_nothing_that_was_held(own_settings: Settings, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    place = [own_settings.mongodb_uri or "", own_settings.mongodb_database, str(tmp_path / "gone"), str(notes)]
    with subprocess.Popen([sys.executable, "-c", KILLED, *place], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            held, ticked = process.stdout.readline().split()
        finally:
            process.kill()
    Path(f"{notes}.open").touch()

    with runtime_on(own_settings) as runtime:
        assert runtime.wait(ticked, timeout_seconds=30).status is RunStatus.COMPLETED
        assert runtime.get_state(held).status is RunStatus.PENDING
        assert set(lines(notes)) == {ticked}
        assert runtime.tick(held).status is RunStatus.COMPLETED
