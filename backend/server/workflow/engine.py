"""The engine's doors: everything that the HTTP API, the terminal and scripts may ask of it."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Self

from backend.core.config import Settings
from backend.core.errors import InteractionNotOpen, SubActionNotRunning
from backend.db.database import Database
from backend.db.records import (
    Artifact,
    Branch,
    Event,
    Frame,
    Interaction,
    Page,
    Run,
    RunStatus,
    StateAt,
    SubAction,
    SubWorkflowCall,
    VersionInfo,
    Workflow,
    WorkflowVersion,
)
from backend.server.definitions.problems import Problem
from backend.server.modules.registry import Registry
from backend.server.workflow.answers import find_question
from backend.server.workflow.assembly import Parts, open_parts
from backend.server.workflow.closing import cancel_sub_action
from backend.server.workflow.driver import Driver
from backend.server.workflow.frames import position_of
from backend.server.workflow.store import Section
from backend.server.workflow.sub_action import SubActionRequest
from backend.server.workflow.timeline import brief_of

JsonObject = dict[str, Any]


class _NoLongerOpen(Exception):
    """A sub-action that is to be stopped is not among the open ones."""


class Engine:
    """One engine a process. Open it with `Engine.create`, and close it."""

    def __init__(self, settings: Settings, parts: Parts) -> None:
        self.settings = settings
        self.registry: Registry = parts.registry
        self.database: Database = parts.database
        self.driver: Driver = parts.driver
        self._parts = parts

    @classmethod
    async def create(
        cls,
        settings: Settings,
        *,
        registry: Registry | None = None,
        database: Database | None = None,
        folders: bool = True,
    ) -> Self:
        """Opens the database, loads the workflows folder, and goes on with the runs that a crash left.

        Args:
            registry: module types; default: built-in ones, installed ones, and INTERLUDE_MODULES.
            database: an open one, which this engine then owns; default: the one of the settings.
            folders: whether to save the definitions of the workflows folder.

        Raises:
            SetupError: says which setting to change.
        """
        return cls(settings, await open_parts(settings, registry=registry, database=database, folders=folders))

    async def close(self) -> None:
        """Stops work where it is; runs go on from their last event when the next engine opens."""
        await self._parts.close()

    async def ready(self) -> bool:
        """Asks the database. Raises StoreUnavailable."""
        await self.database.connection.ping()
        return True

    async def list_workflows(
        self,
        *,
        search: str | None = None,
        owner: str | None = None,
        status: str = "active",
        sort: str = "name",
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[Workflow]:
        """Workflows by name, or the last changed first. `status`: active, archived or all; `sort`: name, changed."""
        return await self._parts.catalog.list_page(
            search=search, owner=owner, status=status, sort=sort, limit=limit, cursor=cursor
        )

    async def get_workflow(self, workflow_id: str, version: int | None = None) -> tuple[Workflow, WorkflowVersion]:
        """A workflow with its latest, or the named, version. Raises WorkflowNotFound, VersionNotFound."""
        return await self._parts.catalog.get(workflow_id, version)

    async def create_workflow(self, document: Any, *, actor: str) -> tuple[Workflow, WorkflowVersion]:
        """Saves a new workflow. Raises InvalidDefinition, WorkflowExists."""
        return await self._parts.catalog.create(document, actor=actor)

    async def list_workflow_versions(
        self, workflow_id: str, *, limit: int = 50, cursor: str | None = None
    ) -> Page[VersionInfo]:
        """The versions of a workflow, the newest first. Raises WorkflowNotFound, InvalidQuery."""
        return await self._parts.catalog.list_versions(workflow_id, limit=limit, cursor=cursor)

    async def save_workflow(
        self, workflow_id: str, document: Any, *, actor: str, based_on: int | None = None
    ) -> tuple[Workflow, WorkflowVersion]:
        """Saves a new version, unless nothing changed. Raises InvalidDefinition, WorkflowChanged."""
        return await self._parts.catalog.save(workflow_id, document, actor=actor, based_on=based_on)

    async def save_workflows(self, documents: Sequence[Any], *, actor: str) -> list[WorkflowVersion]:
        """Saves several that may call each other, in any order, or none. Raises InvalidDefinition."""
        return await self._parts.catalog.save_together(documents, actor=actor)

    async def archive_workflow(self, workflow_id: str, *, actor: str) -> None:
        """Takes a workflow out of use; its runs go on. Raises WorkflowNotFound."""
        await self._parts.catalog.archive(workflow_id)

    async def validate_definition(self, document: Any) -> list[Problem]:
        """Every problem of a definition; nothing is stored."""
        return await self._parts.catalog.validate(document)

    async def start_run(
        self,
        workflow_id: str,
        payload: Any,
        *,
        version: int | None = None,
        actor: str,
        idempotency_key: str | None = None,
    ) -> Run:
        """Starts a run. Raises WorkflowNotFound, WorkflowArchived, VersionNotFound, InvalidPayload."""
        run = await self._parts.runs.start(
            workflow_id, payload, version=version, actor=actor, idempotency_key=idempotency_key
        )
        await self._parts.projector.settle()
        return run

    async def get_run(self, run_id: str) -> Run:
        """The run document; a wait for a child says what the child waits for. Raises RunNotFound."""
        return await self._parts.relations.with_child_wait(await self._parts.runs.get(run_id))

    async def list_runs(
        self,
        *,
        workflow_id: str | None = None,
        status: RunStatus | None = None,
        parent_workflow_id: str | None = None,
        include_hidden: bool = False,
        roots_only: bool = False,
        search: str | None = None,
        oldest_first: bool = False,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[Run]:
        """Runs, newest first; `roots_only` leaves out whatever another run started. Raises InvalidQuery."""
        return await self._parts.runs.list_page(
            workflow_id=workflow_id,
            status=status,
            parent_workflow_id=parent_workflow_id,
            include_hidden=include_hidden,
            roots_only=roots_only,
            search=search,
            oldest_first=oldest_first,
            limit=limit,
            cursor=cursor,
        )

    async def get_state(self, run_id: str, *, seq: int | None = None, branch_id: str | None = None) -> StateAt:
        """The state now, or after event `seq`. Raises RunNotFound, BranchNotFound, EventNotFound."""
        return await self._parts.runs.state(run_id, seq=seq, branch_id=branch_id)

    async def get_module_outputs(self, run_id: str) -> JsonObject:
        """What the fold of the run's events gives: its state."""
        return (await self.get_state(run_id)).state

    async def list_events(
        self,
        run_id: str,
        *,
        after_seq: int = 0,
        limit: int = 100,
        event_type: list[str] | None = None,
        branch_id: str | None = None,
    ) -> Page[Event]:
        """The log of a branch, by default the current, by seq. Raises RunNotFound, BranchNotFound."""
        return await self._parts.runs.events(
            run_id, after_seq=after_seq, limit=limit, event_type=event_type, branch_id=branch_id
        )

    async def list_timeline(
        self, run_id: str, *, after_seq: int = 0, limit: int = 1000, branch_id: str | None = None
    ) -> Page[JsonObject]:
        """The same in short, many at once: see `timeline.brief_of`. Raises RunNotFound, BranchNotFound."""
        page = await self._parts.runs.stored_events(run_id, after_seq=after_seq, limit=limit, branch_id=branch_id)
        return Page(items=[brief_of(event) for event in page.items], next_cursor=page.next_cursor)

    async def tail_events(self, run_id: str, *, after_seq: int = 0, follow: bool = True) -> AsyncIterator[Event]:
        """Events after `after_seq` as they come, until the run ends."""
        async for event in self._parts.streams.events(run_id, after_seq=after_seq, follow=follow):
            yield await self._parts.runs.whole_event(event)

    async def follow_changes(self, *, after_id: str | None = None) -> AsyncIterator[Frame]:
        """Tells of every run that changes, without end: `reset`, then `run` messages."""
        async for frame in self._parts.changes.follow(after_ms=int(after_id) if after_id else None):
            yield frame

    async def cancel_run(self, run_id: str, *, reason: str | None = None, actor: str) -> Run:
        """Cancels a run and all below it. Raises RunNotFound, RunNotActive."""
        run = await self._parts.runs.cancel(run_id, reason=reason, actor=actor)
        await self._parts.projector.settle()
        return run

    async def list_branches(self, run_id: str) -> Page[Branch]:
        """The branches of a run. Raises RunNotFound."""
        return await self._parts.runs.branches(run_id)

    async def list_interactions(self, run_id: str) -> list[Interaction]:
        """The open questions of a run and of the sub-workflows below it, rendered now. Raises RunNotFound."""
        run = await self._parts.store.read(run_id)
        shown = [await self._parts.interactions.show(run, question) for question in run.view.open_interactions]
        for child in await self._parts.relations.open_below(run.view):
            shown += await self._parts.inbox.of_run(child.workflow_run_id)
        return shown

    async def get_interaction(self, run_id: str, interaction_id: str, *, seq: int | None = None) -> Interaction:
        """One question, rendered now, or as it was after event `seq`.

        Raises:
            RunNotFound, InteractionNotFound, EventNotFound.
        """
        run = await self._parts.store.read(run_id)
        if seq is not None:
            run = await self._parts.time_travel.as_of(run, seq=seq)
        return await self._parts.interactions.show(run, find_question(run, interaction_id))

    async def respond(
        self,
        run_id: str,
        interaction_id: str,
        response: Any,
        *,
        revision: int | None = None,
        actor: str,
        idempotency_key: str | None = None,
    ) -> Interaction:
        """Answers a question; the first answer wins, and is durable when this returns.

        Raises:
            InteractionNotFound, InteractionNotOpen, InteractionChanged, InvalidResponse, SubActionRunning.
        """
        repeated = await self._is_repeat(actor, f"respond:{run_id}:{interaction_id}", idempotency_key, response)

        async def answer(section: Section) -> None:
            await self._parts.interactions.answer(
                section, run_id, interaction_id, response, revision=revision, actor=actor
            )

        try:
            await self._parts.executor.change(answer)
        except InteractionNotOpen:
            # A repeat succeeds where the first request did: its answer stands. A refused one is refused again.
            closed = await self.get_interaction(run_id, interaction_id)
            if not repeated or (closed.answered_by, closed.response) != (actor, response):
                raise
            return closed
        await self._parts.projector.settle()
        return await self.get_interaction(run_id, interaction_id)

    async def _is_repeat(self, actor: str, route: str, key: str | None, body: Any) -> bool:
        if key is None:
            return False
        mine = SubActionRequest(interaction_id="", action_id="answer", params={}, actor=actor).sub_action_id
        made = await self.database.idempotency.claim(caller=actor, route=route, key=key, body=body, makes=mine)
        return made != mine

    async def list_inbox(self, *, limit: int = 50, cursor: str | None = None) -> Page[Interaction]:
        """Every open question, oldest run first."""
        return await self._parts.inbox.list_page(limit=limit, cursor=cursor)

    async def start_sub_action(
        self,
        run_id: str,
        *,
        interaction_id: str,
        action_id: str,
        params: JsonObject,
        actor: str,
        idempotency_key: str | None = None,
    ) -> SubAction:
        """Starts work inside an open question; it goes on whether or not anybody watches.

        Raises:
            RunNotFound, InteractionNotFound, InteractionNotOpen, ActionNotFound, InvalidParams, SubActionRunning.
        """
        request = SubActionRequest(interaction_id=interaction_id, action_id=action_id, params=params, actor=actor)
        return await self._parts.sub_action_calls.start(run_id, request, idempotency_key=idempotency_key)

    async def list_sub_actions(self, run_id: str, *, limit: int = 50, cursor: str | None = None) -> Page[SubAction]:
        """Sub-actions of a run, as they were started. Raises RunNotFound."""
        await self.get_run(run_id)
        return await self._parts.sub_action_reader.list_page(run_id, limit=limit, cursor=cursor)

    async def get_sub_action(self, run_id: str, sub_action_id: str) -> SubAction:
        """One sub-action as it stands. Raises RunNotFound, SubActionNotFound."""
        return await self._parts.sub_action_reader.get(run_id, sub_action_id)

    async def stream_sub_action(
        self, run_id: str, sub_action_id: str, *, after_id: str | None = None, follow: bool = True
    ) -> AsyncIterator[Frame]:
        """The messages after `after_id`, until the last one. Raises InvalidQuery for an id that is none."""
        after = position_of(after_id) if after_id else (-1, 0)
        stream = self._parts.streams.sub_action(run_id, sub_action_id, after=after, follow=follow)
        async for frame in stream:
            yield await self._parts.sub_action_calls.whole_frame(frame)

    async def cancel_sub_action(
        self, run_id: str, sub_action_id: str, *, reason: str | None = None, actor: str
    ) -> SubAction:
        """Stops a sub-action. Raises RunNotFound, SubActionNotFound, SubActionNotRunning."""

        async def end(section: Section) -> None:
            run = await section.hold(run_id, fresh=True)
            item = run.view.sub_actions.get(sub_action_id)
            if item is not None:
                await cancel_sub_action(section, run, item, reason=reason or "cancelled", actor=actor)
                return
            raise _NoLongerOpen

        try:
            await self._parts.executor.change(end)
        except _NoLongerOpen:
            known = await self.get_sub_action(run_id, sub_action_id)
            raise SubActionNotRunning(sub_action_id, known.status) from None
        return await self.get_sub_action(run_id, sub_action_id)

    async def get_tree(self, run_id: str) -> JsonObject:
        """The run and all below it. Raises RunNotFound."""
        await self.get_run(run_id)
        return await self._parts.relations.tree(run_id)

    async def list_sub_workflow_calls(
        self, run_id: str, *, limit: int = 50, cursor: str | None = None
    ) -> Page[SubWorkflowCall]:
        """The calls of other workflows that a run made, in order. Raises RunNotFound, InvalidQuery."""
        await self.get_run(run_id)
        return await self._parts.call_records.list_page(run_id, limit=limit, cursor=cursor)

    async def explain_wait(self, run_id: str) -> JsonObject:
        """What the run waits for, down to the leaf. Raises RunNotFound."""
        await self.get_run(run_id)
        return await self._parts.relations.why(run_id)

    async def fork_run(self, run_id: str, *, seq: int, children: str = "cancel", actor: str) -> str:
        """Goes on from event `seq` on a new branch; gives its id. Raises RunNotFound, EventNotFound, RunNotForkable."""
        return await self._parts.time_travel.fork(run_id, seq=seq, children=children, reason="fork", actor=actor)

    async def retry_run(self, run_id: str, *, actor: str) -> Run:
        """Goes on from the failed module, on a new branch. Raises RunNotFound, RunNotRetryable, RunNotForkable."""
        await self._parts.time_travel.retry(run_id, actor=actor)
        return await self.get_run(run_id)

    async def diff_states(self, run_id: str, *, start: int, end: int, branch_id: str | None = None) -> list[JsonObject]:
        """What changed between two events: `[{path, op, before, after, seq}]`.

        Raises:
            RunNotFound, BranchNotFound, EventNotFound.
        """
        return await self._parts.time_travel.diff(run_id, start=start, end=end, branch_id=branch_id)

    async def post_event(self, run_id: str, wait_key: str, payload: Any, *, actor: str) -> bool:
        """Resolves the oldest wait with this key, or keeps the event for it. Says whether one waited.

        Raises:
            RunNotFound, RunNotActive, InvalidWaitKey, ValueNotStorable.
        """
        return await self._parts.runs.post_event(run_id, wait_key, payload, actor=actor)

    async def get_artifact(self, artifact_id: str) -> tuple[Artifact, bytes]:
        """A stored file or value. Raises ArtifactNotFound."""
        return await self.database.artifacts.get(artifact_id)
