"""What the engine does itself: calling workflows, and waiting for times, events and children."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

from pydantic import BaseModel

from backend.core.clock import iso, now, parse_iso
from backend.core.errors import InterludeError, ModuleError, RunNotFound
from backend.core.statepath import MISSING, get_path
from backend.db.database import Database
from backend.db.event_types import (
    DbEventType,
    RunCancelled,
    SubWorkflowCancelled,
    SubWorkflowCompleted,
    SubWorkflowFailed,
    WaitCancelled,
    WaitResolved,
    WaitStarted,
)
from backend.db.records import Event, RunStatus
from backend.db.view import CallView, ModuleView, RunView
from backend.server.definitions.models import ModuleDefinition
from backend.server.modules.base import FlowModule
from backend.server.modules.flow.calls import SubWorkflowInputs
from backend.server.modules.flow.waits import WaitEventInputs, WaitSubWorkflowsInputs, WaitUntilInputs
from backend.server.workflow.children import Children
from backend.server.workflow.closing import cancel_call, close_run
from backend.server.workflow.jobs import JobFactory
from backend.server.workflow.live import LiveRun
from backend.server.workflow.module_call import Failed, failed, parse_inputs
from backend.server.workflow.module_ends import ModuleEnds
from backend.server.workflow.store import RunStore, Section
from backend.server.workflow.values import Values

JsonObject = dict[str, Any]
CALL_ENDS = [
    DbEventType.SUB_WORKFLOW_COMPLETED,
    DbEventType.SUB_WORKFLOW_FAILED,
    DbEventType.SUB_WORKFLOW_CANCELLED,
]


def call_key(sub_run_id: str) -> str:
    """The wait key of a child's end."""
    return f"subworkflow:{sub_run_id}"


@dataclass(frozen=True, slots=True)
class Call:
    """A `sub_workflow` module of a run, with its inputs."""

    run: LiveRun
    module: ModuleView
    definition: ModuleDefinition
    inputs: SubWorkflowInputs

    @property
    def items(self) -> list[Any]:
        return self.inputs.for_each or []


