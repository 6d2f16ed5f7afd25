"""Filters over lists. Each books one step an item, and gives a list where Jinja2 gives an iterator."""

from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import Undefined

from backend.core.errors import TemplateError
from backend.server.templating import methods
from backend.server.templating.budget import Budget
from backend.server.templating.limits import MAX_RANGE
from backend.server.templating.lookup import getter
from backend.server.templating.operators import compute
from backend.server.templating.text import text, to_json
from backend.server.templating.values import SCALARS, Group, Unknown, kind_of, number, refuse

MAX_ORDERS = 20
"""Attributes that a list may be sorted by."""

_LISTS: frozenset[type] = frozenset({list, tuple, dict, str, Group})


def items_of(budget: Budget, value: Any) -> list[Any]:
    """A new list of what looping over the value gives, paid for."""
    budget.step(length(budget, value))
    return list(value)


def length(budget: Budget, value: Any) -> int:
    """The `length` filter."""
    budget.step()
    if type(value) not in _LISTS:
        if isinstance(value, Undefined):
            refuse(value)
        raise TemplateError(f"{kind_of(value)} is not a list")
    return len(value)


def each(budget: Budget, value: Any) -> Iterable[Any]:
    """What a `for` goes through: pays for each round when it comes."""
    length(budget, value)
    for item in value:
        budget.step()
        yield item


def do_join(budget: Budget, value: Any, d: Any = "", attribute: Any = None) -> str:
    read = getter(budget, attribute)
    return methods.join(budget, [read(item) for item in items_of(budget, value)], text(budget, d))


def do_list(budget: Budget, value: Any) -> list[Any]:
    return items_of(budget, value)


def do_first(budget: Budget, value: Any) -> Any:
    return next(iter(value)) if length(budget, value) else Unknown("the list is empty, so it has no first item")


def do_last(budget: Budget, value: Any) -> Any:
    return next(reversed(value)) if length(budget, value) else Unknown("the list is empty, so it has no last item")


def do_reverse(budget: Budget, value: Any) -> Any:
    if type(value) is str:
        budget.hold(len(value))
        return value[::-1]
    return items_of(budget, value)[::-1]


def _order(budget: Budget, attribute: Any, *, case_sensitive: Any) -> Callable[[Any], Any]:
    """What an item is compared by. Containers are measured, as comparing nested ones may take for ever."""
    read = getter(budget, attribute)

    def key(item: Any) -> Any:
        found = read(item)
        if type(found) is str:
            budget.hold(len(found))
            return found if case_sensitive else found.lower()
        if type(found) not in SCALARS:
            budget.measure(found)
        return found

    return key


def do_sort(
    budget: Budget, value: Any, reverse: Any = False, case_sensitive: Any = False, attribute: Any = None
) -> list[Any]:
    names = attribute.split(",", MAX_ORDERS) if type(attribute) is str else [attribute]
    keys = [_order(budget, name, case_sensitive=case_sensitive) for name in names]
    return _sorted(items_of(budget, value), lambda item: [key(item) for key in keys], reverse=bool(reverse))


def _sorted(items: list[Any], key: Callable[[Any], Any], *, reverse: bool = False) -> list[Any]:
    try:
        return sorted(items, key=key, reverse=reverse)
    except TypeError:
        raise TemplateError("the items of the list cannot be compared with each other") from None


def do_min(budget: Budget, value: Any, case_sensitive: Any = False, attribute: Any = None) -> Any:
    return _extreme(budget, value, min, _order(budget, attribute, case_sensitive=case_sensitive))


def do_max(budget: Budget, value: Any, case_sensitive: Any = False, attribute: Any = None) -> Any:
    return _extreme(budget, value, max, _order(budget, attribute, case_sensitive=case_sensitive))


def _extreme(budget: Budget, value: Any, pick: Callable[..., Any], key: Callable[[Any], Any]) -> Any:
    items = items_of(budget, value)
    if not items:
        return Unknown(f"the list is empty, so it has no {pick.__name__}")
    try:
        return pick(items, key=key)
    except TypeError:
        raise TemplateError("the items of the list cannot be compared with each other") from None


def do_sum(budget: Budget, value: Any, attribute: Any = None, start: Any = 0) -> Any:
    read = getter(budget, attribute)
    total = start
    for item in items_of(budget, value):
        total = compute(budget, "+", total, read(item))
    return total


def do_unique(budget: Budget, value: Any, case_sensitive: Any = False, attribute: Any = None) -> list[Any]:
    key = _order(budget, attribute, case_sensitive=case_sensitive)
    seen: dict[Any, Any] = {}
    for item in items_of(budget, value):
        seen.setdefault(_identity(budget, key(item)), item)
    return list(seen.values())


def _identity(budget: Budget, key: Any) -> Any:
    """Something to hash. As in Python, `1`, `1.0` and `true` are one; objects and lists count by their JSON."""
    return key if type(key) is str or type(key) in SCALARS else (to_json(budget, key),)


def do_groupby(
    budget: Budget, value: Any, attribute: Any, default: Any = None, case_sensitive: Any = False
) -> list[Group]:
    read = getter(budget, attribute, default)
    order = _order(budget, None, case_sensitive=case_sensitive)
    groups: dict[Any, Group] = {}
    for item in _sorted(items_of(budget, value), lambda item: order(read(item))):
        found = read(item)
        groups.setdefault(_identity(budget, order(found)), Group(found, [])).list.append(item)
    return list(groups.values())


def do_dictsort(
    budget: Budget, value: Any, case_sensitive: Any = False, by: Any = "key", reverse: Any = False
) -> list[Any]:
    if type(by) is not str or by not in {"key", "value"}:
        raise TemplateError("dictsort sorts by 'key' or 'value'")
    position = 0 if by == "key" else 1
    return do_sort(budget, do_items(budget, value), reverse, case_sensitive, attribute=position)


def do_items(budget: Budget, value: Any) -> list[Any]:
    if type(value) is not dict:
        if isinstance(value, Undefined):
            return []
        raise TemplateError(f"{kind_of(value)} has no items; only an object has")
    budget.step(len(value))
    return list(value.items())


def do_batch(budget: Budget, value: Any, linecount: int, fill_with: Any = None) -> list[Any]:
    size = _portion(linecount, "linecount")
    items = items_of(budget, value)
    rows = [items[start : start + size] for start in range(0, len(items), size)]
    if rows and fill_with is not None:
        budget.step(size)
        rows[-1] += [fill_with] * (size - len(rows[-1]))
    return rows


def do_slice(budget: Budget, value: Any, slices: int, fill_with: Any = None) -> list[Any]:
    count = _portion(slices, "slices")
    budget.step(count)
    items = items_of(budget, value)
    each_gets, longer = divmod(len(items), count)
    columns = []
    start = 0
    for number_of in range(count):
        stop = start + each_gets + (number_of < longer)
        column = items[start:stop]
        if fill_with is not None and longer and number_of >= longer:
            column.append(fill_with)
        columns.append(column)
        start = stop
    return columns


def _portion(value: Any, name: str) -> int:
    if not 1 <= number(value, name) <= MAX_RANGE:
        raise TemplateError(f"'{name}' must be 1 to {MAX_RANGE:,}")
    return int(value)
