"""Filters that take one value: text, numbers, defaults. Each takes the budget first."""

import re
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Undefined
from jinja2 import filters as jinja
from markupsafe import escape as escape_html

from backend.core.errors import TemplateError
from backend.server.templating.budget import Budget
from backend.server.templating.methods import METHODS
from backend.server.templating.methods import replace as replace_text
from backend.server.templating.text import text
from backend.server.templating.values import NUMBERS, kind_of, number, refuse, textual

MAX_PRECISION = 15
MAX_INDENT = 200
_WORD = re.compile(r"\w+")


def do_string(budget: Budget, value: Any) -> str:
    budget.step()
    return text(budget, value)


def _method(name: str) -> Any:
    method = METHODS[str][name]

    def do_text(budget: Budget, value: Any) -> Any:
        return method(budget, do_string(budget, value))

    return do_text


do_upper, do_lower, do_capitalize = _method("upper"), _method("lower"), _method("capitalize")


def do_title(budget: Budget, value: Any) -> str:
    written = do_string(budget, value)
    budget.hold(16 * len(written))
    return jinja.do_title(written)


def do_trim(budget: Budget, value: Any, chars: str | None = None) -> str:
    written = do_string(budget, value)
    budget.hold(len(written))
    return written.strip(None if chars is None else textual(chars, "chars"))


def do_replace(budget: Budget, value: Any, old: Any, new: Any, count: int | None = None) -> str:
    written = do_string(budget, value)
    return replace_text(budget, written, text(budget, old), text(budget, new), -1 if count is None else count)


def do_truncate(
    budget: Budget, value: Any, length: int = 255, killwords: bool = False, end: str = "...", *, leeway: int = 5
) -> str:
    written = do_string(budget, value)
    if number(length, "length") < len(textual(end, "end")):
        raise TemplateError("the 'length' of truncate must be at least that of its 'end'")
    if len(written) <= length + number(leeway, "leeway"):
        return written
    head = written[: length - len(end)]
    budget.hold(2 * len(head))
    return head + end if killwords else head.rsplit(" ", 1)[0] + end


def do_wordcount(budget: Budget, value: Any) -> int:
    written = do_string(budget, value)
    budget.hold(8 * len(written))
    return sum(1 for _ in _WORD.finditer(written))


def do_indent(budget: Budget, value: Any, width: Any = 4, first: bool = False, blank: bool = False) -> str:
    written = do_string(budget, value)
    pad = width if type(width) is str else " " * min(number(width, "width"), MAX_INDENT + 1)
    if len(pad) > MAX_INDENT:
        raise TemplateError(f"the 'width' of indent must be at most {MAX_INDENT}")
    budget.hold(2 * len(written) + len(pad) * (written.count("\n") + 1))
    lines = written.split("\n")
    padded = [pad + line if line or blank else line for line in lines[1:]]
    return "\n".join([pad + lines[0] if first else lines[0], *padded])


def do_escape(budget: Budget, value: Any) -> str:
    written = do_string(budget, value)
    budget.hold(6 * len(written))
    return str(escape_html(written))


def do_urlencode(budget: Budget, value: Any) -> str:
    if type(value) is dict:
        budget.hold(12 * budget.measure(value))
        return urlencode({key: text(budget, item) for key, item in value.items()}, quote_via=quote)
    written = do_string(budget, value)
    budget.hold(12 * len(written))
    return quote(written, safe="/")


def do_default(budget: Budget, value: Any, default_value: Any = "", boolean: bool = False) -> Any:
    budget.step()
    if isinstance(value, Undefined) or (boolean and not value):
        return default_value
    return value


def do_int(budget: Budget, value: Any, default: Any = 0, base: int = 10) -> Any:
    _check_readable(budget, value)
    try:
        return budget.integer(jinja.do_int(value, default, number(base, "base")))
    except OverflowError:
        return default


def do_float(budget: Budget, value: Any, default: Any = 0.0) -> Any:
    _check_readable(budget, value)
    try:
        return jinja.do_float(value, default)
    except OverflowError:
        return default


def _check_readable(budget: Budget, value: Any) -> None:
    budget.step()
    if isinstance(value, Undefined):
        refuse(value)
    if type(value) is str:
        budget.hold(len(value))
        if len(value) > 4_000:
            raise TemplateError("a number cannot be read from so long a text")


def do_abs(budget: Budget, value: Any) -> Any:
    return abs(_numeric(budget, value, "abs"))


def do_round(budget: Budget, value: Any, precision: int = 0, method: str = "common") -> Any:
    if abs(number(precision, "precision")) > MAX_PRECISION:
        raise TemplateError(f"the 'precision' of round must be -{MAX_PRECISION} to {MAX_PRECISION}")
    if textual(method, "method") not in {"common", "ceil", "floor"}:
        raise TemplateError("the 'method' of round is common, ceil or floor")
    try:
        return jinja.do_round(_numeric(budget, value, "round"), precision, method)  # type: ignore[arg-type]  # any text; Jinja checks it
    except (OverflowError, ValueError):
        raise TemplateError("this number cannot be rounded") from None


def _numeric(budget: Budget, value: Any, name: str) -> Any:
    budget.step()
    if type(value) not in NUMBERS:
        if isinstance(value, Undefined):
            refuse(value)
        raise TemplateError(f"'{name}' takes a number, not {kind_of(value)}")
    return value
