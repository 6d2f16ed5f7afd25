"""Runs in memory, loaded once and shared; commits; and the projections written behind them."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice

from backend.core.clock import monotonic
from backend.core.errors import BranchNotFound, Fenced, PositionTaken, RunNotFound
from backend.core.ids import derived_id
from backend.db.database import Database
from backend.db.event_types import DbEventType
from backend.db.lineage import branches_of, root_lineage, visible
from backend.db.projections import fold
from backend.db.records import Branch, BranchSpan, Event, RunStatus
from backend.db.view import RunView
from backend.server.workflow.appender import Appender
from backend.server.workflow.counting import count
from backend.server.workflow.leases import Lease
from backend.server.workflow.live import LiveRun
from backend.server.workflow.projector import Projector
from backend.server.workflow.signals import ALL_RUNS, Signals
from backend.server.workflow.versions import Versions

DONE = (RunStatus.COMPLETED, RunStatus.ERROR)

KEPT_IDLE = 512
"""Runs kept in memory although nobody works on them, so that the next request need not load them."""


def root_branch_id(workflow_run_id: str) -> str:
    """A run's first branch. Derived, so that starting a run twice collides at its first event."""
    return derived_id("br", workflow_run_id)


class Section:
    """One critical section: the runs it holds, in the order in which their events will be written.

    Hold ancestors before descendants, always; that order is what keeps two sections from waiting for each other.
    """

    def __init__(self, store: "RunStore") -> None:
        self._store = store
        self._locks: list[asyncio.Lock] = []
        self._left: list[LiveRun] = []
        self._known: dict[str, LiveRun] = {}
        self._fresh: set[str] = set()
        self.runs: list[LiveRun] = []

    async def hold(self, run_id: str, *, fresh: bool = False) -> LiveRun:
        """The run, locked until the section ends.

        Args:
            fresh: see also what other processes have written until now.

        Raises:
            RunNotFound: it does not exist.
            PositionTaken: it was held already, and another process has forked it meanwhile.
        """
        run = self._known.get(run_id)
        if run is None:
            run = await self._store.enter(run_id, self._locks, fresh=fresh)
            self._add(run)
        elif fresh and run_id not in self._fresh and not await self._store.catch_up(run):
            raise PositionTaken
        if fresh:
            self._fresh.add(run_id)
        return run

    def _add(self, run: LiveRun) -> None:
        self._known[run.run_id] = run
        self.runs.append(run)

    @property
    def touched(self) -> list[LiveRun]:
        """The runs it holds, and the branches that it left."""
        return [*self._left, *self.runs]

    def release(self) -> None:
        """Lets go of all runs; the section is over."""
        for run in self._left:
            run.stale = True  # whoever waits for it finds the new branch
        while self._locks:
            self._locks.pop().release()

    def find(self, run_id: str) -> LiveRun | None:
        """The run, if the section holds it."""
        return self._known.get(run_id)

    async def create(self, run: LiveRun) -> None:
        """A run that this section brings into being."""
        await run.lock.acquire()
        self._locks.append(run.lock)
        self._store.adopt(run)
        self._add(run)

    async def replace(self, run: LiveRun, by: LiveRun) -> None:
        """Goes on with another branch of a run. What was recorded on the old one is written first."""
        await by.lock.acquire()
        self._locks.append(by.lock)
        by.ended, by.announced = [*run.ended, *by.ended], [*run.announced, *by.announced]
        run.ended, run.announced = [], []
        self._store.supersede(run, by)
        self._left.append(run)
        self.runs[self.runs.index(run)] = self._known[by.run_id] = by

    async def commit(self) -> None:
        """Writes what the runs recorded, in one trip.

        A crash leaves a beginning of it, so the order matters: the end of a child's work before what its parent
        makes of it; but a parent's mark (start, cancel) before the child that it concerns.
        """
        done = [run for run in reversed(self.runs) if run.view.ended in DONE]
        await self._store.commit(*self._left, *done, *(run for run in self.runs if run.view.ended not in DONE))


@dataclass(frozen=True, slots=True)
class Doubt:
    """Events of this process, the oldest of them `event_id`, may be in the log although nobody acted on them."""

    event_id: str
    since: float


