"""How a value looks in text: as Jinja2 writes it, with the size looked at first."""

import json
from typing import Any

from jinja2 import Undefined

from backend.core.errors import TemplateBudget, TemplateError
from backend.server.templating.budget import Budget
from backend.server.templating.limits import MAX_TEXT
from backend.server.templating.values import SCALARS, number

MAX_INDENT = 8


def text(budget: Budget, value: Any) -> str:
    """The value as text. An `if` without `else` that was false gives none."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]  # what it was given
    if kind in SCALARS:
        written = str(value)
        budget.hold(len(written))
        return written
    if kind is Undefined:
        return ""
    budget.measure(value)
    written = str(value)
    budget.hold(len(written))
    return written


def to_json(budget: Budget, value: Any, indent: Any = None) -> str:
    """The `tojson` filter: readable JSON, nothing escaped for HTML, keys in the order they have."""
    if indent is not None and not 0 <= number(indent, "indent") <= MAX_INDENT:
        raise TemplateError(f"the 'indent' of tojson must be 0 to {MAX_INDENT}")
    size = budget.measure(value)
    if size > MAX_TEXT:
        too_much_text()
    try:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, default=_as_null)
    except ValueError:
        raise TemplateError("a number in it is not finite, so it cannot be written as JSON") from None
    budget.hold(len(written))
    return written


def _as_null(value: Undefined) -> None:
    """What `measure` let through and JSON does not know: an `if` without `else` that was false."""


def too_much_text() -> None:
    """Raises TemplateBudget."""
    raise TemplateBudget(f"it gives more than {MAX_TEXT:,} characters")
