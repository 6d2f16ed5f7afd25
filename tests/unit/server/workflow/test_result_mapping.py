"""How a sub-action's result gets into the state of the waiting run."""

import copy
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backend.core.errors import MappingError, MappingMismatch, MappingSourceMissing
from backend.core.statepath import MISSING, get_path, set_paths
from backend.server.definitions.models import ResultMapping
from backend.server.workflow.result_mapping import apply_result_mapping, state_writes
from tests.fixtures.strategies import json_values, naive_write, nested, paths, state_values, states

JsonObject = dict[str, Any]

mappings = st.builds(
    lambda source, target, mode, optional: ResultMapping(
        source=source, target=target, mode=mode, key="a" if mode == "upsert" else None, optional=optional
    ),
    paths,
    paths,
    st.sampled_from(["replace", "merge", "append", "upsert"]),
    st.booleans(),
)


def mapping(mode: str = "replace", *, source: str = "made", target: str = "scenes", **more: Any) -> ResultMapping:
    return ResultMapping.model_validate({"source": source, "target": target, "mode": mode, **more})


def mapped(*items: ResultMapping, child: JsonObject, state: JsonObject) -> JsonObject:
    """The state after the writes, as the fold makes it."""
    return set_paths(state, apply_result_mapping(items, child, state))


class Refused(Exception):
    """The reference says that the sub-action must fail."""


def reference(items: list[ResultMapping], child: JsonObject, state: JsonObject) -> JsonObject:
    """The state that the mappings must leave, one after the other, in the words of the documentation."""
    for item in items:
        value = get_path(child, item.source)
        if value is MISSING and item.optional:
            continue
        parts = item.target.split(".")
        above = [get_path(state, ".".join(parts[:at])) for at in range(1, len(parts))]
        if value is MISSING or any(isinstance(node, list) for node in above):
            raise Refused
        there = get_path(state, item.target)
        there = None if there is MISSING else there
        state = naive_write(state, item.target, _combined(item, there, value))
    return state


def _combined(item: ResultMapping, there: Any, value: Any) -> Any:
    if item.mode == "replace":
        return value
    if item.mode == "merge":
        return _merged(type(value)() if there is None and isinstance(value, dict | list) else there, value)
    if there is not None and not isinstance(there, list):
        raise Refused
    result = list(there or [])
    if item.mode == "append":
        return [*result, value]
    for new in value if isinstance(value, list) else [value]:
        if not isinstance(new, dict) or "a" not in new:
            raise Refused
        places = [at for at, old in enumerate(result) if isinstance(old, dict) and "a" in old and _equal(old, new)]
        if places:
            result[places[-1]] = new
        else:
            result.append(new)
    return result


def _equal(old: JsonObject, new: JsonObject) -> bool:
    return repr(_sorted(old["a"])) == repr(_sorted(new["a"]))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _merged(there: Any, value: Any) -> Any:
    if isinstance(there, list) and isinstance(value, list):
        return there + value
    if isinstance(there, dict) and isinstance(value, dict):
        both = {key: _overlaid(there[key], value[key]) for key in there if key in value}
        return {**there, **value, **both}
    raise Refused


def _overlaid(there: Any, value: Any) -> Any:
    return _merged(there, value) if isinstance(there, dict) and isinstance(value, dict) else value


@given(st.lists(mappings, max_size=5), states, states)
def test_result_is_what_the_plain_reference_gives(
    items: list[ResultMapping], child: JsonObject, state: JsonObject
) -> None:
    try:
        expected = reference(items, child, state)
    except Refused:
        with pytest.raises(MappingError):
            apply_result_mapping(items, child, state)
    else:
        assert mapped(*items, child=child, state=state) == expected


@given(st.lists(mappings, max_size=5), states, states)
def test_neither_state_is_changed(items: list[ResultMapping], child: JsonObject, state: JsonObject) -> None:
    before = copy.deepcopy((child, state))

    with suppress(MappingError):
        apply_result_mapping(items, child, state)

    assert (child, state) == before


@given(json_values, states, paths)
def test_replace_twice_is_replace_once(value: Any, state: JsonObject, target: str) -> None:
    item = mapping(target=target)
    assume(_applies(item, {"made": value}, state))
    once = mapped(item, child={"made": value}, state=state)

    assert mapped(item, child={"made": value}, state=once) == once
    assert get_path(once, target) == value


def _applies(item: ResultMapping, child: JsonObject, state: JsonObject) -> bool:
    try:
        apply_result_mapping([item], child, state)
    except MappingError:
        return False
    return True


@given(st.lists(json_values, max_size=4), st.lists(json_values, max_size=4))
def test_merge_of_lists_adds_their_lengths_and_keeps_their_order(old: list[Any], new: list[Any]) -> None:
    after = mapped(mapping("merge"), child={"made": new}, state={"scenes": old})["scenes"]

    assert len(after) == len(old) + len(new)
    assert after[: len(old)] == old
    assert after[len(old) :] == new


@given(st.lists(json_values, max_size=4), json_values)
def test_append_adds_one_element_whatever_it_is(old: list[Any], value: Any) -> None:
    after = mapped(mapping("append"), child={"made": value}, state={"scenes": old})["scenes"]

    assert after == [*old, value]


items_with_id = st.lists(st.fixed_dictionaries({"id": state_values, "n": st.integers()}), max_size=4)


