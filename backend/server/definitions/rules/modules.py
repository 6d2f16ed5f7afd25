"""What each module says, against the type that it names."""

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from backend.core.jsonvalue import pointer_of
from backend.server.definitions.catalog import ModuleCatalog, ModuleType
from backend.server.definitions.locations import Path, locate
from backend.server.definitions.misfits import misfits
from backend.server.definitions.models import JsonObject
from backend.server.definitions.problems import Problem, suggestion
from backend.server.definitions.rules.template_places import texts_in
from backend.server.definitions.views import ModuleUse, Part, WorkflowView
from backend.server.templating.language import is_template

Where = Callable[[Path], str]
"""The pointer, in the document, of a path in a module: an action's module comes from up to three places."""

WorkflowKnown = Callable[[str], bool]

SUB_WORKFLOW = "sub_workflow"


def module_problems(
    view: WorkflowView, registry: ModuleCatalog, known_workflows: WorkflowKnown | None
) -> Iterator[Problem]:
    """Unknown types, inputs that can never fit, output keys that the type does not give, unknown child workflows."""
    for module in view.modules:
        where = _place_in(module)
        found = find_type(module.data, registry)
        yield from type_problems(module.data, registry, where)
        if found is not None:
            yield from inputs_problems(module.data, found, where)
            yield from outputs_problems(module.data, found, where)
            yield from _needless_sub_actions(module, found)
        if known_workflows is not None:
            yield from _child_problems(module, known_workflows, own_id=view.root.text("workflow_id"))


def _place_in(module: ModuleUse) -> Where:
    return lambda path: module.pointer + pointer_of(locate(module.data, path).path)


def find_type(module: JsonObject, registry: ModuleCatalog) -> ModuleType | None:
    module_id = module.get("module_id")
    return registry.find(module_id) if isinstance(module_id, str) else None


def type_problems(module: JsonObject, registry: ModuleCatalog, where: Where) -> Iterator[Problem]:
    module_id = module.get("module_id")
    if isinstance(module_id, str) and registry.find(module_id) is None:
        hint = suggestion(module_id, registry.ids)
        own = "" if "Did you mean" in hint else " If it is one of yours, name its Python module in INTERLUDE_MODULES."
        yield Problem(where(("module_id",)), f"There is no module type '{module_id[:200]}'.{hint}{own}")


def inputs_problems(module: JsonObject, found: ModuleType, where: Where) -> Iterator[Problem]:
    """What rendering can never make fit. A value that holds a template is not known yet and passes."""
    inputs = module.get("inputs", {})
    if not isinstance(inputs, dict):
        return
    yield from _unknown_inputs(inputs, found.Inputs, where)
    try:
        found.Inputs.model_validate(inputs)
    except ValidationError as error:
        known = _names(found.Inputs)
        for misfit in misfits(error, inputs, known_keys=lambda path: () if path else known, unknown=_holds_template):
            yield Problem(where(("inputs", *misfit.path)), misfit.message)
    except Exception:  # noqa: BLE001 - the author's own validators, called with templates that they do not expect
        return


def _unknown_inputs(inputs: JsonObject, model: type[BaseModel], where: Where) -> Iterator[Problem]:
    """A model that ignores what it does not know would swallow a misspelt key."""
    if model.model_config.get("extra", "ignore") != "ignore":
        return
    known = _names(model)
    for key in inputs:
        if key not in known:
            hint = suggestion(key, known) or " It takes none."
            yield Problem(where(("inputs", key)), f"The module has no input '{key}'.{hint}")


def _names(model: type[BaseModel]) -> set[str]:
    """What a field may be called in JSON."""
    names = set(model.model_fields)
    for field in model.model_fields.values():
        if field.alias:
            names.add(field.alias)
        if isinstance(field.validation_alias, str):
            names.add(field.validation_alias)
        elif field.validation_alias is not None:
            paths = field.validation_alias.convert_to_aliases()
            names |= {str(path[0] if isinstance(path, list) else path) for path in paths}
    return names


def _holds_template(value: Any) -> bool:
    return any(is_template(text) for _, text in texts_in(value, ""))


def outputs_problems(module: JsonObject, found: ModuleType, where: Where) -> Iterator[Problem]:
    mapped = module.get("outputs_to_state")
    keys = [key for key in mapped if isinstance(key, str)] if isinstance(mapped, dict | list) else []
    outputs = found.Outputs
    known = {field.serialization_alias or name for name, field in outputs.model_fields.items()}
    known |= set(outputs.model_computed_fields)
    is_open = outputs.model_config.get("extra") == "allow"
    for key in keys:
        head, *rest = key.split(".")
        if not all((head, *rest)):
            yield Problem(where(("outputs_to_state", key)), f"'{key}' is no path. Write names with dots between them.")
        elif not is_open and head not in known:
            hint = suggestion(head, known) or " It gives none."
            yield Problem(where(("outputs_to_state", key)), f"The module gives no output '{head}'.{hint}")


def _needless_sub_actions(module: ModuleUse, found: ModuleType) -> Iterator[Problem]:
    if module.data.get("sub_actions") and not found.interactive:
        yield Problem(
            module.below("sub_actions"),
            f"'{module.text('module_id')}' asks no question, so nobody could start these. "
            "Put them on an interactive module.",
        )


def child_of(module: ModuleUse) -> str | None:
    """The workflow that a `sub_workflow` names; None for other modules, and where a template decides."""
    workflow_id = Part(module.object("inputs"), module.below("inputs")).text("workflow_id")
    if module.text("module_id") != SUB_WORKFLOW or workflow_id is None or is_template(workflow_id):
        return None
    return workflow_id


def _child_problems(module: ModuleUse, known: WorkflowKnown, *, own_id: str | None) -> Iterator[Problem]:
    workflow_id = child_of(module)
    if workflow_id is not None and workflow_id != own_id and not known(workflow_id):
        yield Problem(
            module.below("inputs", "workflow_id"),
            f"There is no workflow '{workflow_id[:200]}' that this one may start. Save it first, or correct the id.",
        )
