"""JSON answers: asking for them, reading them out of a text, and checking them against their schema."""

import json
import re
from typing import Any

from backend.core.errors import ModuleError
from backend.server.modules.schemas import check_schema, find_errors

FENCE = re.compile(r"^\s*```(?:json)?\s*\n(?P<body>.*?)\n?\s*```\s*$", re.DOTALL)
WRAPPED = "value"
"""Endpoints want an object at the root of a schema; other roots travel under this key."""


def require_schema(schema: dict[str, Any]) -> None:
    """Raises ModuleError when the input `schema` is no JSON Schema, or refers to something outside itself."""
    try:
        check_schema(schema)
    except ValueError as error:
        raise ModuleError(f"The input 'schema' is {error}", code="schema_invalid", retryable=False) from None


def find_mismatch(value: Any, schema: dict[str, Any]) -> str | None:
    """Why the value does not fit, with its JSON pointer; None when it fits."""
    errors = find_errors(value, schema)
    return f"{errors[0].pointer or '/'}: {errors[0].message}" if errors else None


def read_json(text: str, schema: dict[str, Any]) -> Any:
    """The JSON value in a model's answer, unwrapped and checked.

    Raises:
        ModuleError: it is not JSON, or does not fit. Retryable, since a model may do better next time.
    """
    fenced = FENCE.match(text)
    try:
        value = json.loads(fenced["body"] if fenced else text, parse_constant=_refuse_constant)
    except ValueError:
        start = " ".join(text.split())[:80]
        raise ModuleError(
            f"The model's answer is not JSON, though a schema was given. It begins: {start!r}", code="answer_not_json"
        ) from None
    if is_wrapped(schema) and isinstance(value, dict) and set(value) == {WRAPPED}:
        value = value[WRAPPED]
    mismatch = find_mismatch(value, schema)
    if mismatch:
        raise ModuleError(f"The model's answer does not fit the schema: {mismatch}", code="answer_misfit")
    return value


def is_wrapped(schema: dict[str, Any]) -> bool:
    return schema.get("type") != "object"


def response_format(schema: dict[str, Any]) -> dict[str, Any]:
    """The request's `response_format`. Not strict: strict mode refuses much of JSON Schema, and we check anyway."""
    sent: dict[str, Any] = schema
    if is_wrapped(schema):
        inner = {key: value for key, value in schema.items() if key not in ("$defs", "definitions", "$schema")}
        shared = {key: value for key, value in schema.items() if key in ("$defs", "definitions")}
        sent = {
            "type": "object",
            "properties": {WRAPPED: inner},
            "required": [WRAPPED],
            "additionalProperties": False,
            **shared,
        }
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": sent, "strict": False}}


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)
