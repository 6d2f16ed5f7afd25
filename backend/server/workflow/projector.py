"""Projections, written behind the log: run documents, sub-action records, progress, snapshots.

Many events of one run become one write. A process that dies leaves the log ahead of the projections; whoever
takes over knows from the heartbeat how far they were, and brings them up to date.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from copy import copy
from dataclasses import fields

import structlog

from backend.core.clock import now
from backend.core.errors import InterludeError, StoreUnavailable
from backend.core.ids import new_event_id
from backend.db.database import Database
from backend.db.projections import run_document
from backend.db.records import BranchSpan, Event, Frame, SubAction
from backend.db.repos.runs import RunRow
from backend.db.view import Part, RunView
from backend.server.workflow.leases import Lease
from backend.server.workflow.live import LiveRun
from backend.server.workflow.sub_action_records import open_record

log = structlog.get_logger(__name__)

DELAY = 0.05
"""Seconds in which the events of a burst collect, when nobody waits for the write."""

SNAPSHOT_EVERY = 64
"""Events after which a run is worth a snapshot: what a cold read folds stays below a millisecond or two."""


class Projector:
    """One writer for all projections of this process, so they are written in the order of the log."""

    def __init__(self, database: Database, lease: Lease) -> None:
        self._db = database
        self._lease = lease
        self._rows: dict[str, RunRow] = {}
        self._records: dict[str, SubAction] = {}
        self._progress: list[tuple[str, str, Frame]] = []
        self._snapshots: dict[str, tuple[RunView, tuple[BranchSpan, ...]]] = {}
        self._oldest_dirty: str | None = None
        self._writing_from: str | None = None
        self._wanted = asyncio.Event()
        self._hurry = asyncio.Event()
        self._settled: list[asyncio.Future[None]] = []
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="projector")

    async def close(self) -> None:
        """Writes what is left, as far as the database answers."""
        with contextlib.suppress(InterludeError, TimeoutError):
            async with asyncio.timeout(5):
                await self.settle()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def note(self, run: LiveRun, events: Sequence[Event]) -> None:
        """The run has got these events; its projections are to be written."""
        self.note_since(run, events[0].event_id)

    def note_since(self, run: LiveRun, event_id: str, *, for_anyone: bool = False) -> None:
        """The projections of the run are to be written; they may lack events from `event_id` on.

        Args:
            for_anyone: every process is to look at the run, since the one whose turn it is may not know of it.
        """
        self._oldest_dirty = min(self._oldest_dirty or event_id, event_id)
        view = run.view
        if run.left:
            return  # the new branch of the same run tells what it is now, and of its sub-actions
        wake_at = now() if for_anyone else run.wake_at
        self._rows[run.run_id] = RunRow(run_document(view), view=view, holder=self._lease.process_id, wake_at=wake_at)
        self._note_sub_actions(run)
        # A new branch is found through its snapshot, so it has one from its first moment.
        due = view.seq - run.snapshot_seq >= SNAPSHOT_EVERY or (run.snapshot_seq == 0 and len(run.lineage) > 1)
        if due and view.kind != "sub_action":
            run.snapshot_seq = view.seq
            self._snapshots[run.run_id] = _frozen(view), run.lineage
        self._wanted.set()

    def _note_sub_actions(self, run: LiveRun) -> None:
        view = run.view
        ended, run.ended = run.ended, []
        records = [*ended, *(open_record(view, item) for item in view.sub_actions.values())]
        for record in records:
            self._records[record.sub_action_id] = record

    def note_progress(self, workflow_run_id: str, sub_action_id: str, frame: Frame) -> None:
        self._progress.append((workflow_run_id, sub_action_id, frame))
        self._wanted.set()

    @property
    def projected_through(self) -> str:
        """Every event of this process before this id is in the projections."""
        return self._writing_from or self._oldest_dirty or new_event_id()

    async def settle(self) -> None:
        """Returns when all that was noted until now is written. Lists read after it show it.

        Raises:
            StoreUnavailable: the database does not answer. It is written later, whoever waits for it.
        """
        if self._oldest_dirty is None and self._writing_from is None and not self._progress:
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._settled.append(done)
        self._wanted.set()
        self._hurry.set()
        await done

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DELAY):
                    await self._hurry.wait()
            self._wanted.clear()
            self._hurry.clear()
            await self._write()

    async def _write(self) -> None:
        rows, self._rows = self._rows, {}
        records, self._records = self._records, {}
        progress, self._progress = self._progress, []
        snapshots, self._snapshots = self._snapshots, {}
        self._writing_from, self._oldest_dirty = self._oldest_dirty, None
        waiting, self._settled = self._settled, []
        delay = 0.1
        while True:
            try:
                await self._write_batch(rows, records, progress, snapshots)
                break
            except InterludeError as error:
                log.warning("projections wait for the database", code=error.code)
                self._disappoint(waiting)
                await asyncio.sleep(delay)
                delay = min(delay * 2, 2.0)
        self._writing_from = None
        for done in waiting:
            if not done.done():
                done.set_result(None)

    def _disappoint(self, waiting: list[asyncio.Future[None]]) -> None:
        """Requests do not wait for a database that is away, however long that is."""
        for done in [*waiting, *self._settled]:
            if not done.done():
                done.set_exception(StoreUnavailable())
        waiting.clear()
        self._settled.clear()

    async def _write_batch(
        self,
        rows: dict[str, RunRow],
        records: dict[str, SubAction],
        progress: list[tuple[str, str, Frame]],
        snapshots: dict[str, tuple[RunView, tuple[BranchSpan, ...]]],
    ) -> None:
        # Snapshots first: a run document must never say less work is left than a reader would find.
        for view, lineage in snapshots.values():
            await self._db.runs.save_snapshot(view, lineage)
        if records:
            await self._db.sub_actions.save_all(list(records.values()))
        if progress:
            await self._db.sub_actions.save_progress(progress)
        if rows:
            await self._db.runs.save_all(list(rows.values()))


def _frozen(view: RunView) -> RunView:
    """The view as it is now: a snapshot is encoded later, while the run goes on."""
    frozen = copy(view)
    for item in fields(view):
        value = getattr(view, item.name)
        if type(value) is dict:  # every one, so that none is forgotten when the view gets another
            parts = {key: copy(part) if isinstance(part, Part) else part for key, part in value.items()}
            setattr(frozen, item.name, parts)
    return frozen
