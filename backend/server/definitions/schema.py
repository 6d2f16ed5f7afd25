"""The format of `workflow.json` as JSON Schema, for editors: completion, descriptions, red lines."""

from copy import deepcopy
from typing import Any

from backend.server.definitions.models import JsonObject, WorkflowDefinition
from backend.server.definitions.refs import REF_TYPES

_FILE = {"$ref": "#/$defs/FileRef"}

_FILE_REF: JsonObject = {
    "title": "File",
    "description": "Stands for a file beside or below the one that holds it.",
    "type": "object",
    "properties": {
        "$ref": {"type": "string", "pattern": "^[^#/]", "description": "A path, relative to this file."},
        "type": {
            "enum": list(REF_TYPES),
            "description": "json: its value. text: its text. jinja2: a template. Without it, the suffix decides.",
        },
    },
    "required": ["$ref"],
    "additionalProperties": False,
}

_UPSERT_NEEDS_KEY: JsonObject = {
    "if": {"properties": {"mode": {"const": "upsert"}}, "required": ["mode"]},
    "then": {"required": ["key"]},
}


def definition_schema() -> JsonObject:
    """JSON Schema (2020-12) of a definition file. A `$ref` object may stand wherever a value may.

    What needs the whole document (names, refs, templates, the inputs of modules) is left to `check_definition`.
    """
    schema = deepcopy(WorkflowDefinition.model_json_schema())
    definitions = schema.pop("$defs")
    definitions["ResultMapping"] |= _UPSERT_NEEDS_KEY
    for model in (schema, *definitions.values()):
        model["properties"] = {name: _from_file_too(value) for name, value in model["properties"].items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Interlude workflow",
        "$defs": {**definitions, "FileRef": _FILE_REF},
    }


def _from_file_too(schema: Any) -> Any:
    """The same, or a file. The `type` of an action stays as it is: it says which keys may stand beside it."""
    if not isinstance(schema, dict) or "const" in schema:
        return schema
    inner = _below(schema)
    if "anyOf" in inner:
        return {**inner, "anyOf": [*inner["anyOf"], _FILE]}
    about = {key: inner.pop(key) for key in ("title", "description", "default", "examples") if key in inner}
    return {**about, "anyOf": [inner, _FILE]}


def _below(schema: JsonObject) -> JsonObject:
    """Entries of lists and objects may come from files too."""
    inner = dict(schema)
    for key in ("items", "additionalProperties"):
        if key in inner:
            inner[key] = _from_file_too(inner[key])
    if "anyOf" in inner:
        inner["anyOf"] = [_below(option) for option in inner["anyOf"]]
    return inner
