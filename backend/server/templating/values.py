"""The values a template meets: JSON, and the four helpers below. No other object ever gets in."""

from collections.abc import Callable
from types import NoneType
from typing import Any, NamedTuple, NoReturn

from jinja2 import StrictUndefined, Undefined, UndefinedError
from jinja2.utils import missing

from backend.core.errors import TemplateError

NUMBERS: frozenset[type] = frozenset({int, float, bool})
SCALARS: frozenset[type] = NUMBERS | {NoneType}
KEYS: frozenset[type] = SCALARS | {str}

_WORDS: dict[type, str] = {
    str: "text",
    int: "a number",
    float: "a number",
    bool: "a boolean",
    NoneType: "null",
    list: "a list",
    tuple: "a list",
    dict: "an object",
}


class UnknownName(UndefinedError):
    """An unknown name was used. `unknown` knows which."""

    def __init__(self, message: str, unknown: "Unknown") -> None:
        super().__init__(message)
        self.unknown = unknown


class Unknown(StrictUndefined):
    """A name that is not there. Every use of it fails, except asking for a default or whether it is defined.

    A name below an unknown name is the same unknown name, so `default` works for a whole path.
    """

    __slots__ = ()

    def __init__(self, hint: str | None = None, obj: Any = missing, name: str | None = None) -> None:
        super().__init__(hint, obj, name)
        self._undefined_exception = self._unknown_name  # type: ignore[assignment]  # Jinja takes any class

    @property
    def wanted(self) -> str | None:
        """The missing name, or None where it has none, as the first of an empty list."""
        return None if self._undefined_name is None else str(self._undefined_name)

    @property
    def parent(self) -> Any:
        """Where it was looked for; `jinja2.utils.missing` stands for the scope itself."""
        return self._undefined_obj

    def _unknown_name(self, message: str) -> UnknownName:
        return UnknownName(message, self)


class Function:
    """The only thing that a template may call."""

    __slots__ = ("call", "name")

    def __init__(self, name: str, call: Callable[..., Any]) -> None:
        self.name = name
        self.call = call


class Group(NamedTuple):
    """One element of `groupby`: `{% for key, items in ... %}`, or `.grouper` and `.list`."""

    grouper: Any
    list: Any


def kind_of(value: Any) -> str:
    """What the value is, in a workflow author's words."""
    return _WORDS.get(type(value), "something that is not a value")


def refuse(value: Any) -> NoReturn:
    """Fails for a value that is no JSON: an unknown name, or a function that nobody called.

    Raises:
        UndefinedError: it is an unknown name.
        TemplateError: it is anything else.
    """
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()
    if type(value) is Function:
        raise TemplateError(f"'{value.name}' is a function: call it with '{value.name}()'")
    raise TemplateError("it uses something that is not a value, such as 'loop' itself")


def number(value: Any, name: str) -> int:
    """A whole number given to a filter or function as its argument `name`."""
    if type(value) is not int:
        if isinstance(value, Undefined):
            refuse(value)
        raise TemplateError(f"'{name}' must be a whole number, not {kind_of(value)}")
    return value


def textual(value: Any, name: str) -> str:
    """Text given to a filter or function as its argument `name`."""
    if type(value) is not str:
        if isinstance(value, Undefined):
            refuse(value)
        raise TemplateError(f"'{name}' must be text, not {kind_of(value)}")
    return value


def key_of(value: Any) -> Any:
    """A value that may be looked up in an object. Nested tuples would take for ever to hash."""
    if type(value) not in KEYS:
        if isinstance(value, Undefined):
            refuse(value)
        raise TemplateError(f"{kind_of(value)} cannot be the key of an object")
    return value
