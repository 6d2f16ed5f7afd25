"""A definition is checked whole, before anything of it is stored or run."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from backend.core.errors import FieldError, InvalidDefinition
from backend.server.definitions.catalog import ModuleCatalog
from backend.server.definitions.models import WorkflowDefinition
from backend.server.definitions.problems import Problem, in_order
from backend.server.definitions.refs import file_ref_problems
from backend.server.definitions.rules.graph import graph_problems
from backend.server.definitions.rules.modules import child_of, module_problems
from backend.server.definitions.rules.names import name_problems
from backend.server.definitions.rules.schemas import schema_problems
from backend.server.definitions.rules.shape import shape_problems
from backend.server.definitions.rules.state import state_problems
from backend.server.definitions.rules.sub_actions import sub_action_problems
from backend.server.definitions.rules.templates import template_problems
from backend.server.definitions.rules.values import without_unstorable
from backend.server.definitions.views import WorkflowView


def check_definition(
    document: Any, registry: ModuleCatalog, *, known_workflows: Callable[[str], bool] | None = None
) -> list[Problem]:
    """Every problem of an assembled document, in document order; empty: it can be stored and run.

    Takes up to seconds for a hostile document of 1 MiB: call it in a thread. Warnings do not stop saving.

    Args:
        document: the JSON value, with no file refs left.
        registry: the module types of this server.
        known_workflows: says of a workflow_id whether the author may start it; None: children are not checked.
    """
    clean, unusable = without_unstorable(document)
    unusable.extend(file_ref_problems(clean))
    places = {problem.pointer for problem in unusable}
    others = (problem for problem in _problems(clean, registry, known_workflows) if not _is_at(problem, places))
    return in_order(chain(unusable, others))


def parse_definition(
    document: Any, registry: ModuleCatalog, *, known_workflows: Callable[[str], bool] | None = None
) -> WorkflowDefinition:
    """The definition that a document holds.

    Raises:
        InvalidDefinition: with every error that `check_definition` finds.
    """
    problems = check_definition(document, registry, known_workflows=known_workflows)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InvalidDefinition([FieldError(problem.pointer, problem.message) for problem in errors])
    return WorkflowDefinition.model_validate(document, strict=True)


def called_workflows(document: Any) -> set[str]:
    """The other workflows that a document names as children, right or wrong; those that templates name are not known.

    They are what `known_workflows` will be asked about.
    """
    view = WorkflowView(document)
    called = {child for module in view.modules if (child := child_of(module)) is not None}
    return called - {view.root.text("workflow_id") or ""}


def _problems(document: Any, registry: ModuleCatalog, known: Callable[[str], bool] | None) -> Iterator[Problem]:
    view = WorkflowView(document)
    yield from shape_problems(document)
    yield from name_problems(view)
    yield from graph_problems(view)
    yield from state_problems(view)
    yield from schema_problems(view)
    yield from module_problems(view, registry, known)
    yield from sub_action_problems(view, registry)
    yield from template_problems(view)


def _is_at(problem: Problem, places: set[str]) -> bool:
    """What follows from a value that cannot be used is no problem of its own."""
    parts = problem.pointer.split("/")
    return any("/".join(parts[:length]) in places for length in range(1, len(parts) + 1))
