"""`+ - * / // % **`, comparisons, `~` and slices, each sized before it is computed."""

import operator
from collections.abc import Callable
from typing import Any

from backend.core.errors import TemplateBudget, TemplateError
from backend.server.templating.budget import Budget
from backend.server.templating.limits import MAX_INT_BITS
from backend.server.templating.text import text
from backend.server.templating.values import NUMBERS, SCALARS, key_of, kind_of, number, refuse, textual

ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
}

SEQUENCES: frozenset[type] = frozenset({str, list, tuple})

_UNIT: dict[type, int] = {str: 1, list: 8, tuple: 8}


def compute(budget: Budget, sign: str, left: Any, right: Any) -> Any:
    """One arithmetic operation.

    Raises:
        TemplateError: the two do not go together, or division by zero.
        TemplateBudget: the result would be too large.
    """
    budget.step()
    if type(left) in NUMBERS and type(right) in NUMBERS:
        return _compute_number(budget, sign, left, right)
    if sign == "+" and type(left) is type(right) and type(left) in SEQUENCES:
        budget.hold((len(left) + len(right)) * _UNIT[type(left)])
        return left + right
    if sign == "*":
        if type(left) in SEQUENCES and type(right) is int:
            return _repeat(budget, left, right)
        if type(left) is int and type(right) in SEQUENCES:
            return _repeat(budget, right, left)
    for side in (left, right):
        if type(side) not in SCALARS and type(side) not in SEQUENCES and type(side) is not dict:
            refuse(side)
    hint = "; join text with '~'" if sign == "+" else ""
    raise TemplateError(f"'{sign}' does not work between {kind_of(left)} and {kind_of(right)}{hint}")


def _compute_number(budget: Budget, sign: str, left: Any, right: Any) -> Any:
    if sign == "**" and isinstance(left, int) and isinstance(right, int):
        _size_power(left, right)
    try:
        result = ARITHMETIC[sign](left, right)
    except ZeroDivisionError:
        raise TemplateError("it divides by zero") from None
    except OverflowError:
        raise TemplateError("it computes a number that is too large") from None
    if type(result) is complex:
        raise TemplateError("it computes the root of a negative number")
    return budget.integer(result)


def _size_power(base: int, exponent: int) -> None:
    if exponent > 0 and base.bit_length() * exponent > 2 * MAX_INT_BITS:
        raise TemplateBudget(f"it computes an integer of more than {MAX_INT_BITS:,} bits")


def _repeat(budget: Budget, sequence: Any, times: int) -> Any:
    budget.hold(len(sequence) * max(times, 0) * _UNIT[type(sequence)])
    return sequence * times


def compare(budget: Budget, left: Any, *rest: Any) -> bool:
    """`a < b == c`: `rest` is operator, value, operator, value. It ends at the first that is false."""
    for index in range(0, len(rest), 2):
        right = rest[index + 1]
        if not _compare_pair(budget, rest[index], left, right):
            return False
        left = right
    return True


def _compare_pair(budget: Budget, sign: str, left: Any, right: Any) -> bool:
    budget.step()
    if sign in {"in", "notin"}:
        return contains(budget, right, left) is (sign == "in")
    _size_comparison(budget, left, right)
    try:
        return bool(COMPARISONS[sign](left, right))
    except TypeError:
        raise TemplateError(f"{kind_of(left)} and {kind_of(right)} cannot be compared") from None


def _size_comparison(budget: Budget, left: Any, right: Any) -> None:
    if type(left) is str and type(right) is str:
        budget.hold(min(len(left), len(right)))
        return
    for side in (left, right):
        if type(side) not in SCALARS and type(side) is not str:
            budget.measure(side)


def contains(budget: Budget, container: Any, item: Any) -> bool:
    """`item in container`."""
    if type(container) is str:
        budget.hold(len(container))
        return textual(item, "in") in container
    if type(container) is dict:
        return key_of(item) in container
    if type(container) not in SEQUENCES:
        budget.measure(container)
        raise TemplateError(f"nothing can be looked for in {kind_of(container)}")
    budget.measure(container)
    budget.measure(item)
    return item in container


def concat(budget: Budget, *parts: Any) -> str:
    """`a ~ b ~ c`."""
    budget.step(len(parts))
    texts = [text(budget, part) for part in parts]
    budget.hold(sum(map(len, texts)))
    return "".join(texts)


def cut(budget: Budget, value: Any, start: Any, stop: Any, step: Any) -> Any:
    """`value[start:stop:step]`, a copy."""
    budget.step()
    if type(value) not in SEQUENCES:
        budget.measure(value)
        raise TemplateError(f"{kind_of(value)} has no slices")
    bounds = [None if bound is None else number(bound, "slice") for bound in (start, stop, step)]
    if bounds[2] == 0:
        raise TemplateError("the step of a slice cannot be 0")
    part = slice(*bounds)
    budget.hold(len(range(*part.indices(len(value)))) * _UNIT[type(value)])
    return value[part]
