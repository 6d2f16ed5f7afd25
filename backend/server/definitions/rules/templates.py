"""Templates: that they parse, and that every name in them can exist where they stand."""

from collections.abc import Iterator

from backend.core.errors import TemplateError
from backend.server.definitions.problems import Problem, suggestion
from backend.server.definitions.rules.scopes import Scope, Scopes
from backend.server.definitions.rules.template_names import TemplateNames, names_of
from backend.server.definitions.rules.template_places import TemplatePlace, template_places
from backend.server.definitions.views import WorkflowView
from backend.server.definitions.words import SCOPE_WORDS
from backend.server.templating.language import is_template

MAX_TEMPLATES = 5_000
"""Each takes up to a quarter of a millisecond to check, and a long one more."""

_WHERE = {
    "params": "exists in sub-actions only",
    "item": "exists in modules with 'for_each' only",
    "index": "exists in modules with 'for_each' only",
    "step": "exists inside steps only",
}


def template_problems(view: WorkflowView) -> Iterator[Problem]:
    """Bad templates; unknown names (errors); names that are not there yet (warnings)."""
    scopes = Scopes(view)
    count = 0
    for place in template_places(view):
        if place.must_be_template and not is_template(place.source):
            yield Problem(
                place.pointer,
                f"This is plain text, so it would always count as true. Write it as {{{{ {place.source[:100]} }}}}.",
            )
        elif is_template(place.source):
            count += 1
            if count > MAX_TEMPLATES:
                yield Problem(place.pointer, f"There are more than {MAX_TEMPLATES:,} templates. Use fewer.")
                return
            yield from _of_template(place, scopes)


def _of_template(place: TemplatePlace, scopes: Scopes) -> Iterator[Problem]:
    try:
        names = names_of(place.source)
    except TemplateError as error:
        yield Problem(place.pointer, f"This template cannot be used: {error.message.rstrip('.')}.")
        return
    scope = scopes.at(place)
    for name in names.used:
        problem = _of_name(name, names, scope) or _past_output(name, names, scope)
        if problem is not None:
            yield Problem(place.pointer, problem.message, problem.severity)


def _of_name(name: str, names: TemplateNames, scope: Scope) -> Problem | None:
    if name == "secrets" and name not in scope.words:
        return Problem("", "'secrets' exists in module inputs only. Take it out here.")
    if name in scope.words or scope.is_ready(name):
        return None
    if name in SCOPE_WORDS:
        return None if name in names.guarded else Problem("", f"'{name}' {_WHERE[name]}.", "warning")
    if scope.is_known(name):
        return None if name in names.guarded else Problem("", _not_ready(name), "warning")
    return Problem("", f"There is no name '{name}' in this workflow.{_hint(name, scope)}")


def _past_output(name: str, names: TemplateNames, scope: Scope) -> Problem | None:
    """A finished module has its `output` and nothing else."""
    if name in scope.words or name in names.guarded:
        return None
    wrong = sorted(path[1] for path in names.paths if path[0] == name and len(path) > 1 and path[1] != "output")
    if not wrong:
        return None
    return Problem("", f"The module '{name}' has no '{wrong[0]}'. Did you mean '{name}.output.{wrong[0]}'?", "warning")


def _not_ready(name: str) -> str:
    return (
        f"The module '{name}' may not have finished when this is read. "
        f"Move it before, say so in 'depends_on', or ask first: {name} is defined."
    )


def _hint(name: str, scope: Scope) -> str:
    """A value of that name in the state or the payload is the likeliest thing meant."""
    if name in scope.longer:
        return f" Did you mean '{scope.longer[name]}'?"
    return suggestion(name, scope.names | scope.words)
