"""What a runtime gives: a run at one moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.core.clock import parse_iso
from backend.db.records import Run, RunStatus

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitState:
    """What a run waits for.

    `reason`: person, subworkflow, time, event or retry. `wait_key` may be given to `resume` where the reason is person
    or event. `details` of a wait for a child: sub_run_id, sub_workflow_id, sub_waiting.
    """

    reason: str
    wait_key: str
    until: datetime | None
    details: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """A run. `vars` is what it was started with, `state` what it has written; `error` is {code, message, ...}."""

    run_id: str
    workflow_id: str
    version: int
    status: RunStatus
    vars: Any
    state: JsonObject
    waiting: WaitState | None
    output: Any
    error: JsonObject | None
    parent_run_id: str | None
    created_at: datetime
    updated_at: datetime


def state_of(run: Run, state: JsonObject) -> RunState:
    """A run document and the state of the same moment, as one."""
    return RunState(
        run_id=run.workflow_run_id,
        workflow_id=run.workflow_id,
        version=run.version,
        status=run.status,
        vars=run.payload,
        state=state,
        waiting=_wait_of(run.wait) if run.wait else None,
        output=run.output,
        error=run.error,
        parent_run_id=run.parent_workflow_id,
        created_at=run.created_at,
        updated_at=run.updated_at,
    )


def _wait_of(wait: JsonObject) -> WaitState:
    until = parse_iso(wait["until"]) if wait["until"] else None
    return WaitState(reason=wait["reason"], wait_key=wait["wait_key"], until=until, details=wait["details"])
