"""From the actions of a sub-action to the modules that its child run executes. Values in, values out.

Of each action: the module that `ref` names, then what the action itself says deep-merged over it, then
`overrides` over both. Objects merge key by key, everything else (lists too) is replaced. In the action itself
null says nothing; in `overrides` it takes a value away (`"when": null`).

The merged module keeps the ref's `when`, `queue`, `retry`, `timeout_seconds` and `on_error`, not its
`sub_actions`. Names are unique in the child: a name that comes from a ref and is taken gets `_2`, `_3`, ...
"""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from backend.core.errors import FieldError, InvalidDefinition
from backend.core.jsonvalue import pointer_of
from backend.core.statepath import deep_merge
from backend.server.definitions.misfits import misfits
from backend.server.definitions.models import (
    JsonObject,
    ModuleDefinition,
    SelfAction,
    SubActionDefinition,
    TargetAction,
    WorkflowDefinition,
)

_INLINE = TargetAction.model_fields.keys() - {"type", "ref", "overrides"}
_MAX_NAME = 128

NEITHER = "This action says neither which module to run ('ref') nor what it is ('module_id' and 'name'). Add one."


def resolve_actions(action_def: SubActionDefinition, workflow: WorkflowDefinition) -> list[ModuleDefinition]:
    """The modules of a `target_sub_action`, in order, ready to execute. Neither argument is changed or shared.

    Raises:
        InvalidDefinition: an action has neither ref nor module, its ref leads nowhere, or what comes out is no
            module. Pointers begin at the sub-action (`/actions/0`). A checked definition never raises.
    """
    actions = [action.model_dump(exclude_unset=True) for action in action_def.actions]
    bases = [_base(index, action, workflow) for index, action in enumerate(action_def.actions)]
    merged = merge_actions(actions, bases)
    return [_validated(index, module) for index, module in enumerate(merged)]


def merge_actions(actions: Sequence[JsonObject], bases: Sequence[JsonObject | None]) -> list[JsonObject]:
    """The same on plain JSON: the merged modules, each with its unique name; nothing is validated.

    Args:
        actions: as written.
        bases: for each the module that its ref names.
    """
    return _named_apart([merge_action(*pair) for pair in zip(actions, bases, strict=True)], actions)


def merge_action(action: JsonObject, base: JsonObject | None) -> JsonObject:
    """One action over the module that its ref names."""
    kept = {key: value for key, value in (base or {}).items() if key != "sub_actions"}
    inline = {key: action[key] for key in _INLINE if action.get(key) is not None}
    overrides = action.get("overrides")
    over = overrides if isinstance(overrides, dict) else {}
    merged: JsonObject = deep_merge(deep_merge(_spelled_out(kept), _spelled_out(inline)), _spelled_out(over))
    return merged


def own_name(action: JsonObject) -> Any:
    """The name that the action itself gives its module, or None."""
    overrides = action.get("overrides")
    over = overrides.get("name") if isinstance(overrides, dict) else None
    return over if over is not None else action.get("name")


def _spelled_out(module: JsonObject) -> JsonObject:
    keys = module.get("outputs_to_state")
    if isinstance(keys, list) and all(isinstance(key, str) for key in keys):
        return {**module, "outputs_to_state": {key: key for key in keys}}
    return module


def _named_apart(modules: list[JsonObject], actions: Sequence[JsonObject]) -> list[JsonObject]:
    """Names that the author gave are left alone; two of those that are equal are for the checks to refuse."""
    given = [own_name(action) for action in actions]
    taken = {name for name in given if isinstance(name, str)}
    apart = []
    for module, name in zip(modules, given, strict=True):
        from_ref = module.get("name") if name is None else None
        if isinstance(from_ref, str):
            free = _free(from_ref, taken)
            taken.add(free)
            apart.append({**module, "name": free})
        else:
            apart.append(module)
    return apart


def _free(name: str, taken: set[str]) -> str:
    count, candidate = 1, name
    while candidate in taken:
        count += 1
        suffix = f"_{count}"
        candidate = name[: _MAX_NAME - len(suffix)] + suffix
    return candidate


def _base(index: int, action: TargetAction | SelfAction, workflow: WorkflowDefinition) -> JsonObject | None:
    if isinstance(action, SelfAction):
        raise InvalidDefinition([FieldError(f"/actions/{index}", "A self_sub_action has no modules.")])
    ref = action.ref
    if ref is None:
        if action.module_id is None:
            raise InvalidDefinition([FieldError(f"/actions/{index}", NEITHER)])
        return None
    module = workflow.find_module(ref.step_id, ref.module_name)
    if module is None:
        message = f"There is no module '{ref.module_name}' in a step '{ref.step_id}'."
        raise InvalidDefinition([FieldError(f"/actions/{index}/ref", message)])
    return module.model_dump(exclude_unset=True)


def _validated(index: int, module: JsonObject) -> ModuleDefinition:
    try:
        return ModuleDefinition.model_validate(module, strict=True)
    except ValidationError as error:
        raise InvalidDefinition(
            [FieldError(f"/actions/{index}{pointer_of(item.path)}", item.message) for item in misfits(error, module)]
        ) from None
