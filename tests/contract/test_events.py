"""What the event log promises, on every database."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.core.errors import PositionTaken
from backend.core.ids import new_event_id, new_run_id
from backend.core.jsonvalue import MAX_DEPTH, MAX_INT, MIN_INT
from backend.db.claims import Claim
from backend.db.event_types import DbEventType as T
from backend.db.lineage import fork_lineage, root_lineage, visible
from backend.db.records import Branch, Event
from backend.db.repos.events import EventRepo
from tests.fixtures.records import make_event, moment
from tests.fixtures.strategies import json_objects

ROOT = root_lineage("br_1")


@pytest.fixture
async def events(any_database: Any) -> EventRepo:
    repo = EventRepo(any_database)
    await repo.ensure_indexes()
    return repo


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"a": [value]} if isinstance(value, int) else [value]
    return value


ODD_VALUES: list[Any] = [
    None,
    True,
    "",
    "a\x00b",
    "\U0001f600 é \u2028",
    "1",
    MAX_INT,
    MIN_INT,
    2**31,
    0.1,
    1e308,
    5e-324,
    -0.0,
    [],
    {},
    {"": {"": None}},
    {"$ref": "events", "$id": 1},
    {"$ref": "events", "$id": 1, "$db": "admin"},
    {"$oid": "65f0c0ffee65f0c0ffee0000"},
    {"$where": "1", "$set": {"a": 1}},
    {"a.b": {"c.d": 1}, "a": {"b": 2}},
    {"_id": 1, "__proto__": {}},
    [["a"], "sha256:00", 3],
    deep(MAX_DEPTH),
]


async def append(events: EventRepo, *new: Event) -> None:
    await events.append(new)


async def seqs(events: EventRepo, **more: Any) -> list[int]:
    return [event.seq for event in await events.read("wf_1", ROOT, **more)]


async def test_event_is_read_as_it_was_written(events: EventRepo) -> None:
    written = make_event(
        1,
        root_run_id="wf_root",
        event_type=T.MODULE_COMPLETED,
        step_id="one",
        module_name="paint",
        data={"output": {"a": 1}, "_state_mapped": {"a.b": [1]}},
        writer="proc_1",
        timestamp=moment(1.234),
    )

    await append(events, written)

    assert await events.read("wf_1", ROOT) == [written]


async def test_odd_values_are_read_as_they_were_written(events: EventRepo) -> None:
    written = [{"value": value, "list": [value]} for value in ODD_VALUES]

    await events.append([make_event(at + 1, data=data) for at, data in enumerate(written)])

    read = [event.data for event in await events.read("wf_1", ROOT)]
    assert read == written
    assert repr(read) == repr(written)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(json_objects, min_size=10, max_size=30))
async def test_any_value_is_read_as_it_was_written(events: EventRepo, values: list[dict[str, Any]]) -> None:
    run_id = new_run_id()

    await events.append([make_event(at + 1, run_id=run_id, data=value) for at, value in enumerate(values)])

    read = await events.read(run_id, ROOT)
    assert repr([event.data for event in read]) == repr(values)


async def test_claims_are_read_as_claims_and_their_likes_are_not(events: EventRepo) -> None:
    claim = Claim("sha256:aa", 100_000)
    data = {"output": {"a": claim, "b.c": claim}, "_state_mapped": {"a.b": claim}, "claims": [["a"], "sha256:00", 3]}

    await append(events, make_event(1, data=data))

    [read] = await events.read("wf_1", ROOT)
    assert read.data == data


async def test_one_of_many_writers_wins_a_position(events: EventRepo) -> None:
    rivals = [make_event(1, actor=f"writer {at}") for at in range(12)]

    outcomes = await asyncio.gather(*(append(events, rival) for rival in rivals), return_exceptions=True)

    winners = [rival for rival, outcome in zip(rivals, outcomes, strict=True) if outcome is None]
    assert len(winners) == 1
    assert all(isinstance(outcome, PositionTaken | None) for outcome in outcomes)
    assert await events.read("wf_1", ROOT) == winners


async def test_writers_that_read_again_fill_the_log_without_gaps(events: EventRepo) -> None:
    async def write(actor: str) -> None:
        written = 0
        while written < 5:
            seen = await seqs(events)
            try:
                await append(events, make_event(len(seen) + 1, actor=actor))
            except PositionTaken:
                continue
            written += 1

    await asyncio.gather(*(write(f"writer {at}") for at in range(4)))

    assert await seqs(events) == list(range(1, 21))


async def test_same_position_on_another_branch_or_run_is_free(events: EventRepo) -> None:
    await append(events, make_event(1))

    await append(events, make_event(1, branch_id="br_2"), make_event(1, run_id="wf_2"))

    assert len(await events.read_all("wf_1")) == 2


@pytest.mark.parametrize(("taken", "written"), [(1, 0), (3, 2), (4, 3)])
async def test_conflict_leaves_exactly_the_events_before_it(events: EventRepo, taken: int, written: int) -> None:
    old = make_event(taken, actor="first")
    await append(events, old)
    batch = [make_event(seq, actor="second") for seq in range(1, 5)]

    with pytest.raises(PositionTaken) as caught:
        await events.append(batch)

    assert caught.value.written == written
    assert await events.read("wf_1", ROOT) == [*batch[:written], old]


async def test_events_of_parent_and_child_go_in_one_write_in_order(events: EventRepo) -> None:
    await append(events, make_event(1, run_id="wf_child"))
    parent, child = make_event(1), make_event(1, run_id="wf_child")

    with pytest.raises(PositionTaken) as caught:
        await append(events, parent, child, make_event(2))

    assert caught.value.written == 1
    assert await events.read_all("wf_1") == [parent]


async def test_order_of_writing_does_not_matter_to_readers(events: EventRepo) -> None:
    for seq in (3, 1, 2):
        await append(events, make_event(seq))

    assert await seqs(events) == [1, 2, 3]


BOUNDS: list[tuple[dict[str, Any], list[int]]] = [
    ({"after": 3}, [4, 5, 6]),
    ({"to": 2}, [1, 2]),
    ({"after": 2, "to": 4}, [3, 4]),
    ({"after": 6}, []),
    ({"after": 4, "to": 2}, []),
    ({"limit": 2}, [1, 2]),
    ({"after": 1, "limit": 2}, [2, 3]),
    ({"event_types": ["module_started"]}, [2, 4, 6]),
    ({"event_types": ["module_started"], "after": 2, "limit": 1}, [4]),
    ({"event_types": ["run_failed"]}, []),
]


async def test_range_limit_and_types_choose_events(events: EventRepo) -> None:
    kinds = {0: T.MODULE_STARTED, 1: T.STEP_STARTED}
    await events.append([make_event(seq, event_type=kinds[seq % 2]) for seq in range(1, 7)])

    assert [(bounds, await seqs(events, **bounds)) for bounds, _ in BOUNDS] == BOUNDS


async def test_unknown_run_has_no_events(events: EventRepo) -> None:
    assert await events.read("wf_none", ROOT) == []
    assert await events.read_all("wf_none") == []


def forked(parent: Branch, branch_id: str, at: int) -> Branch:
    return Branch(
        branch_id=branch_id,
        workflow_run_id="wf_1",
        lineage=fork_lineage(parent, branch_id, at),
        created_at=moment(),
    )


def family() -> tuple[list[Branch], list[Event]]:
    """A root of eight, two forks of it, a fork of a fork, each with events of its own."""
    root = Branch(branch_id="br_1", workflow_run_id="wf_1", lineage=ROOT, created_at=moment())
    early, late = forked(root, "br_early", 2), forked(root, "br_late", 6)
    again = forked(late, "br_again", 8)
    starts = {"br_1": (1, 8), "br_early": (3, 5), "br_late": (7, 9), "br_again": (9, 10)}
    events = [
        make_event(seq, branch_id=branch_id, event_type=T.MODULE_STARTED if seq % 2 else T.STEP_STARTED)
        for branch_id, (first, last) in starts.items()
        for seq in range(first, last + 1)
    ]
    return [root, early, late, again], events


async def test_every_branch_reads_what_its_lineage_sees(events: EventRepo) -> None:
    branches, written = family()
    await events.append(written)

    for branch in branches:
        assert await events.read("wf_1", branch.lineage) == visible(written, branch.lineage)


async def test_ranges_of_a_branch_reach_into_its_ancestors(events: EventRepo) -> None:
    branches, written = family()
    await events.append(written)

    for branch in branches:
        whole = visible(written, branch.lineage)
        for after, to, limit in ((1, 8, None), (5, None, 2), (0, 3, None), (7, 8, 5), (8, None, 1)):
            expected = [event for event in whole if event.seq > after and (to is None or event.seq <= to)][:limit]
            found = await events.read("wf_1", branch.lineage, after=after, to=to, limit=limit)
            assert found == expected


async def test_types_are_chosen_across_ancestors(events: EventRepo) -> None:
    branches, written = family()
    await events.append(written)

    found = await events.read("wf_1", branches[-1].lineage, event_types=["module_started"])

    assert [event.seq for event in found] == [1, 3, 5, 7, 9]


async def test_read_all_gives_every_branch(events: EventRepo) -> None:
    _, written = family()
    await events.append(written)

    found = await events.read_all("wf_1", after=6)

    assert [event.seq for event in found] == sorted(event.seq for event in written if event.seq > 6)


async def test_what_a_process_wrote_since_an_event_is_known(events: EventRepo) -> None:
    def of(writer: str, seq: int, run_id: str) -> Event:
        return make_event(seq, run_id=run_id, writer=writer)

    before = of("proc_1", 1, "wf_old")
    since = new_event_id()
    later: Sequence[Event] = [
        of("proc_1", 2, "wf_a"),
        of("proc_1", 3, "wf_a"),
        of("proc_2", 9, "wf_a"),
        of("proc_1", 1, "wf_b"),
        of("proc_2", 1, "wf_c"),
    ]
    await events.append([before, *later])

    assert await events.written_since("proc_1", since) == {"wf_a": 3, "wf_b": 1}
    assert await events.written_since("proc_3", since) == {}
