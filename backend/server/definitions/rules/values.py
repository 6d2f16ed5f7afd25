"""Values that cannot be stored faithfully, and the document without them."""

from collections.abc import Iterator
from typing import Any

from backend.core.errors import ValueNotStorable
from backend.core.jsonvalue import MAX_DEPTH, check_json, escape
from backend.server.definitions.problems import Problem


def without_unstorable(document: Any) -> tuple[Any, list[Problem]]:
    """A copy in which the bad values are null and the bad keys gone, so that the other checks can go on."""
    problems: list[Problem] = []
    return _clean(document, "", 1, problems), problems


def _clean(value: Any, pointer: str, depth: int, problems: list[Problem]) -> Any:
    if depth > MAX_DEPTH:
        problems.append(_problem(pointer, f"more than {MAX_DEPTH} levels of nesting"))
        return None
    if type(value) is dict:
        return {
            key: _clean(child, f"{pointer}/{escape(key)}", depth + 1, problems)
            for key, child in _usable_items(value, pointer, problems)
        }
    if type(value) is list:
        return [_clean(child, f"{pointer}/{index}", depth + 1, problems) for index, child in enumerate(value)]
    try:
        check_json(value)
    except ValueNotStorable as error:
        problems.append(_problem(pointer, error.reason))
        return None
    return value


def _usable_items(value: dict[Any, Any], pointer: str, problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    for key, child in value.items():
        try:
            check_json({key: None})
        except ValueNotStorable as error:
            problems.append(_problem(pointer, error.reason))
        else:
            yield key, child


def _problem(pointer: str, reason: str) -> Problem:
    return Problem(pointer, f"This cannot be stored: {reason}. Change it.")
