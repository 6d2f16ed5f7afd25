"""Records: what the repositories give and take. Frozen values, no I/O."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from backend.db.event_types import DbEventType

T = TypeVar("T")
JsonObject = dict[str, Any]


class RunStatus(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    AWAITING_INPUT = "awaiting_input"
    WAITING = "waiting"
    COMPLETED = "completed"
    ERROR = "error"
    CANCELLED = "cancelled"

    @property
    def terminal(self) -> bool:
        return self in (RunStatus.COMPLETED, RunStatus.ERROR, RunStatus.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. `seq` counts 1, 2, 3, ... without gaps along the branch's lineage."""

    event_id: str
    workflow_run_id: str
    root_run_id: str
    branch_id: str
    seq: int
    event_type: DbEventType
    timestamp: datetime
    actor: str
    step_id: str | None = None
    module_name: str | None = None
    data: JsonObject = field(default_factory=dict)
    writer: str = ""
    """The process that appended it; no part of the public event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The run document: a projection of the run's events."""

    workflow_run_id: str
    workflow_id: str
    workflow_name: str
    version: int
    status: RunStatus
    seq: int
    owner: str
    root_run_id: str
    current_branch_id: str
    created_at: datetime
    updated_at: datetime
    parent_workflow_id: str | None = None
    parent_node_id: str | None = None
    sub_action_id: str | None = None
    nesting_depth: int = 0
    visible_in_ui: bool = True
    current_step: str | None = None
    current_module: str | None = None
    wait: JsonObject | None = None
    payload: Any = None
    output: Any = None
    error: JsonObject | None = None
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchSpan:
    """One ancestor in a lineage: its events up to and including `cutoff_seq` (None: to its end)."""

    branch_id: str
    cutoff_seq: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A line of events. `lineage` goes from the oldest ancestor to the branch itself."""

    branch_id: str
    workflow_run_id: str
    lineage: tuple[BranchSpan, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """An open (or once open) question, rendered now."""

    interaction_id: str
    workflow_run_id: str
    step_id: str
    module_name: str
    module_id: str
    kind: str
    title: str
    prompt: str | None
    status: str
    revision: int
    data: Any
    response_schema: JsonObject
    sub_actions: list[JsonObject]
    path: list[JsonObject]
    requested_at: datetime
    answered_by: str | None = None
    answered_at: datetime | None = None
    response: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubAction:
    """One sub-action as it stands. Status: queued running completed failed cancelled."""

    sub_action_id: str
    workflow_run_id: str
    branch_id: str
    action_id: str
    interaction_id: str
    status: str
    params: JsonObject
    started_at: datetime
    child_workflow_id: str | None = None
    error: JsonObject | None = None
    completed_at: datetime | None = None
    updated_state: JsonObject | None = None

    @property
    def open(self) -> bool:
        return self.status in ("queued", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubWorkflowCall:
    """One call of another workflow. Status: pending running completed failed cancelled.

    `parent_workflow_id` is the calling run, `parent_node_id` its module; `index` the item of a fan-out.
    """

    sub_run_id: str
    parent_workflow_id: str
    parent_node_id: str | None
    step_id: str | None
    workflow_id: str
    version: int
    mode: str
    attempt: int
    index: int | None
    input_mapping: JsonObject
    output_mapping: JsonObject
    on_parent_cancel: str
    status: str
    started_at: datetime
    completed_at: datetime | None = None
    error: JsonObject | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One message of a sub-action's stream: started, progress, complete, error or cancelled.

    Ids are `<position>.<n>` and sort by their two numbers; the terminal frame's id sorts last.
    """

    id: str
    event: str
    data: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChange:
    """That a run has changed: as much of its document as a list needs to know whether it shows it."""

    workflow_run_id: str
    workflow_id: str
    root_run_id: str
    parent_workflow_id: str | None
    visible_in_ui: bool
    status: RunStatus
    seq: int
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A workflow as listed; its definitions are the versions."""

    workflow_id: str
    name: str
    description: str
    owner: str
    version: int
    label: str | None
    content_hash: str
    created_at: datetime
    updated_at: datetime
    archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowVersion:
    """One immutable version: `definition` is the JSON with every `$ref` resolved."""

    workflow_id: str
    version: int
    content_hash: str
    definition: JsonObject
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionInfo:
    """A version as listed, without its definition."""

    workflow_id: str
    version: int
    content_hash: str
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A stored file or large value. Its id is `sha256:<hex>` of its bytes."""

    artifact_id: str
    size: int
    media_type: str
    created_at: datetime
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Part of a list; `next_cursor` is None on the last page."""

    items: list[T]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateAt:
    """A run's state after event `seq`."""

    workflow_run_id: str
    branch_id: str
    seq: int
    state: JsonObject
