"""What streams carry: the `data` of each message. No JSON call gives these, but the contract lists them.

The live tail of a run carries `models.Event`; its `event` is the `event_type`, its `id` the `seq`.
"""

from pydantic import ConfigDict, Field

from backend.db.records import RunStatus
from backend.server.api.fields import Closed, JsonObject, Timestamp


class SubActionStarted(Closed):
    sub_action_id: str
    action_id: str
    child_workflow_id: str | None = None


class SubActionProgress(Closed):
    """At least once when a module starts and when it ends."""

    sub_action_id: str
    module_name: str
    module_index: int = Field(description="0 for the first.")
    module_count: int
    status: str
    message: str | None = None
    progress: float | None = Field(None, ge=0, le=1)


class SubActionComplete(Closed):
    """The result has landed: `updated_state` is what it wrote into the run's state."""

    sub_action_id: str
    updated_state: JsonObject
    child_workflow_id: str | None = None


class StreamFailure(Closed):
    """A problem (RFC 9457) with `message`: the stream broke, the work goes on. Join again with Last-Event-ID."""

    model_config = ConfigDict(extra="allow")

    code: str
    message: str
    type: str
    title: str
    status: int
    detail: str


class SubActionError(StreamFailure):
    """As StreamFailure; with `sub_action_id` the sub-action itself failed, and the run's state is untouched."""

    sub_action_id: str | None = None


class SubActionCancelled(Closed):
    sub_action_id: str
    reason: str | None = None


SUB_ACTION_MESSAGES: dict[str, type[Closed]] = {
    "started": SubActionStarted,
    "progress": SubActionProgress,
    "complete": SubActionComplete,
    "error": SubActionError,
    "cancelled": SubActionCancelled,
}


class Reset(Closed):
    """Anything may have changed: read again what you show."""


class RunChanged(Closed):
    """A run has changed; `GET /runs/{workflow_run_id}` says all about it."""

    workflow_run_id: str
    workflow_id: str
    root_run_id: str
    parent_workflow_id: str | None
    visible_in_ui: bool
    status: RunStatus
    seq: int
    updated_at: Timestamp


CHANGE_MESSAGES: dict[str, type[Closed]] = {"reset": Reset, "run": RunChanged, "error": StreamFailure}
