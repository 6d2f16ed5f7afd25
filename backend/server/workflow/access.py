"""Who may use what. One function decides, so that the rule is one."""

from backend.db.records import Workflow

LOCAL_OWNER = "local"
"""The one owner where no access is configured."""


def may_use(workflow: Workflow, owner: str) -> bool:
    """Whether runs of `owner` may call the workflow: today, its own."""
    return workflow.owner == owner
