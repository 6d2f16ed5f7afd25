"""The `$ref`s inside one JSON Schema: each leads to a place in it, and none round to itself."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from backend.core.jsonvalue import pointer_of
from backend.server.definitions.models import JsonObject
from backend.server.definitions.problems import Problem

_DATA = frozenset({"const", "enum", "default", "examples"})
"""Keywords whose values are data, not schemas."""

_IN_PLACE = ("not", "if", "then", "else")
_IN_PLACE_LISTS = ("allOf", "anyOf", "oneOf")

_Path = tuple[str | int, ...]


def ref_problems(schema: JsonObject, pointer: str) -> Iterator[Problem]:
    """Faults of a valid schema that would show only when a payload is checked. Nothing is fetched then or now."""
    parts = list(_objects(schema))
    resolver = Registry().with_resource("", DRAFT202012.create_resource(schema)).resolver()
    targets: dict[int, Any] = {}
    for path, part in parts:
        ref = part.get("$ref")
        if not isinstance(ref, str) or not ref.startswith("#"):
            continue  # a file: reported with all others
        try:
            targets[id(part)] = resolver.lookup(ref).contents
        except (Unresolvable, ValueError):
            yield Problem(
                f"{pointer}{pointer_of(path)}/$ref", f"'{ref[:200]}' leads nowhere in this schema. Correct it."
            )
    circle = _circle(parts, targets)
    if circle is not None:
        yield Problem(
            f"{pointer}{pointer_of(circle)}/$ref", "This leads round to itself, so no check would ever end. Correct it."
        )


def _objects(schema: JsonObject) -> Iterator[tuple[_Path, JsonObject]]:
    stack: list[tuple[Any, _Path]] = [(schema, ())]
    while stack:
        value, path = stack.pop()
        if isinstance(value, dict):
            yield path, value
            stack.extend((child, (*path, key)) for key, child in value.items() if key not in _DATA)
        elif isinstance(value, list):
            stack.extend((child, (*path, index)) for index, child in enumerate(value))


def _circle(parts: list[tuple[_Path, JsonObject]], targets: dict[int, Any]) -> _Path | None:
    """Where a `$ref` is that comes back to its own schema for the very same value."""
    graph = {id(part): [id(child) for child in _about_the_same_value(part, targets)] for _, part in parts}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        members = set(error.args[1])
        return next(path for path, part in parts if id(part) in members and id(part) in targets)
    return None


def _about_the_same_value(part: JsonObject, targets: dict[int, Any]) -> Iterator[JsonObject]:
    found = [targets.get(id(part)), *(part.get(key) for key in _IN_PLACE)]
    for key in _IN_PLACE_LISTS:
        found.extend(part[key] if isinstance(part.get(key), list) else ())
    dependent = part.get("dependentSchemas")
    found.extend(dependent.values() if isinstance(dependent, dict) else ())
    return (child for child in found if isinstance(child, dict))
