"""What may happen inside an open interaction: one type of action, modules that exist, none that waits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from backend.core.jsonvalue import pointer_of
from backend.server.definitions.catalog import ModuleCatalog, ModuleType, OffersSubAction
from backend.server.definitions.locations import Path, locate
from backend.server.definitions.misfits import misfits
from backend.server.definitions.models import JsonObject, ModuleDefinition
from backend.server.definitions.problems import Problem, suggestion
from backend.server.definitions.resolution import NEITHER, merge_action
from backend.server.definitions.rules.modules import (
    SUB_WORKFLOW,
    find_type,
    inputs_problems,
    outputs_problems,
    type_problems,
)
from backend.server.definitions.views import ModuleUse, Part, SubAction, WorkflowView

_OF_A_MODULE = ModuleDefinition.model_fields.keys() - {"sub_actions"}


def sub_action_problems(view: WorkflowView, registry: ModuleCatalog) -> Iterator[Problem]:
    for sub_action in view.sub_actions:
        yield from _types(sub_action)
        yield from _self_actions(sub_action, registry)
        for action in sub_action.actions("target_sub_action"):
            yield from _target(action, view, registry)
        yield from _sources(sub_action, view)


def _types(sub_action: SubAction) -> Iterator[Problem]:
    targets, selves = sub_action.actions("target_sub_action"), sub_action.actions("self_sub_action")
    if targets and selves:
        yield Problem(
            sub_action.below("actions"),
            "A sub-action is of one type: either all target_sub_action, or one self_sub_action. Make two of it.",
        )
    for extra in selves[1:]:
        yield Problem(extra.pointer, "A sub-action has one self_sub_action at most. Make another sub-action for this.")


def _self_actions(sub_action: SubAction, registry: ModuleCatalog) -> Iterator[Problem]:
    found = find_type(sub_action.module.data, registry)
    offers = isinstance(found, OffersSubAction) and found.offers_sub_action()
    if found is None or offers or sub_action.actions("target_sub_action"):
        return
    for action in sub_action.actions("self_sub_action"):
        yield Problem(
            action.pointer,
            f"'{sub_action.module.text('module_id')}' has no sub_action() of its own. Use a target_sub_action.",
        )


@dataclass(frozen=True, slots=True)
class _Merged:
    """The module that an action comes to, and for each value the place that it was written in."""

    action: Part
    ref: ModuleUse | None
    module: JsonObject

    def where(self, path: Path) -> str:
        """In `overrides`, else in the action, else the ref, else (something is missing) the action."""
        overrides = self.action.object("overrides")
        for data, start in ((overrides, self.action.below("overrides")), (self.action.data, self.action.pointer)):
            found = locate(data, path).path
            if found and len(found) == len(path):
                return start + pointer_of(found)
        return self.action.below("ref") if self.ref is not None else self.action.pointer

    def says(self, *keys: str) -> bool:
        """Does the action itself say one of these?"""
        said = self.action.data.keys() | self.action.object("overrides").keys()
        return not said.isdisjoint(keys)


def _target(action: Part, view: WorkflowView, registry: ModuleCatalog) -> Iterator[Problem]:
    ref = action.data.get("ref")
    found = view.find(ref)
    if isinstance(ref, dict) and found is None:
        yield from _dangling(Part(ref, action.below("ref")), view)
        return
    if ref is None and action.data.get("module_id") is None:
        yield Problem(action.pointer, NEITHER)
        return
    merged = _Merged(action, found, merge_action(action.data, found.data if found else None))
    yield from _whole(merged)
    yield from _final(merged, registry)


def _dangling(ref: Part, view: WorkflowView) -> Iterator[Problem]:
    step_id, name = ref.text("step_id"), ref.text("module_name")
    if step_id is not None and step_id not in view.step_ids:
        yield Problem(ref.below("step_id"), f"There is no step '{step_id}'.{suggestion(step_id, set(view.step_ids))}")
    elif step_id is not None and name is not None:
        hint = suggestion(name, view.names_in(step_id))
        elsewhere = view.names.get(name)
        if elsewhere is not None:
            hint = f" It is in the step '{elsewhere.step.text('step_id')}'."
        yield Problem(ref.below("module_name"), f"The step '{step_id}' has no module '{name}'.{hint}")


def _whole(merged: _Merged) -> Iterator[Problem]:
    """What the shape of the parts does not show: that a name is missing, and what `overrides` make of the module."""
    overrides = merged.action.below("overrides")
    if merged.action.object("overrides").get("sub_actions"):
        yield Problem(f"{overrides}/sub_actions", "A module in a sub-action has no sub_actions of its own.")
    try:
        ModuleDefinition.model_validate(merged.module, strict=True)
    except ValidationError as error:
        for misfit in misfits(error, merged.module, known_keys=lambda path: () if path else _OF_A_MODULE):
            pointer = merged.where(misfit.path)
            is_missing = not misfit.path and merged.ref is None
            if is_missing or pointer.startswith(f"{overrides}/"):  # anything else is reported where it stands
                yield Problem(pointer, misfit.message)


def _final(merged: _Merged, registry: ModuleCatalog) -> Iterator[Problem]:
    """The merged module again, where the action changes it: what only the ref says is reported there."""
    module = merged.module
    found = find_type(module, registry)
    refusal = _refusal(module.get("module_id"), found)
    if refusal is not None:
        yield Problem(merged.where(("module_id",)), refusal)
        return
    if merged.says("module_id"):
        yield from type_problems(module, registry, merged.where)
    if found is not None and merged.says("module_id", "inputs"):
        yield from inputs_problems(module, found, merged.where)
    if found is not None and merged.says("module_id", "outputs_to_state"):
        yield from outputs_problems(module, found, merged.where)


def _refusal(module_id: Any, found: ModuleType | None) -> str | None:
    """A child run that waits would keep the person at the open interaction waiting too."""
    if found is not None and found.interactive:
        return f"'{module_id}' asks a person, and nobody could answer inside a sub-action. Take it out."
    if module_id == SUB_WORKFLOW or (isinstance(module_id, str) and module_id.startswith("wait.")):
        return f"'{module_id}' waits, which a sub-action cannot. Put it in a step instead."
    return None


def _sources(sub_action: SubAction, view: WorkflowView) -> Iterator[Problem]:
    """A source that no module of the child writes fails every time, after all the work."""
    targets = sub_action.actions("target_sub_action")
    if not targets or len(targets) < len(sub_action.actions()):
        return
    written = {head for action in targets for head in _written(action, view)}
    for _, data, pointer in sub_action.parts("result_mapping"):
        mapping = Part(data, pointer)
        source = mapping.text("source")
        if source is not None and source.split(".")[0] not in written and data.get("optional") is not True:
            yield Problem(
                mapping.below("source"),
                f"No module of this sub-action writes '{source}' to its state.{suggestion(source, written)}",
                "warning",
            )


def _written(action: Part, view: WorkflowView) -> Iterator[str]:
    found = view.find(action.data.get("ref"))
    mapped = merge_action(action.data, found.data if found else None).get("outputs_to_state")
    targets = mapped.values() if isinstance(mapped, dict) else mapped if isinstance(mapped, list) else ()
    return (target.split(".")[0] for target in targets if isinstance(target, str))
