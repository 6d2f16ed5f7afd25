"""Where a definition may hold templates: the inputs of modules, every `when`, the workflow's outputs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from backend.core.jsonvalue import pointer_of
from backend.server.definitions.views import ModuleUse, Part, Step, SubAction, WorkflowView


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatePlace:
    """One text and what it belongs to. `action` is the index in the sub-action."""

    pointer: str
    source: str
    step: Step | None = None
    module: ModuleUse | None = None
    sub_action: SubAction | None = None
    action: int = 0
    in_inputs: bool = False
    has_items: bool = False
    must_be_template: bool = False


def template_places(view: WorkflowView) -> Iterator[TemplatePlace]:
    """Every text that may be a template, in document order (roughly: `when` before inputs)."""
    for pointer, source in texts_in(view.root.data.get("outputs"), "/outputs"):
        yield TemplatePlace(pointer=pointer, source=source)
    for step in view.steps:
        for pointer, source in _when(step):
            yield TemplatePlace(pointer=pointer, source=source, step=step, must_be_template=True)
    for module in view.modules:
        yield from _of_part(module, module=module, step=module.step)
    for sub_action in view.sub_actions:
        module = sub_action.module
        for index, action in enumerate(sub_action.actions()):
            if action.text("type") == "target_sub_action":
                overrides = Part(action.object("overrides"), action.below("overrides"))
                for part in (action, overrides):
                    yield from _of_part(part, module=module, step=module.step, sub_action=sub_action, action=index)


def _of_part(
    part: Part, *, module: ModuleUse, step: Step, sub_action: SubAction | None = None, action: int = 0
) -> Iterator[TemplatePlace]:
    for pointer, source in _when(part):
        yield TemplatePlace(
            pointer=pointer,
            source=source,
            step=step,
            module=module,
            sub_action=sub_action,
            action=action,
            must_be_template=True,
        )
    has_items = "for_each" in part.object("inputs")
    for pointer, source in texts_in(part.data.get("inputs"), part.below("inputs")):
        yield TemplatePlace(
            pointer=pointer,
            source=source,
            step=step,
            module=module,
            sub_action=sub_action,
            action=action,
            in_inputs=True,
            has_items=has_items,
        )


def _when(part: Part) -> Iterator[tuple[str, str]]:
    when = part.text("when")
    if when is not None:
        yield part.below("when"), when


def texts_in(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Every text in a value, with its pointer."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from texts_in(child, pointer + pointer_of((key,)))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from texts_in(child, f"{pointer}/{index}")
