"""The JSON Schemas in a definition: valid, complete in themselves, and about an object."""

from collections.abc import Iterator

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from backend.core.jsonvalue import pointer_of, size_of
from backend.server.definitions.models import JsonObject
from backend.server.definitions.problems import Problem, suggestion
from backend.server.definitions.rules.schema_refs import ref_problems
from backend.server.definitions.views import Part, WorkflowView

MAX_BYTES = 128 * 1024
"""Of all schemas of a definition. Checking one takes about 30 s a MiB in the worst case."""

_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_KEYWORDS = Draft202012Validator.VALIDATORS.keys() | {
    *("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "definitions"),
    *("then", "else", "minContains", "maxContains", "contentEncoding", "contentMediaType", "contentSchema"),
}
_meta = Draft202012Validator(Draft202012Validator.META_SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def schema_problems(view: WorkflowView) -> Iterator[Problem]:
    """The payload's schema and those of sub-action params."""
    left = MAX_BYTES
    for part, key, what in _places(view):
        schema, pointer = part.object(key), part.below(key)
        left -= size_of(schema)
        if left < 0:
            yield Problem(pointer, f"The JSON Schemas have more than {MAX_BYTES // 1024} KiB together. Shorten them.")
            return
        yield from _of_schema(schema, pointer, what=what)


def _places(view: WorkflowView) -> Iterator[tuple[Part, str, str]]:
    if view.root.object("inputs"):
        yield view.root, "inputs", "payload"
    for sub_action in view.sub_actions:
        if sub_action.object("params_schema"):
            yield sub_action, "params_schema", "request's params"


def _of_schema(schema: JsonObject, pointer: str, *, what: str) -> Iterator[Problem]:
    is_schema = True
    for error in _meta.iter_errors(schema):
        is_schema = False
        yield Problem(pointer + pointer_of(error.absolute_path), _said(error))
    if is_schema:
        yield from ref_problems(schema, pointer)
        kinds = schema.get("type", "object")
        if "object" not in (kinds if isinstance(kinds, list) else [kinds]):
            yield Problem(pointer + "/type", f'The {what} is always an object. Use "type": "object".')
        yield from _bare_fields(schema, pointer)


def _bare_fields(schema: JsonObject, pointer: str) -> Iterator[Problem]:
    """Fields written where keywords belong: JSON Schema ignores them, so nothing would be checked."""
    if "properties" in schema:
        return
    for key in schema:
        if key not in _KEYWORDS and not key.startswith(("$", "x-")):
            said = f"JSON Schema has no word '{key[:200]}', so it is ignored. Put fields under 'properties'."
            yield Problem(pointer + pointer_of((key,)), said, "warning")


def _said(error: ValidationError) -> str:
    if error.absolute_path and error.absolute_path[-1] == "type" and isinstance(error.instance, str):
        return f"JSON Schema has no type '{error.instance[:200]}'.{suggestion(error.instance, _TYPES)}"
    text = error.message if len(error.message) <= 300 else f"it breaks the rule '{error.validator}'"
    return f"This is no JSON Schema (2020-12): {text}."
