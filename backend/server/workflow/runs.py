"""Runs: started, looked at, cancelled."""

from dataclasses import replace
from typing import Any

from backend.core.errors import EventNotFound, InvalidWaitKey, NotWaiting, RunNotActive, RunNotFound
from backend.core.ids import new_run_id
from backend.core.jsonvalue import check_json
from backend.db.database import Database
from backend.db.event_types import RunCancelled, RunCreated
from backend.db.projections import run_document
from backend.db.records import Branch, Event, Page, Run, RunStatus, StateAt, Workflow
from backend.db.view import RunView
from backend.server.definitions.models import WorkflowDefinition
from backend.server.workflow.access import LOCAL_OWNER
from backend.server.workflow.catalog import Catalog
from backend.server.workflow.closing import cancel_sub_action, close_run
from backend.server.workflow.executor import Executor
from backend.server.workflow.flows import Flows
from backend.server.workflow.leases import Lease
from backend.server.workflow.live import LiveRun
from backend.server.workflow.params import check_payload
from backend.server.workflow.projector import Projector
from backend.server.workflow.store import RunStore, Section, root_branch_id
from backend.server.workflow.values import Values
from backend.server.workflow.versions import Versions

ENGINE_KEYS = ("retry:", "interaction:", "subworkflow:", "subworkflows:", "time:")
"""Waits that only the engine resolves."""


def event_keys(view: RunView) -> list[str]:
    """The keys of the waits that an event from outside ends, the oldest first."""
    keys = [str(wait["wait_key"]) for wait in view.waits.values() if wait["reason"] == "event"]
    return [key for key in keys if not key.startswith(ENGINE_KEYS)]


