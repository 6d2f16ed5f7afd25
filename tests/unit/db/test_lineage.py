"""Which events a branch sees."""

from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.db.event_types import DbEventType
from backend.db.lineage import branches_of, fork_lineage, root_lineage, segments, visible
from backend.db.records import Branch, BranchSpan, Event
from tests.fixtures.records import make_event, moment


@dataclass
class Tree:
    """Branches with their lineages, every event, and (the reference) the event ids that each branch must see."""

    branches: list[Branch] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    expected: dict[str, list[str]] = field(default_factory=dict)

    def branch(self, lineage: tuple[BranchSpan, ...], seen: list[str]) -> None:
        branch_id = lineage[-1].branch_id
        self.branches.append(Branch(branch_id=branch_id, workflow_run_id="wf_1", lineage=lineage, created_at=moment()))
        self.expected[branch_id] = seen

    def append(self, branch_id: str, count: int) -> None:
        seen = self.expected[branch_id]
        for _ in range(count):
            event = make_event(len(seen) + 1, branch_id=branch_id)
            self.events.append(event)
            seen.append(event.event_id)


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Forks of forks, each grown by a few events, in any order; parents go on after they were forked."""
    tree = Tree()
    tree.branch(root_lineage("br_0"), [])
    tree.append("br_0", draw(st.integers(1, 6)))
    for number in range(1, draw(st.integers(1, 7))):
        parent = draw(st.sampled_from(tree.branches))
        seen = tree.expected[parent.branch_id]
        at = draw(st.integers(0, len(seen)))
        branch_id = f"br_{number}"
        tree.branch(fork_lineage(parent, branch_id, at), seen[:at])
        tree.append(branch_id, draw(st.integers(0, 4)))
        tree.append(parent.branch_id, draw(st.integers(0, 2)))
    return tree


bounds = st.integers(0, 14)


@given(trees())
def test_every_branch_sees_its_ancestors_up_to_the_fork_and_its_own(tree: Tree) -> None:
    for branch in tree.branches:
        seen = visible(tree.events, branch.lineage)

        assert [event.event_id for event in seen] == tree.expected[branch.branch_id]
        assert [event.seq for event in seen] == list(range(1, len(seen) + 1))


@given(trees(), bounds, st.none() | bounds)
def test_segments_hold_exactly_the_events_of_the_range(tree: Tree, after: int, to: int | None) -> None:
    for branch in tree.branches:
        pieces = segments(branch.lineage, after=after, to=to)
        found = [
            event.event_id
            for branch_id, first, last in pieces
            for event in sorted(tree.events, key=lambda event: event.seq)
            if event.branch_id == branch_id and first <= event.seq and (last is None or event.seq <= last)
        ]

        assert found == tree.expected[branch.branch_id][after:to]


@given(trees(), bounds, st.none() | bounds)
def test_segments_come_in_order_and_touch_without_overlap(tree: Tree, after: int, to: int | None) -> None:
    for branch in tree.branches:
        pieces = segments(branch.lineage, after=after, to=to)
        for (_, _, last), (_, first, _) in pairwise(pieces):
            assert last is not None
            assert first == last + 1


@given(trees())
def test_lineage_ends_with_the_branch_itself_and_names_no_branch_twice(tree: Tree) -> None:
    for branch in tree.branches:
        *ancestors, own = branch.lineage

        assert own == BranchSpan(branch_id=branch.branch_id, cutoff_seq=None)
        assert all(span.cutoff_seq is not None for span in ancestors)
        assert len({span.branch_id for span in branch.lineage}) == len(branch.lineage)


def test_root_branch_is_read_whole() -> None:
    assert segments(root_lineage("br_0")) == [("br_0", 1, None)]


def test_branch_forked_below_its_parents_own_events_leaves_the_parent_out() -> None:
    parent = Branch(
        branch_id="br_1",
        workflow_run_id="wf_1",
        lineage=(BranchSpan(branch_id="br_0", cutoff_seq=5), BranchSpan(branch_id="br_1", cutoff_seq=None)),
        created_at=moment(),
    )

    lineage = fork_lineage(parent, "br_2", 3)

    assert lineage == (BranchSpan(branch_id="br_0", cutoff_seq=3), BranchSpan(branch_id="br_2", cutoff_seq=None))


@pytest.mark.parametrize(("after", "to"), [(5, 5), (9, 3)])
def test_empty_range_has_no_segments(after: int, to: int) -> None:
    assert segments(root_lineage("br_0"), after=after, to=to) == []


def test_branches_are_found_though_the_clock_of_a_server_that_forked_was_slow() -> None:
    def fork(event_id: str, *, left: str, made: str, generation: int) -> Event:
        data = {"from_branch": left, "to_branch": made, "at_seq": 1, "generation": generation}
        kind = DbEventType.BRANCH_FORKED
        return make_event(2, event_id=event_id, branch_id=made, event_type=kind, data=data)

    first = fork("evt_2", left="br_1", made="br_2", generation=1)
    second = fork("evt_1", left="br_2", made="br_3", generation=2)

    found = branches_of([make_event(1), first, second], "br_1")

    assert [branch.branch_id for branch in found] == ["br_1", "br_2", "br_3"]
