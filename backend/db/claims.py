"""Claims: large values are kept as artifacts, and records hold a claim in their place.

A claim is a class of its own in memory and a list beside the JSON in the database, so no value of a caller,
whatever it looks like, can be taken for one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """Stands for a JSON value stored as the artifact `artifact_id` (`size` bytes of JSON)."""

    artifact_id: str
    size: int


def find_claims(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Claim]]:
    """Claims in nested objects. They are never inside lists: a list is claimed as a whole."""
    if type(tree) is dict:
        for key, value in tree.items():
            if type(value) is Claim:
                yield (*path, key), value
            elif type(value) is dict:
                yield from find_claims(value, (*path, key))


def encode(tree: dict[str, Any]) -> tuple[str, list[Any]]:
    """JSON text with null for each claim, and the claims as `[path, artifact_id, size]`."""
    found: list[Claim] = []

    def null_for_claim(value: Any) -> None:
        if type(value) is not Claim:
            raise TypeError(f"{type(value).__name__} is not JSON")
        found.append(value)

    # Without the option orjson would write a claim, which is a dataclass, as an object, and not ask.
    text = orjson.dumps(tree, default=null_for_claim, option=orjson.OPT_PASSTHROUGH_DATACLASS).decode()
    if not found:  # nearly always: nobody walks the tree in Python then
        return text, []
    places = [[list(path), claim.artifact_id, claim.size] for path, claim in find_claims(tree)]
    if len(places) != len(found):
        raise TypeError("a claim inside a list would be read back as null")
    return text, places


def decode(text: str, claims: list[Any] | None) -> dict[str, Any]:
    """The tree that `encode` was given."""
    tree: dict[str, Any] = orjson.loads(text)
    for path, artifact_id, size in claims or ():
        node = tree
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = Claim(artifact_id, size)
    return tree
