"""The templates in a tree of JSON, and the tree with their values in place."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from backend.core.jsonvalue import escape
from backend.server.templating.language import is_template


class Place(NamedTuple):
    """A template and where it stands: a JSON pointer in the tree."""

    source: str
    pointer: str


def find_templates(tree: Any, pointer: str = "") -> list[Place]:
    """Every template in the values of the tree, in order. Keys are never templates."""
    if isinstance(tree, str):
        return [Place(tree, pointer)] if is_template(tree) else []
    found: list[Place] = []
    for name, child in _children(tree):
        if not isinstance(child, str):
            found += find_templates(child, f"{pointer}/{escape(str(name))}")
        elif is_template(child):
            found.append(Place(child, f"{pointer}/{escape(str(name))}"))
    return found


def _children(tree: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(tree, dict):
        yield from tree.items()
    elif isinstance(tree, list):
        yield from enumerate(tree)


def fill(tree: Any, values: Iterator[Any]) -> Any:
    """A copy of the tree with the next value for each template, in the order of `find_templates`."""
    if isinstance(tree, str):
        return next(values) if is_template(tree) else tree
    if isinstance(tree, dict):
        return {key: fill(child, values) for key, child in tree.items()}
    if isinstance(tree, list):
        return [fill(child, values) for child in tree]
    return tree
