"""Waits of flow modules: for times, events and async children."""

from datetime import UTC, timedelta
from typing import Any

from backend.core.clock import iso, now, parse_iso
from backend.core.errors import ModuleError
from backend.db.database import Database
from backend.db.event_types import WaitCancelled, WaitResolved, WaitStarted
from backend.db.records import RunStatus
from backend.db.view import ModuleView, RunView
from backend.server.modules.flow.waits import WaitEventInputs, WaitSubWorkflowsInputs, WaitUntilInputs
from backend.server.workflow.calls import CALL_ENDS, as_it_ended, call_key, child_error, definition_of
from backend.server.workflow.live import LiveRun
from backend.server.workflow.module_call import Failed
from backend.server.workflow.module_ends import ModuleEnds
from backend.server.workflow.store import RunStore
from backend.server.workflow.values import Values

JsonObject = dict[str, Any]


def start_wait(
    run: LiveRun,
    module: ModuleView,
    *,
    wait_key: str,
    reason: str,
    until: str | None = None,
    details: JsonObject | None = None,
) -> None:
    """Records that the module waits."""
    run.record(
        WaitStarted(wait_key=wait_key, reason=reason, until=parse_iso(until) if until else None, details=details),
        step_id=module.step_id,
        module_name=module.module_name,
    )


def resolve_wait(run: LiveRun, module: ModuleView, payload: Any) -> None:
    """Records that what the module waited for has come. Comes after what this makes of the module.

    A crash may leave the beginning of a write: a module that is open and waits for nothing would begin anew.
    """
    run.record(
        WaitResolved(wait_key=module.wait_key or "", payload=payload),
        step_id=module.step_id,
        module_name=module.module_name,
    )


