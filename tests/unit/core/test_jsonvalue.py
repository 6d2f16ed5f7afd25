"""What may be stored, and what is refused before it is."""

import math
from enum import StrEnum
from typing import Any

import orjson
import pytest
from bson import BSON
from hypothesis import given
from hypothesis import strategies as st

from backend.core.errors import ValueNotStorable
from backend.core.jsonvalue import MAX_DEPTH, MAX_INT, MIN_INT, check_json, encoded, pointer_of, size_of
from tests.fixtures.strategies import json_values, keys, scalars


class Colour(StrEnum):
    RED = "red"


class Number(int):
    pass


class Ratio(float):
    pass


wild_leaves = (
    scalars
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=4)
    | st.sampled_from(
        [b"bytes", Colour.RED, Number(3), Ratio(0.5), 2**63, 2**64, -(2**63) - 1, "\ud800", object(), (1, 2), {1}]
    )
)
wild_keys = keys | st.sampled_from(["\x00", "a\x00", "\udfff", 1, None, Colour.RED])
wild_values = st.recursive(
    wild_leaves,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(wild_keys, below, max_size=3),
    max_leaves=8,
)


def accepted(value: Any) -> bool:
    try:
        check_json(value)
    except ValueNotStorable:
        return False
    return True


def is_faithful(value: Any) -> bool:
    """Comes back from JSON and from BSON as what it was: the reference for `check_json`."""
    try:
        again = orjson.loads(orjson.dumps(value))
        BSON.encode({"value": value})
    except (TypeError, ValueError, OverflowError):
        return False
    except Exception as error:
        if type(error).__module__.startswith("bson"):
            return False
        raise
    return _same(value, again)


def _same(left: Any, right: Any) -> bool:
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return list(left) == list(right) and all(_same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(_same, left, right))
    return bool(left == right)


def nested_lists(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@given(wild_values)
def test_value_is_accepted_exactly_when_it_comes_back_as_it_was(value: Any) -> None:
    assert accepted(value) == is_faithful(value)


@given(json_values)
def test_every_json_value_is_accepted(value: Any) -> None:
    check_json(value)


@pytest.mark.parametrize(
    ("value", "pointer", "reason"),
    [
        ({"a": [1, {"b/c~d": math.nan}]}, "/a/1/b~1c~0d", "not finite"),
        ({"a": math.inf}, "/a", "not finite"),
        ([2**63], "/0", "64 bits"),
        ([MIN_INT - 1], "/0", "64 bits"),
        ({"a": {"b\x00": 1}}, "/a", "NUL"),
        ({"a": "\ud800"}, "/a", "surrogate"),
        ({"\ud800": 1}, "", "surrogate"),
        ({1: 2}, "", "not a string"),
        ({"a": (1, 2)}, "/a", "tuple is not JSON"),
        ({"a": b"x"}, "/a", "bytes is not JSON"),
        ({"a": Colour.RED}, "/a", "Colour is not JSON"),
        ({"a": Ratio(0.5)}, "/a", "Ratio is not JSON"),
    ],
)
def test_refusal_names_the_place_and_the_reason(value: Any, pointer: str, reason: str) -> None:
    with pytest.raises(ValueNotStorable) as caught:
        check_json(value)

    [found] = caught.value.errors
    assert found.pointer == pointer
    assert reason in found.message


def test_pointer_of_the_caller_stands_before_ours() -> None:
    with pytest.raises(ValueNotStorable) as caught:
        check_json({"a": math.nan}, pointer="/payload")

    assert caught.value.errors[0].pointer == "/payload/a"


@pytest.mark.parametrize("value", [MAX_INT, MIN_INT, "a\x00b", {"": 1}, {"$where": 1}, {"a.b": 1}, -0.0])
def test_odd_but_faithful_value_is_accepted(value: Any) -> None:
    check_json(value)


def test_depth_at_the_limit_is_accepted_and_one_more_refused() -> None:
    check_json(nested_lists(MAX_DEPTH))

    with pytest.raises(ValueNotStorable, match="64 levels"):
        check_json(nested_lists(MAX_DEPTH + 1))


def test_value_that_holds_itself_is_refused() -> None:
    value: list[Any] = []
    value.append(value)

    with pytest.raises(ValueNotStorable, match="levels"):
        check_json(value)


@given(st.dictionaries(keys, json_values, max_size=4))
def test_encoded_bytes_do_not_depend_on_the_order_of_keys(value: dict[str, Any]) -> None:
    turned = dict(reversed(list(value.items())))

    assert encoded(value) == encoded(turned)
    assert orjson.loads(encoded(value)) == value


@given(json_values)
def test_size_is_that_of_the_json_text(value: Any) -> None:
    assert size_of(value) == len(orjson.dumps(value))


def test_pointer_escapes_slash_and_tilde() -> None:
    assert pointer_of(["steps", 0, "a/b~c"]) == "/steps/0/a~1b~0c"
