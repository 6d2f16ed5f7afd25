"""Which names exist where a template stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.server.definitions.resolution import merge_actions
from backend.server.definitions.rules.graph import steps_before
from backend.server.definitions.rules.template_places import TemplatePlace
from backend.server.definitions.views import ModuleUse, SubAction, WorkflowView

_EVERYWHERE = frozenset({"state", "trigger", "config", "run"})


@dataclass(frozen=True, slots=True)
class Scope:
    """What one template can see.

    Attributes:
        words: scope words that exist there.
        names: modules of the workflow and of its sub-actions.
        is_ready: has the module certainly finished (or been skipped) by then?
        longer: state keys and payload fields, with the way to write them.
    """

    words: frozenset[str]
    names: frozenset[str]
    is_ready: Callable[[str], bool]
    longer: Mapping[str, str]

    def is_known(self, name: str) -> bool:
        return name in self.names


class Scopes:
    """All scopes of one document."""

    def __init__(self, view: WorkflowView) -> None:
        self._view = view
        self._before = steps_before(view)
        self._action_names = {sub.pointer: _names(sub, view) for sub in view.sub_actions}
        own = {name for names in self._action_names.values() for name in names if name is not None}
        self._names = frozenset(view.names) | own
        self._longer = _longer_names(view)
        self._referred = _referred(view)

    def at(self, place: TemplatePlace) -> Scope:
        words = set(_EVERYWHERE)
        if place.step is not None:
            words.add("step")
        if place.in_inputs:
            words.add("secrets")
        if place.has_items:
            words |= {"item", "index"}
        if place.sub_action is not None or (place.module and place.module.pointer in self._referred):
            words.add("params")
        return Scope(frozenset(words), self._names, lambda name: self._is_ready(name, place), self._longer)

    def _is_ready(self, name: str, place: TemplatePlace) -> bool:
        if place.sub_action is not None and name in self._action_names[place.sub_action.pointer][: place.action]:
            return True
        module = self._view.names.get(name)
        if module is None:
            return False
        if place.step is None or self._before is None:
            return True
        if module.step.index != place.step.index:
            return bool(self._before.get(place.step.index, 0) >> module.step.index & 1)
        return place.module is not None and module.index < place.module.index


def _names(sub_action: SubAction, view: WorkflowView) -> list[Any]:
    """The names that the modules of the child run get, by action."""
    actions = [action.data for action in sub_action.actions()]
    found = [view.find(action.get("ref")) for action in actions]
    merged = merge_actions(actions, [module.data if module else None for module in found])
    return [name if isinstance(name := module.get("name"), str) else None for module in merged]


def _referred(view: WorkflowView) -> set[str]:
    """Pointers of the modules that sub-actions run too, and so may ask for `params`."""
    refs = [action.data.get("ref") for sub in view.sub_actions for action in sub.actions("target_sub_action")]
    found: list[ModuleUse | None] = [view.find(ref) for ref in refs]
    return {module.pointer for module in found if module is not None}


def _longer_names(view: WorkflowView) -> dict[str, str]:
    properties = view.root.object("inputs").get("properties")
    payload = properties if isinstance(properties, dict) else {}
    state = set(view.root.object("initial_state"))
    for module in view.modules:
        mapped = module.data.get("outputs_to_state")
        targets = mapped.values() if isinstance(mapped, dict) else mapped if isinstance(mapped, list) else ()
        state |= {target.split(".")[0] for target in targets if isinstance(target, str)}
    for sub_action in view.sub_actions:
        key = sub_action.object("feedback").get("state_key")
        state.add(key if isinstance(key, str) else "_retry_feedback")
    return {name: f"trigger.payload.{name}" for name in payload} | {name: f"state.{name}" for name in state}
