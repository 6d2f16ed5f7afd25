"""The fold: events -> view, view -> run document. Pure; the one place that says what an event means."""

from collections.abc import Callable, Iterable
from typing import Any

from backend.core.clock import iso, parse_iso
from backend.core.statepath import set_paths
from backend.db.event_types import STATE_MAPPED
from backend.db.event_types import DbEventType as T
from backend.db.records import Event, Run, RunStatus
from backend.db.view import CallView, InteractionView, ModuleView, RunView, StepView, SubActionView


def fold(view: RunView, events: Iterable[Event]) -> RunView:
    """Applies events in order. The view is changed and given back."""
    for event in events:
        apply(view, event)
    return view


def apply(view: RunView, event: Event) -> None:
    """Applies one event, which must be the next one.

    Raises:
        ValueError: its seq is not the view's plus one; the caller mixed up branches or lost an event.
    """
    if event.seq != view.seq + 1:
        raise ValueError(f"event {event.seq} of {event.workflow_run_id} applied after {view.seq}")
    view.seq = event.seq
    view.branch_id = event.branch_id
    view.updated_at = event.timestamp
    writes = event.data.get(STATE_MAPPED)
    if writes:
        view.state = set_paths(view.state, writes)
        view.state_seq = event.seq
    handler = _HANDLERS.get(event.event_type)
    if handler is not None:
        handler(view, event)


def _run_created(view: RunView, event: Event) -> None:
    data = event.data
    view.workflow_run_id, view.root_run_id = event.workflow_run_id, event.root_run_id
    view.workflow_id, view.workflow_name = data["workflow_id"], data["workflow_name"]
    view.version, view.kind, view.owner = data["version"], data["kind"], data["owner"]
    view.payload, view.parent = data.get("payload"), data.get("parent")
    view.params = data.get("params") or {}
    view.nesting_depth, view.visible_in_ui = data["nesting_depth"], data["visible_in_ui"]
    view.deadline = _time(data.get("deadline"))
    view.held = bool(data.get("held"))
    view.created_at = event.timestamp


def _run_completed(view: RunView, event: Event) -> None:
    _end(view, event, RunStatus.COMPLETED)
    view.output = event.data.get("output")


def _run_failed(view: RunView, event: Event) -> None:
    _end(view, event, RunStatus.ERROR)
    view.error = event.data["error"]


def _run_cancelled(view: RunView, event: Event) -> None:
    _end(view, event, RunStatus.CANCELLED)
    view.error = {"code": "cancelled", "message": event.data["reason"]}


def _end(view: RunView, event: Event, status: RunStatus) -> None:
    view.ended, view.completed_at, view.held = status, event.timestamp, False


def _step(status: str) -> Callable[[RunView, Event], None]:
    def handle(view: RunView, event: Event) -> None:
        step_id = event.step_id or ""
        view.steps[step_id] = StepView(step_id=step_id, status=status, error=event.data.get("error"))
        view.held = False

    return handle


def _module_started(view: RunView, event: Event) -> None:
    view.put_module(
        ModuleView(
            module_name=event.module_name or "",
            step_id=event.step_id or "",
            module_id=event.data["module_id"],
            status="started",
            started_seq=event.seq,
            attempt_at=event.timestamp,
            deadline=_time(event.data.get("deadline")),
            enabled_by=event.writer,
        )
    )


def _module_completed(view: RunView, event: Event) -> None:
    name = event.module_name or ""
    view.close_module(name, "completed")
    view.outputs[name] = event.data["output"]


def _module_failed(view: RunView, event: Event) -> None:
    module = view.close_module(event.module_name or "", "failed")
    module.error = event.data["error"]
    module.continued = bool(event.data.get("continued"))


def _module_skipped(view: RunView, event: Event) -> None:
    name, step_id = event.module_name or "", event.step_id or ""
    view.put_module(ModuleView(module_name=name, step_id=step_id, module_id="", status="skipped"))


def _module_cancelled(view: RunView, event: Event) -> None:
    module = view.close_module(event.module_name or "", "cancelled")
    module.error = {"code": "cancelled", "message": event.data["reason"]}


def _interaction_requested(view: RunView, event: Event) -> None:
    data = event.data
    view.interactions[data["interaction_id"]] = InteractionView(
        interaction_id=data["interaction_id"],
        step_id=event.step_id or "",
        module_name=event.module_name or "",
        module_id=data["module_id"],
        kind=data["kind"],
        title=data["title"],
        prompt=data.get("prompt"),
        status="open",
        requested_at=event.timestamp,
        changed_seq=event.seq,
    )
    view.modules[event.module_name or ""].interaction_id = data["interaction_id"]
    view.asked_since = view.asked_since or event.timestamp


def _interaction_responded(view: RunView, event: Event) -> None:
    item = view.interactions[event.data["interaction_id"]]
    item.status, item.changed_seq = "answered", event.seq
    item.response = event.data.get("response")  # an answer may be null
    item.answered_by, item.answered_at = event.actor, event.timestamp
    # The clock of the module starts now: the time that the person took does not count.
    module = view.modules[item.module_name]
    module.attempt_at, module.enabled_by = event.timestamp, event.writer
    _count_person_time(view, event)


