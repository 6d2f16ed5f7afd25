"""The payload of a run, from --payload and --input."""

import json
from pathlib import Path
from typing import Any

from backend.cli.exits import WrongUsage
from backend.cli.schema_form import read_value
from backend.cli.terminal import Misread


def read_payload(text: str | None, inputs: list[str], schema: dict[str, Any]) -> dict[str, Any]:
    """The payload; single inputs go on top of the whole one.

    Args:
        text: JSON, or `@file` with JSON.
        inputs: `key=value` or `key=@file`; a value is read as the type that the schema gives the key.
        schema: the workflow's `inputs`.

    Raises:
        WrongUsage: one of them cannot be read; names it.
    """
    payload = _read_json(text) if text else {}
    for item in inputs:
        name, separator, value = item.partition("=")
        if not separator or not name:
            raise WrongUsage(f"--input {item}: write it as key=value.")
        payload[name] = _typed(name, value, schema.get("properties", {}).get(name))
    return payload


def read_json_file(path: str, option: str) -> Any:
    """The file's JSON.

    Raises:
        WrongUsage: there is no such file, or no JSON in it.
    """
    try:
        return json.loads(_text_of(path, option))
    except ValueError as error:
        raise WrongUsage(f"{option}: {path} holds no JSON: {error}.") from None


def _read_json(text: str) -> dict[str, Any]:
    if text.startswith("@"):
        value = read_json_file(text[1:], "--payload")
    else:
        try:
            value = json.loads(text)
        except ValueError as error:
            raise WrongUsage(f"--payload is no JSON: {error}. A file is written as @file.json.") from None
    if not isinstance(value, dict):
        raise WrongUsage("--payload must be a JSON object.")
    return value


def _typed(name: str, value: str, schema: dict[str, Any] | None) -> Any:
    if value.startswith("@"):
        value = _text_of(value[1:], f"--input {name}")
    if not schema or "type" not in schema:
        return _json_or_text(value)
    try:
        return read_value(value, schema)
    except Misread as error:
        raise WrongUsage(f"--input {name}={value}: {error}") from None


def _json_or_text(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _text_of(path: str, option: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise WrongUsage(f"{option}: cannot read {path}: {why}.") from None
