"""Calling workflows and waiting."""

from backend.server.modules.flow.calls import SubWorkflow
from backend.server.modules.flow.waits import WaitEvent, WaitSubWorkflows, WaitUntil

__all__ = ["SubWorkflow", "WaitEvent", "WaitSubWorkflows", "WaitUntil"]
