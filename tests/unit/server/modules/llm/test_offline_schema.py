import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from backend.core.errors import ModuleError
from backend.server.modules.api.offline_text import generate

NAMES = st.sampled_from(
    [
        "title",
        "description",
        "mood",
        "camera",
        "keywords",
        "tags",
        "score",
        "id",
        "text",
        "prompt",
        "palette",
        "rating",
        "approved",
        "x",
        "changes",
        "hashtags",
    ]
)
FORMATS = st.sampled_from(["date", "email", "uuid", "uri", "time", "date-time", "hostname", "ipv4"])
JSON_SCALARS = st.one_of(st.text(max_size=5), st.integers(-5, 5), st.booleans(), st.none())


def bounded(kind: str, low: str, high: str, numbers: st.SearchStrategy[Any], room: int = 0) -> Any:
    return st.builds(lambda a, b: {"type": kind, low: min(a, b), high: max(a, b) + room}, numbers, numbers)


LEAVES = st.one_of(
    bounded("string", "minLength", "maxLength", st.integers(0, 200)),
    bounded("integer", "minimum", "maximum", st.integers(-1000, 1000)),
    bounded("integer", "exclusiveMinimum", "exclusiveMaximum", st.integers(-1000, 1000), room=2),
    bounded("number", "minimum", "maximum", st.floats(-1e6, 1e6)),
    bounded("number", "exclusiveMinimum", "exclusiveMaximum", st.floats(-1e3, 1e3), room=1),
    st.builds(
        lambda step, low: {"type": "integer", "multipleOf": step, "minimum": low, "maximum": low + step},
        st.integers(1, 50),
        st.integers(-100, 100),
    ),
    st.builds(lambda name: {"type": "string", "format": name}, FORMATS),
    st.builds(lambda values: {"enum": values}, st.lists(JSON_SCALARS, min_size=1, max_size=4)),
    st.builds(lambda value: {"const": value}, JSON_SCALARS),
    st.sampled_from([{"type": "string"}, {"type": "boolean"}, {"type": "null"}, {}, {"type": ["string", "null"]}]),
)


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(
            lambda fields, count, closed: {
                "type": "object",
                "properties": fields,
                "required": sorted(fields)[:count],
                **closed,
            },
            st.dictionaries(NAMES, inner, max_size=4),
            st.integers(0, 4),
            st.sampled_from([{}, {"additionalProperties": False}]),
        ),
        st.builds(
            lambda items, a, b: {"type": "array", "items": items, "minItems": min(a, b), "maxItems": max(a, b)},
            inner,
            st.integers(0, 6),
            st.integers(0, 6),
        ),
        st.builds(lambda options: {"anyOf": options}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"allOf": [part]}, inner),
        st.builds(lambda first: {"type": "array", "prefixItems": first}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(
            lambda count: {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "minItems": count},
            st.integers(0, 30),
        ),
    )


SCHEMAS = st.recursive(LEAVES, nested, max_leaves=8)


@settings(max_examples=120)
@given(SCHEMAS, st.text(max_size=80), st.integers(0, 3))
def test_any_schema_is_met_and_the_same_way_each_time(schema: dict[str, Any], text: str, seed: int) -> None:
    answer = generate(text, schema=schema, seed=seed)
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(answer)
    assert json.dumps(answer) == json.dumps(generate(text, schema=schema, seed=seed))


def test_schema_that_refers_to_itself_ends() -> None:
    schema = {
        "$defs": {
            "node": {
                "type": "object",
                "properties": {
                    "title": {"type": "string"},
                    "children": {"type": "array", "items": {"$ref": "#/$defs/node"}},
                },
                "required": ["title", "children"],
            }
        },
        "$ref": "#/$defs/node",
    }
    answer = generate("Topic: the sea", schema=schema)
    Draft202012Validator(schema).validate(answer)
    assert answer["children"]


@pytest.mark.parametrize(
    "pattern", [r"^#\w+$", r"^[a-z0-9-]+$", r"^\d{4}-\d{2}-\d{2}$", r"^[A-Z]{2}-\d{3}$", r"^#[0-9a-f]{6}$"]
)
def test_usual_patterns_are_met(pattern: str) -> None:
    schema = {"type": "string", "pattern": pattern}
    Draft202012Validator(schema).validate(generate("Topic: the sea", schema=schema))


def test_schema_that_cannot_be_met_says_where() -> None:
    schema = {"type": "object", "properties": {"code": {"type": "string", "pattern": r"^(?:xq){7}Z$"}}}
    with pytest.raises(ModuleError, match="/code") as caught:
        generate("Topic: the sea", schema=schema)
    assert (caught.value.code, caught.value.retryable) == ("offline_cannot", False)


def test_enum_follows_the_feedback() -> None:
    schema = {"type": "object", "properties": {"time_of_day": {"enum": ["morning", "noon", "night"]}}}
    for seed in range(5):
        assert generate("Topic: bread\nFeedback: at night", schema=schema, seed=seed) == {"time_of_day": "night"}


def test_sentiment_is_that_of_the_text() -> None:
    schema = {"type": "object", "properties": {"sentiment": {"enum": ["positive", "negative", "neutral"]}}}
    assert generate('Text: """The food was cold and the waiter rude."""', schema=schema) == {"sentiment": "negative"}
