"""Time travel: forks, retries, differences between two moments."""

from datetime import datetime
from typing import Any

from backend.core.clock import now
from backend.core.errors import EventNotFound, RunNotForkable, RunNotRetryable
from backend.core.ids import new_id
from backend.db.event_types import BranchForked, DbEventType, ModuleCancelled
from backend.db.lineage import fork_lineage
from backend.db.records import Branch, Event, RunStatus
from backend.db.view import RunView
from backend.server.workflow.closing import cancel_call, cancel_sub_action
from backend.server.workflow.executor import Executor
from backend.server.workflow.flows import Flows
from backend.server.workflow.leases import Lease
from backend.server.workflow.live import LiveRun
from backend.server.workflow.projector import Projector
from backend.server.workflow.store import RunStore, Section
from backend.server.workflow.values import Values

JsonObject = dict[str, Any]


class TimeTravel:
    """Makes branches: the past stays as it was, and the run goes on from an earlier moment."""

    def __init__(
        self,
        *,
        store: RunStore,
        executor: Executor,
        flows: Flows,
        projector: Projector,
        lease: Lease,
        values: Values,
    ) -> None:
        self._store = store
        self._executor = executor
        self._flows = flows
        self._projector = projector
        self._lease = lease
        self._values = values

    async def fork(self, run_id: str, *, seq: int, children: str, reason: str, actor: str) -> str:
        """Goes on from event `seq` on a new branch, which becomes the current one. Gives its id.

        Args:
            children: cancel or keep those that started after `seq`.

        Raises:
            RunNotFound, EventNotFound, RunNotForkable.
        """
        above = await self._ancestors(run_id)
        branch_id = new_id("br")
        tried = False

        async def branch_off(section: Section) -> None:
            nonlocal tried
            # The new branch may end at once, and its ancestors with it. Both branches are one write, so all that this
            # may end are held from the beginning.
            for ancestor in above:
                await section.hold(ancestor, fresh=True)
            run = await section.hold(run_id, fresh=True)
            if tried and branch_id in [branch.branch_id for branch in await self._store.branches(run_id)]:
                # Another was first at a run below: this one goes on already, and what is left follows.
                await self._flows.repair(section, run)
                return
            tried = True
            if not 1 <= seq <= run.view.seq:
                raise EventNotFound(run_id, seq, run.view.seq)
            self._executor.interrupt_all([run_id])
            await self._branch_off(
                section, run, branch_id=branch_id, seq=seq, children=children, reason=reason, actor=actor
            )

        await self._executor.change(branch_off)
        await self._projector.settle()
        return branch_id

    async def _ancestors(self, run_id: str) -> list[str]:
        """The runs above, root first. Raises RunNotFound, RunNotForkable."""
        found: list[str] = []
        parent = (await self._store.peek(run_id)).parent
        if parent is not None and "sub_action_id" in parent:
            sub_action_id, parent_id = parent["sub_action_id"], parent["workflow_run_id"]
            raise RunNotForkable(run_id, parent_workflow_id=parent_id, sub_action_id=sub_action_id)
        while parent is not None:
            found.insert(0, parent["workflow_run_id"])
            parent = (await self._store.peek(found[0])).parent
        return found

    async def _branch_off(
        self, section: Section, run: LiveRun, *, branch_id: str, seq: int, children: str, reason: str, actor: str
    ) -> None:
        left = run.view.branch_id
        view = await self._store.view_at(run.run_id, seq=seq)
        await self._leave(section, run, view, children=children, actor=actor)
        forked = BranchForked(
            from_branch=left,
            to_branch=branch_id,
            at_seq=seq,
            reason=reason,
            generation=run.view.generation + 1,
            children=children,
            deadline=_put_off(view),
        )
        # The last event of the branch that is left takes its next position: a server that does not know of the
        # fork yet cannot append there any more, reads again, and finds the new branch.
        run.record(forked, actor=actor)
        old = Branch(branch_id=left, workflow_run_id=run.run_id, lineage=run.lineage, created_at=view.created_at)  # type: ignore[arg-type]  # a run that exists was created
        view.branch_id = branch_id
        fresh = LiveRun(view, run.definition, lease=self._lease, lineage=fork_lineage(old, branch_id, seq))
        await section.replace(run, fresh)
        fresh.record(forked, actor=actor)
        await self._close_borrowed(section, fresh, actor=actor)

    async def _leave(self, section: Section, run: LiveRun, at: RunView, *, children: str, actor: str) -> None:
        """Ends what runs on the branch that is left. Questions and waits stay as they are: it only stops."""
        for item in list(run.view.sub_actions.values()):
            await cancel_sub_action(section, run, item, reason="forked", actor=actor)
        for call in list(run.view.calls.values()):
            if call.sub_run_id not in at.calls and children == "cancel":
                await cancel_call(section, run, call, reason="forked", actor=actor)
        for module in list(run.view.modules.values()):
            if module.open and module.wait_key is None and module.interaction_id is None:
                run.record(
                    ModuleCancelled(reason="forked"),
                    step_id=module.step_id,
                    module_name=module.module_name,
                    actor=actor,
                )

    async def _close_borrowed(self, section: Section, run: LiveRun, *, actor: str) -> None:
        """Sub-actions that were open at the fork ended with the old branch; they end in the new one, too.

        Children that were open at the fork go on for the new branch. The ends of those that have ended since are
        recorded with it, and what their parents had not yet made of them at the fork is made now.
        """
        for item in list(run.view.sub_actions.values()):
            await cancel_sub_action(section, run, item, reason="forked", actor=actor)
        await self._flows.catch_up(section, run)

    async def retry(self, run_id: str, *, actor: str) -> str:
        """Goes on from the failed module, as a fork at the moment before it failed.

        Raises:
            RunNotFound, RunNotForkable; RunNotRetryable: the run did not fail.
        """
        view = await self._view(run_id)
        if view.ended is not RunStatus.ERROR:
            raise RunNotRetryable(run_id, view.status.value)
        events = await self._store.events_of(run_id)
        return await self.fork(run_id, seq=before_failure(events), children="cancel", reason="retry", actor=actor)

    async def as_of(self, run: LiveRun, *, seq: int) -> LiveRun:
        """The run as it was after event `seq`, to look at. Raises EventNotFound."""
        if not 1 <= seq <= run.view.seq:
            raise EventNotFound(run.run_id, seq, run.view.seq)
        view = await self._store.view_at(run.run_id, seq=seq)
        return LiveRun(view, run.definition, lease=self._lease)

    async def _view(self, run_id: str) -> RunView:
        return (await self._store.read(run_id)).view

    async def diff(self, run_id: str, *, start: int, end: int, branch_id: str | None = None) -> list[JsonObject]:
        """What changed in the state between two events: `[{path, op, before, after, seq}]`, by path.

        Raises:
            RunNotFound, BranchNotFound, EventNotFound.
        """
        view = await self._view(run_id)
        if branch_id not in (None, view.branch_id):
            view = await self._store.view_at(run_id, seq=None, branch_id=branch_id)
        for seq in (start, end):
            if not 1 <= seq <= view.seq:
                raise EventNotFound(run_id, seq, view.seq)
        before = await self._store.view_at(run_id, seq=start, branch_id=branch_id)
        after = await self._store.view_at(run_id, seq=end, branch_id=branch_id)
        events = await self._store.events_of(run_id, after=min(start, end), to=max(start, end), branch_id=branch_id)
        states = [await self._values.restore(view.state) for view in (before, after)]
        return state_changes(states[0], states[1], last_writers(events))


