"""Writes that were cut short: what follows from the part that is in the log, and from the part that another made."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.core.config import Settings
from backend.core.errors import StoreUnavailable
from backend.db.database import open_database
from backend.db.event_types import DbEventType as T
from backend.db.records import Event, RunStatus
from backend.db.repos.events import EventRepo
from backend.server.workflow.engine import Engine
from tests.engine.test_sub_workflows import call, child, children, save
from tests.fixtures.lab import ME, Lab, lab_registry, module, open_lab, workflow
from tests.fixtures.lab_modules import Calls

pytestmark = pytest.mark.mongo

Append = Callable[[Sequence[Event]], Awaitable[None]]
Instead = Callable[[Append, Sequence[Event]], Awaitable[None]]


class OddEvents(EventRepo):
    """Does something else than to append."""

    def __init__(self, database: Any, instead: Instead) -> None:
        super().__init__(database)
        self._instead = instead

    async def append(self, events: Sequence[Event]) -> None:
        await self._instead(super().append, events)


class Cut:
    """Stores events up to the first of a type, and none after it: as if the server had died then."""

    def __init__(self, last: T) -> None:
        self._last = last
        self.over = asyncio.Event()

    async def __call__(self, store: Append, events: Sequence[Event]) -> None:
        if self.over.is_set():
            raise StoreUnavailable
        kinds = [event.event_type for event in events]
        if self._last not in kinds:
            await store(events)
            return
        await store(events[: kinds.index(self._last) + 1])
        self.over.set()
        raise StoreUnavailable


@asynccontextmanager
async def opened(settings: Settings, calls: Calls, instead: Instead | None = None) -> AsyncIterator[Lab]:
    if instead is None:
        lab = await open_lab(settings, calls)
    else:
        database = await open_database(settings)
        odd = replace(database, events=OddEvents(database.connection.database, instead))
        lab = Lab(await Engine.create(settings, registry=lab_registry(), database=odd), calls)
    try:
        yield lab
    finally:
        await lab.engine.close()


def family(**inputs: Any) -> tuple[dict[str, Any], ...]:
    """A child, and a parent that calls it and goes on whatever comes of it."""
    return child(module("a", "lab.gated")), workflow(
        call("child", on_error="continue", **inputs), module("after", inputs={"value": 1})
    )


@pytest.mark.parametrize("last", [T.SUB_WORKFLOW_COMPLETED, T.WAIT_RESOLVED, T.RUN_COMPLETED], ids=str)
@pytest.mark.parametrize("inputs", [{}, {"for_each": [1, 2], "max_parallel": 1}], ids=["one", "fan-out"])
async def test_end_of_a_child_that_was_cut_short_still_wakes_its_parent_once(
    shared_settings: Settings, calls: Calls, last: T, inputs: dict[str, Any]
) -> None:
    called, calling = family(**inputs)
    cut = Cut(last)
    async with opened(shared_settings, calls, cut) as lab:
        await save(lab, called)
        run_id = await lab.start(calling)
        await lab.called("a")
        calls.gate("a").set()
        await asyncio.wait_for(cut.over.wait(), 10)

    async with opened(shared_settings, calls) as lab:
        assert (await lab.ended(run_id)).status is RunStatus.COMPLETED
        assert len(await lab.events(run_id, T.SUB_WORKFLOW_STARTED)) == len(inputs.get("for_each", [1]))
        await lab.check(run_id, *[item.workflow_run_id for item in await children(lab, run_id)])


@pytest.mark.parametrize("inputs", [{}, {"for_each": [1, 2]}], ids=["one", "fan-out"])
async def test_child_that_was_not_made_and_whose_workflow_is_archived_fails_its_call(
    shared_settings: Settings, calls: Calls, inputs: dict[str, Any]
) -> None:
    called, calling = family(**inputs)
    cut = Cut(T.WAIT_STARTED)
    async with opened(shared_settings, calls, cut) as lab:
        await save(lab, called)
        with pytest.raises(StoreUnavailable):
            await lab.start(calling)
    database = await open_database(shared_settings)
    await database.workflows.archive("child")
    await database.close()

    async with opened(shared_settings, calls) as lab:
        [run] = (await lab.engine.list_runs(workflow_id="lab")).items
        assert (await lab.ended(run.workflow_run_id)).status is RunStatus.COMPLETED
        [failed] = await lab.events(run.workflow_run_id, T.MODULE_FAILED)
        assert failed.data["error"]["code"] == "WorkflowNotAccessible"
        await lab.check(run.workflow_run_id)


@pytest.mark.parametrize("last", [T.MODULE_CANCELLED, T.SUB_WORKFLOW_CANCELLED, T.WAIT_CANCELLED], ids=str)
async def test_cancel_that_was_cut_short_is_finished_with_its_reason(
    shared_settings: Settings, calls: Calls, last: T
) -> None:
    called, calling = family()
    async with opened(shared_settings, calls, Cut(last)) as lab:
        await save(lab, called)
        run_id = await lab.start(calling)
        await lab.called("a")
        with pytest.raises(StoreUnavailable):
            await lab.engine.cancel_run(run_id, reason="enough", actor=ME)

    async with opened(shared_settings, calls) as lab:
        run = await lab.ended(run_id)
        assert (run.status, run.error) == (RunStatus.CANCELLED, {"code": "cancelled", "message": "enough"})
        [made] = await children(lab, run_id)
        assert (await lab.ended(made.workflow_run_id)).status is RunStatus.CANCELLED
        await lab.check(run_id, made.workflow_run_id)


async def test_cancel_succeeds_where_another_server_writes_to_a_child_meanwhile(
    shared_settings: Settings, calls: Calls, tmp_path: Path
) -> None:
    beside = shared_settings.model_copy(update={"data_dir": tmp_path / "beside"})
    called, calling = family()
    async with opened(beside, calls) as other:

        async def interrupted(store: Append, events: Sequence[Event]) -> None:
            below = [event for event in events if event.event_type is T.RUN_CANCELLED][1:]
            if below and not intruded:
                intruded.append(below[0].workflow_run_id)
                await other.engine.post_event(below[0].workflow_run_id, "meanwhile", None, actor=ME)
            await store(events)

        intruded: list[str] = []
        async with opened(shared_settings, calls, interrupted) as lab:
            await save(lab, called)
            run_id = await lab.start(calling)
            await lab.called("a")

            run = await lab.engine.cancel_run(run_id, reason="enough", actor=ME)

            assert run.status is RunStatus.CANCELLED
            assert (await lab.engine.get_run(intruded[0])).status is RunStatus.CANCELLED
            await lab.check(run_id, intruded[0])