def _interaction_cancelled(view: RunView, event: Event) -> None:
    item = view.interactions[event.data["interaction_id"]]
    item.status, item.changed_seq = "cancelled", event.seq
    _count_person_time(view, event)


def _count_person_time(view: RunView, event: Event) -> None:
    if view.asked_since is not None and not view.open_interactions:
        view.person_ms += round((event.timestamp - view.asked_since).total_seconds() * 1000)
        view.asked_since = None


def _sub_action_started(view: RunView, event: Event) -> None:
    data, request = event.data, event.data["request"]
    view.sub_actions[data["sub_action_id"]] = SubActionView(
        sub_action_id=data["sub_action_id"],
        action_id=request["action_id"],
        interaction_id=request["interaction_id"],
        step_id=event.step_id or "",
        module_name=event.module_name or "",
        params=request["params"],
        concurrency=data["concurrency"],
        started_at=event.timestamp,
        started_seq=event.seq,
        child_workflow_id=data.get("child_workflow_id"),
        deadline=_time(data.get("deadline")),
        enabled_by=event.writer,
    )


def _sub_action_ended(view: RunView, event: Event) -> None:
    queued = [item for item in view.sub_actions.values() if view.is_queued(item)]
    del view.sub_actions[event.data["sub_action_id"]]
    for item in queued:
        # Who ends one makes the next in its queue ready. One that runs already stays with its process.
        if not view.is_queued(item):
            item.enabled_by = event.writer


def _sub_workflow_started(view: RunView, event: Event) -> None:
    data = event.data
    view.calls[data["sub_run_id"]] = CallView(
        sub_run_id=data["sub_run_id"],
        workflow_id=data["workflow_id"],
        step_id=event.step_id or "",
        module_name=event.module_name or "",
        mode=data["mode"],
        attempt=data["attempt"],
        on_parent_cancel=data["on_parent_cancel"],
        started_at=event.timestamp,
        index=data.get("index"),
    )
    fan = view.fans.get(event.module_name or "")
    if fan is not None and data.get("index") is not None:
        view.fans[event.module_name or ""] = {**fan, "next": fan["next"] + 1}


def _sub_workflow_ended(view: RunView, event: Event) -> None:
    status = event.event_type.value.removeprefix("sub_workflow_")
    call = view.calls.pop(event.data["sub_run_id"])
    view.person_ms += event.data.get("person_ms", 0)
    if call.mode == "async":
        view.ended_calls[call.sub_run_id] = status
    fan = view.fans.get(call.module_name)
    if fan is not None and call.index is not None:
        failed = fan["failed"] + (status != "completed")
        view.fans[call.module_name] = {**fan, "ended": fan["ended"] + 1, "failed": failed}


def _branch_forked(view: RunView, event: Event) -> None:
    if event.branch_id != event.data["to_branch"]:
        return  # the last event of the branch that was left
    view.generation, view.held = event.data["generation"], False
    view.deadline = _time(event.data.get("deadline")) or view.deadline
    for module in view.modules.values():
        module.enabled_by = event.writer
    for item in view.sub_actions.values():
        item.enabled_by = event.writer


RETRY = "retry:"
"""How the wait keys of retries begin; no event from outside may use them."""


def _slot(event: Event) -> str:
    """Where the view keeps a wait: a module has one at a time, beside the retries of its sub-actions."""
    key = str(event.data["wait_key"])
    return key if key.startswith(RETRY) else event.module_name or ""


def _wait_started(view: RunView, event: Event) -> None:
    data = event.data
    details = data.get("details") or {}
    view.waits[_slot(event)] = {
        "reason": data["reason"],
        "wait_key": data["wait_key"],
        "until": data.get("until"),
        "details": details,
        "module_name": event.module_name,
        "since": iso(event.timestamp),
    }
    slot = view.waits[_slot(event)]
    target = _waiting_for_retry(view, slot)
    if target is not None:
        target.retry_at = _time(data["until"])
    elif data["reason"] != "retry":
        view.modules[event.module_name or ""].wait_key = data["wait_key"]
        if "total" in details:
            view.fans[event.module_name or ""] = {"total": details["total"], "next": 0, "ended": 0, "failed": 0}


def _wait_resolved(view: RunView, event: Event) -> None:
    key = event.data["wait_key"]
    if event.data.get("early"):
        view.early[key] = [*view.early.get(key, ()), event.data.get("payload")]
        return
    wait = view.waits.pop(_slot(event))
    if wait["reason"] != "retry":
        _stop_waiting(view, wait)
        return
    target = _waiting_for_retry(view, wait)
    if target is None:
        return
    target.retry_at = None
    target.attempt += 1
    target.enabled_by = event.writer
    if isinstance(target, ModuleView):
        target.attempt_at = event.timestamp
        target.deadline = _time((event.data.get("payload") or {}).get("deadline"))