@given(items_with_id, items_with_id)
def test_upsert_twice_is_upsert_once(old: list[JsonObject], new: list[JsonObject]) -> None:
    item = mapping("upsert", key="id")
    once = mapped(item, child={"made": new}, state={"scenes": old})

    assert mapped(item, child={"made": new}, state=once) == once


@given(states, st.dictionaries(st.sampled_from(["x", "y.z"]), json_values))
def test_siblings_of_a_dotted_target_are_kept(state: JsonObject, others: JsonObject) -> None:
    before = {**state, "story": {"mood": "old", **others}}

    after = mapped(mapping(target="story.mood"), child={"made": "new"}, state=before)

    assert after == {**before, "story": {"mood": "new", **others}}


@pytest.mark.parametrize("mode", ["merge", "append"])
@pytest.mark.parametrize("state", [{}, {"scenes": None}])
def test_missing_target_counts_as_empty(mode: str, state: JsonObject) -> None:
    assert mapped(mapping(mode), child={"made": [1]}, state=state)["scenes"] == ([1] if mode == "merge" else [[1]])


def test_null_source_is_a_value() -> None:
    assert mapped(mapping(), child={"made": None}, state={"scenes": [1]}) == {"scenes": None}


def test_missing_source_is_refused_by_its_name() -> None:
    with pytest.raises(MappingSourceMissing, match=r"'made\.deep'"):
        apply_result_mapping([mapping(source="made.deep")], {"made": 1}, {})


def test_missing_optional_source_writes_nothing() -> None:
    assert apply_result_mapping([mapping(optional=True)], {}, {"scenes": 1}) == {}


def test_source_may_step_into_a_list() -> None:
    assert apply_result_mapping([mapping(source="made.1.a")], {"made": [0, {"a": "x"}]}, {}) == {"scenes": "x"}


@pytest.mark.parametrize(
    ("mode", "there", "value", "words"),
    [
        ("merge", [1], {"a": 1}, "an array and an object"),
        ("merge", "text", ["x"], "a string and an array"),
        ("append", {"a": 1}, 1, "an object"),
        ("upsert", [], [1], "objects with the key 'id'"),
        ("upsert", [], {"name": 1}, "objects with the key 'id'"),
        ("upsert", "text", {"id": 1}, "a string"),
    ],
)
def test_mode_that_does_not_fit_is_refused_with_what_is_there(mode: str, there: Any, value: Any, words: str) -> None:
    key = {"key": "id"} if mode == "upsert" else {}
    with pytest.raises(MappingMismatch) as caught:
        apply_result_mapping([mapping(mode, **key)], {"made": value}, {"scenes": there})

    assert "'scenes'" in caught.value.message
    assert all(word.split()[-1] in caught.value.message for word in words.split(" and "))


@pytest.mark.parametrize(
    ("old", "new"), [(1, True), (0, False), ("1", 1), (None, "null"), ([1], [True]), ({"a": 1}, {"a": 2})]
)
def test_upsert_tells_unlike_keys_apart(old: Any, new: Any) -> None:
    after = mapped(mapping("upsert", key="id"), child={"made": {"id": new}}, state={"scenes": [{"id": old}]})

    assert after["scenes"] == [{"id": old}, {"id": new}]


def test_upsert_finds_an_object_key_whatever_the_order_of_its_fields() -> None:
    old, new = {"id": {"a": 1, "b": 2}, "n": 1}, {"id": {"b": 2, "a": 1}, "n": 2}

    assert mapped(mapping("upsert", key="id"), child={"made": new}, state={"scenes": [old]})["scenes"] == [new]


def test_upsert_of_a_list_with_the_same_key_twice_keeps_the_last() -> None:
    made = [{"id": 1, "n": 1}, {"id": 1, "n": 2}]

    assert mapped(mapping("upsert", key="id"), child={"made": made}, state={})["scenes"] == [{"id": 1, "n": 2}]


@pytest.mark.parametrize(("mode", "value"), [("append", 1), ("merge", [1]), ("upsert", {"id": 1})])
def test_each_mapping_sees_what_the_ones_before_it_wrote(mode: str, value: Any) -> None:
    key = {"key": "id"} if mode == "upsert" else {}
    items = [mapping("append", source="first"), mapping(mode, **key)]

    after = mapped(*items, child={"first": 0, "made": value}, state={})

    assert after["scenes"] == [0, {"id": 1} if mode == "upsert" else 1]


def test_target_written_twice_around_its_part_ends_as_the_last_write_says() -> None:
    items = [mapping(source="a"), mapping(source="b", target="scenes.x"), mapping(source="c")]

    after = mapped(*items, child={"a": {"x": 1}, "b": 2, "c": {"y": 3}}, state={})

    assert after == {"scenes": {"y": 3}}


def test_target_that_leads_into_a_list_is_refused_and_the_list_named() -> None:
    with pytest.raises(MappingMismatch, match=r"the list 'story\.scenes'"):
        apply_result_mapping([mapping(target="story.scenes.0")], {"made": 1}, {"story": {"scenes": [1, 2]}})


@given(paths, st.none() | state_values)
def test_module_writes_each_named_output(key: str, value: Any) -> None:
    assert state_writes({key: "kept"}, nested(key, value)) == {"kept": value}


def test_module_output_that_is_absent_writes_nothing() -> None:
    assert state_writes({"a": "x", "b.c": "y"}, {"a": None, "b": {}}) == {"x": None}
