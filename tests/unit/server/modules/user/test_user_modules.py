from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from backend.server.modules.base import InteractiveModule
from backend.server.modules.user import Approve, Form, Review, Select
from tests.fixtures.module_context import answer, misfits, present

SCENES = [
    {"title": "Fog", "description": "A grey sea.", "keywords": ["sea"]},
    {"title": "Noon", "description": "Gold.", "keywords": []},
]
FORM = {"type": "object", "properties": {"name": {"type": "string", "minLength": 1}}, "required": ["name"]}


@pytest.mark.parametrize(
    ("module", "inputs"),
    [
        (Select(), {"options": SCENES}),
        (Select(), {"options": SCENES, "multiple": True, "min": 0, "max": 1}),
        (Select(), {"options": SCENES, "min": 0}),
        (Select(), {"options": []}),
        (Form(), {"schema": FORM}),
        (
            Form(),
            {
                "schema": {
                    "type": "object",
                    "$defs": {"n": {"type": "string"}},
                    "properties": {"a": {"$ref": "#/$defs/n"}},
                }
            },
        ),
        (Approve(), {"content": "Hi", "comment_required_on_reject": True}),
        (Review(), {"content": "Hi"}),
        (Review(), {"content": {"a": 1}, "schema": {"type": "object", "properties": {"a": {"type": "integer"}}}}),
    ],
)
def test_response_schema_is_valid_and_closed(module: InteractiveModule, inputs: dict[str, Any]) -> None:
    schema = module.response_schema(module.Inputs.model_validate(inputs))
    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert misfits(module, inputs, {"surprise": 1}) != []


@pytest.mark.parametrize("module", [Select, Form, Approve, Review])
def test_question_has_a_title_and_prompt_of_its_own(module: type[InteractiveModule]) -> None:
    fields = module.Inputs.model_fields
    assert fields["title"].default
    assert fields["prompt"].default


def test_select_shows_title_and_description_of_each_option() -> None:
    shown = present(Select(), {"options": SCENES})
    assert shown["options"][0] == {"index": 0, "value": SCENES[0], "label": "Fog", "description": "A grey sea."}
    assert [option["index"] for option in shown["options"]] == [0, 1]


def test_select_answer_gives_the_option_and_its_index() -> None:
    assert answer(Select(), {"options": SCENES}, {"selected": 1}) == {"selected": SCENES[1], "selected_index": 1}


def test_select_many_gives_lists_in_the_order_picked() -> None:
    outputs = answer(Select(), {"options": ["a", "b", "c"], "multiple": True}, {"selected": [2, 0]})
    assert outputs == {"selected": ["c", "a"], "selected_index": [2, 0]}


def test_select_keys_take_parts_of_an_option() -> None:
    inputs = {
        "options": [{"id": 7, "meta": {"head": "Seven"}, "why": ["odd"]}],
        "value_key": "id",
        "label_key": "meta.head",
        "description_key": "why",
    }
    assert present(Select(), inputs)["options"] == [
        {"index": 0, "value": 7, "label": "Seven", "description": '["odd"]'}
    ]
    assert answer(Select(), inputs, {"selected": 0}) == {"selected": 7, "selected_index": 0}


def test_select_from_an_object_goes_by_its_keys_whatever_their_order() -> None:
    shown = present(Select(), {"options": {"b": 2, "a": 1}})["options"]
    assert [(option["label"], option["value"]) for option in shown] == [("a", 1), ("b", 2)]
    assert answer(Select(), {"options": {"b": 2, "a": 1}}, {"selected": 0})["selected"] == 1


def test_select_without_need_may_pick_nothing() -> None:
    outputs = answer(Select(), {"options": [1], "min": 0}, {"selected": None})
    assert outputs == {"selected": None, "selected_index": None}


@pytest.mark.parametrize("selected", [-1, 2, 1.5, "0", None, True, [0]])
def test_select_with_an_index_that_is_none_is_refused(selected: Any) -> None:
    assert set(misfits(Select(), {"options": SCENES}, {"selected": selected})) == {"/selected"}


@pytest.mark.parametrize("selected", [[], [0, 0], [0, 1, 2], [3], 0])
def test_select_many_with_a_wrong_list_is_refused(selected: Any) -> None:
    inputs = {"options": ["a", "b", "c"], "multiple": True, "max": 2}
    assert misfits(Select(), inputs, {"selected": selected}) != []


def test_select_without_options_takes_no_answer() -> None:
    assert misfits(Select(), {"options": []}, {"selected": 0}) == ["/selected"]


