"""What may be written in a template, and what is known of it without rendering."""

import time
from contextlib import suppress

import pytest

from backend.core.errors import TemplateBudget, TemplateError, TemplateSyntax
from backend.server.templating.language import check_template, is_template, references
from tests.fixtures.template_bombs import BOMBS


@pytest.mark.parametrize("text", ["{{ a }}", "a {% if b %}c{% endif %}", "{# note #}"])
def test_text_with_braces_is_a_template(text: str) -> None:
    assert is_template(text)


@pytest.mark.parametrize("text", ["", "plain", "{ a }", '{"a": {"b": 1}}', "}}", "100 %}"])
def test_other_text_is_no_template(text: str) -> None:
    assert not is_template(text)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ state.topic ~ params.x }}", {("state", "topic"), ("params", "x")}),
        ("{{ state }}", {("state",)}),
        ("{{ state['topic'].title }}", {("state", "topic", "title")}),
        ("{{ state[params.key].title }}", {("state",), ("params", "key")}),
        ("{{ state.scenes[0].title }}", {("state", "scenes")}),
        ("{{ state.topic.upper() }}", {("state", "topic")}),
        ("{{ state.items() }}", {("state",)}),
        ("{{ state.topic|default(config.topic)|replace(params.old, 'x') }}",
         {("state", "topic"), ("config", "topic"), ("params", "old")}),
        ("{{ range(state.count) }}", {("state", "count")}),
        ("{{ dict(a=state.a) }}", {("state", "a")}),
        ("{% for scene in state.scenes %}{{ scene.title }}{{ loop.index }}{% endfor %}", {("state", "scenes")}),
        ("{% set x = state.a %}{{ x.b }}", {("state", "a")}),
        ("{% if a.b %}{% set x = 1 %}{% endif %}{{ x }}", {("a", "b"), ("x",)}),
        ("{% with x = state.a %}{{ x }}{% endwith %}{{ x }}", {("state", "a"), ("x",)}),
        ("{{ 1 if a is defined else b }}", {("a",), ("b",)}),
        ("{{ {'k': state.a, state.b: 1} }}", {("state", "a"), ("state", "b")}),
        ("{{ state.list[state.from:] }}", {("state", "list"), ("state", "from")}),
        ("{{ 'text' }}{# state.a #}", set()),
    ],
)  # fmt: skip
def test_references_are_the_dotted_names_read_from_the_scope(source: str, expected: set[tuple[str, ...]]) -> None:
    assert references(source) == expected


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ state.topic", "end of print statement"),
        ("{% if a %}", "endif"),
        ("line\n{{ a b }}", "line 2"),
        ("{{ a|uper }}", "did you mean 'upper'?"),
        ("{{ a|nosuch }}", "there are: abs, batch"),
        ("{{ a is nosuch }}", "there is no test 'nosuch'"),
        ("{{ a|map('nosuch') }}", "there is no filter 'nosuch'"),
        ("{{ a|replace('b') }}", "missing a required argument: 'new'"),
        ("{{ a|upper(1) }}", "too many positional arguments"),
        ("{{ a|join(sep=',') }}", "unexpected keyword argument 'sep'"),
        ("{{ a is divisibleby }}", "the test 'divisibleby'"),
        ("{{ a.format(1) }}", "'format' cannot be called"),
        ("{{ now() }}", "'now' cannot be called"),
        ("{% include 'x' %}", "{% include %} is not offered"),
        ("{% macro a() %}{% endmacro %}", "{% macro %} is not offered"),
        ("{% for loop in a %}{% endfor %}", "loop"),
        ("{{ dict(a=1, a=2) }}", "'a' is given twice"),
        ("{{ 99999999999999999999 }}", "beyond 64 bits"),
    ],
)
def test_wrong_template_is_refused_in_words(source: str, said: str) -> None:
    with pytest.raises(TemplateSyntax) as caught:
        check_template(source)
    assert said in caught.value.message
    assert caught.value.template == source


def test_template_within_the_limits_is_accepted() -> None:
    check_template("{% for a in b %}" * 8 + "{{ x }}" * 300 + "{% endfor %}" * 8)


def test_too_long_template_is_over_budget() -> None:
    with pytest.raises(TemplateBudget, match="32,768 characters"):
        check_template("x" * 32_769 + "{{ a }}")


def test_checking_hostile_templates_computes_nothing_and_is_quick() -> None:
    slowest = 0.0
    for source in BOMBS.values():
        began = time.process_time()
        with suppress(TemplateError):
            check_template(source)
        slowest = max(slowest, time.process_time() - began)
    assert slowest < 0.5  # seconds of the processor, whatever else the machine does
