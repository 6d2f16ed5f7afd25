"""Keeps this process alive to others, takes over the runs of those that died, and wakes what is due."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from backend.core.clock import monotonic, now
from backend.core.errors import Fenced, InterludeError, RunNotFound, StoreUnavailable
from backend.core.ids import new_event_id
from backend.db.database import Database
from backend.db.projections import run_document
from backend.db.repos.processes import Process
from backend.db.repos.runs import RunRow
from backend.db.view import RunView
from backend.server.workflow.executor import Executor
from backend.server.workflow.flows import Flows
from backend.server.workflow.leases import Lease
from backend.server.workflow.live import LiveRun
from backend.server.workflow.projector import Projector
from backend.server.workflow.store import Doubt, RunStore, Section
from backend.server.workflow.sub_action import SubActionProcessor
from backend.server.workflow.sub_action_records import records_of

log = structlog.get_logger(__name__)

DUE_SECONDS = 1.0
"""How often the database is asked for waits that are over and were not this process's to remember."""

DUE_BATCH = 500
"""Runs that are woken in one look; the earliest first."""

DOUBT_SECONDS = 3.0
"""How long a write whose answer was lost may still arrive at a database that answers again."""


class Supervisor:
    """Background care. Only for stores that outlive a process, but for the look at what is due."""

    def __init__(
        self,
        *,
        database: Database,
        store: RunStore,
        executor: Executor,
        projector: Projector,
        sub_actions: SubActionProcessor,
        flows: Flows,
        lease: Lease,
        node: str,
        seconds: float,
    ) -> None:
        self._db = database
        self._store = store
        self._executor = executor
        self._projector = projector
        self._sub_actions = sub_actions
        self._flows = flows
        self._lease = lease
        self._node = node
        self._seconds = seconds
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Registers this process and takes over what surely is nobody's, before the first request is served."""
        if self._db.durable:
            await self._register()
            await self._db.processes.bury(self._lease.process_id, node=None if self._db.exclusive else self._node)
            self._spawn(self._beat, every=self._seconds / 3)  # taking over may last longer than a lease
            await self.take_over_dead()
            if not self._db.exclusive:
                self._spawn(self.take_over_dead, every=self._seconds / 3)
        self._spawn(self._wake_due, every=DUE_SECONDS)
        self._spawn(self._settle_doubts, every=DUE_SECONDS / 4)

    async def close(self) -> None:
        """A clean end: nothing is left for others to find out."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def leave(self) -> None:
        """After all work has stopped: hands over at once what is in hand."""
        if self._db.durable:
            with contextlib.suppress(InterludeError):
                await self._db.processes.beat(self._process(), lease_seconds=0)

    def _spawn(self, work: Callable[[], Awaitable[None]], *, every: float) -> None:
        self._tasks.append(asyncio.create_task(_repeat(work, every), name=f"supervisor:{work.__name__}"))

    def _process(self) -> Process:
        through, unsettled = self._projector.projected_through, self._store.unsettled_from
        return Process(self._lease.process_id, self._node, min(through, unsettled or through))

    async def _register(self) -> None:
        asked_at = monotonic()
        await self._db.processes.register(self._process(), lease_seconds=self._seconds)
        self._lease.renewed(asked_at)

    async def _beat(self) -> None:
        asked_at = monotonic()
        alive = await self._db.processes.beat(self._process(), lease_seconds=self._seconds)
        if alive and self._lease.valid:
            self._lease.renewed(asked_at)
        else:
            await self._begin_anew()
        if not self._db.exclusive:
            self._executor.interrupt_all(await self._db.runs.list_ended_among(self._executor.busy_runs))

    async def _begin_anew(self) -> None:
        """The lease was lost: others may have our runs. Stop them all, and go on under a new identity."""
        log.warning("the lease was lost; stopping all runs in hand", process_id=self._lease.process_id)
        self._executor.interrupt_all(self._executor.busy_runs)
        self._store.forget_all()
        self._sub_actions.forget_feeds()
        await self._projector.settle()
        self._lease.restart()
        await self._register()
        await self.take_over_dead()

    async def take_over_dead(self) -> None:
        """Goes on with the runs of every process whose lease has run out, unless others do."""
        while True:
            dead = await self._db.processes.claim_dead(self._lease.process_id, lease_seconds=self._seconds)
            if dead is None:
                return
            await self._recover(dead)
            await self._db.processes.bequeath(dead.process_id, heir=self._lease.process_id)

    async def _recover(self, dead: Process) -> None:
        """Brings the projections of a dead process up to date and goes on with its runs."""
        mine = {dead.process_id, *await self._db.processes.list_bequeathed(dead.process_id)}
        self._executor.adopted |= mine
        written = await self._db.events.written_since(dead.process_id, dead.projected_through)
        runs = {*written, *await self._db.runs.list_in_hand(*mine)}
        if runs:
            log.info("taking over runs", count=len(runs), process_id=dead.process_id)
        claimed_at = monotonic()
        for run_id in sorted(runs, key=lambda item: item.startswith("wf_sub_")):  # parents before children
            if monotonic() - claimed_at > self._seconds / 3:
                claimed_at = monotonic()
                await self._db.processes.extend(dead.process_id, lease_seconds=self._seconds)
            await self._recover_run(run_id)

    async def _recover_run(self, run_id: str) -> None:
        try:
            await self._project_anew(run_id)
            await self._take_over(run_id)
        except (StoreUnavailable, Fenced):
            raise  # the dead process stays on record, and is recovered another time or by another process
        except RunNotFound:
            log.warning("a run document has no events", run=run_id)
        except InterludeError as error:
            log.error("a run could not be taken over", run=run_id, code=error.code, reason=error.message)

    async def _project_anew(self, run_id: str) -> None:
        lineage = await self._store.lineage(run_id)
        events = await self._db.events.read(run_id, lineage)
        view = RunView(workflow_run_id=run_id, branch_id=lineage[-1].branch_id)
        records = records_of(view, events)
        if not view.exists:
            raise RunNotFound(run_id)
        await self._db.sub_actions.save_all(records) if records else None
        await self._db.runs.save_all(
            [RunRow(run_document(view), view=view, holder=self._lease.process_id, wake_at=view.wake_at)]
        )

    async def _take_over(self, run_id: str) -> None:
        parent_id = await self._parent_of(run_id)
        await self._executor.change(lambda section: self._resume(section, run_id, parent_id))

    async def _resume(self, section: Section, run_id: str, parent_id: str | None) -> LiveRun:
        parent = await section.hold(parent_id, fresh=True) if parent_id else None
        run = await section.hold(run_id, fresh=True)
        if parent is not None and run.view.kind == "sub_action":
            await self._sub_actions.resume_child(section, parent, run)
        await self._sub_actions.close_borrowed(section, run)  # where a fork was cut short
        for item in run.view.running_sub_actions():
            await self._sub_actions.resume_feed(run, item)
        await self._flows.repair(section, run)
        return run

    async def _settle_doubts(self) -> None:
        """Looks at runs whose last write has an unknown fate, and acts on what is there.

        More than once: what a database was sent before it went away may arrive after it is back.
        """
        for run_id, doubt in list(self._store.doubts.items()):
            looked_at = monotonic()
            with contextlib.suppress(RunNotFound):  # nothing of it was written, so far
                await self._settle_doubt(run_id, doubt)
            if looked_at - doubt.since > DOUBT_SECONDS and self._store.doubts.get(run_id) is doubt:
                del self._store.doubts[run_id]

    async def _settle_doubt(self, run_id: str, doubt: Doubt) -> None:
        parent_id = await self._parent_of(run_id)

        async def look(section: Section) -> None:
            run = await self._resume(section, run_id, parent_id)
            events = await self._db.events.read(run_id, run.lineage)
            view = RunView(workflow_run_id=run_id, branch_id=run.view.branch_id)
            run.ended += [record for record in records_of(view, events) if not record.open]
            # Its next step may be for a process that took this one's runs over, and read them before the write.
            for_anyone = self._executor.waits_for_others(run)
            self._projector.note_since(run, doubt.event_id, for_anyone=for_anyone)

        await self._executor.change(look)

    async def _parent_of(self, run_id: str) -> str | None:
        """The run that a child's end is recorded in; it must be held before the child."""
        async with self._store.section() as section:
            view = (await section.hold(run_id)).view
            return view.parent["workflow_run_id"] if view.parent else None

    async def _wake_due(self) -> None:
        """Wakes what is due, and sets timers for what will be before the next look, so that nothing is late.

        Where several processes share the runs, they would all do so at the same moment: there it may be late.
        """
        moment = now()
        ahead = timedelta(seconds=DUE_SECONDS if self._db.exclusive else 0)
        found = await self._db.runs.list_due(moment + ahead, limit=DUE_BATCH)
        for run_id, wake_at in found:
            if wake_at > moment:
                self._executor.timers.set_first(run_id, wake_at)
        due = [self._wake(run_id) for run_id, wake_at in found if wake_at <= moment]
        results = await asyncio.gather(*due, return_exceptions=True)
        for error in results:
            if error is not None:
                raise error  # one that cannot be woken keeps none of the others from it

    async def _wake(self, run_id: str) -> None:
        await self._executor.wake(run_id)
        await self._look_again_later(run_id)

    async def _look_again_later(self, run_id: str) -> None:
        """Nothing may have come of a look: a person is asked, and a deadline stands still.

        Then the document says when to look again; else the runs that are due would always be the same ones.
        """
        async with self._store.section() as section:
            run = await section.hold(run_id)
            not_due = run.wake_at is None or run.wake_at > now()
            # Where events are pending its document is on its way; and what another works on is that one's to tell.
            if not_due and not run.pending and not self._executor.waits_for_others(run):
                self._projector.note_since(run, new_event_id())


async def _repeat(work: Callable[[], Awaitable[None]], every: float) -> None:
    """The boundary of a background task: a failure is logged, and the next round tries again."""
    while True:
        await asyncio.sleep(every)
        try:
            await work()
        except InterludeError as error:
            log.warning("background care waits for the database", work=work.__name__, code=error.code)
        except Exception:
            log.exception("background care failed", work=work.__name__)
