"""Checking what callers send."""

from typing import Any

import pytest

from backend.core.errors import FieldError, InvalidParams, InvalidPayload, InvalidResponse
from backend.server.definitions.models import SubActionDefinition
from backend.server.workflow.params import check_params, check_payload, check_response, schema_errors

OBJECT = {"type": "object", "properties": {"n": {"type": "integer"}}, "additionalProperties": False}


def action(**more: Any) -> SubActionDefinition:
    values = {"id": "again", "label": "Again", "actions": [{"type": "self_sub_action"}]}
    return SubActionDefinition.model_validate(values | more)


def pointers(schema: dict[str, Any], value: Any) -> list[str]:
    return [error.pointer for error in schema_errors(schema, value)]


def test_each_missing_field_is_named_once() -> None:
    schema = {"type": "object", "required": ["a", "b", "c"]}

    assert schema_errors(schema, {"b": 1}) == [FieldError("/a", "is required"), FieldError("/c", "is required")]


def test_missing_field_deep_in_a_list_is_named_by_its_place() -> None:
    schema = {"type": "array", "items": {"type": "object", "required": ["x/y"]}}

    assert pointers(schema, [{"x/y": 1}, {}]) == ["/1/x~1y"]


def test_wrong_types_are_named_by_their_places() -> None:
    schema = {"properties": {"a": {"type": "integer"}, "b": {"properties": {"c": {"type": "string"}}}}}

    assert pointers(schema, {"a": "x", "b": {"c": 1}}) == ["/a", "/b/c"]


def test_empty_schema_takes_anything() -> None:
    assert schema_errors({}, object()) == []


def test_many_mistakes_are_cut_to_fifty() -> None:
    assert len(schema_errors({"items": {"type": "string"}}, list(range(500)))) == 50


def test_message_that_repeats_a_large_value_is_cut() -> None:
    [error] = schema_errors({"type": "integer"}, "x" * 10_000)

    assert len(error.message) <= 500


def test_schema_that_points_outside_fetches_nothing() -> None:
    with pytest.raises(Exception, match="example"):
        schema_errors({"$ref": "http://example.invalid/schema"}, {})


def test_payload_and_response_have_errors_of_their_own() -> None:
    with pytest.raises(InvalidPayload) as payload:
        check_payload(OBJECT, {"n": "x"})
    with pytest.raises(InvalidResponse) as response:
        check_response(OBJECT, {"n": "x"})

    assert payload.value.errors[0].pointer == response.value.errors[0].pointer == "/n"


def test_params_without_a_schema_may_be_anything() -> None:
    check_params(action(), {"n": [1], "feedback": "more rain"})


def test_params_are_checked_against_their_schema() -> None:
    with pytest.raises(InvalidParams) as caught:
        check_params(action(params_schema=OBJECT), {"n": "x", "m": 1})

    assert sorted(error.pointer for error in caught.value.errors) == ["", "/n"]


def test_feedback_goes_beside_a_closed_schema() -> None:
    check_params(action(params_schema=OBJECT), {"n": 1, "feedback": "more rain"})


@pytest.mark.parametrize("feedback", [1, ["x"], {"a": 1}])
def test_feedback_that_is_no_text_is_refused(feedback: Any) -> None:
    with pytest.raises(InvalidParams) as caught:
        check_params(action(), {"feedback": feedback})

    assert caught.value.errors == (FieldError("/feedback", "must be text"),)


def test_feedback_where_it_is_switched_off_is_refused() -> None:
    with pytest.raises(InvalidParams) as caught:
        check_params(action(feedback={"enabled": False}), {"feedback": "more rain"})

    assert caught.value.errors[0].pointer == "/feedback"