def _wait_cancelled(view: RunView, event: Event) -> None:
    wait = view.waits.pop(_slot(event), None)
    if wait is None:
        return
    if wait["reason"] != "retry":
        _stop_waiting(view, wait)
        return
    target = _waiting_for_retry(view, wait)
    if target is not None:
        # Its own end follows. Where a crash came between the two, it goes on with the attempt that it was at.
        target.retry_at = None


def _stop_waiting(view: RunView, wait: dict[str, Any]) -> None:
    view.modules[wait["module_name"]].wait_key = None
    view.fans.pop(wait["module_name"], None)
    if wait["details"].get("kept"):  # it took an event that had come before it
        key = wait["details"]["event_key"]
        view.early[key] = view.early[key][1:]


def _waiting_for_retry(view: RunView, wait: dict[str, Any]) -> ModuleView | SubActionView | None:
    if wait["reason"] != "retry":
        return None
    sub_action_id = wait["details"].get("sub_action_id")
    if sub_action_id is not None:
        return view.sub_actions.get(sub_action_id)
    return view.modules[wait["module_name"] or ""]


def _time(text: str | None) -> Any:
    return parse_iso(text) if text else None


_HANDLERS: dict[T, Callable[[RunView, Event], None]] = {
    T.RUN_CREATED: _run_created,
    T.RUN_COMPLETED: _run_completed,
    T.RUN_FAILED: _run_failed,
    T.RUN_CANCELLED: _run_cancelled,
    T.STEP_STARTED: _step("running"),
    T.STEP_COMPLETED: _step("completed"),
    T.STEP_FAILED: _step("failed"),
    T.STEP_SKIPPED: _step("skipped"),
    T.MODULE_STARTED: _module_started,
    T.MODULE_COMPLETED: _module_completed,
    T.MODULE_FAILED: _module_failed,
    T.MODULE_SKIPPED: _module_skipped,
    T.MODULE_CANCELLED: _module_cancelled,
    T.INTERACTION_REQUESTED: _interaction_requested,
    T.INTERACTION_RESPONDED: _interaction_responded,
    T.INTERACTION_CANCELLED: _interaction_cancelled,
    T.SUB_ACTION_STARTED: _sub_action_started,
    T.SUB_ACTION_COMPLETED: _sub_action_ended,
    T.SUB_ACTION_FAILED: _sub_action_ended,
    T.SUB_ACTION_CANCELLED: _sub_action_ended,
    T.SUB_WORKFLOW_STARTED: _sub_workflow_started,
    T.SUB_WORKFLOW_COMPLETED: _sub_workflow_ended,
    T.SUB_WORKFLOW_FAILED: _sub_workflow_ended,
    T.SUB_WORKFLOW_CANCELLED: _sub_workflow_ended,
    T.BRANCH_FORKED: _branch_forked,
    T.WAIT_STARTED: _wait_started,
    T.WAIT_RESOLVED: _wait_resolved,
    T.WAIT_CANCELLED: _wait_cancelled,
}


def run_document(view: RunView) -> Run:
    """The run document of a view: the same for a live run and for a rebuild from events."""
    current = view.current_module
    created = view.created_at
    if created is None or view.updated_at is None:
        raise ValueError(f"the run {view.workflow_run_id} has no run_created event")
    return Run(
        workflow_run_id=view.workflow_run_id,
        workflow_id=view.workflow_id,
        workflow_name=view.workflow_name,
        version=view.version,
        status=view.status,
        seq=view.seq,
        owner=view.owner,
        root_run_id=view.root_run_id,
        current_branch_id=view.branch_id,
        created_at=created,
        updated_at=view.updated_at,
        parent_workflow_id=view.parent["workflow_run_id"] if view.parent else None,
        parent_node_id=view.parent.get("module_name") if view.parent else None,
        sub_action_id=view.parent.get("sub_action_id") if view.parent else None,
        nesting_depth=view.nesting_depth,
        visible_in_ui=view.visible_in_ui,
        current_step=current.step_id if current else None,
        current_module=current.module_name if current else None,
        wait=current_wait(view),
        payload=view.payload,
        output=view.output,
        error=view.error,
        completed_at=view.completed_at,
    )


def current_wait(view: RunView) -> dict[str, Any] | None:
    """What the run waits for, as `{reason, wait_key, until, details}`, or None."""
    status = view.status
    if status is RunStatus.AWAITING_INPUT:
        item = view.open_interactions[0]
        return {
            "reason": "person",
            "wait_key": f"interaction:{item.interaction_id}",
            "until": None,
            "details": {"interaction_id": item.interaction_id, "title": item.title, "kind": item.kind},
        }
    if status is not RunStatus.WAITING:
        return None
    wait = next(iter(view.waits.values()), None)
    return {key: wait[key] for key in ("reason", "wait_key", "until", "details")} if wait else None
