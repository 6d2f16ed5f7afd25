"""The options of a choice, as a person sees them."""

from typing import Any

import orjson

from backend.core.statepath import MISSING, get_path

MAX_OPTIONS = 1000
_LABELS = ("label", "title", "name")
_DESCRIPTIONS = ("description", "summary")
_LABEL_LENGTH = 120


def listed(options: list[Any] | dict[str, Any]) -> list[tuple[str | None, Any]]:
    """Key (of an object) and item, in an order that does not depend on how the object was stored."""
    if isinstance(options, dict):
        return sorted(options.items())
    return [(None, item) for item in options]


def value_of(item: Any, value_key: str | None) -> Any:
    """What choosing the item gives: all of it, or the part that `value_key` names (null where it has none)."""
    if value_key is None:
        return item
    found = get_path(item, value_key)
    return None if found is MISSING else found


def label_of(item: Any, *, key: str | None, label_key: str | None) -> str:
    """`label_key` of the item, or its title or name, or itself as text."""
    found = _first(item, (label_key,) if label_key else _LABELS)
    if found is None:
        found = key if key is not None else item
    return _line(found)


def description_of(item: Any, *, description_key: str | None) -> str | None:
    found = _first(item, (description_key,) if description_key else _DESCRIPTIONS)
    if found is None:
        return None
    return found if isinstance(found, str) else orjson.dumps(found).decode()


def _first(item: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        found = get_path(item, key)
        if found is not MISSING and found is not None and found != "":
            return found
    return None


def _line(value: Any) -> str:
    text = " ".join((value if isinstance(value, str) else orjson.dumps(value).decode()).split())
    return text if len(text) <= _LABEL_LENGTH else f"{text[: _LABEL_LENGTH - 3]}..."
