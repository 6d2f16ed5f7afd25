"""Services over HTTP."""

from backend.server.modules.api.http import HttpRequest
from backend.server.modules.api.llm import Llm

__all__ = ["HttpRequest", "Llm"]
