"""JSON Schema 2020-12 for modules: checked before use, never fetched from anywhere, closed for answers."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from backend.core.errors import FieldError
from backend.core.jsonvalue import pointer_of

Schema = dict[str, Any]

MAX_ERRORS = 100
_DATA_KEYWORDS = frozenset({"const", "default", "enum", "examples"})
_COMBINING = frozenset(
    {"$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "dependentSchemas", "patternProperties"}
)


def check_schema(schema: Schema) -> Schema:
    """The schema itself, when it can be used.

    Raises:
        ValueError: it is no JSON Schema 2020-12, or a `$ref` in it leaves it, points to nothing or has no end.
    """
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise ValueError(
            f"not a JSON Schema: {pointer_of(list(error.absolute_path)) or '/'}: {error.message}"
        ) from None
    _check_refs(schema)
    try:
        find_errors(None, schema)
    except RecursionError:
        raise ValueError("a $ref in the schema refers to itself without end") from None
    except Unresolvable as error:
        raise ValueError(f"the $ref '{error.ref}' points to nothing in the schema") from None
    return schema


def find_errors(value: Any, schema: Schema) -> list[FieldError]:
    """Where the value does not fit, in the order of its places; at most MAX_ERRORS."""
    # Without a registry of its own, jsonschema would fetch a remote $ref over the network.
    validator = Draft202012Validator(schema, registry=Registry(), format_checker=Draft202012Validator.FORMAT_CHECKER)
    found = [
        FieldError(pointer_of(list(error.absolute_path)), _short(error.message))
        for error in islice(validator.iter_errors(value), MAX_ERRORS)
    ]
    return sorted(found, key=lambda error: error.pointer)


def closed(schema: Schema) -> Schema:
    """The schema for an answer: an object takes no unknown keys, unless the author said otherwise."""
    if schema.get("type") != "object" or {"additionalProperties", "unevaluatedProperties"} & schema.keys():
        return schema
    return {**schema, ("unevaluatedProperties" if _COMBINING & schema.keys() else "additionalProperties"): False}


def embedded(schema: Schema, *, name: str) -> Schema:
    """The schema as a part of another one: an `$id` of its own keeps `#/$defs/...` pointing into it."""
    inner = {key: value for key, value in schema.items() if key != "$schema"}
    return {"$id": f"urn:interlude:{name}", **inner} if any(True for _ in _refs(inner)) else inner


def _short(message: str) -> str:
    return message if len(message) <= 300 else f"{message[:297]}..."


def _check_refs(schema: Schema) -> None:
    nested_ids = any("$id" in node for node in _nodes(schema) if node is not schema)
    resolver = Registry().resolver_with_root(DRAFT202012.create_resource(schema))
    for ref in _refs(schema):
        if not ref.startswith("#"):
            raise ValueError(f"the $ref '{ref}' leaves the schema; nothing is fetched, so put it under $defs")
        if not nested_ids:
            try:
                resolver.lookup(ref)
            except Unresolvable:
                raise ValueError(f"the $ref '{ref}' points to nothing in the schema") from None


def _refs(schema: Any) -> Iterator[str]:
    for node in _nodes(schema):
        for keyword in ("$ref", "$dynamicRef"):
            if isinstance(node.get(keyword), str):
                yield node[keyword]


def _nodes(schema: Any) -> Iterator[Schema]:
    """Every object of a schema, but those that are data."""
    stack = [schema]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(node)
        elif isinstance(node, dict):
            yield node
            stack.extend(value for key, value in node.items() if key not in _DATA_KEYWORDS)