class Flows:
    """Begins, resolves and ends the waits of flow modules."""

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

    async def begin(self, section: Section, run: LiveRun, module: ModuleView) -> None:
        """Begins an open flow module, or its next attempt: records what it waits for, or its end."""
        definition = _definition(run, module)
        try:
            inputs = await self._inputs(run, module, definition)
            if isinstance(inputs, SubWorkflowInputs):
                await self._call(section, Call(run, module, definition, inputs))
            elif isinstance(inputs, WaitUntilInputs):
                self._wait_until(run, module, inputs)
            elif isinstance(inputs, WaitEventInputs):
                await self._wait_event(section, run, module, definition, inputs)
            elif isinstance(inputs, WaitSubWorkflowsInputs):
                await self._join(section, run, module, inputs)
        except InterludeError as error:
            self._ends.fail(run, run.view.modules[module.module_name], definition, failed(error))

    async def _inputs(self, run: LiveRun, module: ModuleView, definition: ModuleDefinition) -> BaseModel:
        kind = self._jobs.registry.get(definition.module_id)
        assert isinstance(kind, FlowModule)
        step = run.definition.step(module.step_id)
        assert step is not None
        rendered = await self._jobs.render_inputs(run, step, definition)
        return parse_inputs(kind, module.module_name, rendered)

    async def _call(self, section: Section, call: Call) -> None:
        run, module, inputs = call.run, call.module, call.inputs
        if inputs.for_each is not None:
            await self._begin_fan(section, call)
            return
        sub_run_id = await self._children.start(section, run, module, inputs)
        if inputs.mode == "async":
            output = {"sub_run_id": sub_run_id, "async": True}
            await self._ends.complete(run, module, call.definition, output, duration_ms=0)
            return
        details = {"sub_run_id": sub_run_id, "sub_workflow_id": inputs.workflow_id}
        _start_wait(run, module, wait_key=call_key(sub_run_id), reason="subworkflow", details=details)

    async def _begin_fan(self, section: Section, call: Call) -> None:
        if not call.items:
            await self._ends.complete(call.run, call.module, call.definition, {"results": []}, duration_ms=0)
            return
        details = {
            "sub_workflow_id": call.inputs.workflow_id,
            "total": len(call.items),
            "max_parallel": call.inputs.max_parallel,
        }
        key = call_key(call.module.module_name)
        _start_wait(call.run, call.module, wait_key=key, reason="subworkflow", details=details)
        await self._fill_fan(section, call)

    async def _fill_fan(self, section: Section, call: Call) -> None:
        """Starts children until `max_parallel` run, or none is left to start."""
        run, module = call.run, call.module
        while module.open and module.module_name in run.view.fans:
            fan = run.view.fans[module.module_name]
            running = fan["next"] - fan["ended"]
            if fan["next"] >= fan["total"] or running >= call.inputs.max_parallel:
                return
            index = fan["next"]
            await self._children.start(section, run, module, call.inputs, index=index, item=call.items[index])

    def _wait_until(self, run: LiveRun, module: ModuleView, inputs: WaitUntilInputs) -> None:
        until = inputs.until or now() + timedelta(seconds=inputs.seconds or 0)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        _start_wait(run, module, wait_key=f"time:{module.module_name}", reason="time", until=iso(until))

    async def _wait_event(
        self,
        section: Section,
        run: LiveRun,
        module: ModuleView,
        definition: ModuleDefinition,
        inputs: WaitEventInputs,
    ) -> None:
        limits = [seconds for seconds in (inputs.timeout_seconds, definition.timeout_seconds) if seconds is not None]
        until = iso(now() + timedelta(seconds=min(limits))) if limits else None
        kept = run.view.early.get(inputs.wait_key) or []
        ended = run.view.ended_calls.get(inputs.wait_key.removeprefix("subworkflow:"))
        details = {"kept": True, "event_key": inputs.wait_key} if kept else None
        _start_wait(run, module, wait_key=inputs.wait_key, reason="event", until=until, details=details)
        if kept:
            await self._resolve_event(run, module, kept[0])
        elif ended is not None:
            await self._resolve_event(run, module, await self._result(inputs.wait_key.removeprefix("subworkflow:")))

    async def _resolve_event(self, run: LiveRun, module: ModuleView, payload: Any) -> None:
        _resolve(run, module, payload)
        payload = await self._values.restore(payload)
        await self._ends.complete(run, module, _definition(run, module), {"payload": payload}, duration_ms=0)

    async def _join(self, section: Section, run: LiveRun, module: ModuleView, inputs: WaitSubWorkflowsInputs) -> None:
        known = {*run.view.calls, *run.view.ended_calls}
        unknown = [item for item in inputs.sub_run_ids if item not in known]
        if unknown:
            raise ModuleError(
                f"'{unknown[0]}' is no child that this run started with mode async.",
                code="unknown_sub_run",
                retryable=False,
            )
        until = iso(now() + timedelta(seconds=inputs.deadline_seconds)) if inputs.deadline_seconds else None
        details = {"join": inputs.sub_run_ids, "mode": inputs.mode}
        _start_wait(
            run,
            module,
            wait_key=f"subworkflows:{module.module_name}",
            reason="subworkflow",
            until=until,
            details=details,
        )
        await self._check_join(run, module)

    async def _check_join(self, run: LiveRun, module: ModuleView, *, late: bool = False) -> None:
        """Ends a join whose children have ended, or whose deadline has passed."""
        details = run.view.waits[module.module_name]["details"]
        ended = [item for item in details["join"] if item in run.view.ended_calls]
        enough = len(ended) == len(details["join"]) or (details["mode"] == "any" and bool(ended))
        if not (enough or late):
            return
        _resolve(run, module, None)
        results = [{"index": at, **await self._result(item)} for at, item in enumerate(details["join"])]
        await self._ends.complete(run, module, _definition(run, module), {"results": results}, duration_ms=0)

    async def _result(self, sub_run_id: str) -> JsonObject:
        """What a child has come to, as joins and events give it."""
        view = await self._store.peek(sub_run_id)
        return await self._result_of(view)

    async def _result_of(self, view: RunView) -> JsonObject:
        result: JsonObject = {"sub_run_id": view.workflow_run_id, "status": view.status.value}
        if view.status is RunStatus.COMPLETED:
            result["output"] = await self._values.restore(view.output)
        elif view.terminal:
            result["error"] = _child_error(view)
        return result

    async def land(self, section: Section, parent: LiveRun, child: LiveRun) -> None:
        """Records the end of a child in its parent, and what follows there."""
        call = parent.view.calls.get(child.run_id)
        if call is None:
            return
        await self._record_end(parent, call, child.view)
        module = parent.view.modules[call.module_name]
        if call.mode == "async":
            await self._wake_waiters(parent, child.view)
        elif not module.open or module.attempt != call.attempt:
            return
        elif call.index is not None:
            await self._go_on_with_fan(section, parent, module, call, child.view)
        else:
            await self._end_call(parent, module, child.view)

    async def _record_end(self, parent: LiveRun, call: CallView, child: RunView) -> None:
        common: JsonObject = {"sub_run_id": call.sub_run_id, "index": call.index, "person_ms": child.person_ms or None}
        place = {"step_id": call.step_id, "module_name": call.module_name}
        if child.status is RunStatus.COMPLETED:
            parent.record(SubWorkflowCompleted(**common, output=child.output), **place)
        elif child.status is RunStatus.CANCELLED:
            reason = (child.error or {}).get("message", "cancelled")
            parent.record(SubWorkflowCancelled(**common, reason=reason), **place)
        else:
            parent.record(SubWorkflowFailed(**common, error=child.error or {}), **place)

    async def _end_call(self, parent: LiveRun, module: ModuleView, child: RunView) -> None:
        """The end of a call that its module waited for."""
        definition = _definition(parent, module)
        _resolve(parent, module, {"status": child.status.value})
        if child.status is not RunStatus.COMPLETED:
            self._ends.fail(parent, module, definition, Failed(_child_error(child), retryable=True))
            return
        try:
            output = await self._call_output(definition, child)
        except InterludeError as error:
            self._ends.fail(parent, module, definition, failed(error))
            return
        duration = _duration_ms(child)
        await self._ends.complete(parent, module, definition, output, duration_ms=duration)

    async def _call_output(self, definition: ModuleDefinition, child: RunView) -> JsonObject:
        whole = {"output": await self._values.restore(child.output)}
        mapped: JsonObject = {}
        for key, path in (definition.inputs.get("output_mapping") or {}).items():
            value = get_path(whole, path)
            if value is MISSING:
                raise ModuleError(
                    f"output_mapping of '{definition.name}': the child gave no '{path}'.",
                    code="mapping_source_missing",
                    retryable=False,
                )
            mapped[key] = value
        return {"sub_run_id": child.workflow_run_id, **whole, **mapped}

    async def _go_on_with_fan(
        self, section: Section, parent: LiveRun, module: ModuleView, ended: CallView, child: RunView
    ) -> None:
        call = await self._read_call(parent, module)
        if child.status is not RunStatus.COMPLETED and call.inputs.on_item_error == "fail_fast":
            await self._fail_fan(section, call, ended, child)
            return
        await self._fill_fan(section, call)
        fan = parent.view.fans.get(module.module_name)
        if fan is not None and fan["ended"] == fan["total"]:
            results = await self._gather(parent, module, fan["total"])
            _resolve(parent, module, {"ended": fan["ended"], "failed": fan["failed"]})
            await self._ends.complete(parent, module, call.definition, {"results": results}, duration_ms=0)

    async def _read_call(self, run: LiveRun, module: ModuleView) -> Call:
        definition = _definition(run, module)
        inputs = await self._inputs(run, module, definition)
        assert isinstance(inputs, SubWorkflowInputs)
        return Call(run, module, definition, inputs)

    async def _fail_fan(self, section: Section, call: Call, ended: CallView, child: RunView) -> None:
        parent, module = call.run, call.module
        for other in [item for item in parent.view.calls.values() if item.module_name == module.module_name]:
            await cancel_call(section, parent, other, reason="item_failed")
        _resolve(parent, module, {"failed_index": ended.index})
        error = _child_error(child)
        error["message"] = f"Item {ended.index}: {error['message']}"
        self._ends.fail(parent, module, call.definition, Failed({**error, "index": ended.index}, retryable=True))

    async def _gather(self, parent: LiveRun, module: ModuleView, total: int) -> list[JsonObject]:
        """Results in the list's order, from the log: the view keeps counts only, so memory stays bounded."""
        kinds = [DbEventType.SUB_WORKFLOW_STARTED, *CALL_ENDS]
        stored = await self._db.events.read(parent.run_id, parent.lineage, event_types=kinds)
        ids: dict[str, int] = {}  # read, not derived: those begun before a fork have the ids of the branch of then
        results: list[JsonObject | None] = [None] * total
        for event in (*stored, *parent.pending):
            if event.module_name != module.module_name or event.event_type not in kinds:
                continue
            sub_run_id = event.data["sub_run_id"]
            if event.event_type is DbEventType.SUB_WORKFLOW_STARTED:
                if event.data["attempt"] == module.attempt:
                    ids[sub_run_id] = event.data["index"]
            elif sub_run_id in ids:
                results[ids[sub_run_id]] = await self._item_result(ids[sub_run_id], event)
        return [result for result in results if result is not None]

    async def _item_result(self, index: int, event: Event) -> JsonObject:
        data = event.data
        status = event.event_type.value.removeprefix("sub_workflow_")
        result: JsonObject = {"index": index, "sub_run_id": data["sub_run_id"], "status": status}
        if event.event_type is DbEventType.SUB_WORKFLOW_COMPLETED:
            return {**result, "output": await self._values.restore(data.get("output"))}
        reason = {"code": "child_cancelled", "message": data.get("reason", "cancelled")}
        return {**result, "error": data.get("error") or reason}

    async def _wake_waiters(self, run: LiveRun, child: RunView) -> None:
        """An async child has ended: whoever waits for it goes on."""
        for slot, wait in list(run.view.waits.items()):
            module = run.view.modules.get(slot)
            if module is None or slot not in run.view.waits:
                continue
            if wait["reason"] == "event" and wait["wait_key"] == call_key(child.workflow_run_id):
                await self._resolve_event(run, module, await self._result_of(child))
            elif child.workflow_run_id in wait["details"].get("join", ()):
                await self._check_join(run, module)

    async def take_event(self, run: LiveRun, wait_key: str, payload: Any, *, actor: str) -> bool:
        """Gives an event from outside to the oldest wait with its key, or keeps it. Says whether one waited."""
        fitted = await self._values.fit_whole(payload, where="The event's payload")
        for slot, wait in run.view.waits.items():
            if wait["reason"] == "event" and wait["wait_key"] == wait_key:
                await self._resolve_event(run, run.view.modules[slot], fitted)
                return True
        run.record(WaitResolved(wait_key=wait_key, payload=fitted, early=True), actor=actor)
        return False

    async def resolve_due(self, run: LiveRun) -> None:
        """Ends the waits whose time has come."""
        moment = iso(now())
        for slot, wait in list(run.view.waits.items()):
            module = run.view.modules.get(slot)
            if module is None or module.wait_key is None or not wait["until"] or wait["until"] > moment:
                continue
            if wait["reason"] == "time":
                _resolve(run, module, None)
                definition = _definition(run, module)
                await self._ends.complete(run, module, definition, {"until": wait["until"]}, duration_ms=0)
            elif wait["reason"] == "event":
                self._time_out(run, module, wait["wait_key"])
            else:
                await self._check_join(run, module, late=True)

    def _time_out(self, run: LiveRun, module: ModuleView, wait_key: str) -> None:
        run.record(
            WaitCancelled(wait_key=wait_key, reason="timeout"), step_id=module.step_id, module_name=module.module_name
        )
        error = {"code": "WaitTimeout", "message": f"No event '{wait_key}' came in time."}
        self._ends.fail(run, module, _definition(run, module), Failed(error, retryable=True))

    async def repair(self, section: Section, run: LiveRun) -> None:
        """After a crash: begins children whose start was cut short, and cancels those of a run that has ended."""
        if run.view.terminal:
            await self._finish_cancel(section, run)
            return
        for call in list(run.view.calls.values()):
            try:
                await section.hold(call.sub_run_id, fresh=True)
            except RunNotFound:
                await self._begin_again(section, run, call)
        for module in list(run.view.modules.values()):
            if module.open and module.module_name in run.view.fans:
                await self._refill(section, run, module)

    async def _finish_cancel(self, section: Section, run: LiveRun) -> None:
        """The run's end says that its children were cancelled; those that a crash left alive are cancelled now."""
        kinds = [DbEventType.SUB_WORKFLOW_STARTED, DbEventType.SUB_WORKFLOW_CANCELLED]
        events = await self._db.events.read(run.run_id, run.lineage, event_types=kinds)
        abandoned = {event.data["sub_run_id"] for event in events if event.data.get("on_parent_cancel") == "abandon"}
        for event in events:
            sub_run_id = event.data["sub_run_id"]
            if event.event_type is not DbEventType.SUB_WORKFLOW_CANCELLED or sub_run_id in abandoned:
                continue
            child = await section.hold(sub_run_id, fresh=True)
            if not child.view.terminal:
                reason = event.data["reason"]
                await close_run(section, child, reason=reason, end=RunCancelled(reason=reason))

    async def _begin_again(self, section: Section, run: LiveRun, begun: CallView) -> None:
        module = run.view.modules[begun.module_name]
        call = await self._read_call(run, module)
        item = call.items[begun.index] if begun.index is not None else None
        await self._children.start(section, run, module, call.inputs, index=begun.index, item=item)

    async def _refill(self, section: Section, run: LiveRun, module: ModuleView) -> None:
        await self._fill_fan(section, await self._read_call(run, module))


