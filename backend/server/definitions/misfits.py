"""A pydantic ValidationError -> what to correct, each thing once, with its place."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from backend.server.definitions.locations import Path, Place, locate
from backend.server.definitions.sentences import kind_of, sentence, wanted

_ABOUT_KEYS = ("missing", "extra_forbidden")


@dataclass(frozen=True, slots=True)
class Misfit:
    """`path` leads from the validated value to what is wrong."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class _Found:
    error: ErrorDetails
    place: Place

    def excused(self, unknown: Callable[[Any], bool]) -> bool:
        """A value that is not known yet may fit later. That a key is missing, or a list no number, stays true."""
        if self.error["type"] in _ABOUT_KEYS:
            return False
        is_of_wrong_kind = wanted(self.error) is not None and isinstance(self.place.value, dict | list)
        return not is_of_wrong_kind and unknown(self.place.value)


def misfits(
    error: ValidationError,
    document: Any,
    *,
    known_keys: Callable[[Path], Collection[str]] = lambda path: (),
    unknown: Callable[[Any], bool] = lambda value: False,
) -> Iterator[Misfit]:
    """What does not fit.

    Args:
        error: from validating `document`.
        document: the JSON value.
        known_keys: the keys that the object at a path may have, for "did you mean".
        unknown: says of a value that it is not known yet, so that nothing is said about it.
    """
    found = [
        _Found(item, locate(document, _location(item))) for item in error.errors(include_url=False, include_input=False)
    ]
    open_unions = {path for one in found if one.excused(unknown) for path, _ in one.place.unions}
    unions: dict[Path, list[_Found]] = defaultdict(list)
    for one in found:
        if one.place.unions:
            if open_unions.isdisjoint(path for path, _ in one.place.unions):  # else another branch may yet fit
                unions[one.place.unions[-1][0]].append(one)
        elif not one.excused(unknown):
            yield _misfit(one, known_keys)
    for path, group in unions.items():
        yield from _of_union(path, group, known_keys)


def _location(item: ErrorDetails) -> Path:
    return item["loc"][:-1] if item["type"] == "missing" else item["loc"]


def _of_union(path: Path, group: list[_Found], known_keys: Callable[[Path], Collection[str]]) -> Iterator[Misfit]:
    """The errors of the branch that fits best; one sentence where the value is of none of the kinds."""
    branches: dict[str | int, list[_Found]] = defaultdict(list)
    for found in group:
        if found.place.path != path or found.error["type"] in _ABOUT_KEYS:
            branches[found.place.unions[-1][1]].append(found)
    if branches:
        for found in min(branches.values(), key=len):
            yield _misfit(found, known_keys)
        return
    options = [option for found in group if (option := _option(found)) is not None]
    if len(options) == len(group) > 1:
        yield Misfit(path, f"This is {kind_of(group[0].place.value)}; use {' or '.join(dict.fromkeys(options))}.")
    else:
        yield _misfit(group[0], known_keys)


def _option(found: _Found) -> str | None:
    return wanted(found.error) or found.error.get("ctx", {}).get("expected")


def _misfit(found: _Found, known_keys: Callable[[Path], Collection[str]]) -> Misfit:
    error, place = found.error, found.place
    container = place.path[:-1] if error["type"] == "extra_forbidden" else place.path
    message = sentence(error, place.value, known_keys(container))
    has_type = error["type"] == "union_tag_invalid" and isinstance(place.value, dict) and "type" in place.value
    return Misfit((*place.path, "type") if has_type else place.path, message)
