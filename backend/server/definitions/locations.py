"""pydantic's error locations -> places in a JSON document.

A location also names the branch of a union that was tried (`target_sub_action`, `dict[str,str]`), which is no
part of a JSON pointer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """`path` leads to `value`, which exists. `unions` are those entered on the way: where, and by which branch."""

    path: Path
    value: Any
    unions: tuple[tuple[Path, str | int], ...] = ()


def locate(document: Any, location: Sequence[str | int]) -> Place:
    """As far into the document as the location goes.

    A list of names that stands for `{"a": "a"}` is entered by its names.
    """
    place = Place((), document)
    for part in location:
        key = _key_in(place.value, part)
        if key is not None:
            place = Place((*place.path, key), place.value[key], place.unions)
        else:
            place = Place(place.path, place.value, (*place.unions, (place.path, part)))
    return place


def _key_in(value: Any, part: str | int) -> str | int | None:
    if isinstance(value, dict):
        return part if part in value else None
    if isinstance(value, list):
        if isinstance(part, int):
            return part if part < len(value) else None
        return value.index(part) if part in value else None
    return None
