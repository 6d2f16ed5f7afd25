"""Event types, past tense and never renamed, and one payload model per type.

The models say what `data` holds. Writers build them, so a payload that lacks a field never reaches the log.
Readers use plain dicts, so an old event with fewer fields stays readable.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from backend.core.clock import iso

JsonObject = dict[str, Any]

STATE_MAPPED = "_state_mapped"
"""The key of `data` that holds what an event writes into state; dotted keys are paths."""


class DbEventType(StrEnum):
    RUN_CREATED = "run_created"
    RUN_COMPLETED = "run_completed"
    RUN_FAILED = "run_failed"
    RUN_CANCELLED = "run_cancelled"
    STEP_STARTED = "step_started"
    STEP_COMPLETED = "step_completed"
    STEP_FAILED = "step_failed"
    STEP_SKIPPED = "step_skipped"
    MODULE_STARTED = "module_started"
    MODULE_COMPLETED = "module_completed"
    MODULE_FAILED = "module_failed"
    MODULE_SKIPPED = "module_skipped"
    MODULE_CANCELLED = "module_cancelled"
    INTERACTION_REQUESTED = "interaction_requested"
    INTERACTION_RESPONDED = "interaction_responded"
    INTERACTION_CANCELLED = "interaction_cancelled"
    SUB_ACTION_STARTED = "sub_action_started"
    SUB_ACTION_COMPLETED = "sub_action_completed"
    SUB_ACTION_FAILED = "sub_action_failed"
    SUB_ACTION_CANCELLED = "sub_action_cancelled"
    SUB_WORKFLOW_STARTED = "sub_workflow_started"
    SUB_WORKFLOW_COMPLETED = "sub_workflow_completed"
    SUB_WORKFLOW_FAILED = "sub_workflow_failed"
    SUB_WORKFLOW_CANCELLED = "sub_workflow_cancelled"
    WAIT_STARTED = "wait_started"
    WAIT_RESOLVED = "wait_resolved"
    WAIT_CANCELLED = "wait_cancelled"
    BRANCH_FORKED = "branch_forked"


RUN_ENDS = frozenset({DbEventType.RUN_COMPLETED, DbEventType.RUN_FAILED, DbEventType.RUN_CANCELLED})


class Payload(BaseModel):
    """Base of all payloads. Fields that are None are left out; times become RFC 3339 text."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    event_type: ClassVar[DbEventType]

    state_mapped: JsonObject | None = None

    def to_data(self) -> JsonObject:
        """`data` of the event. Shallow: values are shared, which is safe because nobody changes a value."""
        data: JsonObject = {}
        for name, value in self.__dict__.items():
            if value is None:
                continue
            key = STATE_MAPPED if name == "state_mapped" else name
            data[key] = iso(value) if isinstance(value, datetime) else value
        return data


class Parent(BaseModel):
    """Where a child run comes from: the place in the parent, and the state that its templates start from.

    A child that a script started under a run comes from no step and no module.
    """

    workflow_run_id: str
    branch_id: str
    seq: int
    step_id: str | None = None
    module_name: str | None = None
    interaction_id: str | None = None
    sub_action_id: str | None = None
    action_id: str | None = None
    ancestors: list[str] = []
    """Run ids from the root down to the parent."""


class RunCreated(Payload):
    """`kind` is root, sub_action or sub_workflow; `state_mapped` holds the definition's initial_state.

    `held` says that it begins when somebody ticks it, and not before.
    """

    event_type: ClassVar[DbEventType] = DbEventType.RUN_CREATED
    workflow_id: str
    workflow_name: str
    version: int
    kind: str
    owner: str
    payload: Any = None
    parent: JsonObject | None = None
    params: JsonObject | None = None
    nesting_depth: int = 0
    visible_in_ui: bool = True
    deadline: datetime | None = None
    held: bool | None = None


