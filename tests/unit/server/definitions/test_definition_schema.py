"""The published schema agrees with the checks."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from backend.core.jsonvalue import pointer_of
from backend.server.definitions.hashing import content_hash
from backend.server.definitions.schema import definition_schema
from tests.fixtures.definition_samples import Json, at, full, minimal, module

VALIDATOR = Draft202012Validator(definition_schema())

FILE = {"$ref": "parts/some.json", "type": "json"}


def test_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(definition_schema())


def test_schema_describes_itself_without_an_id() -> None:
    schema = definition_schema()

    assert schema["title"] == "Interlude workflow"
    assert "$id" not in schema


@pytest.mark.parametrize("document", [full(), minimal()], ids=["full", "minimal"])
def test_schema_accepts_what_is_valid(document: Json) -> None:
    assert list(VALIDATOR.iter_errors(document)) == []


def _places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, child in children for place in [(*path, key), *_places(child, (*path, key))]]


@pytest.mark.parametrize("path", [path for path in _places(full()) if path[-1] != "type"], ids=pointer_of)
def test_schema_accepts_a_file_wherever_a_value_stands(path: tuple[str | int, ...]) -> None:
    document = full()
    at(document, *path[:-1])[path[-1]] = FILE

    assert list(VALIDATOR.iter_errors(document)) == []


WRONG: dict[str, Json] = {
    "no steps": {**minimal(), "steps": []},
    "unknown key": minimal(stepz=[]),
    "bad id": minimal(workflow_id="a b"),
    "step is text": minimal(steps=["x"]),
    "module without a name": minimal(steps=[{"step_id": "s", "modules": [{"module_id": "x"}]}]),
    "bad name": minimal(steps=[{"step_id": "s", "modules": [module("1 x")]}]),
    "timeout of zero": minimal(steps=[{"step_id": "s", "modules": [module(timeout_seconds=0)]}]),
    "bad state key": minimal(steps=[{"step_id": "s", "modules": [module(outputs_to_state={"a": "1"})]}]),
    "bad state key in a list": minimal(steps=[{"step_id": "s", "modules": [module(outputs_to_state=["1"])]}]),
    "bad retry": minimal(steps=[{"step_id": "s", "modules": [module(retry={"max_attempts": 0})]}]),
    "file with more keys": minimal(steps=[{**FILE, "more": 1}]),
    "file with an unknown type": minimal(steps=[{"$ref": "a.json", "type": "yaml"}]),
    "absolute file": minimal(steps=[{"$ref": "/a.json"}]),
}


def _sub_action(**more: Any) -> Json:
    action = {"id": "a", "label": "A", "actions": [{"type": "self_sub_action"}], **more}
    return minimal(steps=[{"step_id": "s", "modules": [module(sub_actions=[action])]}])


WRONG |= {
    "bad action type": _sub_action(actions=[{"type": "x"}]),
    "action without a type": _sub_action(actions=[{"module_id": "x", "name": "y"}]),
    "bad mode": _sub_action(result_mapping=[{"source": "a", "target": "b", "mode": "x"}]),
    "upsert without key": _sub_action(result_mapping=[{"source": "a", "target": "b", "mode": "upsert"}]),
    "half a ref": _sub_action(actions=[{"type": "target_sub_action", "ref": {"step_id": "s"}}]),
}


@pytest.mark.parametrize("kind", WRONG)
def test_schema_refuses_what_is_wrong(kind: str) -> None:
    assert not VALIDATOR.is_valid(WRONG[kind])


def test_content_hash_ignores_the_order_of_keys_only() -> None:
    one, two = {"a": 1, "b": {"c": [1, 2], "d": "x"}}, {"b": {"d": "x", "c": [1, 2]}, "a": 1}

    assert content_hash(one) == content_hash(two)
    assert len(content_hash(one)) == 64
    assert content_hash(one) != content_hash({**one, "a": 2})
    assert content_hash({"a": [1, 2]}) != content_hash({"a": [2, 1]})
