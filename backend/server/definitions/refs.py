"""`{"$ref": "steps/2/step.json", "type": "json"}`: an object that stands for a file.

One that starts with `#` is ordinary JSON Schema and stands for nothing but itself.
"""

from collections.abc import Iterator
from typing import Any, Literal, TypeGuard, get_args

from backend.core.jsonvalue import pointer_of
from backend.server.definitions.models import JsonObject
from backend.server.definitions.problems import Problem

RefType = Literal["json", "text", "jinja2"]
REF_TYPES: tuple[str, ...] = get_args(RefType)

_BY_SUFFIX: dict[str, RefType] = {".json": "json", ".j2": "jinja2", ".jinja2": "jinja2"}


def is_file_ref(value: Any) -> TypeGuard[JsonObject]:
    return isinstance(value, dict) and isinstance(value.get("$ref"), str) and not value["$ref"].startswith("#")


def type_by_suffix(path: str) -> RefType:
    """What a file holds when its ref does not say."""
    return next((kind for suffix, kind in _BY_SUFFIX.items() if path.lower().endswith(suffix)), "text")


def file_ref_problems(document: Any) -> Iterator[Problem]:
    """A document that arrives whole has no folder that a ref could lead into."""
    stack: list[tuple[Any, tuple[str | int, ...]]] = [(document, ())]
    while stack:
        value, path = stack.pop()
        if is_file_ref(value):
            yield Problem(
                pointer_of(path),
                f"A file ('{value['$ref'][:200]}') can be referred to in a workflow folder only. "
                "Put its content here instead.",
            )
        elif isinstance(value, dict):
            stack.extend((child, (*path, key)) for key, child in value.items())
        elif isinstance(value, list):
            stack.extend((child, (*path, index)) for index, child in enumerate(value))
