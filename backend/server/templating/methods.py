"""The methods that a template may call, by the exact type of the value. None of them changes it."""

from collections.abc import Callable
from typing import Any

from backend.core.errors import TemplateError
from backend.server.templating.budget import Budget
from backend.server.templating.text import text
from backend.server.templating.values import key_of, kind_of, number, textual

Method = Callable[..., Any]


def _plain(name: str) -> Method:
    """A method of text whose result is about as long as the text, and whose arguments are text."""
    method = getattr(str, name)

    def call(budget: Budget, value: str, *args: str) -> Any:
        budget.hold(len(value) + sum(len(textual(arg, name)) for arg in args))
        return method(value, *args)

    return call


def _split(name: str) -> Method:
    method = getattr(str, name)

    def call(budget: Budget, value: str, sep: str | None = None, maxsplit: int = -1) -> list[str]:
        cuts = len(value) // 2 if sep is None else value.count(textual(sep, "sep"))
        budget.hold(len(value) + 8 * cuts)
        return method(value, sep, number(maxsplit, "maxsplit"))  # type: ignore[no-any-return]  # bound by name

    return call


def _split_lines(budget: Budget, value: str) -> list[str]:
    budget.hold(9 * len(value))
    return value.splitlines()


def replace(budget: Budget, value: str, old: str, new: str, count: int = -1) -> str:
    """Replaces `old`, at most `count` times; the length is known before it is done."""
    textual(old, "old")
    textual(new, "new")
    times = value.count(old)
    if number(count, "count") >= 0:
        times = min(times, count)
    budget.hold(2 * len(value) + max(len(new) - len(old), 0) * times)
    return value.replace(old, new, count)


def _join(budget: Budget, value: str, items: Any) -> str:
    return join(budget, items, value)


def join(budget: Budget, items: Any, separator: str) -> str:
    """The items as text with the separator between them."""
    if type(items) not in {list, tuple, str, dict}:
        raise TemplateError(f"{kind_of(items)} cannot be joined; it takes a list")
    budget.step(len(items))
    texts = []
    for item in items:
        texts.append(text(budget, item))
        budget.hold(len(texts[-1]) + len(separator))
    return separator.join(texts)


def _get(budget: Budget, value: dict[str, Any], key: Any, default: Any = None) -> Any:
    budget.step()
    return value.get(key_of(key), default)


def _view(name: str) -> Method:
    method = getattr(dict, name)

    def call(budget: Budget, value: dict[str, Any]) -> list[Any]:
        budget.hold(16 * len(value))
        return list(method(value))

    return call


def _find(name: str, value_type: type) -> Method:
    method = getattr(value_type, name)

    def call(budget: Budget, value: Any, item: Any) -> Any:
        budget.measure(value)
        budget.measure(item)
        try:
            return method(value, item)
        except ValueError:
            raise TemplateError(f"'{name}' did not find the value") from None
        except TypeError:
            raise TemplateError(f"'{name}' cannot look for {kind_of(item)} here") from None

    return call


_PLAIN = (
    "upper lower title capitalize swapcase casefold strip lstrip rstrip removeprefix removesuffix startswith endswith "
    "find rfind count isdigit isdecimal isnumeric isalpha isalnum isspace islower isupper istitle"
)

METHODS: dict[type, dict[str, Method]] = {
    str: {
        **{name: _plain(name) for name in _PLAIN.split()},
        "index": _find("index", str),
        "split": _split("split"),
        "rsplit": _split("rsplit"),
        "splitlines": _split_lines,
        "replace": replace,
        "join": _join,
    },
    list: {name: _find(name, list) for name in ("index", "count")},
    dict: {"get": _get, **{name: _view(name) for name in ("items", "keys", "values")}},
}
