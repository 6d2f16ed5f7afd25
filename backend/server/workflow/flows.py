"""What the engine does itself: calling workflows, and waiting for times, events and children."""

from typing import Any

from pydantic import BaseModel

from backend.core.errors import UNDECIDED, InterludeError, ModuleError, RunNotFound
from backend.db.database import Database
from backend.db.event_types import (
    DbEventType,
    RunCancelled,
    SubWorkflowCancelled,
    SubWorkflowCompleted,
    SubWorkflowFailed,
)
from backend.db.records import Event, RunStatus
from backend.db.view import CallView, ModuleView, RunView
from backend.server.definitions.models import ModuleDefinition
from backend.server.modules.base import FlowModule
from backend.server.modules.flow.calls import SubWorkflowInputs
from backend.server.modules.flow.waits import WaitEventInputs, WaitSubWorkflowsInputs, WaitUntilInputs
from backend.server.workflow.calls import Call, call_key, child_error, definition_of, duration_ms, mapped_output
from backend.server.workflow.children import Children
from backend.server.workflow.closing import close_run
from backend.server.workflow.fan_out import FanOut
from backend.server.workflow.jobs import JobFactory
from backend.server.workflow.live import LiveRun
from backend.server.workflow.module_call import Failed, failed, parse_inputs
from backend.server.workflow.module_ends import ModuleEnds
from backend.server.workflow.store import RunStore, Section
from backend.server.workflow.values import Values
from backend.server.workflow.waits import Waits, resolve_wait, start_wait

JsonObject = dict[str, Any]


