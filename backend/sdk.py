"""All that a module author needs.

from backend.sdk import Module, ModuleContext
"""

from backend.core.errors import ModuleError
from backend.server.modules.base import (
    AnyOutputs,
    InteractiveInputs,
    InteractiveModule,
    Module,
    ModuleContext,
    NoInputs,
    SubActionContext,
)

__all__ = [
    "AnyOutputs",
    "InteractiveInputs",
    "InteractiveModule",
    "Module",
    "ModuleContext",
    "ModuleError",
    "NoInputs",
    "SubActionContext",
]
