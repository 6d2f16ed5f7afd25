"""Events in short."""

from pydantic import Field

from backend.db.event_types import DbEventType
from backend.server.api.fields import Closed, Timestamp
from backend.server.api.models import PageOf


class EventBrief(Closed):
    """One event, without the values it carries. What does not concern its type is left out."""

    seq: int
    event_type: DbEventType
    timestamp: Timestamp
    actor: str
    branch_id: str
    step_id: str | None = None
    module_name: str | None = None
    writes: list[str] | None = Field(None, description="State paths that it wrote.")
    module_id: str | None = None
    attempt: int | None = None
    duration_ms: int | None = None
    continued: bool | None = Field(None, description="It failed, and the run went on.")
    error_code: str | None = None
    error_message: str | None = None
    interaction_id: str | None = None
    kind: str | None = None
    title: str | None = None
    sub_action_id: str | None = None
    action_id: str | None = None
    child_workflow_id: str | None = Field(None, description="The hidden run of a sub-action.")
    sub_run_id: str | None = Field(None, description="The run of a sub-workflow.")
    workflow_id: str | None = None
    version: int | None = None
    mode: str | None = None
    index: int | None = Field(None, description="The item of a fan-out, from 0.")
    on_parent_cancel: str | None = None
    wait_key: str | None = None
    until: Timestamp | None = None
    early: bool | None = None
    reason: str | None = None
    from_branch: str | None = None
    to_branch: str | None = None
    at_seq: int | None = None
    children: str | None = None


class TimelinePage(PageOf):
    items: list[EventBrief]
