"""Checking what callers send against the schemas of definitions."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import orjson
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry

from backend.core.errors import FieldError, InvalidParams, InvalidPayload, InvalidResponse
from backend.core.jsonvalue import pointer_of
from backend.server.definitions.models import SubActionDefinition

JsonObject = dict[str, Any]

MAX_ERRORS = 50


def check_payload(schema: JsonObject, payload: Any) -> None:
    """A trigger payload against the workflow's `inputs`. Raises InvalidPayload."""
    errors = schema_errors(schema, payload)
    if errors:
        raise InvalidPayload(errors)


def check_response(schema: JsonObject, response: Any) -> None:
    """An answer against the question's schema. Raises InvalidResponse."""
    errors = schema_errors(schema, response)
    if errors:
        raise InvalidResponse(errors)


def check_params(action: SubActionDefinition, params: JsonObject) -> None:
    """A sub-action's params against its `params_schema` and its `feedback`. Raises InvalidParams."""
    errors: list[FieldError] = []
    rest = dict(params)
    if "feedback" in rest:
        errors += _feedback_errors(action, rest.pop("feedback"))
    if action.params_schema is not None:
        errors += schema_errors(action.params_schema, rest)
    if errors:
        raise InvalidParams(errors)


def _feedback_errors(action: SubActionDefinition, feedback: Any) -> Iterable[FieldError]:
    declared = action.params_schema is not None and "feedback" in action.params_schema.get("properties", {})
    if action.feedback is not None and not action.feedback.enabled:
        yield FieldError("/feedback", "this sub-action takes no feedback")
    elif not declared and feedback is not None and not isinstance(feedback, str):
        yield FieldError("/feedback", "must be text")


def schema_errors(schema: JsonObject, value: Any) -> list[FieldError]:
    """Each place where the value does not fit the JSON Schema, as a pointer and a sentence."""
    if not schema:
        return []
    validator = _validator(orjson.dumps(schema))
    found = sorted(validator.iter_errors(value), key=lambda error: [str(part) for part in error.absolute_path])
    fields = [field for error in found[:MAX_ERRORS] for field in _field_errors(error)]
    return list(dict.fromkeys(fields))[:MAX_ERRORS]


@lru_cache(maxsize=256)
def _validator(schema: bytes) -> Draft202012Validator:
    # An empty registry: a schema may not make the server fetch anything.
    return Draft202012Validator(orjson.loads(schema), registry=Registry())


def _field_errors(error: ValidationError) -> Iterable[FieldError]:
    path = list(error.absolute_path)
    if error.validator == "required":  # one error each for what is missing, and none says which it is
        required: Any = error.validator_value
        instance: Any = error.instance
        return [FieldError(pointer_of([*path, name]), "is required") for name in required if name not in instance]
    return [FieldError(pointer_of(path), error.message[:500])]
