"""The closed models: wrong types, unknown keys, missing keys, values out of range."""

from collections.abc import Collection, Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from backend.core.jsonvalue import pointer_of
from backend.server.definitions.locations import Path, locate
from backend.server.definitions.misfits import misfits
from backend.server.definitions.models import (
    Feedback,
    ModuleDefinition,
    ModuleRef,
    ResultMapping,
    RetryPolicy,
    SelfAction,
    StepDefinition,
    SubActionDefinition,
    TargetAction,
    WorkflowDefinition,
)
from backend.server.definitions.problems import Problem

_MODEL_UNDER: dict[str, type[BaseModel]] = {
    "": WorkflowDefinition,
    "steps": StepDefinition,
    "modules": ModuleDefinition,
    "retry": RetryPolicy,
    "sub_actions": SubActionDefinition,
    "ref": ModuleRef,
    "result_mapping": ResultMapping,
    "feedback": Feedback,
}


def shape_problems(document: Any) -> Iterator[Problem]:
    """What the models refuse. Types are strict: `"60"` is no number."""
    try:
        WorkflowDefinition.model_validate(document, strict=True)
    except ValidationError as error:
        for misfit in misfits(error, document, known_keys=lambda path: _keys_at(document, path)):
            yield Problem(pointer_of(misfit.path), misfit.message)


def _keys_at(document: Any, path: Path) -> Collection[str]:
    """The keys of the model that describes the object at `path`: the last name on the way says which it is."""
    under = next((part for part in reversed(path) if isinstance(part, str)), "")
    if under == "actions":
        action = locate(document, path).value
        is_self = isinstance(action, dict) and action.get("type") == "self_sub_action"
        return (SelfAction if is_self else TargetAction).model_fields
    model = _MODEL_UNDER.get(under)
    return model.model_fields if model else ()
