"""What sub-action records and their progress promise, on every database."""

from dataclasses import replace
from typing import Any

import pytest

from backend.db.claims import Claim
from backend.db.client import Connection
from backend.db.records import Frame, SubAction
from backend.db.repos.sub_actions import SubActionRepo
from tests.fixtures.records import make_sub_action, moment


@pytest.fixture
async def sub_actions(any_connection: Connection) -> SubActionRepo:
    repo = SubActionRepo(any_connection.database, bulk=any_connection.kind != "memory")
    await repo.ensure_indexes()
    return repo


async def all_pages(sub_actions: SubActionRepo, *, limit: int) -> list[SubAction]:
    found: list[SubAction] = []
    cursor: str | None = None
    while True:
        page = await sub_actions.list_page("wf_1", limit=limit, cursor=cursor)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


def frame(frame_id: str, **data: Any) -> Frame:
    return Frame(id=frame_id, event="progress", data={"status": "running", **data})


async def test_record_is_read_as_it_was_written(sub_actions: SubActionRepo) -> None:
    record = make_sub_action(
        status="completed",
        params={"$ref": "a", "$id": 1, "a.b": [None, "\x00", 2**63 - 1]},
        child_workflow_id="wf_sub_1",
        error={"code": "x", "message": "y"},
        completed_at=moment(2.5),
        updated_state={"a.b": Claim("sha256:aa", 100_000), "c": {"$set": 1}},
    )

    await sub_actions.save_all([record])

    assert await sub_actions.find("wf_1", record.sub_action_id) == record


@pytest.mark.parametrize(("run_id", "sub_action_id"), [("wf_2", "again_000001"), ("wf_1", "again_none")])
async def test_record_is_found_under_its_own_run_only(
    sub_actions: SubActionRepo, run_id: str, sub_action_id: str
) -> None:
    await sub_actions.save_all([make_sub_action()])

    assert await sub_actions.find(run_id, sub_action_id) is None


async def test_later_record_replaces_the_earlier(sub_actions: SubActionRepo) -> None:
    record = make_sub_action(status="queued")
    await sub_actions.save_all([record])

    ended = replace(record, status="completed", updated_state={"a": 1}, completed_at=moment(5))
    await sub_actions.save_all([ended])

    assert await sub_actions.find("wf_1", record.sub_action_id) == ended


async def test_record_of_one_that_ended_is_not_opened_again(sub_actions: SubActionRepo) -> None:
    ended = make_sub_action(1, status="completed", completed_at=moment(5))
    other = make_sub_action(2)
    await sub_actions.save_all([ended])

    await sub_actions.save_all([make_sub_action(1), other])

    assert await sub_actions.find("wf_1", ended.sub_action_id) == ended
    assert await sub_actions.find("wf_1", other.sub_action_id) == other


async def test_records_are_listed_as_they_were_started(sub_actions: SubActionRepo) -> None:
    records = [make_sub_action(number, sub_action_id=f"again_{10 - number}") for number in range(1, 6)]
    await sub_actions.save_all([records[at] for at in (3, 0, 4, 2, 1)])
    await sub_actions.save_all([make_sub_action(9, workflow_run_id="wf_2")])

    assert (await sub_actions.list_page("wf_1", limit=50, cursor=None)).items == records


async def test_pages_of_any_size_give_every_record_once(sub_actions: SubActionRepo) -> None:
    records = [make_sub_action(number, started_at=moment(number // 3)) for number in range(1, 6)]
    await sub_actions.save_all(records)

    for limit in (1, 2, 5, 6):
        assert await all_pages(sub_actions, limit=limit) == records


async def test_cursor_stays_where_it_is_while_records_are_added_and_end(sub_actions: SubActionRepo) -> None:
    records = [make_sub_action(number) for number in range(1, 5)]
    await sub_actions.save_all(records)
    first = await sub_actions.list_page("wf_1", limit=2, cursor=None)

    await sub_actions.save_all([replace(records[0], status="failed"), make_sub_action(9)])
    rest = await sub_actions.list_page("wf_1", limit=9, cursor=first.next_cursor)

    assert [record.sub_action_id for record in rest.items] == ["again_000003", "again_000004", "again_000009"]


async def test_progress_comes_in_the_order_of_its_numbers(sub_actions: SubActionRepo) -> None:
    ids = ["4.1", "4.2", "4.10", "12.1", "100.1", "100.11"]
    shuffled = [ids[at] for at in (3, 5, 0, 2, 4, 1)]

    await sub_actions.save_progress([("wf_1", "again_1", frame(item)) for item in shuffled])

    assert [item.id for item in await sub_actions.list_progress("again_1")] == ids


async def test_progress_is_read_as_it_was_written(sub_actions: SubActionRepo) -> None:
    written = frame("4.1", message="half\x00 way \U0001f600", progress=0.1, odd={"$ref": 1, "a.b": None})

    await sub_actions.save_progress([("wf_1", "again_1", written)])

    assert await sub_actions.list_progress("again_1") == [written]


async def test_progress_stored_twice_is_there_once(sub_actions: SubActionRepo) -> None:
    for progress in (0.1, 0.2):
        await sub_actions.save_progress([("wf_1", "again_1", frame("4.1", progress=progress))])

    assert await sub_actions.list_progress("again_1") == [frame("4.1", progress=0.2)]


async def test_progress_belongs_to_its_sub_action(sub_actions: SubActionRepo) -> None:
    await sub_actions.save_progress([("wf_1", "again_1", frame("4.1")), ("wf_1", "again_2", frame("5.1"))])

    assert [item.id for item in await sub_actions.list_progress("again_2")] == ["5.1"]
    assert await sub_actions.list_progress("again_3") == []
