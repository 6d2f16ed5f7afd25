"""Names: each once, and none that means something else in templates or addresses."""

from collections.abc import Iterable, Iterator

from backend.server.definitions.problems import Problem
from backend.server.definitions.views import Part, SubAction, WorkflowView
from backend.server.definitions.words import ADDRESS_WORDS, RESERVED, SCOPE_WORDS


def name_problems(view: WorkflowView) -> Iterator[Problem]:
    """Repeated step ids, module names and sub-action ids; reserved workflow ids and module names."""
    yield from _in_address(view.root)
    yield from _repeated(view.steps, "step_id", "step")
    yield from _repeated(view.modules, "name", "module")
    for module in view.modules:
        yield from _reserved(module)
        subs = [Part(data, pointer) for _, data, pointer in module.parts("sub_actions")]
        yield from _repeated(subs, "id", "sub-action")
    for sub_action in view.sub_actions:
        yield from _in_sub_action(sub_action)


def _in_address(workflow: Part) -> Iterator[Problem]:
    workflow_id = workflow.text("workflow_id")
    if workflow_id in ADDRESS_WORDS:
        yield Problem(
            workflow.below("workflow_id"),
            f"'/workflows/{workflow_id}' is an address of the API itself. Choose another id, like '{workflow_id}_1'.",
        )


def _repeated(parts: Iterable[Part], key: str, noun: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for part in parts:
        name = part.text(key)
        if name is None:
            continue
        if name in seen:
            yield Problem(
                part.below(key), f"Another {noun} is called '{name}' already, at {seen[name]}. Rename one of them."
            )
        seen.setdefault(name, part.pointer)


def _reserved(part: Part, key: str = "name") -> Iterator[Problem]:
    name = part.text(key)
    if name in RESERVED:
        yield Problem(part.below(key), f"'{name}' means something else in templates. Choose another name.")


def _in_sub_action(sub_action: SubAction) -> Iterator[Problem]:
    named: list[Part] = []
    for action in sub_action.actions("target_sub_action"):
        overrides = Part(action.object("overrides"), action.below("overrides"))
        named.append(overrides if "name" in overrides.data else action)
    yield from _repeated(named, "name", "module of this sub-action")
    for part in named:
        yield from _reserved(part)
    feedback = Part(sub_action.object("feedback"), sub_action.below("feedback"))
    if feedback.text("state_key") in SCOPE_WORDS:
        yield Problem(
            feedback.below("state_key"),
            f"'{feedback.text('state_key')}' means something else in templates. Choose another key, "
            "like '_retry_feedback'.",
        )
