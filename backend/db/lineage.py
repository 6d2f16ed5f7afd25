"""Which events a branch sees: its own, and each ancestor's up to a cutoff. Pure."""

from backend.db.event_types import DbEventType
from backend.db.records import Branch, BranchSpan, Event


def root_lineage(branch_id: str) -> tuple[BranchSpan, ...]:
    """The lineage of a run's first branch."""
    return (BranchSpan(branch_id=branch_id, cutoff_seq=None),)


def fork_lineage(parent: Branch, branch_id: str, at_seq: int) -> tuple[BranchSpan, ...]:
    """The lineage of a branch that shares `parent`'s events up to and including `at_seq`."""
    kept = [BranchSpan(branch_id=branch, cutoff_seq=to) for branch, first, to in segments(parent.lineage, to=at_seq)]
    return (*kept, BranchSpan(branch_id=branch_id, cutoff_seq=None))


def segments(
    lineage: tuple[BranchSpan, ...], *, after: int = 0, to: int | None = None
) -> list[tuple[str, int, int | None]]:
    """`(branch_id, first_seq, last_seq | None)` pieces that hold the events with after < seq <= to, in order."""
    pieces: list[tuple[str, int, int | None]] = []
    start = 1
    for span in lineage:
        first = max(start, after + 1)
        last = _smaller(span.cutoff_seq, to)
        if last is None or first <= last:
            pieces.append((span.branch_id, first, last))
        if span.cutoff_seq is not None:
            start = span.cutoff_seq + 1
    return pieces


def _smaller(left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return right if left is None else left
    return min(left, right)


def visible(events: list[Event], lineage: tuple[BranchSpan, ...]) -> list[Event]:
    """The events of a run that the lineage sees, by seq. The reference that queries must agree with."""
    spans = {branch: (first, last) for branch, first, last in segments(lineage)}
    seen = [
        event
        for event in events
        if event.branch_id in spans
        and spans[event.branch_id][0] <= event.seq
        and (spans[event.branch_id][1] is None or event.seq <= (spans[event.branch_id][1] or 0))
    ]
    return sorted(seen, key=lambda event: event.seq)


def branches_of(events: list[Event], root_branch_id: str) -> list[Branch]:
    """All branches of a run, in the order in which they were made, from the events of all of them."""
    first = min(events, key=lambda event: event.seq)
    branches = {
        root_branch_id: Branch(
            branch_id=root_branch_id,
            workflow_run_id=first.workflow_run_id,
            lineage=root_lineage(root_branch_id),
            created_at=first.timestamp,
        )
    }
    forks = (event for event in events if event.event_type is DbEventType.BRANCH_FORKED)
    # Not by their ids: the clocks of the servers that forked may differ.
    for event in sorted(forks, key=lambda event: int(event.data["generation"])):
        branch_id = event.data["to_branch"]
        if event.branch_id == branch_id:
            parent = branches[event.data["from_branch"]]
            branches[branch_id] = Branch(
                branch_id=branch_id,
                workflow_run_id=event.workflow_run_id,
                lineage=fork_lineage(parent, branch_id, event.data["at_seq"]),
                created_at=event.timestamp,
            )
    return list(branches.values())
