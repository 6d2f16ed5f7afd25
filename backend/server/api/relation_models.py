"""Answers about how runs hang together and how they went: trees, waits, branches, differences."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from backend.db.records import RunStatus
from backend.server.api.fields import Closed, JsonObject, Timestamp
from backend.server.api.models import Failure, PageOf


class TreeNode(Closed):
    """A run, and all below it."""

    workflow_run_id: str
    workflow_id: str
    name: str = Field(description="The workflow's name.")
    status: RunStatus
    kind: Literal["root", "sub_workflow", "sub_action"]
    parent_node_id: str | None = Field(description="The parent's module that started it.")
    sub_action_id: str | None
    visible_in_ui: bool
    nesting_depth: int
    started_at: Timestamp
    completed_at: Timestamp | None
    children: list["TreeNode"] = Field(description="Oldest first.")


class SubWorkflowCall(Closed):
    """One call of another workflow, and what became of it."""

    sub_run_id: str = Field(description="The child.")
    parent_workflow_id: str = Field(description="The calling *run*.")
    parent_node_id: str | None = Field(description="The module that called; null: a script did.")
    step_id: str | None
    workflow_id: str = Field(description="The workflow that was called.")
    version: int
    mode: Literal["sync", "async"]
    attempt: int = Field(description="Of the calling module, from 1.")
    index: int | None = Field(description="The item of a fan-out, from 0.")
    input_mapping: JsonObject
    output_mapping: JsonObject
    on_parent_cancel: Literal["cancel", "abandon"]
    status: Literal["pending", "running", "completed", "failed", "cancelled"]
    started_at: Timestamp
    completed_at: Timestamp | None
    error: Failure | None


class SubWorkflowCallPage(PageOf):
    items: list[SubWorkflowCall]


class WaitingRun(Closed):
    """One run on the way down to what is waited for."""

    workflow_run_id: str
    module_name: str | None


class WaitExplanation(Closed):
    """What a run waits for: all but `path` tells of its last run, where the wait is."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "status": "awaiting_input",
                "reason": "person",
                "since": "2026-01-02T03:04:05.678Z",
                "wait_key": "interaction:int_0193",
                "interaction_id": "int_0193",
                "path": [
                    {"workflow_run_id": "wf_0192", "module_name": "make_trailer"},
                    {"workflow_run_id": "wf_0193", "module_name": "pick_scene"},
                ],
            }
        }
    )

    status: RunStatus
    reason: Literal["person", "child", "time", "event", "retry", "queue", "none"]
    since: Timestamp | None
    wait_key: str | None
    interaction_id: str | None = Field(description="With `person`: the question, asked under the last run of `path`.")
    path: list[WaitingRun] = Field(min_length=1, description="From the run asked about down to the leaf.")


class StateChange(Closed):
    """One difference of two states. Objects are compared key by key, all else whole."""

    path: str = Field(description="State path, with dots between names.", examples=["story.title"])
    op: Literal["add", "remove", "replace"]
    before: Any = Field(description="null with `add`.")
    after: Any = Field(description="null with `remove`.")
    seq: int | None = Field(description="The last event between the two that wrote there.")


class StateDiff(Closed):
    """What changed in the state between two events."""

    from_: int = Field(alias="from")
    to: int
    changes: list[StateChange] = Field(description="By path.")


class Forked(Closed):
    """The new branch, which is the current one."""

    branch_id: str


class PostedEvent(Closed):
    resolved: bool = Field(description="Whether something waited for it; if not, it is kept for its wait.")
