"""A JSON Schema as questions, one a field."""

import json
from collections.abc import Callable
from typing import Any

from backend.cli.screen import one_line
from backend.cli.terminal import Misread, Terminal

Schema = dict[str, Any]

HINTS = {
    "array": "comma separated",
    "boolean": "y/n",
    "integer": "whole number",
    "number": "number",
    "object": "JSON",
}

_MISSING = object()
_YES = {"y": True, "yes": True, "true": True, "n": False, "no": False, "false": False}


def ask_object(terminal: Terminal, schema: Schema, defaults: dict[str, Any] | None = None) -> dict[str, Any]:
    """Asks for every property; what is optional and left empty is left out.

    Args:
        terminal: where to ask.
        schema: of an object; refs inside it may lead to its own `$defs`.
        defaults: what an empty line means, before the schema's own defaults.
    """
    return _Form(terminal, schema).object(schema, defaults or {}, prefix="")


def read_value(typed: str, schema: Schema) -> Any:
    """What was typed as the schema's type.

    Raises:
        Misread: it is not that.
    """
    if (options := schema.get("enum")) is not None:
        return _read_choice(typed, options)
    kind = _type_of(schema)
    if kind == "array" and not typed.startswith("["):
        items = schema.get("items") or {}
        return [read_value(part.strip(), items) for part in typed.split(",") if part.strip()]
    return _READERS.get(kind, _read_json)(typed)


class _Form:
    def __init__(self, terminal: Terminal, root: Schema) -> None:
        self._terminal = terminal
        self._root = root

    def object(self, schema: Schema, defaults: dict[str, Any], *, prefix: str) -> dict[str, Any]:
        required = set(schema.get("required", ()))
        answer: dict[str, Any] = {}
        for name, part in schema.get("properties", {}).items():
            field = self._resolved(part)
            label = f"{prefix}{field.get('title', name)}"
            default = defaults.get(name, field.get("default", _MISSING))
            value = self._field(field, label, default=default, required=name in required)
            if value is not _MISSING:
                answer[name] = value
        return answer

    def _field(self, field: Schema, label: str, *, default: Any, required: bool) -> Any:
        if _type_of(field) == "object" and field.get("properties"):
            self._terminal.say(label, "bold")
            return self.object(field, default if isinstance(default, dict) else {}, prefix=f"{label}: ")
        if "const" in field:
            return field["const"]
        if field.get("description"):
            self._terminal.say(f"  {field['description']}", "dim")
        for number, option in enumerate(_options(field), 1):
            self._terminal.say(f"  {number}  {one_line(option).plain}")

        def read(typed: str) -> Any:
            if not typed and default is _MISSING:
                if required:
                    raise Misread("This is needed.")
                return _MISSING
            return _checked(read_value(typed, field) if typed else default, field, self._root)

        return self._terminal.ask_until(_prompt(field, label, default=default, required=required), read)

    def _resolved(self, schema: Schema) -> Schema:
        """The schema behind a local `$ref`, and the one alternative of an optional value."""
        beside = {key: value for key, value in schema.items() if key not in ("$ref", "anyOf", "allOf")}
        alternatives: list[Schema] = schema.get("anyOf") or schema.get("allOf") or []
        real = [part for part in alternatives if part.get("type") != "null"]
        if len(real) == 1:
            return {**self._resolved(real[0]), **beside}
        reference = schema.get("$ref", "")
        if not reference.startswith("#/"):
            return schema
        target: Any = self._root
        for part in reference[2:].split("/"):
            target = target.get(part, {})
        return {**self._resolved(target), **beside}


def _options(schema: Schema) -> list[Any]:
    options: list[Any] = schema.get("enum", [])
    return options


def _prompt(field: Schema, label: str, *, default: Any, required: bool) -> str:
    hint = "number" if "enum" in field else HINTS.get(_type_of(field), "")
    if default not in (_MISSING, None, "", [], {}):
        hint = f"{hint}; " * bool(hint) + f"empty: {one_line(default, 60).plain}"
    elif not required or default is not _MISSING:
        hint = f"{hint}; " * bool(hint) + "may be empty"
    return f"{label} ({hint})" if hint else label


def _type_of(schema: Schema) -> str:
    kind = schema.get("type", "string" if "enum" in schema else "")
    if isinstance(kind, list):
        return next((name for name in kind if name != "null"), "")
    return str(kind)


def _checked(value: Any, field: Schema, root: Schema) -> Any:
    from jsonschema import Draft202012Validator

    definitions = {key: root[key] for key in ("$defs", "definitions") if key in root}
    error = next(Draft202012Validator({**field, **definitions}).iter_errors(value), None)
    if error is not None:
        raise Misread(f"{error.message}.")
    return value


def _read_choice(typed: str, options: list[Any]) -> Any:
    if typed.isdecimal() and 1 <= int(typed) <= len(options):
        return options[int(typed) - 1]
    for option in options:
        if str(option) == typed:
            return option
    raise Misread(f"Type a number from 1 to {len(options)}.")


def _read_bool(typed: str) -> bool:
    if typed.lower() not in _YES:
        raise Misread("Type y or n.")
    return _YES[typed.lower()]


def _read_integer(typed: str) -> int:
    try:
        return int(typed)
    except ValueError:
        raise Misread("Type a whole number.") from None


def _read_number(typed: str) -> int | float:
    try:
        return int(typed) if typed.lstrip("-").isdecimal() else float(typed)
    except ValueError:
        raise Misread("Type a number.") from None


def _read_json(typed: str) -> Any:
    try:
        return json.loads(typed)
    except ValueError:
        if typed[:1] in ("{", "[", '"'):
            raise Misread("This is not whole JSON.") from None
        return typed  # a schema without a type takes text as well


_READERS: dict[str, Callable[[str], Any]] = {
    "string": str,
    "boolean": _read_bool,
    "integer": _read_integer,
    "number": _read_number,
}
