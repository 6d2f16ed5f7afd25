"""`wait.*`: a run that waits for a time, an event, or children; it costs nothing meanwhile."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from backend.server.modules.base import FlowModule

LONGEST = 10 * 366 * 86_400.0


class WaitUntilInputs(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"seconds": 3600}]})

    until: datetime | None = Field(None, description="RFC 3339; without an offset it is UTC.")
    seconds: float | None = Field(None, ge=0, le=LONGEST, description="So long from now.")

    @model_validator(mode="after")
    def _one_of_them(self) -> "WaitUntilInputs":
        if (self.until is None) == (self.seconds is None):
            raise ValueError("give either 'until' or 'seconds'")
        return self


class WaitUntilOutputs(BaseModel):
    until: str = Field(description="The time that was waited for.")


class WaitUntil(FlowModule):
    """Waits for a time."""

    module_id = "wait.until"
    title = "Wait until"
    description = "Waits until a time, or for so many seconds. The wait survives restarts."
    flow = "until"
    Inputs = WaitUntilInputs
    Outputs = WaitUntilOutputs


class WaitEventInputs(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"wait_key": "paid", "timeout_seconds": 86400}]}
    )

    wait_key: str = Field(min_length=1, max_length=300, description="Whoever posts an event names the same key.")
    timeout_seconds: float | None = Field(None, gt=0, le=LONGEST, description="The wait fails after this.")

    @field_validator("wait_key")
    @classmethod
    def _no_key_of_the_engine(cls, value: str) -> str:
        if value.startswith(("retry:", "interaction:")):
            raise ValueError("keys that begin with 'retry:' or 'interaction:' belong to the engine")
        return value


class WaitEventOutputs(BaseModel):
    payload: Any = Field(description="What the event brought.")


class WaitEvent(FlowModule):
    """Waits for an event from outside, or for an async child's end under `subworkflow:{sub_run_id}`."""

    module_id = "wait.event"
    title = "Wait for an event"
    description = "Waits for an event with this key. One that came before is kept and taken."
    flow = "event"
    Inputs = WaitEventInputs
    Outputs = WaitEventOutputs


class WaitSubWorkflowsInputs(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"sub_run_ids": ["{{ state.started_run }}"], "mode": "all"}]},
    )

    sub_run_ids: list[str] = Field(min_length=1, max_length=10_000, description="Children started with mode async.")
    mode: Literal["all", "any"] = Field("all", description="Wait for every one, or for the first.")
    deadline_seconds: float | None = Field(None, gt=0, le=LONGEST, description="Goes on after this with what there is.")


class WaitSubWorkflowsOutputs(BaseModel):
    results: list[Any] = Field(description="For each child: index, sub_run_id, status, output or error.")


class WaitSubWorkflows(FlowModule):
    """Joins async children."""

    module_id = "wait.sub_workflows"
    title = "Wait for sub-workflows"
    description = "Waits until all (or any) of these children have ended, or until the deadline."
    flow = "join"
    Inputs = WaitSubWorkflowsInputs
    Outputs = WaitSubWorkflowsOutputs
