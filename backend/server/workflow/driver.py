"""Driving runs by hand: they are made, and begin when somebody says so."""

from dataclasses import replace
from typing import Any

from backend.core.errors import (
    ChildNotEnded,
    ChildOutputDiffers,
    FieldError,
    InvalidPayload,
    NoParent,
    NotWaiting,
    RunNotActive,
    RunTakesNoChildren,
    WaitKeyNeeded,
    WorkflowDiffers,
)
from backend.core.ids import new_run_id
from backend.db.projections import run_document
from backend.db.records import Run
from backend.server.workflow.children import Children
from backend.server.workflow.executor import Executor
from backend.server.workflow.projector import Projector
from backend.server.workflow.recording import Recorder
from backend.server.workflow.relations import Relations
from backend.server.workflow.runs import Runs, event_keys
from backend.server.workflow.store import Section
from backend.server.workflow.values import Values
from backend.server.workflow.watching import Watching

JsonObject = dict[str, Any]

QUESTION = "interaction:"
"""How the wait key of a question begins, as run documents show it."""


class Driver:
    """What a caller needs who starts, begins and resumes runs one by one."""

    def __init__(
        self,
        *,
        runs: Runs,
        relations: Relations,
        children: Children,
        watching: Watching,
        executor: Executor,
        recorder: Recorder,
        projector: Projector,
        values: Values,
    ) -> None:
        self.watching = watching
        self._runs = runs
        self._relations = relations
        self._children = children
        self._executor = executor
        self._recorder = recorder
        self._projector = projector
        self._values = values

    async def start(
        self, workflow_id: str, payload: Any, *, version: int | None, parent_run_id: str | None, actor: str
    ) -> str:
        """Makes a held run; it exists durably when this returns. Gives its id.

        Args:
            parent_run_id: the run that it is a child of, as an async sub-workflow that no module started.

        Raises:
            WorkflowNotFound, WorkflowArchived, VersionNotFound, InvalidPayload, ValueNotStorable.
            RunNotFound, RunNotActive, RunTakesNoChildren, MaxNestingDepthExceeded, WorkflowNotAccessible: the parent.
        """
        if parent_run_id is None:
            run = await self._runs.start(
                workflow_id, payload, version=version, actor=actor, idempotency_key=None, held=True
            )
            run_id = run.workflow_run_id
        else:
            run_id = await self._start_child(parent_run_id, workflow_id, payload, version=version, actor=actor)
        await self._projector.settle()
        return run_id

    async def _start_child(
        self, parent_run_id: str, workflow_id: str, payload: Any, *, version: int | None, actor: str
    ) -> str:
        _, number, _ = await self._runs.check_start(workflow_id, payload, version=version)
        if not isinstance(payload, dict):
            raise InvalidPayload([FieldError("", "must be an object: a child's payload has names")])
        run_id = new_run_id()

        async def begin(section: Section) -> None:
            parent = await section.hold(parent_run_id, fresh=True)
            if parent.view.terminal:
                raise RunNotActive(parent_run_id, parent.view.status.value)
            if parent.view.kind == "sub_action":
                raise RunTakesNoChildren(parent_run_id)
            if run_id not in parent.view.calls:  # else it was written, and the answer was lost
                await self._children.start_named(
                    section, parent, payload, workflow_id=workflow_id, version=number, sub_run_id=run_id, actor=actor
                )

        await self._executor.change(begin)
        return run_id

    async def begin(self, run_id: str, *, workflow_id: str | None = None) -> None:
        """Begins a held run, unless somebody else was first, and ends the waits of any run whose time has come.

        Raises:
            RunNotFound.
            WorkflowDiffers: it is a run of another workflow than the one named.
        """

        async def look(section: Section) -> None:
            run = await section.hold(run_id, fresh=True)
            if workflow_id not in (None, run.view.workflow_id):
                raise WorkflowDiffers(run_id, workflow_id=run.view.workflow_id, expected=workflow_id or "")
            move = run.plan.next_move(run.view) if run.view.held else None
            if move is not None:
                # Its first record makes it a run like any other. Of two who write one, the database takes the first.
                await self._recorder.record_move(section, run, move)

        await self._executor.change(look)

    async def look(self, run_id: str) -> tuple[Run, JsonObject]:
        """The run document and the state, of one moment. Raises RunNotFound."""
        view = await self.watching.view(run_id)
        run, state = run_document(view), view.state  # before anything is awaited
        restore = self._values.restore
        whole = replace(run, payload=await restore(run.payload), output=await restore(run.output))
        return await self._relations.with_child_wait(whole), await restore(state)

    async def find_wait(self, run_id: str, wait_key: str | None) -> tuple[str | None, str]:
        """What a caller may resolve: `(interaction_id, "")` of a question, or `(None, wait_key)` of an event.

        Args:
            wait_key: of the event, or the question's id, with or without `interaction:` before it. None: the one
                thing that is open.

        Raises:
            RunNotFound, RunNotActive, NotWaiting, WaitKeyNeeded.
        """
        view = await self.watching.view(run_id)
        if view.terminal:
            raise RunNotActive(run_id, view.status.value)
        questions = [QUESTION + item.interaction_id for item in view.open_interactions]
        keys = [*questions, *event_keys(view)]
        if wait_key is None:
            if len(keys) > 1:
                raise WaitKeyNeeded(run_id, waits_for=keys)
            if not keys:
                raise NotWaiting(run_id, None, run_status=view.status.value, waits_for=[])
            wait_key = keys[0]
        interaction_id = wait_key.removeprefix(QUESTION)
        if wait_key.startswith(QUESTION) or interaction_id in view.interactions:
            return interaction_id, ""
        return None, wait_key

    async def resolve(self, run_id: str, wait_key: str, payload: Any, *, actor: str) -> None:
        """Gives an event to the wait that is there for it.

        Raises:
            RunNotFound, RunNotActive, NotWaiting, InvalidWaitKey, ValueNotStorable.
        """
        await self._runs.post_event(run_id, wait_key, payload, actor=actor, keep=False)

    async def cancel(self, run_id: str, *, reason: str | None, actor: str) -> list[str]:
        """Cancels a run and all that is open below it; gives all that it cancelled, the run first.

        Raises:
            RunNotFound, RunNotActive.
        """
        cancelled = await self._runs.cancel_all(run_id, reason=reason, actor=actor)
        await self._projector.settle()
        return cancelled

    async def wake_parent(self, child_run_id: str, *, output: Any = None) -> str:
        """Makes sure that the end of a child is recorded in its parent. May be called again. Gives the parent's id.

        Args:
            output: what the caller takes the child's output to be; None: whatever it is.

        Raises:
            RunNotFound, NoParent, ChildNotEnded, ChildOutputDiffers.
        """
        view = await self.watching.view(child_run_id)
        if view.parent is None:
            raise NoParent(child_run_id)
        if not view.terminal:
            raise ChildNotEnded(child_run_id, view.status.value)
        if output is not None and output != await self._values.restore(view.output):
            raise ChildOutputDiffers(child_run_id)
        parent_run_id = str(view.parent["workflow_run_id"])

        async def hold_both(section: Section) -> None:  # what an ended child means for its parent follows from that
            await section.hold(parent_run_id, fresh=True)
            await section.hold(child_run_id, fresh=True)

        await self._executor.change(hold_both)
        return parent_run_id
