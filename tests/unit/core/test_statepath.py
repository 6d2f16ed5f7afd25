"""Dotted paths into state."""

import copy
from typing import Any

import pytest
from hypothesis import given

from backend.core.statepath import MISSING, deep_merge, get_path, set_path, set_paths
from tests.fixtures.strategies import naive_write, naive_writes, paths, state_values, states, writes


@given(states, paths, state_values)
def test_write_gives_what_the_plain_reference_gives(tree: dict[str, Any], path: str, value: Any) -> None:
    assert set_path(tree, path, value) == naive_write(tree, path, value)


@given(states, writes)
def test_writes_apply_in_order(tree: dict[str, Any], changes: dict[str, Any]) -> None:
    assert set_paths(tree, changes) == naive_writes(tree, changes)


@given(states, paths, state_values)
def test_value_written_is_value_read(tree: dict[str, Any], path: str, value: Any) -> None:
    assert get_path(set_path(tree, path, value), path) is value


@given(states, paths, state_values)
def test_writing_changes_nothing_that_was_handed_out(tree: dict[str, Any], path: str, value: Any) -> None:
    before = copy.deepcopy((tree, value))

    set_path(tree, path, value)

    assert (tree, value) == before


@given(states, paths, state_values, paths)
def test_other_paths_keep_their_values(tree: dict[str, Any], path: str, value: Any, other: str) -> None:
    if _related(path, other) or _meets_a_leaf(tree, path):
        return

    assert get_path(set_path(tree, path, value), other) == get_path(tree, other)


def _related(left: str, right: str) -> bool:
    return f"{left}.".startswith(f"{right}.") or f"{right}.".startswith(f"{left}.")


def _meets_a_leaf(tree: dict[str, Any], path: str) -> bool:
    parts = path.split(".")
    above = (get_path(tree, ".".join(parts[:at])) for at in range(1, len(parts)))
    return any(value is not MISSING and not isinstance(value, dict) for value in above)


@given(states, paths, state_values)
def test_writing_twice_is_writing_once(tree: dict[str, Any], path: str, value: Any) -> None:
    once = set_path(tree, path, value)

    assert set_path(once, path, value) == once


def test_null_is_a_value_and_absence_is_not() -> None:
    assert get_path({"a": None}, "a") is None
    assert get_path({"a": None}, "a.b") is MISSING
    assert get_path({}, "a") is MISSING


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a.0.b", 1), ("a.1", 2), ("a.01", 2), ("a.2", MISSING), ("a.-1", MISSING), ("a.x", MISSING)],
)
def test_number_steps_into_a_list(path: str, expected: Any) -> None:
    assert get_path({"a": [{"b": 1}, 2]}, path) is expected or get_path({"a": [{"b": 1}, 2]}, path) == expected


@pytest.mark.parametrize("part", ["²", "①", "9" * 5000])  # digits to str.isdigit, not to int
def test_digits_that_are_no_index_lead_nowhere(part: str) -> None:
    assert get_path({"a": [1]}, f"a.{part}") is MISSING


@given(states, states)
def test_merge_holds_every_value_of_the_override(base: dict[str, Any], override: dict[str, Any]) -> None:
    merged = deep_merge(base, override)

    assert set(merged) == set(base) | set(override)
    assert deep_merge(merged, override) == merged


@given(states)
def test_merge_with_nothing_changes_nothing(base: dict[str, Any]) -> None:
    assert deep_merge(base, {}) == base
    assert deep_merge({}, base) == base


@given(states, states, states)
def test_merge_is_associative_where_objects_meet_objects(
    one: dict[str, Any], two: dict[str, Any], three: dict[str, Any]
) -> None:
    left = deep_merge(deep_merge(one, two), three)
    right = deep_merge(one, deep_merge(two, three))
    if _object_over_leaf(two, three):
        return  # a leaf in between hides what was below it, in one order only

    assert left == right


def _object_over_leaf(below: Any, above: Any) -> bool:
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return isinstance(above, dict) and not isinstance(below, dict)
    return any(_object_over_leaf(below[key], above[key]) for key in above if key in below)


@given(states, states)
def test_merge_changes_neither_argument(base: dict[str, Any], override: dict[str, Any]) -> None:
    before = copy.deepcopy((base, override))

    deep_merge(base, override)

    assert (base, override) == before
