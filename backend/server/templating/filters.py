"""Every filter there is, and those that apply another filter or a test to each item."""

from collections.abc import Callable
from typing import Any

from backend.core.errors import TemplateError
from backend.server.templating import list_filters as lists
from backend.server.templating import text_filters as texts
from backend.server.templating.budget import Budget
from backend.server.templating.lookup import getter
from backend.server.templating.predicates import TESTS
from backend.server.templating.text import to_json

Filter = Callable[..., Any]


def do_map(
    budget: Budget, value: Any, name: Any = None, *args: Any, attribute: Any = None, default: Any = None, **kwargs: Any
) -> list[Any]:
    items = lists.items_of(budget, value)
    if name is None:
        read = getter(budget, attribute, default)
        return [read(item) for item in items]
    chosen = _chosen(FILTERS, name, "filter")
    named = kwargs if attribute is None else {**kwargs, "attribute": attribute}
    return [chosen(budget, item, *args, **named) for item in items]


def do_select(budget: Budget, value: Any, *test: Any) -> list[Any]:
    return _sift(budget, value, None, test, wanted=True)


def do_reject(budget: Budget, value: Any, *test: Any) -> list[Any]:
    return _sift(budget, value, None, test, wanted=False)


def do_selectattr(budget: Budget, value: Any, attribute: Any, *test: Any) -> list[Any]:
    return _sift(budget, value, attribute, test, wanted=True)


def do_rejectattr(budget: Budget, value: Any, attribute: Any, *test: Any) -> list[Any]:
    return _sift(budget, value, attribute, test, wanted=False)


def _sift(budget: Budget, value: Any, attribute: Any, test: tuple[Any, ...], *, wanted: bool) -> list[Any]:
    read = getter(budget, attribute)
    items = lists.items_of(budget, value)
    if not test:
        return [item for item in items if bool(read(item)) is wanted]
    holds = _chosen(TESTS, test[0], "test")
    return [item for item in items if holds(budget, read(item), *test[1:]) is wanted]


def _chosen(table: dict[str, Filter], name: Any, kind: str) -> Filter:
    if type(name) is not str or name not in table:
        raise TemplateError(f"there is no such {kind}")  # its name may be computed, and secret
    return table[name]


FILTERS: dict[str, Filter] = {
    "abs": texts.do_abs,
    "batch": lists.do_batch,
    "capitalize": texts.do_capitalize,
    "count": lists.length,
    "d": texts.do_default,
    "default": texts.do_default,
    "dictsort": lists.do_dictsort,
    "e": texts.do_escape,
    "escape": texts.do_escape,
    "first": lists.do_first,
    "float": texts.do_float,
    "groupby": lists.do_groupby,
    "indent": texts.do_indent,
    "int": texts.do_int,
    "items": lists.do_items,
    "join": lists.do_join,
    "last": lists.do_last,
    "length": lists.length,
    "list": lists.do_list,
    "lower": texts.do_lower,
    "map": do_map,
    "max": lists.do_max,
    "min": lists.do_min,
    "reject": do_reject,
    "rejectattr": do_rejectattr,
    "replace": texts.do_replace,
    "reverse": lists.do_reverse,
    "round": texts.do_round,
    "select": do_select,
    "selectattr": do_selectattr,
    "slice": lists.do_slice,
    "sort": lists.do_sort,
    "string": texts.do_string,
    "sum": lists.do_sum,
    "title": texts.do_title,
    "tojson": to_json,
    "trim": texts.do_trim,
    "truncate": texts.do_truncate,
    "unique": lists.do_unique,
    "upper": texts.do_upper,
    "urlencode": texts.do_urlencode,
    "wordcount": texts.do_wordcount,
}
"""Every filter there is."""
