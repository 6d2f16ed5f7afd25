"""Fan-out: one child for each item of a list, so many at a time.

The view keeps counts only, so that memory does not grow with the list; what came of each item is in the log.
A next attempt of the module begins only those items again that have not completed.
"""

from typing import Any

from backend.core.errors import UNDECIDED, InterludeError, RunNotFound
from backend.db.database import Database
from backend.db.event_types import DbEventType
from backend.db.records import Event, RunStatus
from backend.db.view import CallView, ModuleView, RunView
from backend.server.workflow.calls import CALL_ENDS, Call, call_key, child_error
from backend.server.workflow.children import Children
from backend.server.workflow.closing import cancel_call
from backend.server.workflow.live import LiveRun
from backend.server.workflow.module_call import Failed, failed
from backend.server.workflow.module_ends import ModuleEnds
from backend.server.workflow.store import Section
from backend.server.workflow.values import Values
from backend.server.workflow.waits import resolve_wait, start_wait

JsonObject = dict[str, Any]
PAGE = 1_000
ITEM_FAILED = "item_failed"
"""Why children are cancelled when another item has failed."""


class FanOut:
    """Begins the children of a `for_each`, and gathers what they give."""

    def __init__(self, *, database: Database, children: Children, ends: ModuleEnds, values: Values) -> None:
        self._db = database
        self._children = children
        self._ends = ends
        self._values = values

    async def begin(self, section: Section, call: Call) -> None:
        """Starts the first children, or completes at once where there is no item."""
        if not call.items:
            await self._ends.complete(call.run, call.module, call.definition, {"results": []}, duration_ms=0)
            return
        details: JsonObject = {
            "sub_workflow_id": call.inputs.workflow_id,
            "total": len(call.items),
            "max_parallel": call.inputs.max_parallel,
        }
        if call.module.attempt > 1:
            completed = {at for at, end in (await self._ends_by_item(call.run, call.module)).items() if _is_good(end)}
            details["items"] = [index for index in range(len(call.items)) if index not in completed]
            details["total"] = len(details["items"])
        await self._children.check(call.run, call.inputs.workflow_id)
        key = call_key(call.module.module_name)
        start_wait(call.run, call.module, wait_key=key, reason="subworkflow", details=details)
        await self._go_on(section, call)

    async def _fill(self, section: Section, call: Call) -> None:
        """Starts children until `max_parallel` run, or none is left to start."""
        run, module = call.run, call.module
        while module.open and module.module_name in run.view.fans:
            fan = run.view.fans[module.module_name]
            running = fan["next"] - fan["ended"]
            if fan["next"] >= fan["total"] or running >= call.inputs.max_parallel:
                return
            again = run.view.waits[module.module_name]["details"].get("items")
            index = again[fan["next"]] if again else fan["next"]
            try:
                await self._children.start(section, run, module, call.inputs, index=index, item=call.items[index])
            except UNDECIDED:
                raise
            except InterludeError as error:
                await self._refuse(section, call, index, failed(error).error)

    async def _refuse(self, section: Section, call: Call, index: int, error: JsonObject) -> None:
        """An item that no child can be made for, say because its payload does not fit, is one that failed."""
        await self._children.refuse(call.run, call.module, call.inputs, index=index, error=error)
        if call.inputs.on_item_error == "fail_fast":
            await self._fail_fast(section, call, index, error)

    async def go_on(self, section: Section, call: Call, ended: CallView, child: RunView) -> None:
        """A child has ended: starts the next, or ends the module."""
        if child.status is not RunStatus.COMPLETED and call.inputs.on_item_error == "fail_fast":
            await self._fail_fast(section, call, ended.index, child_error(child))
            return
        await self._go_on(section, call)

    async def resume(self, section: Section, call: Call) -> None:
        """After a crash: does what follows from the children's ends, as far as they are in the log."""
        failed = await self._find_failed(call)
        if failed is not None and call.inputs.on_item_error == "fail_fast":
            await self._fail_fast(section, call, failed.data.get("index"), await self._why(section, failed))
            return
        await self._go_on(section, call)

    async def _why(self, section: Section, end: Event) -> JsonObject:
        try:
            child = await section.hold(end.data["sub_run_id"], fresh=True)
        except RunNotFound:
            return _error_of(end)  # it was refused
        return child_error(child.view)

    async def _find_failed(self, call: Call) -> Event | None:
        """The end of the item that failed first in this attempt."""
        run, module = call.run, call.module
        if not run.view.fans[module.module_name]["failed"]:
            return None
        kinds = [DbEventType.SUB_WORKFLOW_STARTED, *CALL_ENDS]
        begun: set[str] = set()
        for event in await self._db.events.read(run.run_id, run.lineage, after=module.started_seq, event_types=kinds):
            if event.module_name != module.module_name:
                continue
            if event.event_type is DbEventType.SUB_WORKFLOW_STARTED:
                begun |= {event.data["sub_run_id"]} if event.data["attempt"] == module.attempt else set()
            elif event.data["sub_run_id"] in begun and not _is_good(event) and event.data.get("reason") != ITEM_FAILED:
                return event
        return None

    async def _go_on(self, section: Section, call: Call) -> None:
        run, module = call.run, call.module
        await self._fill(section, call)
        fan = run.view.fans.get(module.module_name)
        if fan is not None and fan["ended"] == fan["total"]:
            await self._finish(call, fan)

    async def _fail_fast(self, section: Section, call: Call, index: int | None, error: JsonObject) -> None:
        run, module = call.run, call.module
        for other in [item for item in run.view.calls.values() if item.module_name == module.module_name]:
            await cancel_call(section, run, other, reason=ITEM_FAILED)
        self._ends.fail(run, module, call.definition, _item_failed(index, error))
        resolve_wait(run, module, {"failed_index": index})

    async def _finish(self, call: Call, fan: JsonObject) -> None:
        run, module = call.run, call.module
        ends = await self._ends_by_item(run, module)
        failed = next((index for index in sorted(ends) if not _is_good(ends[index])), None)
        if failed is not None and self._ends.has_attempt_left(module, call.definition):
            self._ends.fail(run, module, call.definition, _item_failed(failed, _error_of(ends[failed])))
        else:
            results = [await self._result(index, ends[index]) for index in sorted(ends)]
            await self._ends.complete(run, module, call.definition, {"results": results}, duration_ms=0)
        resolve_wait(run, module, {"ended": fan["ended"], "failed": fan["failed"]})

    async def _ends_by_item(self, run: LiveRun, module: ModuleView) -> dict[int, Event]:
        """What came of each item, by index: the last end of those that have one."""
        ends: dict[int, Event] = {}
        after: int | None = module.started_seq
        while after is not None:  # in pages, since what is read takes several times the memory of what is kept
            stored = await self._db.events.read(run.run_id, run.lineage, after=after, limit=PAGE, event_types=CALL_ENDS)
            ends |= {event.data["index"]: event for event in stored if event.module_name == module.module_name}
            after = stored[-1].seq if len(stored) == PAGE else None
        for event in run.pending:
            if event.module_name == module.module_name and event.event_type in CALL_ENDS:
                ends[event.data["index"]] = event
        return ends

    async def _result(self, index: int, end: Event) -> JsonObject:
        status = end.event_type.value.removeprefix("sub_workflow_")
        result: JsonObject = {"index": index, "sub_run_id": end.data["sub_run_id"], "status": status}
        if _is_good(end):
            return {**result, "output": await self._values.restore(end.data.get("output"))}
        return {**result, "error": _error_of(end)}


def _is_good(end: Event) -> bool:
    return end.event_type is DbEventType.SUB_WORKFLOW_COMPLETED


def _error_of(end: Event) -> JsonObject:
    cancelled = {"code": "child_cancelled", "message": end.data.get("reason", "cancelled")}
    return dict(end.data.get("error") or cancelled)


def _item_failed(index: int | None, error: JsonObject) -> Failed:
    message = f"Item {index}: {error['message']}"
    return Failed({**error, "message": message, "index": index}, retryable=True)