def _definition(run: LiveRun, module: ModuleView) -> ModuleDefinition:
    definition = run.definition.find_module(module.step_id, module.module_name)
    assert definition is not None  # the log only names what the version has
    return definition


def _start_wait(
    run: LiveRun,
    module: ModuleView,
    *,
    wait_key: str,
    reason: str,
    until: str | None = None,
    details: JsonObject | None = None,
) -> None:
    run.record(
        WaitStarted(wait_key=wait_key, reason=reason, until=parse_iso(until) if until else None, details=details),
        step_id=module.step_id,
        module_name=module.module_name,
    )


def _resolve(run: LiveRun, module: ModuleView, payload: Any) -> None:
    run.record(
        WaitResolved(wait_key=module.wait_key or "", payload=payload),
        step_id=module.step_id,
        module_name=module.module_name,
    )


def _child_error(child: RunView) -> JsonObject:
    """Why a child did not complete, as its parent's module fails with it."""
    error = dict(child.error or {"code": "unknown", "message": "It failed."})
    error["sub_run_id"] = child.workflow_run_id
    if child.status is RunStatus.CANCELLED:
        timed_out = error["message"] == "timeout"
        error["code"] = "SubWorkflowTimeout" if timed_out else "child_cancelled"
        what = "did not finish in time and was cancelled" if timed_out else f"was cancelled: {error['message']}"
        error["message"] = f"The sub-workflow '{child.workflow_id}' {what}."
    return error


def _duration_ms(child: RunView) -> int:
    if child.created_at is None or child.completed_at is None:
        return 0
    return round((child.completed_at - child.created_at).total_seconds() * 1000)
