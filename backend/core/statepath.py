"""Dotted paths into state. Writing copies along the path, so a value handed out never changes later."""

import re
from collections.abc import Mapping
from typing import Any

MISSING: Any = object()
"""What `get_path` gives where there is nothing; null is a value of its own."""

_INDEX = re.compile(r"[0-9]{1,9}")


def get_path(tree: Any, path: str) -> Any:
    """The value at `a.b.c`, or MISSING. A number steps into a list: `results.0.output`."""
    node = tree
    for part in path.split("."):
        if isinstance(node, Mapping):
            node = node.get(part, MISSING)
        elif isinstance(node, list) and _INDEX.fullmatch(part) and int(part) < len(node):
            node = node[int(part)]
        else:
            return MISSING
        if node is MISSING:
            return MISSING
    return node


def set_path(tree: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of `tree` with `value` at `a.b.c`; siblings are kept, what is not an object on the way is replaced."""
    head, _, rest = path.partition(".")
    copy = dict(tree)
    if rest:
        below = tree.get(head)
        copy[head] = set_path(below if isinstance(below, dict) else {}, rest, value)
    else:
        copy[head] = value
    return copy


def set_paths(tree: dict[str, Any], writes: Mapping[str, Any]) -> dict[str, Any]:
    """`set_path` for each write, in order."""
    for path, value in writes.items():
        tree = set_path(tree, path, value)
    return tree


def deep_merge(base: Any, override: Any) -> Any:
    """Objects merge key by key, the override wins elsewhere. Neither argument is changed."""
    if not (isinstance(base, dict) and isinstance(override, dict)):
        return override
    merged = dict(base)
    for key, value in override.items():
        merged[key] = deep_merge(base[key], value) if key in base else value
    return merged
