"""Event types, past tense and never renamed, and one payload model per type.

The models say what `data` holds; writers build them, so a payload that lacks a field never reaches the log.
Readers use plain dicts: an old event with fewer fields stays readable.
"""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


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


class Failure(BaseModel):
    """Why something failed, as events, run documents and streams carry it."""

    model_config = ConfigDict(extra="allow")

    code: str
    message: str


class Payload(BaseModel):
    """Base of all payloads. `_state_mapped` is what the event writes into state, dotted keys as paths."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    state_mapped: dict[str, Any] | None = Field(None, serialization_alias="_state_mapped", alias="_state_mapped")

    def to_data(self) -> dict[str, Any]:
        return self.model_dump(by_alias=True, exclude_none=True)
