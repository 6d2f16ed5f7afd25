"""The engine from Python: `with Runtime(workflows=[...]) as runtime`. docs/runtime.md goes through it."""

from backend.db.records import RunStatus
from backend.runtime.facade import Runtime
from backend.runtime.shapes import RunState, WaitState
from backend.runtime.sharing import shared_database

__all__ = ["RunState", "RunStatus", "Runtime", "WaitState", "shared_database"]