class Flows:
    """Begins and ends what flow modules do."""

    def __init__(
        self,
        *,
        database: Database,
        store: RunStore,
        jobs: JobFactory,
        children: Children,
        ends: ModuleEnds,
        values: Values,
    ) -> None:
        self._db = database
        self._store = store
        self._jobs = jobs
        self._children = children
        self._ends = ends
        self._values = values
        self._fan_out = FanOut(database=database, children=children, ends=ends, values=values)
        self.waits = Waits(database=database, store=store, ends=ends, values=values)

    async def begin(self, section: Section, run: LiveRun, module: ModuleView, *, rendered: JsonObject | None) -> None:
        """Begins an open flow module, or its next attempt: records what it waits for, or its end.

        Args:
            rendered: its inputs, where they were rendered a moment ago.
        """
        definition = definition_of(run, module)
        try:
            inputs = await self._inputs(run, module, definition, rendered)
            if isinstance(inputs, SubWorkflowInputs):
                await self._call(section, Call(run, module, definition, inputs))
            elif isinstance(inputs, WaitUntilInputs):
                self.waits.until(run, module, inputs)
            elif isinstance(inputs, WaitEventInputs):
                await self.waits.event(run, module, inputs)
            elif isinstance(inputs, WaitSubWorkflowsInputs):
                await self.waits.join(run, module, inputs)
        except UNDECIDED:
            raise
        except InterludeError as error:
            self._ends.fail(run, run.view.modules[module.module_name], definition, failed(error))

    async def _inputs(
        self, run: LiveRun, module: ModuleView, definition: ModuleDefinition, rendered: JsonObject | None
    ) -> BaseModel:
        kind = self._jobs.registry.get(definition.module_id)
        assert isinstance(kind, FlowModule)
        if "for_each" in definition.inputs and (rendered is None or module.attempt > 1):
            rendered = await self._recorded_inputs(run, module)
        if rendered is None:
            step = run.definition.step(module.step_id)
            assert step is not None
            rendered = await self._jobs.render_inputs(run, step, definition)
        # Without secrets: what a call is given is part of its child's log.
        return parse_inputs(kind, module.module_name, self._jobs.redactor.clean(rendered))

    async def _recorded_inputs(self, run: LiveRun, module: ModuleView) -> JsonObject | None:
        """The inputs that the module began with: its items keep their places, whatever becomes of the state."""
        at = module.started_seq
        stored = await self._db.events.read(run.run_id, run.lineage, after=at - 1, to=at)
        started = next((event for event in (*stored, *run.pending) if event.seq == at), None)
        inputs = started.data.get("inputs") if started else None
        return await self._values.restore(inputs) if inputs is not None else None

    async def _call(self, section: Section, call: Call) -> None:
        run, module, inputs = call.run, call.module, call.inputs
        if inputs.for_each is not None:
            run.fan_outs[module.module_name] = module.attempt, inputs
            await self._fan_out.begin(section, call)
            return
        sub_run_id = await self._children.start(section, run, module, inputs)
        if inputs.mode == "async":
            output = {"sub_run_id": sub_run_id, "async": True}
            await self._ends.complete(run, module, call.definition, output, duration_ms=0)
            return
        details = {"sub_run_id": sub_run_id, "sub_workflow_id": inputs.workflow_id}
        start_wait(run, module, wait_key=call_key(sub_run_id), reason="subworkflow", details=details)

    async def land(self, section: Section, parent: LiveRun, child: LiveRun) -> None:
        """Records the end of a child in its parent, and what follows there.

        An async child may outlive a parent that completed. Its end is recorded there all the same, so that every call
        has one; it changes neither the parent's status nor its output.
        """
        call = parent.view.calls.get(child.run_id)
        if call is None:
            return
        _record_end(parent, call, child.view)
        if call.mode == "async":
            await self.waits.child_ended(parent, child.view)
            return
        module = parent.view.modules[call.module_name]
        if not module.open or module.attempt != call.attempt:
            return
        if call.index is not None:
            await self._fan_out.go_on(section, await self._read_call(parent, module), call, child.view)
        else:
            await self._end_call(parent, module, child.view)

    async def _end_call(self, parent: LiveRun, module: ModuleView, child: RunView) -> None:
        """The end of a call that its module waited for."""
        await self._end_called(parent, module, child)
        resolve_wait(parent, module, {"status": child.status.value})

    async def _end_called(self, parent: LiveRun, module: ModuleView, child: RunView) -> None:
        definition = definition_of(parent, module)
        if child.status is not RunStatus.COMPLETED:
            self._ends.fail(parent, module, definition, Failed(child_error(child), retryable=True))
            return
        whole = {"output": await self._values.restore(child.output)}
        try:
            output = {"sub_run_id": child.workflow_run_id, **whole, **mapped_output(definition, whole)}
        except InterludeError as error:
            self._ends.fail(parent, module, definition, failed(error))
            return
        await self._ends.complete(parent, module, definition, output, duration_ms=duration_ms(child))

    async def _read_call(self, run: LiveRun, module: ModuleView) -> Call:
        definition = definition_of(run, module)
        attempt, inputs = run.fan_outs.get(module.module_name, (0, None))
        if attempt != module.attempt or inputs is None:
            read = await self._inputs(run, module, definition, None)
            assert isinstance(read, SubWorkflowInputs)
            inputs = read
            if inputs.for_each is not None:
                run.fan_outs[module.module_name] = module.attempt, inputs
        return Call(run, module, definition, inputs)

    async def repair(self, section: Section, run: LiveRun) -> None:
        """After a crash, which may leave the beginning of a write: brings the run and its children together."""
        await self._finish_cancels(section, run)
        if not run.view.terminal:
            await self.catch_up(section, run)

    async def catch_up(self, section: Section, run: LiveRun) -> None:
        """Holds the children of a run that may have ended without it, and does what it has not made of their ends."""
        for call in list(run.view.calls.values()):
            try:
                await section.hold(call.sub_run_id, fresh=True)
            except RunNotFound:
                await self._begin_again(section, run, call)
        for module in [module for module in run.view.modules.values() if module.open and module.retry_at is None]:
            if module.module_name in run.view.waits:
                await self._go_on(section, run, module)

    async def _go_on(self, section: Section, run: LiveRun, module: ModuleView) -> None:
        """Does what follows from ends of children that are recorded in the run while the module still waits."""
        sub_run_id = run.view.waits[module.module_name]["details"].get("sub_run_id")
        if module.module_name in run.view.fans:
            await self._fan_out.resume(section, await self._read_call(run, module))
        elif sub_run_id is None:
            await self.waits.look_again(run, module)
        elif sub_run_id not in run.view.calls:
            child = await section.hold(sub_run_id, fresh=True)
            await self._end_call(run, module, await self.waits.as_known(run, child.view))

    async def _finish_cancels(self, section: Section, run: LiveRun) -> None:
        """The run says that children were cancelled; those that a crash left alive are cancelled now."""
        kinds = [DbEventType.SUB_WORKFLOW_STARTED, DbEventType.SUB_WORKFLOW_CANCELLED]
        if run.view.generation:
            # A fork, too, may have been cut short: it cancels children of the branch that it leaves.
            events = [event for event in await self._db.events.read_all(run.run_id) if event.event_type in kinds]
        else:
            events = await self._db.events.read(run.run_id, run.lineage, event_types=kinds)
        abandoned = {event.data["sub_run_id"] for event in events if event.data.get("on_parent_cancel") == "abandon"}
        for event in events:
            sub_run_id = event.data["sub_run_id"]
            if event.event_type is not DbEventType.SUB_WORKFLOW_CANCELLED or sub_run_id in abandoned:
                continue
            try:
                child = await section.hold(sub_run_id, fresh=True)
            except RunNotFound:
                continue  # it never began
            if not (child.view.terminal or await self._brought_back(child, event)):
                reason = event.data["reason"]
                await close_run(section, child, reason=reason, end=RunCancelled(reason=reason))

    async def _brought_back(self, child: LiveRun, cancelled: Event) -> bool:
        """Whether somebody forked the child after it was cancelled: then it goes on by itself.

        One that was forked before it could be cancelled does not.
        """
        if not child.view.generation:
            return False
        forks = await self._db.events.read_all(child.run_id, event_type=DbEventType.BRANCH_FORKED)
        left = {event.data["from_branch"] for event in forks if event.event_id > cancelled.event_id}
        views = [await self._store.view_at(child.run_id, seq=None, branch_id=branch_id) for branch_id in left]
        return any(view.terminal for view in views)

    async def _begin_again(self, section: Section, run: LiveRun, begun: CallView) -> None:
        """Makes the child of a call that was recorded without it; where that can no longer be, the call fails."""
        kinds = [DbEventType.SUB_WORKFLOW_STARTED]
        events = await self._db.events.read(run.run_id, run.lineage, event_types=kinds)
        event = next(event for event in events if event.data["sub_run_id"] == begun.sub_run_id)
        try:
            if not begun.module_name:
                await self._children.begin_named(section, run, event)
                return
            call = await self._read_call(run, run.view.modules[begun.module_name])
            item = call.items[begun.index] if begun.index is not None else None
            inputs = call.inputs.model_copy(update={"version": event.data["version"]})
            await self._children.start(section, run, call.module, inputs, index=begun.index, item=item)
        except ModuleError as error:  # say, its workflow was archived meanwhile
            self._give_up(run, begun, failed(error))

    def _give_up(self, run: LiveRun, begun: CallView, outcome: Failed) -> None:
        place: JsonObject = {"step_id": begun.step_id or None, "module_name": begun.module_name or None}
        run.record(SubWorkflowFailed(sub_run_id=begun.sub_run_id, index=begun.index, error=outcome.error), **place)
        module = run.view.modules.get(begun.module_name)
        waits = module is not None and module.open and begun.module_name in run.view.waits
        if module is not None and waits and begun.mode == "sync" and begun.index is None:
            self._ends.fail(run, module, definition_of(run, module), outcome)
            resolve_wait(run, module, {"status": RunStatus.ERROR.value})


def _record_end(parent: LiveRun, call: CallView, child: RunView) -> None:
    common: JsonObject = {"sub_run_id": call.sub_run_id, "index": call.index, "person_ms": child.person_ms or None}
    place: JsonObject = {"step_id": call.step_id or None, "module_name": call.module_name or None}
    if child.status is RunStatus.COMPLETED:
        parent.record(SubWorkflowCompleted(**common, output=child.output), **place)
    elif child.status is RunStatus.CANCELLED:
        reason = (child.error or {}).get("message", "cancelled")
        parent.record(SubWorkflowCancelled(**common, reason=reason), **place)
    else:
        parent.record(SubWorkflowFailed(**common, error=child.error or {}), **place)
