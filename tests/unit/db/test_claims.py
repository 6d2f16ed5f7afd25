"""Large values in records: claims beside the JSON."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.db.claims import Claim, decode, encode, find_claims
from tests.fixtures.strategies import json_values, keys, lookalikes

claim = st.builds(Claim, st.sampled_from(["sha256:aa", "sha256:bb"]), st.integers(0, 2**40))

claimed_objects = st.recursive(
    json_values | claim,
    lambda below: st.dictionaries(keys, below, max_size=3),
    max_leaves=8,
).map(lambda value: value if isinstance(value, dict) else {"value": value})
"""Objects with claims anywhere in nested objects; lists hold none."""


def through_the_database(tree: dict[str, Any]) -> dict[str, Any]:
    text, found = encode(tree)
    return decode(text, orjson.loads(orjson.dumps(found)))


def _at(tree: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        tree = tree[key]
    return tree


@given(claimed_objects)
def test_tree_comes_back_as_it_was_with_its_claims(tree: dict[str, Any]) -> None:
    again = through_the_database(tree)

    assert again == tree
    assert list(find_claims(again)) == list(find_claims(tree))


@given(claimed_objects)
def test_claims_are_found_where_they_are(tree: dict[str, Any]) -> None:
    for path, found in find_claims(tree):
        assert _at(tree, path) is found


@given(claimed_objects)
def test_text_is_the_json_with_null_for_each_claim(tree: dict[str, Any]) -> None:
    text, found = encode(tree)
    plain = orjson.loads(text)

    for path, _, _ in found:
        assert _at(plain, tuple(path)) is None
        _at(plain, tuple(path[:-1]))[path[-1]] = _at(tree, tuple(path))
    assert plain == tree


@given(lookalikes, json_values)
def test_value_of_a_caller_is_never_taken_for_a_claim(lookalike: Any, value: Any) -> None:
    tree = {"a": lookalike, "b": {"a": None, "claims": value}}

    text, found = encode(tree)

    assert found == []
    assert decode(text, None) == tree


def test_same_claim_in_two_places_comes_back_in_both() -> None:
    one = Claim("sha256:aa", 3)

    assert through_the_database({"a": one, "b": {"a": one}}) == {"a": one, "b": {"a": one}}


def test_claim_under_a_dotted_key_is_told_from_a_path() -> None:
    tree = {"a.b": Claim("sha256:aa", 3), "a": {"b": None}}

    assert through_the_database(tree) == tree


def test_claim_inside_a_list_is_refused_and_not_lost() -> None:
    with pytest.raises(TypeError, match="list"):
        encode({"a": [Claim("sha256:aa", 3)]})


@pytest.mark.parametrize("value", [object(), {1, 2}, 2**70])
def test_value_that_is_no_json_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        encode({"a": value})