class RunStore:
    """The live runs of this process. `doubts`: runs whose last write has an unknown fate, until somebody looked."""

    def __init__(
        self, database: Database, versions: Versions, projector: Projector, signals: Signals, lease: Lease
    ) -> None:
        self._db = database
        self._versions = versions
        self._projector = projector
        self._signals = signals
        self._lease = lease
        self._appender = Appender(database.events, lease)
        self._runs: OrderedDict[str, LiveRun] = OrderedDict()
        self._loading: dict[str, asyncio.Lock] = {}
        self.doubts: dict[str, Doubt] = {}
        self.on_record: Callable[[LiveRun, Event], None] | None = None
        self.on_load: Callable[[LiveRun], None] = lambda run: None
        self.on_drop: Callable[[LiveRun], None] = lambda run: None
        self.is_busy: Callable[[str], bool] = lambda run_id: False

    async def close(self) -> None:
        """After all work has stopped."""
        await self._appender.close()

    @asynccontextmanager
    async def section(self) -> AsyncIterator[Section]:
        """A critical section. What was recorded in it but not committed when the body raises is dropped."""
        section = Section(self)
        try:
            yield section
        except BaseException:
            self._drop([run for run in section.touched if run.pending])
            raise
        finally:
            section.release()

    async def enter(self, run_id: str, held: list[asyncio.Lock], *, fresh: bool) -> LiveRun:
        """The run, not stale, and locked: its lock is added to those held."""
        while True:
            run = await self._get(run_id)
            await run.lock.acquire()
            held.append(run.lock)
            if not run.stale and (not fresh or await self.catch_up(run)):
                return run
            held.pop().release()

    async def read(self, run_id: str) -> LiveRun:
        """The run with all that is acknowledged, and nothing that is not durable yet. Raises RunNotFound."""
        while True:
            try:
                async with self.section() as section:
                    run = await section.hold(run_id, fresh=True)
                    await section.commit()
                    return run
            except PositionTaken:
                continue  # what this process had not written yet came too late: it is decided again

    def known(self, run_id: str) -> LiveRun | None:
        """The run as this process has it in memory, if it has it and may trust it without asking the database."""
        run = self._runs.get(run_id) if self._db.exclusive else None
        return run if run is not None and not run.pending and not run.stale else None

    async def _get(self, run_id: str) -> LiveRun:
        known = self._runs.get(run_id)
        if known is not None:
            self._runs.move_to_end(run_id)
            return known
        guard = self._loading.setdefault(run_id, asyncio.Lock())
        async with guard:
            try:
                known = self._runs.get(run_id)
                if known is None:
                    known = await self._load(run_id)
                    self.adopt(known)
                    self.on_load(known)
                return known
            finally:
                self._loading.pop(run_id, None)

    async def has(self, event: Event) -> bool:
        """Whether the database has taken an event."""
        span = root_lineage(event.branch_id)
        found = await self._db.events.read(event.workflow_run_id, span, after=event.seq - 1, to=event.seq)
        return [item.event_id for item in found] == [event.event_id]

    def supersede(self, run: LiveRun, by: LiveRun) -> None:
        """From now on the run goes on as another branch."""
        by.on_record = self.on_record
        self._runs[by.run_id] = by

    def adopt(self, run: LiveRun) -> None:
        """Makes a run known, and forgets the ones that were idle longest."""
        run.on_record = self.on_record
        self._runs[run.run_id] = run
        self._runs.move_to_end(run.run_id)
        if len(self._runs) > KEPT_IDLE:
            self._forget_idle()

    def _forget_idle(self) -> None:
        for run_id, run in list(islice(self._runs.items(), len(self._runs) - KEPT_IDLE)):
            if not (run.lock.locked() or run.pending or self.is_busy(run_id)):
                run.stale = True
                del self._runs[run_id]

    def forget_all(self) -> None:
        """After the lease was lost: nothing in memory may be trusted."""
        self._drop(list(self._runs.values()))

    def _drop(self, runs: Iterable[LiveRun]) -> None:
        for run in runs:
            run.stale = True
            run.pending.clear()
            self.on_drop(run)
            if self._runs.get(run.run_id) is run:
                del self._runs[run.run_id]

    async def peek(self, run_id: str) -> RunView:
        """A run's view without holding it, for facts that only grow: how it ended, how long people were asked."""
        known = self._runs.get(run_id)
        if known is not None and (self._db.exclusive or known.view.terminal):
            return known.view
        return (await self._load(run_id)).view

    async def find(self, run_id: str) -> RunView | None:
        """As `peek`; None for a child whose start was cut short, until the takeover of its parent makes it."""
        try:
            return await self.peek(run_id)
        except RunNotFound:
            return None

    async def _load(self, run_id: str) -> LiveRun:
        view, lineage = await self._db.runs.find_snapshot(run_id) or (None, ())
        if view is None:
            view = RunView(workflow_run_id=run_id, branch_id=root_branch_id(run_id))
        lineage = lineage or root_lineage(view.branch_id)
        snapshot_seq = view.seq
        events = await self._db.events.read(run_id, lineage, after=view.seq)
        if events and events[-1].event_type is DbEventType.BRANCH_FORKED and view.branch_id == events[-1].branch_id:
            view, lineage = await self._current_branch(run_id)
            events = []
        if not events and not view.exists:
            raise RunNotFound(run_id)
        if _is_sub_action(events):
            return await self._load_child(run_id, events)
        fold(view, events)
        definition = await self._versions.definition_of(view)
        run = LiveRun(view, definition, lease=self._lease, lineage=lineage)
        run.snapshot_seq = snapshot_seq
        return run

    async def _current_branch(self, run_id: str) -> tuple[RunView, tuple[BranchSpan, ...]]:
        """The newest branch of a run that was forked, from the whole log."""
        events = await self._db.events.read_all(run_id)
        branch = branches_of(events, root_branch_id(run_id))[-1]
        view = RunView(workflow_run_id=run_id, branch_id=branch.branch_id)
        return fold(view, visible(events, branch.lineage)), branch.lineage

    async def events_of(
        self, run_id: str, *, after: int = 0, to: int | None = None, branch_id: str | None = None
    ) -> list[Event]:
        """The events of a branch, by default the current."""
        return await self._db.events.read(run_id, await self.lineage(run_id, branch_id=branch_id), after=after, to=to)

    async def _load_child(self, run_id: str, events: list[Event]) -> LiveRun:
        """A sub-action's child: its templates start from the parent's state at the moment of its start."""
        parent = events[0].data["parent"]
        ground = await self.view_at(parent["workflow_run_id"], seq=parent["seq"])
        first = fold(RunView(workflow_run_id=run_id, branch_id=events[0].branch_id), events[:1])
        definition, base = await self._versions.child_of(ground, first)
        run = LiveRun(first, definition, lease=self._lease, base=base)
        run.replay(events[1:])
        run.snapshot_seq = run.view.seq
        return run

    async def catch_up(self, run: LiveRun) -> bool:
        """Adds what other processes have written to a run that is held. False: it goes on as another branch."""
        if run.pending or self._db.exclusive:
            return True  # the commit will find out
        news = await self._db.events.read(run.run_id, run.lineage, after=run.view.seq)
        run.replay(news)
        if run.left:
            self._drop([run])
            return False
        if news:
            self.on_load(run)
        return True

    async def view_at(self, run_id: str, *, seq: int | None, branch_id: str | None = None) -> RunView:
        """The view after event `seq` (None: the last) of a branch, by default the current, folded from the log."""
        view = RunView(workflow_run_id=run_id, branch_id=root_branch_id(run_id))
        lineage = await self.lineage(run_id, branch_id=branch_id)
        return fold(view, await self._db.events.read(run_id, lineage, to=seq))

    async def lineage(self, run_id: str, *, branch_id: str | None = None) -> tuple[BranchSpan, ...]:
        """The lineage of a branch, by default the current. Raises RunNotFound, BranchNotFound."""
        known = self._runs.get(run_id) or await self._get(run_id)
        if branch_id in (None, known.view.branch_id):
            return known.lineage
        for branch in await self.branches(run_id):
            if branch.branch_id == branch_id:
                return branch.lineage
        raise BranchNotFound(run_id, str(branch_id))

    async def branches(self, run_id: str) -> list[Branch]:
        """All branches of a run that exists, oldest first."""
        forks = await self._db.events.read_all(run_id, event_type=DbEventType.BRANCH_FORKED)
        first = await self._db.events.read(run_id, await self.lineage(run_id), limit=1)
        return branches_of([*first, *forks], root_branch_id(run_id))

    @property
    def unsettled_from(self) -> str | None:
        """The oldest event that is recorded and not known to be written: it may be in the log at any moment."""
        pending = [run.pending[0].event_id for run in self._runs.values() if run.pending]
        return min([*pending, *(doubt.event_id for doubt in self.doubts.values())], default=None)

    async def commit(self, *runs: LiveRun) -> None:
        """Writes what the runs recorded, in the order given, in one trip.

        Raises:
            PositionTaken: another process was first; the runs are stale, decide again.
            StoreUnavailable: what was written is unknown; the runs are stale, decide again.
            Fenced: this process lost its lease, before the write or during it.
        """
        if any(run.stale for run in runs):
            raise PositionTaken  # all runs were dropped while this was decided: it must not pass for written
        events = [event for run in runs for event in run.pending]
        if not events:
            return
        try:
            self._lease.check()
            await self._append(events, runs)
        except BaseException:
            self._drop(runs)
            raise
        count(events)
        for run in runs:
            if run.pending:
                self._projector.note(run, run.pending)
                run.pending = []
                self._signals.publish(run.run_id)
        self._signals.publish(ALL_RUNS)

    async def _append(self, events: list[Event], runs: Iterable[LiveRun]) -> None:
        try:
            await self._appender.append(events)
        except PositionTaken as taken:
            self._doubt(events[: taken.written])
            raise
        except BaseException:
            self._doubt(events)
            raise
        if not self._lease.valid or any(run.stale for run in runs):
            self._doubt(events)  # written, but too late: whoever took the runs over may not have seen it
            raise Fenced

    def _doubt(self, events: Iterable[Event]) -> None:
        for event in events:
            known = self.doubts.get(event.workflow_run_id)
            oldest = min(known.event_id, event.event_id) if known else event.event_id
            self.doubts[event.workflow_run_id] = Doubt(oldest, since=monotonic())


def _is_sub_action(events: list[Event]) -> bool:
    first = events[0] if events else None
    return first is not None and first.event_type is DbEventType.RUN_CREATED and first.data.get("kind") == "sub_action"