class RunCompleted(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.RUN_COMPLETED
    output: Any = None


class RunFailed(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.RUN_FAILED
    error: JsonObject


class RunCancelled(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.RUN_CANCELLED
    reason: str


class StepStarted(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.STEP_STARTED


class StepCompleted(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.STEP_COMPLETED


class StepFailed(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.STEP_FAILED
    error: JsonObject


class StepSkipped(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.STEP_SKIPPED


class ModuleStarted(Payload):
    """`inputs` are the rendered ones, with secrets blanked."""

    event_type: ClassVar[DbEventType] = DbEventType.MODULE_STARTED
    module_id: str
    inputs: JsonObject | None = None
    deadline: datetime | None = None


class ModuleCompleted(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.MODULE_COMPLETED
    output: JsonObject
    attempt: int
    duration_ms: int


class ModuleFailed(Payload):
    """`continued` says that `on_error: continue` let the run go on."""

    event_type: ClassVar[DbEventType] = DbEventType.MODULE_FAILED
    error: JsonObject
    attempt: int
    continued: bool | None = None


class ModuleSkipped(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.MODULE_SKIPPED


class ModuleCancelled(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.MODULE_CANCELLED
    reason: str


class InteractionRequested(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.INTERACTION_REQUESTED
    interaction_id: str
    module_id: str
    kind: str
    title: str
    prompt: str | None = None


class InteractionResponded(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.INTERACTION_RESPONDED
    interaction_id: str
    response: Any


class InteractionCancelled(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.INTERACTION_CANCELLED
    interaction_id: str
    reason: str


class SubActionStarted(Payload):
    """`request` is the caller's body: interaction_id, action_id, params."""

    event_type: ClassVar[DbEventType] = DbEventType.SUB_ACTION_STARTED
    sub_action_id: str
    request: JsonObject
    child_workflow_id: str | None = None
    concurrency: str = "reject"
    deadline: datetime | None = None


class SubActionCompleted(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.SUB_ACTION_COMPLETED
    sub_action_id: str
    child_workflow_id: str | None = None
    child_state: JsonObject


class SubActionFailed(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.SUB_ACTION_FAILED
    sub_action_id: str
    child_workflow_id: str | None = None
    error: JsonObject


class SubActionCancelled(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.SUB_ACTION_CANCELLED
    sub_action_id: str
    child_workflow_id: str | None = None
    reason: str


class SubWorkflowStarted(Payload):
    """`index` is the item of a fan-out; `mode` sync or async; `attempt` that of the calling module."""

    event_type: ClassVar[DbEventType] = DbEventType.SUB_WORKFLOW_STARTED
    sub_run_id: str
    workflow_id: str
    version: int
    mode: str
    attempt: int
    index: int | None = None
    input_mapping: JsonObject | None = None
    output_mapping: JsonObject | None = None
    on_parent_cancel: str = "cancel"


class SubWorkflowCompleted(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.SUB_WORKFLOW_COMPLETED
    sub_run_id: str
    index: int | None = None
    output: Any = None
    person_ms: int | None = None


class SubWorkflowFailed(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.SUB_WORKFLOW_FAILED
    sub_run_id: str
    index: int | None = None
    error: JsonObject
    person_ms: int | None = None


class SubWorkflowCancelled(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.SUB_WORKFLOW_CANCELLED
    sub_run_id: str
    index: int | None = None
    reason: str
    person_ms: int | None = None


class WaitStarted(Payload):
    """`reason` is retry, subworkflow, time or event; `until` a time or absent."""

    event_type: ClassVar[DbEventType] = DbEventType.WAIT_STARTED
    wait_key: str
    reason: str
    until: datetime | None = None
    details: JsonObject | None = None


class WaitResolved(Payload):
    """`early` says that it came before its wait, and is kept for it."""

    event_type: ClassVar[DbEventType] = DbEventType.WAIT_RESOLVED
    wait_key: str
    payload: Any = None
    early: bool | None = None


class WaitCancelled(Payload):
    event_type: ClassVar[DbEventType] = DbEventType.WAIT_CANCELLED
    wait_key: str
    reason: str


class BranchForked(Payload):
    """Ends the branch that is left, and begins the new one. `at_seq` is the last event that both share."""

    event_type: ClassVar[DbEventType] = DbEventType.BRANCH_FORKED
    from_branch: str
    to_branch: str
    at_seq: int
    reason: str
    generation: int
    children: str = "cancel"
    deadline: datetime | None = None
    """When the new branch must have ended: as far away as it was after the last event that both share."""
