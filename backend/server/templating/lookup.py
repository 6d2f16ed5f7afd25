"""`a.b`, `a["b"]` and `a[0]`: keys first, then the few harmless methods of the value's exact type."""

from collections.abc import Callable
from functools import partial
from typing import Any

from jinja2 import Undefined
from jinja2.runtime import LoopContext

from backend.core.errors import TemplateError
from backend.server.templating.budget import Budget
from backend.server.templating.methods import METHODS
from backend.server.templating.values import Function, Group, Unknown, key_of

_SEQUENCES: frozenset[type] = frozenset({str, list, tuple, Group})

_LOOP = frozenset(
    {"index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0", "previtem", "nextitem"}
)

CALLABLE = frozenset({"cycle"}.union(*METHODS.values()))
"""The names of everything that can be called on a value."""

MAX_ATTRIBUTE = 500
"""Characters of a dotted name: it is taken apart before anything is paid."""


def look_up(budget: Budget, value: Any, key: Any) -> Any:
    """What the value has under the key, or an Unknown. No Python attribute is ever read."""
    budget.step()
    kind = type(value)
    if kind is dict:
        found = value.get(key_of(key), budget)
        if found is not budget:
            return found
    elif kind in _SEQUENCES and type(key) is int:
        try:
            return value[key]
        except IndexError:
            return Unknown(obj=value, name=str(key))
    elif isinstance(value, Undefined):
        return value
    if type(key) is str:
        return _named(budget, value, key)
    key_of(key)
    return Unknown(obj=value, name=str(key))


def _named(budget: Budget, value: Any, name: str) -> Any:
    kind = type(value)
    method = METHODS.get(kind, {}).get(name)
    if method is not None:
        return Function(name, partial(method, budget, value))
    if kind is Group and name in Group._fields:
        return getattr(value, name)
    if kind is LoopContext:
        if name in _LOOP:
            return getattr(value, name)
        if name == "cycle":
            return Function(name, value.cycle)
    return Unknown(obj=value, name=name)


def getter(budget: Budget, attribute: Any, default: Any = None) -> Callable[[Any], Any]:
    """Reads `attribute` of an item, as filters take it: a name, a dotted path, or a number.

    Args:
        budget: pays for each lookup.
        attribute: None gives the item itself.
        default: stands for what is not there, unless it is None.
    """
    if attribute is None:
        return lambda item: item
    if type(attribute) not in {str, int} or len(str(attribute)) > MAX_ATTRIBUTE:
        raise TemplateError("'attribute' must be a name, such as 'title' or 'author.name'")
    parts = [int(part) if part.isdecimal() else part for part in str(attribute).split(".")]

    def read(item: Any) -> Any:
        for part in parts:
            item = look_up(budget, item, part)
        return default if default is not None and isinstance(item, Undefined) else item

    return read
