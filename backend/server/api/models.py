"""Answers: closed shapes, made from the records of the store. Lists are `{"items": [...], "next_cursor": ...}`."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from backend.db.event_types import DbEventType
from backend.db.records import RunStatus
from backend.server.api.fields import Closed, JsonObject, Timestamp


class PageOf(Closed):
    """Part of a list."""

    next_cursor: str | None = Field(None, description="Send it as `cursor` for the next part; null: this is the last.")


class Failure(Closed):
    """Why something failed."""

    model_config = ConfigDict(extra="allow")

    code: str
    message: str


class Wait(Closed):
    """What a run waits for; a parent's wait for its child is `subworkflow`."""

    reason: Literal["person", "subworkflow", "time", "event", "retry"]
    wait_key: str | None = None
    until: Timestamp | None = None
    details: JsonObject | None = None


class StartedRun(Closed):
    workflow_run_id: str
    status: RunStatus


class Run(Closed):
    """A run as it stands."""

    workflow_run_id: str
    workflow_id: str
    workflow_name: str
    version: int
    status: RunStatus
    seq: int = Field(description="Position of its last event.")
    owner: str
    root_run_id: str
    current_branch_id: str
    parent_workflow_id: str | None = Field(description="The parent *run*; null: nobody's child.")
    parent_node_id: str | None
    sub_action_id: str | None
    nesting_depth: int
    visible_in_ui: bool
    current_step: str | None
    current_module: str | None
    wait: Wait | None
    payload: Any
    output: Any
    error: Failure | None
    created_at: Timestamp
    updated_at: Timestamp
    completed_at: Timestamp | None


class RunPage(PageOf):
    items: list[Run]


class StateAt(Closed):
    """The state that the events up to `seq` give."""

    workflow_run_id: str
    branch_id: str
    seq: int
    state: JsonObject


class Event(Closed):
    """One thing that happened. `seq` counts 1, 2, 3, ... without gaps."""

    event_id: str
    workflow_run_id: str
    root_run_id: str
    branch_id: str
    seq: int
    event_type: DbEventType
    step_id: str | None
    module_name: str | None
    actor: str
    timestamp: Timestamp
    data: JsonObject


class EventPage(PageOf):
    items: list[Event]


class BranchSpan(Closed):
    """One ancestor: its events up to and including `cutoff_seq` (null: to its end)."""

    branch_id: str
    cutoff_seq: int | None


class Branch(Closed):
    """A line of events, its lineage from the oldest ancestor to itself."""

    branch_id: str
    workflow_run_id: str
    lineage: list[BranchSpan]
    created_at: Timestamp


class BranchPage(PageOf):
    items: list[Branch]


class FeedbackOffer(Closed):
    """Whether and how the person may say what should be different."""

    enabled: bool = True
    prompt: str | None = None
    state_key: str | None = None


class SubActionOffer(Closed):
    """A sub-action that the open question offers."""

    id: str
    label: str
    loading_label: str | None = None
    type: Literal["target_sub_action", "self_sub_action"] = "target_sub_action"
    feedback: FeedbackOffer | None = None
    params_schema: JsonObject | None = None
    shortcut: str | None = None
    hidden: bool = False
    confirm: str | None = None
    concurrency: Literal["reject", "queue", "replace", "parallel"] = "reject"
    on_answer: Literal["cancel", "block"] = "cancel"


class PathItem(Closed):
    """One run on the way from the root to the question."""

    workflow_run_id: str
    workflow_id: str
    module_name: str | None = None


class Interaction(Closed):
    """A question, with its data rendered from the state of this moment."""

    interaction_id: str
    workflow_run_id: str
    step_id: str
    module_name: str
    module_id: str
    kind: str = Field(description="Which control shows it.")
    title: str
    prompt: str | None
    status: Literal["open", "answered", "cancelled"]
    revision: int
    data: Any
    response_schema: JsonObject = Field(description="JSON Schema of the answer.")
    sub_actions: list[SubActionOffer]
    path: list[PathItem]
    requested_at: Timestamp
    answered_by: str | None
    answered_at: Timestamp | None
    response: Any


class InteractionPage(PageOf):
    items: list[Interaction]


class SubAction(Closed):
    """A sub-action as it stands."""

    sub_action_id: str
    workflow_run_id: str
    branch_id: str
    action_id: str
    interaction_id: str
    status: Literal["queued", "running", "completed", "failed", "cancelled"]
    params: JsonObject
    child_workflow_id: str | None
    error: Failure | None
    started_at: Timestamp
    completed_at: Timestamp | None
    updated_state: JsonObject | None


class SubActionPage(PageOf):
    items: list[SubAction]


class Workflow(Closed):
    """A workflow as listed; `version` is its newest."""

    workflow_id: str
    name: str
    description: str
    owner: str
    version: int
    label: str | None = Field(description="The author's own version label.")
    content_hash: str
    created_at: Timestamp
    updated_at: Timestamp
    archived: bool


class WorkflowPage(PageOf):
    items: list[Workflow]


class WorkflowDetail(Closed):
    """One version of a workflow, every `$ref` resolved."""

    workflow_id: str
    name: str
    description: str
    owner: str
    label: str | None
    archived: bool
    latest_version: int
    created_at: Timestamp
    updated_at: Timestamp
    version: int
    content_hash: str
    definition: JsonObject
    saved_at: Timestamp
    saved_by: str


class VersionInfo(Closed):
    """A version as listed, without its definition."""

    workflow_id: str
    version: int
    content_hash: str
    saved_at: Timestamp
    saved_by: str


class VersionPage(PageOf):
    items: list[VersionInfo] = Field(description="The newest first.")


class DefinitionProblem(Closed):
    """What is wrong at one place of a definition."""

    pointer: str
    message: str
    severity: Literal["error", "warning"]


class Validation(Closed):
    """What saving would say."""

    valid: bool
    problems: list[DefinitionProblem]


class ModuleType(Closed):
    """A module type that definitions can use."""

    module_id: str
    title: str
    description: str
    interactive: bool
    effects: bool
    kind: str | None = Field(description="Interactive modules: which control shows the question.")
    offers_sub_action: bool = Field(description="Whether `self_sub_action` works with it.")
    inputs_schema: JsonObject
    outputs_schema: JsonObject


class ModulePage(PageOf):
    items: list[ModuleType]


class Health(Closed):
    status: Literal["ok"] = "ok"


class Readiness(Closed):
    status: Literal["ready"] = "ready"
