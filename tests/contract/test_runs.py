"""What run documents and snapshots promise, on every database."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from backend.core.errors import InvalidQuery
from backend.db.claims import Claim
from backend.db.client import Connection
from backend.db.lineage import root_lineage
from backend.db.records import Run, RunStatus
from backend.db.repos.runs import RunRepo
from backend.db.view import ModuleView, RunView
from tests.fixtures.records import make_question, make_row, make_run, moment

LARGE = Claim("sha256:aa", 100_000)


@pytest.fixture
async def runs(any_connection: Connection) -> RunRepo:
    repo = RunRepo(any_connection.database, bulk=any_connection.kind != "memory")
    await repo.ensure_indexes()
    return repo


async def save(runs: RunRepo, *items: Run, **more: Any) -> None:
    await runs.save_all([make_row(run, **more) for run in items])


async def ids_of(runs: RunRepo, **query: Any) -> list[str]:
    return [run.workflow_run_id for run in (await runs.list_page(**query)).items]


async def all_pages(runs: RunRepo, *, limit: int, **query: Any) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = await runs.list_page(limit=limit, cursor=cursor, **query)
        found += [run.workflow_run_id for run in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return found


def names(*numbers: int) -> list[str]:
    return [f"wf_{number:06d}" for number in numbers]


async def test_document_is_read_as_it_was_written(runs: RunRepo) -> None:
    run = make_run(
        1,
        status=RunStatus.ERROR,
        parent_workflow_id="wf_parent",
        parent_node_id="paint",
        sub_action_id="again_1",
        nesting_depth=2,
        visible_in_ui=False,
        current_step="one",
        current_module="paint",
        wait={"reason": "person", "wait_key": "x", "until": None, "details": {"$ref": 1}},
        payload={"$ref": "a", "$id": 1, "a.b": [None, "\x00", 2**63 - 1]},
        output=LARGE,
        error={"code": "x", "message": "y"},
        completed_at=moment(3.5),
    )

    await save(runs, run)

    assert await runs.find(run.workflow_run_id) == run


async def test_unknown_run_is_not_found(runs: RunRepo) -> None:
    assert await runs.find("wf_none") is None


@pytest.mark.parametrize(
    ("stored", "late", "winner"),
    [
        ({"seq": 5}, {"seq": 4}, "stored"),
        ({"seq": 5}, {"seq": 5}, "late"),
        ({"seq": 5}, {"seq": 6}, "late"),
        ({"seq": 9, "generation": 0}, {"seq": 3, "generation": 1}, "late"),
        ({"seq": 3, "generation": 1}, {"seq": 9, "generation": 0}, "stored"),
    ],
)
async def test_older_document_never_overwrites_a_newer_one(
    runs: RunRepo, stored: dict[str, Any], late: dict[str, Any], winner: str
) -> None:
    for name, position in (("stored", stored), ("late", late)):
        run = make_run(1, seq=position["seq"], workflow_name=name)
        await save(runs, run, generation=position.get("generation", 0))

    found = await runs.find("wf_000001")
    assert found is not None
    assert found.workflow_name == winner


async def test_older_document_in_a_batch_does_not_keep_the_others_from_being_written(runs: RunRepo) -> None:
    await save(runs, make_run(1, seq=9, workflow_name="newer"))

    await save(runs, make_run(1, seq=2), make_run(2, seq=1), make_run(3, seq=1))

    assert await ids_of(runs) == names(3, 2, 1)
    found = await runs.find("wf_000001")
    assert found is not None
    assert found.workflow_name == "newer"


async def test_writers_in_any_order_leave_the_newest_document(runs: RunRepo) -> None:
    await asyncio.gather(*(save(runs, make_run(1, seq=seq)) for seq in (7, 3, 12, 1, 9, 12, 4, 11)))

    found = await runs.find("wf_000001")
    assert found is not None
    assert found.seq == 12


async def test_list_is_newest_first(runs: RunRepo) -> None:
    await save(runs, *(make_run(number) for number in (2, 5, 1, 4, 3)))

    assert await ids_of(runs) == names(5, 4, 3, 2, 1)


async def test_hidden_runs_are_listed_only_when_asked_for(runs: RunRepo) -> None:
    await save(runs, make_run(1), make_run(2, visible_in_ui=False), make_run(3))

    assert await ids_of(runs) == names(3, 1)
    assert await ids_of(runs, include_hidden=True) == names(3, 2, 1)


FILTERS: list[tuple[dict[str, Any], list[int]]] = [
    ({"workflow_id": "a"}, [4, 1]),
    ({"status": ["waiting"]}, [2]),
    ({"status": ["waiting", "completed"]}, [4, 2]),
    ({"workflow_id": "a", "status": ["completed"]}, [4]),
    ({"parent_workflow_id": "wf_parent"}, [2]),
    ({"parent_workflow_id": "wf_parent", "include_hidden": True}, [3, 2]),
    ({"workflow_id": "none"}, []),
]


async def test_filters_choose_runs(runs: RunRepo) -> None:
    await save(
        runs,
        make_run(1, workflow_id="a"),
        make_run(2, workflow_id="b", status=RunStatus.WAITING, parent_workflow_id="wf_parent"),
        make_run(3, workflow_id="a", parent_workflow_id="wf_parent", visible_in_ui=False),
        make_run(4, workflow_id="a", status=RunStatus.COMPLETED),
    )

    for query, expected in FILTERS:
        assert (query, await ids_of(runs, **query)) == (query, names(*expected))


async def test_pages_of_any_size_give_every_run_once(runs: RunRepo) -> None:
    await save(runs, *(make_run(number) for number in range(1, 8)))

    for limit in (1, 2, 3, 7, 8):
        assert await all_pages(runs, limit=limit) == names(7, 6, 5, 4, 3, 2, 1)


async def test_runs_of_one_moment_are_all_paged(runs: RunRepo) -> None:
    await save(runs, *(make_run(number, created_at=moment(0.123)) for number in range(1, 6)))

    assert await all_pages(runs, limit=2) == names(5, 4, 3, 2, 1)


async def test_cursor_stays_where_it_is_while_runs_are_added_and_changed(runs: RunRepo) -> None:
    await save(runs, *(make_run(number) for number in range(1, 7)))
    first = await runs.list_page(limit=2)

    await save(runs, make_run(99), make_run(3, seq=8, updated_at=moment(500)))
    second = await runs.list_page(limit=2, cursor=first.next_cursor)

    assert [run.workflow_run_id for run in second.items] == names(4, 3)


async def test_cursor_of_somebody_else_is_refused(runs: RunRepo) -> None:
    with pytest.raises(InvalidQuery):
        await runs.list_page(cursor="é")


async def test_inbox_lists_runs_with_an_open_question_oldest_first(runs: RunRepo) -> None:
    asking = {"interactions": {"int_1": make_question("int_1")}}
    answered = {"interactions": {"int_1": make_question("int_1", status="answered")}}
    for number in (3, 1, 2):
        await save(runs, make_run(number), **asking)
    await save(runs, make_run(4), **answered)
    await save(runs, make_run(5, visible_in_ui=False), **asking)

    first = await runs.list_asking(limit=2, cursor=None)
    rest = await runs.list_asking(limit=9, cursor=first.next_cursor)

    assert [run.workflow_run_id for run in (*first.items, *rest.items)] == names(1, 2, 3, 5)
    assert rest.next_cursor is None


async def test_run_leaves_the_inbox_with_its_answer(runs: RunRepo) -> None:
    await save(runs, make_run(1), interactions={"int_1": make_question("int_1")})

    await save(runs, make_run(1, seq=2), interactions={"int_1": make_question("int_1", status="answered")})

    assert (await runs.list_asking(limit=9, cursor=None)).items == []


async def test_due_runs_come_earliest_first_and_no_more_than_asked(runs: RunRepo) -> None:
    for number in (4, 1, 3, 2):
        await save(runs, make_run(number), deadline=moment(number))
    await save(runs, make_run(9))

    due = await runs.list_due(moment(3), limit=9)
    assert due == list(zip(names(1, 2, 3), [moment(1), moment(2), moment(3)], strict=True))
    assert await runs.list_due(moment(9), limit=2) == due[:2]
    assert await runs.list_due(moment(0), limit=9) == []


async def test_next_due_is_the_earliest_moment(runs: RunRepo) -> None:
    assert await runs.next_due() is None

    for number in (3, 2):
        await save(runs, make_run(number), deadline=moment(number))

    assert await runs.next_due() == moment(2)


async def test_run_that_ended_is_no_longer_due(runs: RunRepo) -> None:
    await save(runs, make_run(1), deadline=moment(1))

    await save(runs, make_run(1, seq=2, status=RunStatus.COMPLETED), deadline=moment(1))

    assert await runs.list_due(moment(9), limit=9) == []
    assert await runs.next_due() is None


async def test_runs_in_hand_are_listed_by_their_process(runs: RunRepo) -> None:
    await save(runs, make_run(1), make_run(2), holder="proc_1")
    await save(runs, make_run(3), holder="proc_2")
    await save(runs, make_run(4, status=RunStatus.COMPLETED), holder="proc_1")

    assert sorted(await runs.list_in_hand("proc_1")) == names(1, 2)
    assert await runs.list_in_hand("proc_3") == []


async def test_run_is_in_hand_of_those_at_work_in_it_whoever_wrote_last(runs: RunRepo) -> None:
    module = ModuleView(module_name="a", step_id="one", module_id="lab.echo", status="started", enabled_by="proc_1")
    await save(runs, make_run(1), holder="proc_2", open_modules={"a": module})

    assert await runs.list_in_hand("proc_1") == await runs.list_in_hand("proc_2") == names(1)
    assert await runs.list_in_hand("proc_1", "proc_2") == names(1)


async def test_ended_among_names_the_terminal_ones(runs: RunRepo) -> None:
    for number, status in enumerate(RunStatus):
        await save(runs, make_run(number, status=status))
    asked = [*names(*range(len(RunStatus))), "wf_none"]

    found = await runs.list_ended_among(asked)

    assert sorted(found) == names(*(at for at, status in enumerate(RunStatus) if status.terminal))
    assert await runs.list_ended_among([]) == []


async def test_snapshot_is_read_as_it_was_written(runs: RunRepo) -> None:
    view = RunView(
        workflow_run_id="wf_1",
        branch_id="br_1",
        seq=64,
        state={"a": LARGE, "b": {"$ref": 1, "c.d": "\x00"}},
        interactions={"int_1": make_question("int_1")},
        created_at=moment(),
        updated_at=moment(1),
    )

    await runs.save_snapshot(view, root_lineage("br_1"))

    assert await runs.find_snapshot("wf_1") == (view, root_lineage("br_1"))


async def test_later_snapshot_takes_the_place_of_the_earlier(runs: RunRepo) -> None:
    view = RunView(workflow_run_id="wf_1", branch_id="br_1", seq=64)
    await runs.save_snapshot(view, root_lineage("br_1"))

    await runs.save_snapshot(replace(view, seq=128), root_lineage("br_1"))

    found = await runs.find_snapshot("wf_1")
    assert found is not None
    assert found[0].seq == 128


async def test_run_without_a_snapshot_has_none(runs: RunRepo) -> None:
    assert await runs.find_snapshot("wf_none") is None


async def test_snapshot_of_another_format_counts_as_none(runs: RunRepo, any_database: Any) -> None:
    await runs.save_snapshot(RunView(workflow_run_id="wf_1", branch_id="br_1", seq=64), root_lineage("br_1"))

    await any_database["snapshots"].update_one({"_id": "wf_1"}, {"$set": {"format": -1}})

    assert await runs.find_snapshot("wf_1") is None
