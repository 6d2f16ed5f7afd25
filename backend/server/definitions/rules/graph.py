"""The order of steps: what `depends_on` names, and that it never comes round."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from backend.server.definitions.problems import Problem, suggestion
from backend.server.definitions.views import Step, WorkflowView

MAX_CYCLES = 20


def graph_problems(view: WorkflowView) -> Iterator[Problem]:
    """Unknown steps, a step that waits for itself, and cycles."""
    for step in view.steps:
        yield from _unknown_steps(step, view.step_ids)
    yield from _cycles(view)


def _unknown_steps(step: Step, step_ids: list[str]) -> Iterator[Problem]:
    known = set(step_ids)
    for index, name in _dependencies(step):
        pointer = step.below("depends_on", index)
        if name == step.text("step_id"):
            yield Problem(pointer, f"The step '{name}' waits for itself. Take this out.")
        elif name not in known:
            yield Problem(
                pointer, f"There is no step '{name}'.{suggestion(name, known - {step.text('step_id') or ''})}"
            )


def _dependencies(step: Step) -> Iterator[tuple[int, str]]:
    names = step.data.get("depends_on")
    for index, name in enumerate(names if isinstance(names, list) else []):
        if isinstance(name, str):
            yield index, name


def _graph(view: WorkflowView) -> dict[str, set[str]]:
    """step_id -> those it waits for; unknown ones, itself, and further steps of the same id left out."""
    known = set(view.step_ids)
    graph: dict[str, set[str]] = {}
    for step in view.steps:
        step_id = step.text("step_id")
        if step_id is not None and step_id not in graph:
            graph[step_id] = {name for _, name in _dependencies(step) if name in known and name != step_id}
    return graph


def _cycles(view: WorkflowView) -> Iterator[Problem]:
    graph = _graph(view)
    pointers = {step.text("step_id"): step.below("depends_on") for step in reversed(view.steps)}
    for _ in range(MAX_CYCLES):
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            members = list(dict.fromkeys(error.args[1]))
            first = min(members, key=view.step_ids.index)
            circle = " -> ".join(_turned(members[::-1], first))  # graphlib lists what is waited for first
            yield Problem(pointers[first], f"These steps wait for each other: {circle}. Take one of them out.")
            graph = {name: waits - set(members) for name, waits in graph.items() if name not in members}
        else:
            return


def _turned(members: list[str], first: str) -> list[str]:
    at = members.index(first)
    return [*members[at:], *members[:at], first]


def steps_before(view: WorkflowView) -> dict[int, int] | None:
    """For each step's index a bit mask of the indexes of those that have ended when it starts.

    None where the graph has faults, so that nothing can be said.
    """
    if all(step.data.get("depends_on") is None for step in view.steps):
        return {step.index: (1 << step.index) - 1 for step in view.steps}
    graph = _graph(view)
    places = {step.text("step_id"): step.index for step in reversed(view.steps)}
    masks: dict[str, int] = {}
    try:
        for name in TopologicalSorter(graph).static_order():
            masks[name] = 0
            for earlier in graph[name]:
                masks[name] |= masks[earlier] | 1 << places[earlier]
    except CycleError:
        return None
    return {step.index: masks.get(step.text("step_id") or "", 0) for step in view.steps}
