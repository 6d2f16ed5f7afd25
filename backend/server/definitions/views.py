"""A document that may be wrong anywhere, seen as far as it has the shape of a workflow.

Checks walk these views, so one misplaced key does not hide every other mistake.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from backend.core.jsonvalue import pointer_of
from backend.server.definitions.models import JsonObject


@dataclass(frozen=True, slots=True)
class Part:
    """An object of the document and where it is."""

    data: JsonObject
    pointer: str

    def text(self, key: str) -> str | None:
        """The value, where it is text."""
        value = self.data.get(key)
        return value if isinstance(value, str) else None

    def object(self, key: str) -> JsonObject:
        """The value, where it is an object, else an empty one."""
        value = self.data.get(key)
        return value if isinstance(value, dict) else {}

    def below(self, *path: str | int) -> str:
        """The pointer of something inside."""
        return self.pointer + pointer_of(path)

    def parts(self, key: str) -> Iterator[tuple[int, JsonObject, str]]:
        """The objects of the list at `key`, with index and pointer."""
        value = self.data.get(key)
        for index, item in enumerate(value if isinstance(value, list) else []):
            if isinstance(item, dict):
                yield index, item, self.below(key, index)


@dataclass(frozen=True, slots=True)
class Step(Part):
    index: int


@dataclass(frozen=True, slots=True)
class ModuleUse(Part):
    """`index` counts in its step."""

    step: Step
    index: int

    @property
    def name(self) -> str | None:
        return self.text("name")


@dataclass(frozen=True, slots=True)
class SubAction(Part):
    module: ModuleUse

    def actions(self, action_type: str | None = None) -> "list[Part]":
        """Its actions, or those of one type."""
        found = [Part(data, pointer) for _, data, pointer in self.parts("actions")]
        return [action for action in found if action_type in (None, action.text("type"))]


class WorkflowView:
    """All parts of a document, in document order."""

    def __init__(self, document: Any) -> None:
        self.root = Part(document if isinstance(document, dict) else {}, "")

    @cached_property
    def steps(self) -> list[Step]:
        return [Step(data, pointer, index) for index, data, pointer in self.root.parts("steps")]

    @cached_property
    def modules(self) -> list[ModuleUse]:
        return [
            ModuleUse(data, pointer, step, index)
            for step in self.steps
            for index, data, pointer in step.parts("modules")
        ]

    @cached_property
    def sub_actions(self) -> list[SubAction]:
        return [
            SubAction(data, pointer, module)
            for module in self.modules
            for _, data, pointer in module.parts("sub_actions")
        ]

    @cached_property
    def step_ids(self) -> list[str]:
        return [step_id for step in self.steps if (step_id := step.text("step_id")) is not None]

    @cached_property
    def names(self) -> dict[str, ModuleUse]:
        """The first module of each name."""
        return {module.name: module for module in reversed(self.modules) if module.name is not None}

    def names_in(self, step_id: str) -> list[str]:
        return [module.name for module in self.modules if module.name and module.step.text("step_id") == step_id]

    @cached_property
    def _by_ref(self) -> dict[tuple[str | None, str | None], ModuleUse]:
        return {(module.step.text("step_id"), module.name): module for module in reversed(self.modules)}

    def find(self, ref: Any) -> ModuleUse | None:
        """The module that `{"step_id", "module_name"}` names."""
        if not isinstance(ref, dict):
            return None
        step_id, name = ref.get("step_id"), ref.get("module_name")
        if not (isinstance(step_id, str) and isinstance(name, str)):
            return None
        return self._by_ref.get((step_id, name))
