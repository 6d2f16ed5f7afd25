"""The tests: `x is defined`, `x is divisibleby 3`. Each takes the budget first."""

from collections.abc import Callable
from functools import partial
from typing import Any

from jinja2 import Undefined

from backend.server.templating.budget import Budget
from backend.server.templating.operators import compare, compute
from backend.server.templating.text import text
from backend.server.templating.values import NUMBERS, refuse

Test = Callable[..., bool]


def _of_type(*kinds: type) -> Test:
    def test(budget: Budget, value: Any) -> bool:
        budget.step()
        if isinstance(value, Undefined):
            refuse(value)
        return type(value) in kinds

    return test


def _constant(wanted: Any) -> Test:
    def test(budget: Budget, value: Any) -> bool:
        budget.step()
        if isinstance(value, Undefined):
            refuse(value)
        return value is wanted

    return test


def _compares(sign: str) -> Test:
    def test(budget: Budget, value: Any, other: Any) -> bool:
        return compare(budget, value, sign, other)

    return test


def is_defined(budget: Budget, value: Any) -> bool:
    budget.step()
    return not isinstance(value, Undefined)


def is_undefined(budget: Budget, value: Any) -> bool:
    return not is_defined(budget, value)


def is_divisible_by(budget: Budget, value: Any, num: Any) -> bool:
    return bool(compute(budget, "%", value, num) == 0)


def is_odd(budget: Budget, value: Any) -> bool:
    return bool(compute(budget, "%", value, 2) == 1)


def is_same(budget: Budget, value: Any, other: Any) -> bool:
    return type(value) is type(other) and compare(budget, value, "eq", other)


def _is_cased(name: str) -> Test:
    method = getattr(str, name)

    def test(budget: Budget, value: Any) -> bool:
        written = text(budget, value)
        budget.hold(len(written))
        return bool(method(written))

    return test


_SIGNS = {
    "eq": ("eq", "equalto", "=="),
    "ne": ("ne", "!="),
    "lt": ("lt", "lessthan", "<"),
    "lteq": ("le", "<="),
    "gt": ("gt", "greaterthan", ">"),
    "gteq": ("ge", ">="),
    "in": ("in",),
}

TESTS: dict[str, Test] = {
    "defined": is_defined,
    "undefined": is_undefined,
    "none": _constant(None),
    "true": _constant(True),
    "false": _constant(False),
    "boolean": _of_type(bool),
    "integer": _of_type(int),
    "float": _of_type(float),
    "number": _of_type(*NUMBERS),
    "string": _of_type(str),
    "mapping": _of_type(dict),
    "sequence": _of_type(str, list, tuple, dict),
    "iterable": _of_type(str, list, tuple, dict),
    "odd": is_odd,
    "even": partial(is_divisible_by, num=2),
    "divisibleby": is_divisible_by,
    "sameas": is_same,
    "lower": _is_cased("islower"),
    "upper": _is_cased("isupper"),
    **{name: _compares(sign) for sign, names in _SIGNS.items() for name in names},
}
"""Every test there is."""
