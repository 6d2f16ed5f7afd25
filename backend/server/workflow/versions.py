"""Definitions of runs: the pinned version, parsed once; and the one-step definition of a sub-action's child."""

from collections import OrderedDict

from backend.core.errors import VersionNotFound
from backend.db.repos.workflows import WorkflowRepo
from backend.db.view import RunView, SubActionView
from backend.server.definitions.models import (
    ModuleDefinition,
    StepDefinition,
    SubActionDefinition,
    WorkflowDefinition,
)
from backend.server.definitions.resolution import resolve_actions
from backend.server.workflow.live import Base

KEPT = 256


class Versions:
    """Reads immutable versions, so what is read once stays right."""

    def __init__(self, workflows: WorkflowRepo) -> None:
        self._workflows = workflows
        self._parsed: OrderedDict[tuple[str, int], WorkflowDefinition] = OrderedDict()
        self._resolved: OrderedDict[tuple[str, int, str, str], WorkflowDefinition] = OrderedDict()

    async def get(self, workflow_id: str, version: int) -> WorkflowDefinition:
        """The definition. Raises VersionNotFound."""
        known = self._parsed.get((workflow_id, version))
        if known is None:
            stored = await self._workflows.find_version(workflow_id, version)
            if stored is None:
                raise VersionNotFound(workflow_id, version)
            known = WorkflowDefinition.model_validate(stored.definition)
            _keep(self._parsed, (workflow_id, version), known)
        return known

    async def definition_of(self, view: RunView) -> WorkflowDefinition:
        """The definition that a run started with."""
        return await self.get(view.workflow_id, view.version)

    async def child_of(self, parent: RunView, child: RunView) -> tuple[WorkflowDefinition, Base]:
        """The definition and the ground of a sub-action's child, from the parent as it was at the start."""
        origin = child.parent or {}
        definition = await self.definition_of(parent)
        module = definition.find_module(origin["step_id"], origin["module_name"])
        action = module.sub_action(origin["action_id"]) if module else None
        if action is None:
            raise VersionNotFound(parent.workflow_id, parent.version)
        base = Base(state=parent.state, outputs=parent.outputs, payload=parent.payload, params=child.params)
        return self.child_definition(definition, parent, origin, action), with_feedback(base, action)

    def child_definition(
        self, definition: WorkflowDefinition, parent: RunView, origin: dict[str, str], action: SubActionDefinition
    ) -> WorkflowDefinition:
        """One step that holds the sub-action's resolved modules."""
        key = (parent.workflow_id, parent.version, origin["module_name"], action.id)
        known = self._resolved.get(key)
        if known is None:
            modules = [_with_retry(module, action) for module in resolve_actions(action, definition)]
            step = StepDefinition(step_id=f"sub_action_{action.id}", name=action.label, modules=modules)
            known = definition.model_copy(update={"steps": [step], "outputs": None, "initial_state": {}})
            _keep(self._resolved, key, known)
        step = known.steps[0].model_copy(update={"step_id": f"sub_action_{origin['sub_action_id']}"})
        return known.model_copy(update={"steps": [step]})


def _with_retry(module: ModuleDefinition, action: SubActionDefinition) -> ModuleDefinition:
    """A sub-action's `retry` holds for those of its modules that have none of their own."""
    if action.retry is None or module.retry is not None:
        return module
    return module.model_copy(update={"retry": action.retry})


def with_feedback(base: Base, action: SubActionDefinition) -> Base:
    """The ground with the person's feedback under its key, for the child's templates only."""
    text = base.params.get("feedback")
    if text and action.feedback is not None and action.feedback.enabled:
        base.state = {**base.state, action.feedback.state_key: text}
    return base


def _keep(cache: OrderedDict, key: tuple, value: WorkflowDefinition) -> None:  # type: ignore[type-arg]  # two caches with unlike keys
    cache[key] = value
    if len(cache) > KEPT:
        cache.popitem(last=False)


def action_of(definition: WorkflowDefinition, item: SubActionView) -> SubActionDefinition | None:
    """The definition of an open sub-action."""
    module = definition.find_module(item.step_id, item.module_name)
    return module.sub_action(item.action_id) if module else None