@pytest.mark.parametrize(
    "inputs", [{"min": 2}, {"max": 2}, {"multiple": True, "min": 3, "max": 2}, {"options": [0] * 1001}, {"extra": 1}]
)
def test_select_with_inputs_that_contradict_is_refused(inputs: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Select.Inputs.model_validate({"options": [1, 2, 3], **inputs})


def test_select_with_a_long_label_is_cut() -> None:
    assert len(present(Select(), {"options": ["x" * 500]})["options"][0]["label"]) == 120


def test_form_gives_its_values() -> None:
    assert answer(Form(), {"schema": FORM}, {"values": {"name": "Ana"}}) == {"values": {"name": "Ana"}}


def test_form_shows_schema_hints_and_defaults() -> None:
    shown = present(Form(), {"schema": FORM, "ui": {"name": {"rows": 2}}, "defaults": {"name": "Bo"}})
    assert shown == {"schema": FORM, "ui": {"name": {"rows": 2}}, "defaults": {"name": "Bo"}}


@pytest.mark.parametrize(
    ("values", "pointer"),
    [({}, "/values"), ({"name": ""}, "/values/name"), ({"name": "a", "more": 1}, "/values"), ([], "/values")],
)
def test_form_values_that_do_not_fit_are_refused(values: Any, pointer: str) -> None:
    assert misfits(Form(), {"schema": FORM}, {"values": values}) == [pointer]


def test_form_references_point_into_its_own_schema() -> None:
    schema = {"type": "object", "$defs": {"n": {"type": "integer"}}, "properties": {"a": {"$ref": "#/$defs/n"}}}
    assert misfits(Form(), {"schema": schema}, {"values": {"a": "x"}}) == ["/values/a"]
    assert answer(Form(), {"schema": schema}, {"values": {"a": 1}}) == {"values": {"a": 1}}


def test_form_may_be_left_open_by_its_author() -> None:
    schema = {**FORM, "additionalProperties": {"type": "integer"}}
    assert misfits(Form(), {"schema": schema}, {"values": {"name": "a", "more": 1}}) == []


@pytest.mark.parametrize(
    "schema", [{"type": "string"}, {"type": "object", "properties": 1}, {"type": "object", "$ref": "http://x/y"}]
)
def test_form_with_a_schema_that_makes_no_form_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="schema"):
        Form.Inputs.model_validate({"schema": schema})


def test_approval_gives_decision_and_comment() -> None:
    assert answer(Approve(), {}, {"approved": True}) == {"approved": True, "comment": None}
    assert answer(Approve(), {}, {"approved": False, "comment": "No"}) == {"approved": False, "comment": "No"}


@pytest.mark.parametrize("response", [{"approved": False}, {"approved": False, "comment": "  "}])
def test_rejection_without_its_required_comment_is_refused(response: dict[str, Any]) -> None:
    assert misfits(Approve(), {"comment_required_on_reject": True}, response) != []


def test_approval_needs_no_comment_where_rejection_does() -> None:
    assert answer(Approve(), {"comment_required_on_reject": True}, {"approved": True})["approved"] is True


def test_approval_shows_its_content() -> None:
    assert present(Approve(), {"content": {"a": 1}})["content"] == {"a": 1}


def test_review_tells_whether_the_content_changed() -> None:
    unchanged = answer(Review(), {"content": "a"}, {"content": "a"})
    changed = answer(Review(), {"content": "a"}, {"content": "b", "approved": False})
    assert unchanged == {"content": "a", "changed": False, "approved": True}
    assert changed == {"content": "b", "changed": True, "approved": False}


def test_review_takes_one_and_true_for_different() -> None:
    assert answer(Review(), {"content": [1]}, {"content": [True]})["changed"] is True


@pytest.mark.parametrize(("content", "edited"), [("a", 1), ({}, []), ([], {}), (1, "1"), (True, 1)])
def test_review_keeps_the_kind_of_its_content(content: Any, edited: Any) -> None:
    assert misfits(Review(), {"content": content}, {"content": edited}) == ["/content"]


def test_review_checks_the_edited_content_by_its_schema() -> None:
    inputs = {"content": {"a": 1}, "schema": {"type": "object", "properties": {"a": {"type": "integer"}}}}
    assert misfits(Review(), inputs, {"content": {"a": "x"}}) == ["/content/a"]
    assert misfits(Review(), inputs, {"content": {"b": 1}}) == ["/content"]


@pytest.mark.parametrize(("content", "shown"), [("a", "text"), ({"a": 1}, "json")])
def test_review_shows_content_by_its_kind(content: Any, shown: str) -> None:
    assert present(Review(), {"content": content}) == {"content": content, "schema": None, "format": shown}