class Runs:
    """What callers may do with whole runs."""

    def __init__(
        self,
        *,
        database: Database,
        catalog: Catalog,
        versions: Versions,
        store: RunStore,
        executor: Executor,
        flows: Flows,
        projector: Projector,
        values: Values,
        lease: Lease,
    ) -> None:
        self._db = database
        self._catalog = catalog
        self._versions = versions
        self._store = store
        self._executor = executor
        self._flows = flows
        self._projector = projector
        self._values = values
        self._lease = lease

    async def start(
        self,
        workflow_id: str,
        payload: Any,
        *,
        version: int | None,
        actor: str,
        idempotency_key: str | None,
        held: bool = False,
    ) -> Run:
        """Starts a run; it exists durably when this returns, and goes on by itself, unless it is held.

        Raises:
            WorkflowNotFound, WorkflowArchived, VersionNotFound, InvalidPayload, IdempotencyKeyReused.
        """
        workflow, number, definition = await self.check_start(workflow_id, payload, version=version)
        run_id = new_run_id()
        if idempotency_key is not None:
            run_id = await self._db.idempotency.claim(
                caller=actor,
                route=f"run:{workflow_id}",
                key=idempotency_key,
                body={"payload": payload, "version": version},
                makes=run_id,
            )
        created = RunCreated(
            workflow_id=workflow_id,
            workflow_name=workflow.name,
            version=number,
            kind="root",
            owner=LOCAL_OWNER,
            payload=await self._values.fit_whole(payload, where="The payload"),
            held=held or None,
            state_mapped=await self._values.fit(definition.initial_state, where="The initial state")
            if definition.initial_state
            else None,
        )

        async def begin(section: Section) -> None:
            try:
                await section.hold(run_id, fresh=True)
            except RunNotFound:
                view = RunView(workflow_run_id=run_id, branch_id=root_branch_id(run_id), root_run_id=run_id)
                run = LiveRun(view, definition, lease=self._lease)
                await section.create(run)
                run.record(created, actor=actor)

        await self._executor.change(begin)
        return await self.get(run_id)

    async def check_start(
        self, workflow_id: str, payload: Any, *, version: int | None
    ) -> tuple[Workflow, int, WorkflowDefinition]:
        """What a run with this payload would be one of.

        Raises:
            WorkflowNotFound, WorkflowArchived, VersionNotFound, InvalidPayload, ValueNotStorable.
        """
        check_json(payload, pointer="/payload")
        workflow, number = await self._catalog.get_startable(workflow_id, version)
        definition = await self._versions.get(workflow_id, number)
        check_payload(definition.inputs, payload)
        return workflow, number, definition

    async def get(self, run_id: str) -> Run:
        """The run document as of now. Raises RunNotFound."""
        run = await self._present(run_id)
        return await self._whole(run_document(run.view))

    async def _whole(self, run: Run) -> Run:
        return replace(
            run,
            payload=await self._values.restore(run.payload),
            output=await self._values.restore(run.output),
        )

    async def _present(self, run_id: str) -> LiveRun:
        """The run with all that is acknowledged, and nothing that is not durable yet."""
        return self._store.known(run_id) or await self._store.read(run_id)

    async def list_page(
        self,
        *,
        workflow_id: str | None,
        status: RunStatus | None,
        parent_workflow_id: str | None,
        include_hidden: bool,
        roots_only: bool,
        search: str | None,
        oldest_first: bool,
        limit: int,
        cursor: str | None,
    ) -> Page[Run]:
        await self._projector.settle()
        page = await self._db.runs.list_page(
            workflow_id=workflow_id,
            status=[status.value] if status else None,
            parent_workflow_id=parent_workflow_id,
            include_hidden=include_hidden,
            roots_only=roots_only,
            search=search,
            oldest_first=oldest_first,
            limit=limit,
            cursor=cursor,
        )
        return Page(items=[await self._whole(run) for run in page.items], next_cursor=page.next_cursor)

    async def state(self, run_id: str, *, seq: int | None, branch_id: str | None = None) -> StateAt:
        """The state now, or after event `seq`. Raises RunNotFound, BranchNotFound, EventNotFound."""
        view = (await self._present(run_id)).view
        if branch_id not in (None, view.branch_id):
            view = await self._store.view_at(run_id, seq=None, branch_id=branch_id)
        if seq is not None and seq != view.seq:
            if not 1 <= seq <= view.seq:
                raise EventNotFound(run_id, seq, view.seq)
            view = await self._store.view_at(run_id, seq=seq, branch_id=branch_id)
        state, at, branch_id = view.state, view.seq, view.branch_id  # of one moment, before anything is awaited
        return StateAt(workflow_run_id=run_id, branch_id=branch_id, seq=at, state=await self._values.restore(state))

    async def events(
        self,
        run_id: str,
        *,
        after_seq: int,
        limit: int,
        event_type: list[str] | None = None,
        branch_id: str | None = None,
    ) -> Page[Event]:
        """A page of the log; the cursor is the seq to go on after."""
        page = await self.stored_events(
            run_id, after_seq=after_seq, limit=limit, event_type=event_type, branch_id=branch_id
        )
        return Page(items=[await self.whole_event(event) for event in page.items], next_cursor=page.next_cursor)

    async def stored_events(
        self,
        run_id: str,
        *,
        after_seq: int,
        limit: int,
        event_type: list[str] | None = None,
        branch_id: str | None = None,
    ) -> Page[Event]:
        """The same as it is stored: in place of large values stand claims."""
        await self._present(run_id)
        lineage = await self._store.lineage(run_id, branch_id=branch_id)
        found = await self._db.events.read(run_id, lineage, after=after_seq, limit=limit + 1, event_types=event_type)
        return Page(items=found[:limit], next_cursor=str(found[limit - 1].seq) if len(found) > limit else None)

    async def whole_event(self, event: Event) -> Event:
        """The event with its large values read back."""
        data = await self._values.restore(event.data)
        return event if data is event.data else replace(event, data=data)

    async def branches(self, run_id: str) -> Page[Branch]:
        """The branches of a run, oldest first."""
        await self._present(run_id)
        return Page(items=await self._store.branches(run_id))

    async def post_event(self, run_id: str, wait_key: str, payload: Any, *, actor: str, keep: bool = True) -> bool:
        """Gives an event to the oldest wait with its key, or keeps it. Says whether one waited.

        Raises:
            RunNotFound, RunNotActive, InvalidWaitKey, ValueNotStorable.
            NotWaiting: nothing waits for it, and it is not to be kept.
        """
        check_json(payload, pointer="/payload")
        if wait_key.startswith(ENGINE_KEYS):
            raise InvalidWaitKey(wait_key)

        async def take(section: Section) -> bool:
            run = await section.hold(run_id, fresh=True)
            if run.view.terminal:
                raise RunNotActive(run_id, run.view.status.value)
            keys = event_keys(run.view)
            if not keep and wait_key not in keys:
                raise NotWaiting(run_id, wait_key, run_status=run.view.status.value, waits_for=keys)
            return await self._flows.waits.take_event(run, wait_key, payload, actor=actor)

        return await self._executor.change(take)

    async def cancel(self, run_id: str, *, reason: str | None, actor: str) -> Run:
        """Cancels a run and all that is open below it. Raises RunNotFound, RunNotActive."""
        await self.cancel_all(run_id, reason=reason, actor=actor)
        return await self.get(run_id)

    async def cancel_all(self, run_id: str, *, reason: str | None, actor: str) -> list[str]:
        """The same; gives the ids of all runs that it cancelled, this one first. Raises RunNotFound, RunNotActive."""
        why = reason or "cancelled"
        view = (await self._present(run_id)).view
        origin = view.parent if view.kind == "sub_action" else None
        ended: list[str] = []

        async def end(section: Section) -> list[str]:
            parent = await section.hold(origin["workflow_run_id"], fresh=True) if origin else None
            run = await section.hold(run_id, fresh=True)
            if run.view.ended is RunStatus.CANCELLED and ended:
                # Another was first at a run below: this one was cancelled a moment ago, and what is left follows.
                await self._flows.repair(section, run)
                return ended_in(section)
            if run.view.terminal:
                raise RunNotActive(run_id, run.view.status.value)
            ended.clear()
            item = parent.view.sub_actions.get(origin["sub_action_id"]) if parent and origin else None
            if parent is not None and item is not None:
                await cancel_sub_action(section, parent, item, reason=why, actor=actor)
            else:
                await close_run(section, run, reason=why, end=RunCancelled(reason=why), actor=actor)
            return ended_in(section)

        def ended_in(section: Section) -> list[str]:
            now = [run.run_id for run in section.runs if run.view.ended is RunStatus.CANCELLED and run.pending]
            ended.extend(run_id for run_id in now if run_id not in ended)
            return ended

        return await self._executor.change(end)
