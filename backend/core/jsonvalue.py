"""JSON values: what may be stored, checked at every entry (bodies, module outputs, template results)."""

import math
import re
from collections.abc import Iterator
from typing import Any

import orjson

from backend.core.errors import ValueNotStorable

type_names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}

MAX_DEPTH = 64
"""Levels of nesting. MongoDB itself stops at 100, and an event adds a few of its own."""

MAX_INT = 2**63 - 1
MIN_INT = -(2**63)

STATE_KEY = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,127}$")


def check_json(value: Any, *, pointer: str = "") -> None:
    """Refuses what cannot be stored faithfully.

    Args:
        value: anything; JSON is dict with string keys, list, str, int, float, bool, None, by exact type.
        pointer: JSON pointer of `value` in the caller's document, for the message.

    Raises:
        ValueNotStorable: names the pointer and the reason (not JSON, NaN, an integer beyond 64 bits,
            a lone surrogate, NUL in a key, more than 64 levels).
    """
    stack: list[tuple[Any, str, int]] = [(value, pointer, 1)]
    while stack:
        item, where, depth = stack.pop()
        kind = type(item)
        if kind is str:
            _check_text(item, where)
        elif kind is dict or kind is list:
            if depth > MAX_DEPTH:
                raise ValueNotStorable(where, f"more than {MAX_DEPTH} levels of nesting")
            stack.extend((child, at, depth + 1) for child, at in _children(item, where))
        else:
            _check_scalar(item, where)


def _children(item: Any, where: str) -> Iterator[tuple[Any, str]]:
    if type(item) is list:
        for index, child in enumerate(item):
            yield child, f"{where}/{index}"
        return
    for key, child in item.items():
        if type(key) is not str:
            raise ValueNotStorable(where, f"the key {key!r} is not a string")
        _check_text(key, where)
        if "\x00" in key:
            raise ValueNotStorable(where, "a key holds a NUL character")
        yield child, f"{where}/{escape(key)}"


def _check_scalar(item: Any, where: str) -> None:
    if item is None or item is True or item is False:
        return
    if type(item) is int:
        if not MIN_INT <= item <= MAX_INT:
            raise ValueNotStorable(where, "an integer beyond 64 bits")
        return
    if type(item) is float:
        if not math.isfinite(item):
            raise ValueNotStorable(where, "a number that is not finite")
        return
    raise ValueNotStorable(where, f"{type(item).__name__} is not JSON")


def _check_text(text: str, where: str) -> None:
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueNotStorable(where, "text with a lone surrogate") from None


def escape(key: str) -> str:
    """One token of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def pointer_of(path: Iterator[Any] | list[Any] | tuple[Any, ...]) -> str:
    """`["steps", 0, "a/b"]` -> `/steps/0/a~1b`."""
    return "".join(f"/{escape(str(part))}" for part in path)


def encoded(value: Any) -> bytes:
    """Canonical bytes of a JSON value: keys sorted, so equal values have equal bytes (and hashes)."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def size_of(value: Any) -> int:
    """Bytes of the value as JSON."""
    return len(orjson.dumps(value))
