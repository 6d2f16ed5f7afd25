"""What pydantic found, said to the person who wrote the definition: the fact, then what to do."""

from collections.abc import Callable, Collection
from typing import Any

from pydantic_core import ErrorDetails

from backend.core.jsonvalue import type_names
from backend.server.definitions.problems import suggestion

_NAME_RULE = "Use letters, digits and _, beginning with a letter or _, at most 128 characters."

_BY_PATTERN = {
    r"^[A-Za-z_][A-Za-z0-9_]{0,127}$": _NAME_RULE,
    r"^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$": "Use letters, digits, _ and -, beginning with a letter or digit, at most "
    "128 characters.",
    r"^[A-Za-z_][A-Za-z0-9_]{0,127}(\.[A-Za-z0-9_]{1,128})*$": "A path is names with dots between them, like "
    "'scene.title': letters, digits and _ only, beginning with a letter or _.",
    r"^[A-Za-z0-9_-]{1,64}$": "Use letters, digits, _ and -, at most 64 characters.",
}

_WANTED = {
    "string": "text",
    "dict": "an object",
    "model": "an object",
    "list": "a list",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "none": "null",
}

_LIMITS = {
    "greater_than": ("gt", "Use a number above {}."),
    "greater_than_equal": ("ge", "Use {} or more."),
    "less_than": ("lt", "Use a number below {}."),
    "less_than_equal": ("le", "Use {} or less."),
    "too_short": ("min_length", "Give at least {} of these."),
    "too_long": ("max_length", "Give at most {} of these."),
    "string_too_short": ("min_length", "Write at least {} characters."),
    "string_too_long": ("max_length", "Write at most {} characters."),
}


def kind_of(value: Any) -> str:
    """`an object`, `text`, `a number`, ..."""
    name = type_names.get(type(value), "number")
    return {"object": "an object", "array": "a list", "string": "text", "null": "null"}.get(name, f"a {name}")


_A_TIME = "2026-11-21T14:30:00Z"

_TYPE_ENDINGS = ("_type", "_parsing", "_from_float", "_required")


def wanted(error: ErrorDetails) -> str | None:
    """What kind of value the field takes, where the error is about that."""
    return _WANTED.get(error["type"].split("_")[0]) if error["type"].endswith(_TYPE_ENDINGS) else None


def sentence(error: ErrorDetails, value: Any, known: Collection[str] = ()) -> str:
    """The message for one error.

    Args:
        error: of pydantic.
        value: what the document has there (the object itself, where a key is missing).
        known: the keys that the object may have, for an unknown one.
    """
    kind = error["type"]
    if kind in _LIMITS:
        name, text = _LIMITS[kind]
        return text.format(_short(error["ctx"][name]))
    if kind in _BY_KIND:
        return _BY_KIND[kind](error, value, known)
    if kind.startswith("datetime_"):
        return f"This is no time. Write it like {_A_TIME}."
    if (use := wanted(error)) is not None:
        return f"This is {kind_of(value)}; use {use}."
    return f"{error['msg']}."


def _short(limit: Any) -> Any:
    """`0`, where pydantic says `0.0`."""
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit


def _missing(error: ErrorDetails, value: Any, known: Collection[str]) -> str:
    return f"The key '{error['loc'][-1]}' is missing. Add it."


def _unknown(error: ErrorDetails, value: Any, known: Collection[str]) -> str:
    word = str(error["loc"][-1])
    return f"There is no key '{word}' here.{suggestion(word, known) or ' Take it out.'}"


def _pattern(error: ErrorDetails, value: Any, known: Collection[str]) -> str:
    pattern = error["ctx"]["pattern"]
    rule = _BY_PATTERN.get(pattern, f"It must match {pattern}.")
    return f"'{str(value)[:200]}' cannot be used here. {rule}"


def _choice(error: ErrorDetails, value: Any, known: Collection[str]) -> str:
    expected = error["ctx"]["expected"]
    choices = expected.replace("' or '", "', '").strip("'").split("', '")
    close = suggestion(value, choices) if isinstance(value, str) else ""
    hint = close if "Did you mean" in close else ""
    return f"Use {expected}.{hint}"


def _action_type(error: ErrorDetails, value: Any, known: Collection[str]) -> str:
    return f"'{error['ctx']['tag']}' is no {error['ctx']['discriminator']}. Use {error['ctx']['expected_tags']}."


def _no_action_type(error: ErrorDetails, value: Any, known: Collection[str]) -> str:
    return f"The key {error['ctx']['discriminator']} is missing. It says which kind this is."


def _own_words(error: ErrorDetails, value: Any, known: Collection[str]) -> str:
    said = str(error["ctx"]["error"])
    return f"{said[:1].upper()}{said[1:]}{'' if said.endswith('.') else '.'}"


_BY_KIND: dict[str, Callable[[ErrorDetails, Any, Collection[str]], str]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "string_pattern_mismatch": _pattern,
    "literal_error": _choice,
    "enum": _choice,
    "union_tag_invalid": _action_type,
    "union_tag_not_found": _no_action_type,
    "value_error": _own_words,
    "assertion_error": _own_words,
}