class Waits:
    """Begins and ends the waits of `wait.until`, `wait.event` and `wait.sub_workflows`."""

    def __init__(self, *, database: Database, store: RunStore, ends: ModuleEnds, values: Values) -> None:
        self._db = database
        self._store = store
        self._ends = ends
        self._values = values

    def until(self, run: LiveRun, module: ModuleView, inputs: WaitUntilInputs) -> None:
        """Waits for a time."""
        until = inputs.until or now() + timedelta(seconds=inputs.seconds or 0)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        start_wait(run, module, wait_key=f"time:{module.module_name}", reason="time", until=iso(until))

    async def event(self, run: LiveRun, module: ModuleView, inputs: WaitEventInputs) -> None:
        """Waits for an event, or takes one that was kept; a child's end is one, too."""
        limits = [inputs.timeout_seconds, definition_of(run, module).timeout_seconds]
        seconds = min((limit for limit in limits if limit is not None), default=None)
        until = iso(now() + timedelta(seconds=seconds)) if seconds is not None else None
        kept = run.view.early.get(inputs.wait_key) or []
        sub_run_id = inputs.wait_key.removeprefix(call_key(""))
        details = {"kept": True, "event_key": inputs.wait_key} if kept else None
        start_wait(run, module, wait_key=inputs.wait_key, reason="event", until=until, details=details)
        if kept:
            await self._end_event(run, module, kept[0])
        elif sub_run_id in run.view.ended_calls:
            await self._end_event(run, module, await self._result(run, sub_run_id))

    async def _end_event(self, run: LiveRun, module: ModuleView, payload: Any) -> None:
        output = {"payload": await self._values.restore(payload)}
        await self._ends.complete(run, module, definition_of(run, module), output, duration_ms=0)
        resolve_wait(run, module, payload)

    async def join(self, run: LiveRun, module: ModuleView, inputs: WaitSubWorkflowsInputs) -> None:
        """Waits for async children.

        Raises:
            ModuleError: one of them is no child of this run.
        """
        known = {*run.view.calls, *run.view.ended_calls}
        unknown = [item for item in inputs.sub_run_ids if item not in known]
        if unknown:
            raise ModuleError(
                f"'{unknown[0]}' is no child that this run started with mode async.",
                code="unknown_sub_run",
                retryable=False,
            )
        until = iso(now() + timedelta(seconds=inputs.deadline_seconds)) if inputs.deadline_seconds else None
        start_wait(
            run,
            module,
            wait_key=f"subworkflows:{module.module_name}",
            reason="subworkflow",
            until=until,
            details={"join": inputs.sub_run_ids, "mode": inputs.mode},
        )
        await self._check_join(run, module)

    async def _check_join(self, run: LiveRun, module: ModuleView, *, late: bool = False) -> None:
        """Ends a join whose children have ended, or whose deadline has passed."""
        details = run.view.waits[module.module_name]["details"]
        ended = [item for item in details["join"] if item in run.view.ended_calls]
        enough = len(ended) == len(details["join"]) or (details["mode"] == "any" and bool(ended))
        if not (enough or late):
            return
        results = [{"index": at, **await self._result(run, item)} for at, item in enumerate(details["join"])]
        await self._ends.complete(run, module, definition_of(run, module), {"results": results}, duration_ms=0)
        resolve_wait(run, module, None)

    async def _result(self, run: LiveRun, sub_run_id: str) -> JsonObject:
        """What a child has come to, as joins and events give it."""
        child = await self._store.find(sub_run_id)
        if child is None:
            error = {"code": "child_cancelled", "message": "It never began.", "sub_run_id": sub_run_id}
            return {"sub_run_id": sub_run_id, "status": RunStatus.CANCELLED.value, "error": error}
        return await self._result_of(await self.as_known(run, child))

    async def as_known(self, run: LiveRun, child: RunView) -> RunView:
        """A child as its parent knows it, also where it was forked or retried after the parent heard of its end."""
        if child.workflow_run_id in run.view.calls or not child.generation:
            return child
        written = await self._db.events.read(run.run_id, run.lineage, event_types=CALL_ENDS)
        for event in reversed([*written, *run.pending]):
            if event.event_type in CALL_ENDS and event.data["sub_run_id"] == child.workflow_run_id:
                return as_it_ended(child, event)
        return child

    async def _result_of(self, view: RunView) -> JsonObject:
        result: JsonObject = {"sub_run_id": view.workflow_run_id, "status": view.status.value}
        if view.status is RunStatus.COMPLETED:
            result["output"] = await self._values.restore(view.output)
        elif view.terminal:
            result["error"] = child_error(view)
        return result

    async def child_ended(self, run: LiveRun, child: RunView) -> None:
        """An async child has ended: whoever waits for it goes on."""
        for slot, wait in list(run.view.waits.items()):
            module = run.view.modules.get(slot)
            if module is None or slot not in run.view.waits:
                continue
            if wait["reason"] == "event" and wait["wait_key"] == call_key(child.workflow_run_id):
                await self._end_event(run, module, await self._result_of(child))
            elif child.workflow_run_id in wait["details"].get("join", ()):
                await self._check_join(run, module)

    async def take_event(self, run: LiveRun, wait_key: str, payload: Any, *, actor: str) -> bool:
        """Gives an event from outside to the oldest wait with its key, or keeps it. Says whether one waited."""
        fitted = await self._values.fit_whole(payload, where="The event's payload")
        for slot, wait in run.view.waits.items():
            if wait["reason"] == "event" and wait["wait_key"] == wait_key:
                await self._end_event(run, run.view.modules[slot], fitted)
                return True
        run.record(WaitResolved(wait_key=wait_key, payload=fitted, early=True), actor=actor)
        return False

    async def look_again(self, run: LiveRun, module: ModuleView) -> None:
        """After a crash: ends the module's wait where what it waits for is in the log already."""
        wait = run.view.waits[module.module_name]
        sub_run_id = wait["wait_key"].removeprefix(call_key(""))
        if "join" in wait["details"]:
            await self._check_join(run, module)
        elif wait["details"].get("kept"):
            await self._end_event(run, module, run.view.early[wait["wait_key"]][0])
        elif wait["reason"] == "event" and sub_run_id in run.view.ended_calls:
            await self._end_event(run, module, await self._result(run, sub_run_id))

    def _resolve_left(self, run: LiveRun) -> None:
        """Resolves waits whose module has gone on: the write of both was cut short between them."""
        for slot in list(run.view.waits):
            module = run.view.modules.get(slot)
            if module is not None and (not module.open or module.retry_at is not None):
                resolve_wait(run, module, None)

    async def resolve_due(self, run: LiveRun) -> None:
        """Ends the waits whose time has come, and those that nobody waits in any more."""
        self._resolve_left(run)
        moment = iso(now())
        for slot, wait in list(run.view.waits.items()):
            module = run.view.modules.get(slot)
            if module is None or module.wait_key is None or not wait["until"] or wait["until"] > moment:
                continue
            if wait["reason"] == "time":
                definition = definition_of(run, module)
                await self._ends.complete(run, module, definition, {"until": wait["until"]}, duration_ms=0)
                resolve_wait(run, module, None)
            elif wait["reason"] == "event":
                self._time_out(run, module, wait["wait_key"])
            else:
                await self._check_join(run, module, late=True)

    def _time_out(self, run: LiveRun, module: ModuleView, wait_key: str) -> None:
        error = {"code": "WaitTimeout", "message": f"No event '{wait_key}' came in time."}
        self._ends.fail(run, module, definition_of(run, module), Failed(error, retryable=True))
        run.record(
            WaitCancelled(wait_key=wait_key, reason="timeout"), step_id=module.step_id, module_name=module.module_name
        )
