"""Calls of other workflows: what a `sub_workflow` module asks for, and what the ends of its children say."""

from dataclasses import dataclass, replace
from typing import Any

from backend.core.errors import ModuleError
from backend.core.statepath import MISSING, get_path
from backend.db.event_types import DbEventType
from backend.db.records import Event, RunStatus
from backend.db.view import ModuleView, RunView
from backend.server.definitions.models import ModuleDefinition
from backend.server.modules.flow.calls import SubWorkflowInputs
from backend.server.workflow.live import LiveRun

JsonObject = dict[str, Any]

END_STATUS = {
    DbEventType.SUB_WORKFLOW_COMPLETED: RunStatus.COMPLETED,
    DbEventType.SUB_WORKFLOW_FAILED: RunStatus.ERROR,
    DbEventType.SUB_WORKFLOW_CANCELLED: RunStatus.CANCELLED,
}
CALL_ENDS = list(END_STATUS)


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


def call_key(sub_run_id: str) -> str:
    """The wait key of a child's end."""
    return f"subworkflow:{sub_run_id}"


def definition_of(run: LiveRun, module: ModuleView) -> ModuleDefinition:
    """What the run's version says of the module."""
    definition = run.definition.find_module(module.step_id, module.module_name)
    assert definition is not None  # the log only names what the version has
    return definition


def as_it_ended(child: RunView, end: Event) -> RunView:
    """The child as its parent heard of its end. It may have been forked or retried since."""
    error = end.data.get("error")
    if end.event_type is DbEventType.SUB_WORKFLOW_CANCELLED:
        error = {"code": "cancelled", "message": end.data["reason"]}
    return replace(child, ended=END_STATUS[end.event_type], output=end.data.get("output"), error=error)


def child_error(child: RunView) -> JsonObject:
    """Why a child did not complete, as its parent's module fails with it."""
    error = dict(child.error or {"code": "unknown", "message": "It failed."})
    error["sub_run_id"] = child.workflow_run_id
    if child.status is RunStatus.CANCELLED:
        timed_out = error["message"] == "timeout"
        error["code"] = "SubWorkflowTimeout" if timed_out else "child_cancelled"
        what = "did not finish in time and was cancelled" if timed_out else f"was cancelled: {error['message']}"
        error["message"] = f"The sub-workflow '{child.workflow_id}' {what}."
    return error


def mapped_output(definition: ModuleDefinition, whole: JsonObject) -> JsonObject:
    """What `output_mapping` takes from a child's `{"output": ...}`.

    Raises:
        ModuleError: a path leads nowhere.
    """
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
    return mapped


def duration_ms(child: RunView) -> int:
    """How long a child took, from its start to its end."""
    if child.created_at is None or child.completed_at is None:
        return 0
    return round((child.completed_at - child.created_at).total_seconds() * 1000)
