"""The executor: runs modules for every kind of run, records what happens, decides what follows.

All changes to runs go through `Executor.change`: hold the runs, record, follow up, commit in one trip, start what
became ready. Who records the event that makes a module ready runs it; nobody else does while that process lives.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog

from backend.core.clock import now
from backend.core.errors import Fenced, InterludeError, PositionTaken, StoreError, StoreUnavailable
from backend.db.event_types import WaitResolved
from backend.db.view import ModuleView, SubActionView
from backend.server.workflow.flows import Flows
from backend.server.workflow.jobs import Job, JobFactory
from backend.server.workflow.landings import Landings
from backend.server.workflow.leases import Lease
from backend.server.workflow.live import LiveRun
from backend.server.workflow.module_call import Done, Failed
from backend.server.workflow.person_clock import PersonClock
from backend.server.workflow.recording import Recorder
from backend.server.workflow.scheduling import modules_to_run
from backend.server.workflow.store import RunStore, Section
from backend.server.workflow.sub_action import SubActionProcessor
from backend.server.workflow.timers import Timers
from backend.server.workflow.trial import Trial, Work

log = structlog.get_logger(__name__)
T = TypeVar("T")

DEFER_SECONDS = 0.05
"""How long the record of effect-free modules may wait for what comes next before it is written by itself."""

DEFER_EVENTS = 64


class Executor:
    """Works on runs. One a process."""

    def __init__(
        self,
        *,
        store: RunStore,
        jobs: JobFactory,
        recorder: Recorder,
        sub_actions: SubActionProcessor,
        flows: Flows,
        lease: Lease,
    ) -> None:
        self._store = store
        self._factory = jobs
        self._recorder = recorder
        self._sub_actions = sub_actions
        self._flows = flows
        self._clock = PersonClock(store)
        self._lease = lease
        self._jobs: dict[str, dict[str, Job]] = {}
        self._landings = Landings()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self.adopted: set[str] = set()
        self.timers = Timers(self.wake)
        store.is_busy = self.is_busy
        store.on_load, store.on_drop = sub_actions.on_load, sub_actions.on_drop

    def is_busy(self, run_id: str) -> bool:
        return run_id in self._jobs

    @property
    def busy_runs(self) -> list[str]:
        return list(self._jobs)

    async def change(self, work: Work[T], *, may_defer: bool = False) -> T:
        """Records what `work` decides and all that follows from it, durably, and starts what became ready.

        `work` is called again when another writer was first, on runs read anew, so it must decide from them; unless
        all that it recorded was taken, and only what follows was not.

        Args:
            may_defer: the caller needs no durable record; effect-free work may be recorded with what comes next.

        Raises:
            InterludeError: what `work` raises; nothing is written then.
            StoreUnavailable: the database does not answer.
        """
        trial = Trial(self._store, work)
        while True:
            try:
                return await self._change_once(trial, may_defer=may_defer)
            except PositionTaken:
                await trial.fail()

    async def _change_once(self, trial: Trial[T], *, may_defer: bool) -> T:
        ready: dict[tuple[str, str], Job] = {}
        async with self._store.section() as section:
            result = await trial.decide(section)
            await self._follow_all(section, ready)
            trial.holds(section)
            ended = _ended_without_parent(section)
            if ended is None:
                if not (may_defer and self._deferrable(section, ready)):
                    await section.commit()
                self._settle_section(section, ready)
            held = section.runs
        while ended is not None:
            trial.above.insert(0, parent_id(ended))
            held, ended = await self._land(held, ended, ready)
        return result

    async def _land(
        self, held: list[LiveRun], ended: LiveRun, ready: dict[tuple[str, str], Job]
    ) -> tuple[list[LiveRun], LiveRun | None]:
        """Goes on with one more ancestor held: the end of a child and what follows in its parent are one write.

        A parent may end with its child, and so on upwards; nothing is written before the last of them is held.
        Children that end while their parent is being written go into it together with the first that gets it.
        """
        above = parent_id(ended)
        # Jobs that became ready may only be started here, so such runs are not left to others.
        company = nullcontext() if ready else self._landings.waiting(above, ended.run_id, held)
        async with self._store.section() as section:
            with company:
                # As this process knows it: if another has written to it since, the position is taken, and all begins
                # again; unless there is nothing to write, for which see `_land_ended`.
                await section.hold(above)
            for run in held:
                if await section.hold(run.run_id) is not run:
                    raise PositionTaken  # it was loaded anew meanwhile: the caller records again
            joined = await self._landings.join(section, above)
            try:
                await self._follow_all(section, ready)
            except InterludeError as error:
                if joined and not isinstance(error, StoreError):
                    raise PositionTaken from error  # it may be another's: that one is to fail by it
                raise
            highest = _ended_without_parent(section)
            if highest is None:
                await section.commit()
                self._settle_section(section, ready)
            return section.runs, highest

    async def _follow_all(self, section: Section, ready: dict[tuple[str, str], Job]) -> None:
        """Follows every run of the section, those that this brings in, and parents again whose children end."""
        at = 0
        again: list[LiveRun] = []
        while at < len(section.runs) or again:
            if again:
                await self._follow(section, again.pop(), ready)
            else:
                await self._follow(section, section.runs[at], ready)
                at += 1
            if at == len(section.runs) and not again:
                again = await self._land_ended(section)

    async def _land_ended(self, section: Section) -> list[LiveRun]:
        """Records the ends of children in the parents that are held. Gives those parents."""
        landed: dict[str, LiveRun] = {}
        for child in [run for run in section.runs if run.view.terminal and run.view.parent]:
            parent = section.find(parent_id(child))
            if parent is None:
                continue
            if not _knows(parent, child):  # another process may have begun it, or forked the parent
                await section.hold(parent.run_id, fresh=True)
            # What the branch knows as open is its own, also where it was begun before a fork.
            if child.run_id in parent.view.calls:
                await self._flows.land(section, parent, child)
                landed[parent.run_id] = parent
            elif (child.view.parent or {}).get("sub_action_id") in parent.view.sub_actions:
                await self._sub_actions.land(section, parent, child)
                landed[parent.run_id] = parent
        return list(landed.values())

    def _settle_section(self, section: Section, ready: dict[tuple[str, str], Job]) -> None:
        for run in section.runs:
            self._reap(run)
            self.timers.set(run.run_id, run.wake_at)
            self._sub_actions.announce(run)
            if run.answered:
                self._wake_above(run)
        for job in ready.values():
            self._start(job)

    def _wake_above(self, run: LiveRun) -> None:
        """A person has answered: deadlines above, which stood still meanwhile, go on."""
        run.answered = False
        for ancestor in (run.view.parent or {}).get("ancestors", ()):
            self._spawn(partial(self.wake, ancestor), name=f"wake:{ancestor}")

    def _deferrable(self, section: Section, ready: dict[tuple[str, str], Job]) -> bool:
        """Only effect-free modules come next in the one run: their record may wait."""
        run = section.runs[0]
        if len(section.runs) > 1 or not ready or run.stale or len(run.pending) > DEFER_EVENTS:
            return False
        if any(job.effects for job in ready.values()):
            return False
        asyncio.get_running_loop().call_later(DEFER_SECONDS, self._flush_later, run)
        return True

    def _flush_later(self, run: LiveRun) -> None:
        if run.pending and not run.stale and not self._closing:
            self._spawn(partial(self._flush, run), name=f"flush:{run.run_id}")

    async def _flush(self, run: LiveRun) -> None:
        async def hold(section: Section) -> None:
            await section.hold(run.run_id)

        await self.change(hold)

    async def _follow(self, section: Section, run: LiveRun, ready: dict[tuple[str, str], Job]) -> None:
        """Records everything that follows from what is recorded; notes the jobs that became ready."""
        view = run.view
        if not view.terminal:
            await self._look_at_clock(section, run)
        await self._record_moves(section, run)
        if view.terminal:
            return
        for module in modules_to_run(view):
            if self._is_ours(run, module) and (run.run_id, module.module_name) not in ready:
                inputs = self._recorder.take_inputs(run, module)
                ready[run.run_id, module.module_name] = self._factory.module_job(run, module, inputs=inputs)
        for item in view.running_sub_actions():
            if item.retry_at is None and self._is_ours(run, item) and (run.run_id, item.sub_action_id) not in ready:
                for job in await self._sub_actions.follow(section, run, item):
                    ready[run.run_id, job.key] = job

    async def _record_moves(self, section: Section, run: LiveRun) -> None:
        while not (run.view.terminal or run.view.held):
            move = run.plan.next_move(run.view)
            if move is not None:
                await self._recorder.record_move(section, run, move)
            elif not await self._begin_flows(section, run):
                return

    async def _begin_flows(self, section: Section, run: LiveRun) -> bool:
        """Begins the flow modules that are open and wait for nothing yet. Says whether there was one."""
        begun = False
        for module in list(modules_to_run(run.view)):
            if self._factory.is_flow(module) and self._is_ours(run, module):
                rendered = self._recorder.take_inputs(run, module)
                await self._flows.begin(section, run, module, rendered=rendered)
                begun = True
        return begun

    async def _look_at_clock(self, section: Section, run: LiveRun) -> None:
        deadline = run.view.deadline
        run.suspended = False
        if deadline is not None and now() >= deadline:
            left = await self._clock.left(run.view)
            if left is None:
                run.suspended = True  # a person is asked below: their time does not count
            elif left <= 0:
                await self._recorder.time_out(section, run)
                return
            else:
                run.extended = left
        if run.view.waits:
            await self._flows.waits.resolve_due(run)
            self._resolve_due(run)

    def _is_ours(self, run: LiveRun, item: ModuleView | SubActionView) -> bool:
        key = item.module_name if isinstance(item, ModuleView) else item.sub_action_id
        job = self._jobs.get(run.run_id, {}).get(key)
        asked = job is not None and job.kind == "ask" and isinstance(item, ModuleView) and item.interaction_id
        if job is not None and job.attempt == item.attempt and not asked:
            return False
        return item.enabled_by == self._lease.process_id or item.enabled_by in self.adopted

    def waits_for_others(self, run: LiveRun) -> bool:
        """Whether the next step in the run is for another process to take."""
        own = [item for item in run.view.running_sub_actions() if not item.child_workflow_id and not item.retry_at]
        writers = {item.enabled_by for item in own} | {module.enabled_by for module in modules_to_run(run.view)}
        return bool(writers - self.adopted - {self._lease.process_id})

    def _resolve_due(self, run: LiveRun) -> None:
        """Ends the waits for a next attempt whose time has come."""
        view, moment = run.view, now()
        for module in view.open_modules.values():
            if module.retry_at is not None and module.retry_at <= moment:
                definition = run.definition.find_module(module.step_id, module.module_name)
                seconds = definition.timeout_seconds if definition else None
                deadline = moment + timedelta(seconds=seconds) if seconds else None
                self._recorder.resolve_retry(run, module, deadline=deadline)
        for item in list(view.sub_actions.values()):
            if item.retry_at is not None and item.retry_at <= moment:
                run.record(
                    WaitResolved(wait_key=f"retry:{item.sub_action_id}"),
                    step_id=item.step_id,
                    module_name=item.module_name,
                )

    async def wake(self, run_id: str) -> None:
        """Looks at a run again: something that it waited for may have come."""

        async def look(section: Section) -> None:
            await section.hold(run_id, fresh=True)

        await self.change(look)

    def _start(self, job: Job) -> None:
        if self._closing:
            return
        self._jobs.setdefault(job.run_id, {})[job.key] = job
        job.task = self._spawn(partial(self.execute_step_modules, job), name=f"{job.kind}:{job.run_id}:{job.key}")

    def _spawn(self, work: Callable[[], Awaitable[None]], *, name: str) -> asyncio.Task[None]:
        # A function: a task may be cancelled before it begins, and nothing must be left that was never awaited.
        task = asyncio.ensure_future(_quietly(work))
        task.set_name(name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def execute_step_modules(self, job: Job) -> None:
        """Calls the job's module and records the outcome; what follows is started from there.

        The outcome is kept until the database takes it, however long that is.
        """
        structlog.contextvars.bind_contextvars(workflow_run_id=job.run_id, module_name=job.module_name)
        try:
            if job.flag.is_set:
                return  # interrupted before it began
            self._lease.check()  # right before the effect: a process that slept must not run what others took over
            job.performing = True
            outcome = await job.perform()
            job.performing = False
            await self._deliver_or_fail(job, outcome)
        finally:
            # Not before the outcome is recorded: whoever holds the run meanwhile would call the module again.
            self._forget(job)

    async def _deliver_or_fail(self, job: Job, outcome: Done | Failed) -> None:
        try:
            await self._deliver(job, outcome)
        except Fenced:
            raise
        except InterludeError as error:
            # The outcome itself cannot be recorded (say, it is too large): that is a failure of the module.
            await self._deliver(job, Failed({"code": error.code, "message": error.message}, retryable=False))

    async def _deliver(self, job: Job, outcome: Done | Failed) -> None:
        """Records an outcome, however long the database is away."""
        delay = 0.1
        while True:
            try:
                await self.change(lambda section: self._finish(section, job, outcome), may_defer=not job.effects)
                return
            except StoreUnavailable:
                log.warning("a result waits for the database", seconds=delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, 2.0)

    async def _finish(self, section: Section, job: Job, outcome: Done | Failed) -> None:
        run = await section.hold(job.run_id)
        if job.flag.is_set or job.branch_id != run.view.branch_id:
            return  # the run was forked meanwhile: the same module may be open again, but not for this outcome
        if job.kind == "self":
            await self._sub_actions.finish_self(section, run, job, outcome)
            return
        module = run.view.modules.get(job.module_name)
        if run.view.terminal or module is None or not module.open or module.attempt != job.attempt:
            return  # cancelled, or done by another process: this outcome never lands
        if module.interaction_id is not None and job.kind == "ask":
            return
        await self._recorder.record_outcome(run, job, module, outcome)

    def _reap(self, run: LiveRun) -> None:
        """Stops jobs whose module or sub-action is no longer open, or that are of a branch that was left."""
        view = run.view
        for job in list(self._jobs.get(run.run_id, {}).values()):
            module, item = view.modules.get(job.key), view.sub_actions.get(job.key)
            still_open = item is not None or (module is not None and module.open)
            if view.terminal or job.branch_id != view.branch_id or not still_open:
                self._interrupt(job)

    def _forget(self, job: Job) -> None:
        jobs = self._jobs.get(job.run_id, {})
        if jobs.get(job.key) is not job:
            return  # interrupted before, or its next attempt has taken its place
        del jobs[job.key]
        if not jobs:
            del self._jobs[job.run_id]

    def _interrupt(self, job: Job) -> None:
        self._forget(job)
        job.flag.is_set = True
        if job.performing and job.task is not None:
            job.task.cancel()

    def interrupt_all(self, run_ids: Iterable[str]) -> None:
        """Stops the jobs of runs that ended elsewhere, or that this process may no longer touch."""
        for run_id in run_ids:
            self._sub_actions.forget_feeds(of_run=run_id)
            for job in list(self._jobs.get(run_id, {}).values()):
                self._interrupt(job)

    async def close(self) -> None:
        """Stops all work. Nothing is recorded: the next process goes on from the log."""
        self._closing = True
        self.timers.close()
        for jobs in self._jobs.values():
            for job in jobs.values():
                job.flag.is_set = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def parent_id(child: LiveRun) -> str:
    """The run that a child's end is recorded in."""
    return str((child.view.parent or {})["workflow_run_id"])


def _knows(parent: LiveRun, child: LiveRun) -> bool:
    """Whether a parent has a child as an open one of its own."""
    item = (child.view.parent or {}).get("sub_action_id")
    return child.run_id in parent.view.calls or item in parent.view.sub_actions


def _ended_without_parent(section: Section) -> LiveRun | None:
    """A child that ended just now, while its parent is not held."""
    for run in section.runs:
        ended = run.view.terminal and run.view.parent is not None and bool(run.pending)
        if ended and section.find(parent_id(run)) is None:
            return run
    return None


async def _quietly(work: Callable[[], Awaitable[None]]) -> None:
    """The boundary of a background task: what goes wrong is logged, never lost."""
    try:
        await work()
    except asyncio.CancelledError:
        raise
    except Fenced:
        log.warning("stopped: this process lost its lease")
    except Exception:
        log.exception("background work failed")
