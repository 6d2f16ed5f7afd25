"""What a workflow author reads when a template fails: where, what is wrong, what to do, and which template."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from backend.core.errors import TemplateBudget, TemplateError, TemplateSyntax, TemplateUndefined
from backend.core.statepath import MISSING
from backend.server.templating.tree import Place

_ERRORS = {kind.code: kind for kind in (TemplateError, TemplateBudget, TemplateSyntax, TemplateUndefined)}

_SHOWN = 100
"""Characters of a template that a message shows."""

_NAMES_SHOWN = 12


def at_place(error: TemplateError, place: Place) -> TemplateError:
    """The same error, saying where."""
    return _located(type(error), place, error.message)


def at_one_of(error: TemplateError, places: Sequence[Place]) -> TemplateError:
    """The same error, where it is known only that one of the templates is to blame."""
    if len(places) == 1:
        return at_place(error, places[0])
    return _located(type(error), places[0], f"one of {len(places)} templates from here on: {error.message}")


def failure(answer: Mapping[str, Any], places: Sequence[Place], scope: Mapping[str, Any]) -> TemplateError:
    """The error that a template process reported."""
    place = places[answer["index"]]
    kind = _ERRORS.get(answer["code"], TemplateError)
    path = answer["path"]
    return _located(kind, place, _unknown(path, scope) if path else answer["message"])


def _located(kind: type[TemplateError], place: Place, what: str) -> TemplateError:
    shown = " ".join(place.source[: 4 * _SHOWN].split())
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."
    where = f"{place.pointer}: " if place.pointer else ""
    end = "" if what.endswith("?") else "."
    return kind(f"{where}{what.rstrip('.')}{end} Template: {shown}", template=place.source, pointer=place.pointer)


def _unknown(path: Sequence[str], scope: Mapping[str, Any]) -> str:
    """Names the unknown name and what there is instead; names only, as values may be secret."""
    dotted = ".".join(path)
    known = _names(scope, path[:-1])
    if known is None:
        return f"'{dotted}' does not exist"
    close = get_close_matches(path[-1], known, n=1)
    if close:
        return f"'{dotted}' does not exist; did you mean '{'.'.join([*path[:-1], close[0]])}'?"
    where = f"'{'.'.join(path[:-1])}'" if len(path) > 1 else "the scope"
    return f"'{dotted}' does not exist; {where} has {_listed(known)}"


def _names(scope: Mapping[str, Any], path: Iterable[str]) -> list[str] | None:
    node: Any = scope
    for name in path:
        node = node.get(name, MISSING) if isinstance(node, Mapping) else MISSING
    return [str(name) for name in node] if isinstance(node, Mapping) else None


def _listed(names: list[str]) -> str:
    shown = ", ".join(sorted(names)[:_NAMES_SHOWN])
    return f"{shown} and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else shown or "nothing"