def before_failure(events: list[Event]) -> int:
    """The position from which a failed run can go on: before its failing module, or its failing end."""
    for event in reversed(events):
        if event.event_type is DbEventType.MODULE_FAILED and not event.data.get("continued"):
            started = next(
                item
                for item in reversed(events)
                if item.event_type is DbEventType.MODULE_STARTED and item.module_name == event.module_name
            )
            return started.seq - 1
    first_end = next(item for item in events if item.event_type is DbEventType.RUN_FAILED)
    failed_step = next((item for item in events if item.event_type is DbEventType.STEP_FAILED), first_end)
    return failed_step.seq - (2 if failed_step is not first_end else 1)


def last_writers(events: list[Event]) -> dict[str, int]:
    """For each path written, the seq of the last event that wrote it."""
    return {path: event.seq for event in events for path in event.data.get("_state_mapped") or {}}


def _put_off(at: RunView) -> datetime | None:
    """A deadline as far away as it was at that moment: what the run does anew takes its time anew."""
    if at.deadline is None or at.updated_at is None:
        return None
    return now() + (at.deadline - at.updated_at)


def state_changes(before: Any, after: Any, writers: dict[str, int], path: str = "") -> list[JsonObject]:
    """The differences of two states, object by object; lists and other values are compared whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        changes: list[JsonObject] = []
        for key in sorted({*before, *after}):
            below = f"{path}.{key}" if path else key
            if key not in before:
                changes.append(_change(below, "add", None, after[key], writers))
            elif key not in after:
                changes.append(_change(below, "remove", before[key], None, writers))
            elif before[key] != after[key]:
                changes += state_changes(before[key], after[key], writers, below)
        return changes
    return [_change(path, "replace", before, after, writers)]


def _change(path: str, op: str, before: Any, after: Any, writers: dict[str, int]) -> JsonObject:
    return {"path": path, "op": op, "before": before, "after": after, "seq": _writer(path, writers)}


def _writer(path: str, writers: dict[str, int]) -> int | None:
    """The last event that wrote the path, something above it, or something below it."""
    related = [
        seq
        for written, seq in writers.items()
        if written == path or path.startswith(f"{written}.") or written.startswith(f"{path}.")
    ]
    return max(related, default=None)
