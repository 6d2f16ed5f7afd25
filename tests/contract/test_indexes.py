"""Every query of the hot path is answered by an index, and lists are not sorted in memory. Real MongoDB says so."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from backend.core.config import Settings
from backend.core.ids import new_event_id
from backend.db.client import Connection
from backend.db.database import Database, build_database
from backend.db.lineage import root_lineage
from backend.db.records import BranchSpan, Frame
from backend.db.view import RunView
from tests.fixtures.records import make_event, make_question, make_row, make_run, make_sub_action, moment

pytestmark = pytest.mark.mongo

FORKED = (BranchSpan(branch_id="br_1", cutoff_seq=3), BranchSpan(branch_id="br_2", cutoff_seq=None))
FRAME = Frame(id="1.1", event="progress", data={})
Query = Callable[[Database], Awaitable[Any]]


@pytest.fixture
async def database(real_settings: Settings, real_connection: Connection) -> Database:
    """With a few of everything, so that the planner has something to choose from."""
    database = await build_database(real_settings, real_connection)
    asking: dict[str, Any] = {"interactions": {"int_1": make_question("int_1")}}
    await database.runs.save_all([make_row(make_run(number), deadline=moment(number)) for number in range(20)])
    await database.runs.save_all([make_row(make_run(number), **asking) for number in range(20, 25)])
    await database.runs.save_snapshot(RunView(workflow_run_id="wf_000001", branch_id="br_1"), root_lineage("br_1"))
    for run in range(5):
        await database.events.append([make_event(seq, run_id=f"wf_{run}") for seq in range(1, 9)])
    await database.sub_actions.save_all([make_sub_action(number) for number in range(9)])
    await database.sub_actions.save_progress([("wf_1", "again_1", FRAME)])
    return database


@asynccontextmanager
async def plans(database: Any) -> AsyncIterator[list[dict[str, Any]]]:
    """What the server says of every operation in the block."""
    found: list[dict[str, Any]] = []
    await database["system.profile"].drop()
    await database.command({"profile": 2})
    try:
        yield found
    finally:
        await database.command({"profile": 0})
    found += await database["system.profile"].find({"ns": {"$not": {"$regex": r"\.system\."}}}).to_list(length=None)


QUERIES: dict[str, Query] = {
    "events of a run": lambda db: db.events.read("wf_1", root_lineage("br_1")),
    "events after": lambda db: db.events.read("wf_1", root_lineage("br_1"), after=4, limit=2),
    "events of a type": lambda db: db.events.read("wf_1", root_lineage("br_1"), event_types=["step_started"]),
    "events of a fork": lambda db: db.events.read("wf_1", FORKED, after=1, to=7),
    "run": lambda db: db.runs.find("wf_000001"),
    "snapshot": lambda db: db.runs.find_snapshot("wf_000001"),
    "runs": lambda db: db.runs.list_page(limit=5),
    "runs, hidden too": lambda db: db.runs.list_page(limit=5, include_hidden=True),
    "runs, without children": lambda db: db.runs.list_page(limit=5, roots_only=True),
    "runs, oldest first": lambda db: db.runs.list_page(limit=5, oldest_first=True),
    "runs by their name": lambda db: db.runs.list_page(limit=5, search="ab"),
    "runs of a workflow": lambda db: db.runs.list_page(workflow_id="lab", limit=5),
    "runs of a status": lambda db: db.runs.list_page(status=["processing"], limit=5),
    "children": lambda db: db.runs.list_page(parent_workflow_id="wf_1", include_hidden=True),
    "inbox": lambda db: db.runs.list_asking(limit=5, cursor=None),
    "changed": lambda db: db.runs.list_changed(moment(5), limit=5),
    "due": lambda db: db.runs.list_due(moment(5), limit=5),
    "next due": lambda db: db.runs.next_due(),
    "in hand": lambda db: db.runs.list_in_hand("proc_1"),
    "ended among": lambda db: db.runs.list_ended_among(["wf_000001", "wf_000002"]),
    "sub-action": lambda db: db.sub_actions.find("wf_1", "again_000001"),
    "sub-actions": lambda db: db.sub_actions.list_page("wf_1", limit=5, cursor=None),
    "progress": lambda db: db.sub_actions.list_progress("again_1"),
    "written since": lambda db: db.events.written_since("proc_1", new_event_id()),
    "save runs": lambda db: db.runs.save_all([make_row(make_run(1, seq=5)), make_row(make_run(77))]),
    "save snapshot": lambda db: db.runs.save_snapshot(
        RunView(workflow_run_id="wf_000001", branch_id="br_1"), root_lineage("br_1")
    ),
    "save sub-actions": lambda db: db.sub_actions.save_all([make_sub_action(1), make_sub_action(77)]),
    "save progress": lambda db: db.sub_actions.save_progress([("wf_1", "again_1", FRAME)]),
    "claim a key": lambda db: db.idempotency.claim(caller="a", route="b", key="c", body={}, makes="d"),
    "read all branches": lambda db: db.events.read_all("wf_1", after=2),
}


SORTED_ON_PURPOSE = {"read all branches", "events of a fork"}
"""A few branches of one run: each comes in order, the server merges or sorts what is found."""


async def test_every_query_is_answered_by_an_index(database: Database, real_database: Any) -> None:
    assert await queries_that(database, real_database, lambda plan: "COLLSCAN" in plan.get("planSummary", "")) == set()


async def test_lists_come_in_order_from_their_indexes(database: Database, real_database: Any) -> None:
    found = await queries_that(database, real_database, lambda plan: bool(plan.get("hasSortStage")))

    assert found <= SORTED_ON_PURPOSE


async def queries_that(database: Database, real_database: Any, fits: Callable[[dict[str, Any]], bool]) -> set[str]:
    """The queries of which the server says so."""
    said: set[str] = set()
    for name, query in QUERIES.items():
        async with plans(real_database) as found:
            await query(database)
        assert found, name
        if any(fits(plan) for plan in found):
            said.add(name)
    return said


async def test_page_of_a_long_list_looks_at_no_more_than_the_page(database: Database, real_database: Any) -> None:
    await database.runs.save_all([make_row(make_run(number)) for number in range(100, 400)])

    async with plans(real_database) as found:
        await database.runs.list_page(limit=5)
        await database.runs.list_page(limit=5, include_hidden=True)
        await database.runs.list_asking(limit=3, cursor=None)
        await database.runs.list_due(moment(3), limit=3)

    assert len(found) == 4
    assert max(entry["docsExamined"] for entry in found) <= 8
