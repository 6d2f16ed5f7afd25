"""Values, texts and failures."""

from backend.server.modules.core.fail import Fail
from backend.server.modules.core.values import SetValues, Template

__all__ = ["Fail", "SetValues", "Template"]
