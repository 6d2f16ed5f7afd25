"""What a workflow author is told."""

from typing import Any

import pytest

from backend.core.errors import TemplateBudget, TemplateError, TemplateSyntax, TemplateUndefined
from backend.server.templating.renderer import Renderer

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCOPE: dict[str, Any] = {"state": {"topic": "x", "scenes": [{"title": "a"}]}, "secrets": {"key": "hunter2"}}


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ state.topik }}", "'state.topik' does not exist; did you mean 'state.topic'?"),
        ("{{ state.nothing_like_it }}", "'state.nothing_like_it' does not exist; 'state' has scenes, topic."),
        ("{{ stat.topic }}", "'stat' does not exist; did you mean 'state'?"),
        ("On {{ zzz }}", "'zzz' does not exist; the scope has secrets, state."),
        ("{{ state.missing.deeper }}", "'state.missing' does not exist"),
        ("{{ [state.missing] }}", "'state.missing' does not exist"),
        ("{{ {'a': state.missing} }}", "'state.missing' does not exist"),
        ("{{ state.missing|upper }}", "'state.missing' does not exist"),
        ("{{ state.missing ~ 'a' }}", "'state.missing' does not exist"),
        ("{{ state.missing == 1 }}", "'state.missing' does not exist"),
        ("{{ state.topic == state.missing }}", "'state.missing' does not exist"),
        ("{{ 1 if state.missing }}", "'state.missing' does not exist"),
        ("{{ 'a' in state.missing }}", "'state.missing' does not exist"),
        ("{{ state.missing in 'a' }}", "'state.missing' does not exist"),
        ("{{ state.missing() }}", "'missing' cannot be called"),
        ("{{ state.scenes[state.missing] }}", "'state.missing' does not exist"),
        ("{{ state.scenes[5].title }}", "'5' does not exist"),
        ("{{ state.topic|replace(state.missing, 'a') }}", "'state.missing' does not exist"),
        ("{% for a in state.missing %}{% endfor %}", "'state.missing' does not exist"),
        ("{% for s in state.scenes %}{{ s.name }}{% endfor %}", "'name' does not exist"),
        ("{{ state.scenes|map(attribute='name')|join }}", "'name' does not exist"),
        ("{{ state.scenes|sort(attribute='name') }}", "'name' does not exist"),
        ("{{ []|first }}", "the list is empty"),
    ],
)
async def test_unknown_name_is_named(renderer: Renderer, template: str, said: str) -> None:
    with pytest.raises(TemplateError) as caught:
        await renderer.render(template, SCOPE)
    assert said in caught.value.message
    assert isinstance(caught.value, TemplateSyntax if "called" in said else TemplateUndefined)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ 1 / 0 }}", "it divides by zero"),
        ("{{ 'a' + 1 }}", "'+' does not work between text and a number; join text with '~'"),
        ("{{ 1 < 'a' }}", "a number and text cannot be compared"),
        ("{{ [1, 'a']|sort }}", "cannot be compared with each other"),
        ("{{ 1|length }}", "a number is not a list"),
        ("{{ 1|round('a') }}", "'precision' must be a whole number, not text"),
        ("{{ 'a'|abs }}", "'abs' takes a number, not text"),
        ("{{ state.topic.upper }}", "call it with 'upper()'"),
        ("{{ state.topic.upper(1, 2) }}", "'upper'"),
        ("{{ 9223372036854775807 + 1 }}", "Integer exceeds 64-bit range|beyond 64 bits"),
        ("{{ 1e308 * 10 }}", "not finite"),
        ("{% for a, b in [[1]] %}{% endfor %}", "not enough values"),
    ],
)
async def test_mistake_is_told_in_words(renderer: Renderer, template: str, said: str) -> None:
    with pytest.raises(TemplateError) as caught:
        await renderer.render(template, SCOPE)
    assert any(words in caught.value.message for words in said.split("|"))


async def test_error_tells_the_place_and_the_template(renderer: Renderer) -> None:
    tree = {"ok": "{{ state.topic }}!", "a/b": [1, {"text": "On {{\n state.topik }}"}]}
    with pytest.raises(TemplateUndefined) as caught:
        await renderer.render(tree, SCOPE)
    assert caught.value.pointer == "/a~1b/1/text"
    assert caught.value.ids["pointer"] == "/a~1b/1/text"
    assert caught.value.template == "On {{\n state.topik }}"
    assert caught.value.message == (
        "/a~1b/1/text: 'state.topik' does not exist; did you mean 'state.topic'? Template: On {{ state.topik }}"
    )


async def test_wrong_template_tells_its_place(renderer: Renderer) -> None:
    with pytest.raises(TemplateSyntax, match=r"^/b: there is no filter 'nosuch'") as caught:
        await renderer.render({"a": "{{ 1 }}", "b": "{{ 1|nosuch }}"}, SCOPE)
    assert caught.value.pointer == "/b"


async def test_long_template_is_shortened_in_the_message(renderer: Renderer) -> None:
    with pytest.raises(TemplateBudget) as caught:
        await renderer.render("x" * 5_000 + "{{ 'a' * 10**9 }}", SCOPE)
    assert len(caught.value.message) < 250


@pytest.mark.parametrize(
    "template",
    [
        "{{ secrets.key / 2 }}",
        "{{ secrets.key.nope }}",
        "{{ secrets.nope }}",
        "{{ secrets.key|tojson(-1) }}",
        "{{ state[secrets.key] }}",
        "{{ [1].index(secrets.key) }}",
        "{{ secrets.key|map(secrets.key) }}",
        "{{ [1]|select(secrets.key) }}",
        "{{ state.scenes|map(attribute=secrets.key) }}",
        "{{ range(secrets.key) }}",
        "{{ [1, secrets.key]|sort }}",
        "{{ {'a': 1}|dictsort(by=secrets.key) }}",
        "{{ 1|round(0, secrets.key) }}",
    ],
)
async def test_message_never_holds_a_value(renderer: Renderer, template: str) -> None:
    with pytest.raises(TemplateError) as caught:
        await renderer.render(template, SCOPE)
    assert "hunter2" not in caught.value.message


async def test_scope_that_is_no_json_is_refused(renderer: Renderer) -> None:
    with pytest.raises(TemplateError, match="not JSON"):
        await renderer.render("{{ state.x }}!", {"state": {"x": object()}})


async def test_renderer_survives_errors(renderer: Renderer) -> None:
    for _ in range(20):
        with pytest.raises(TemplateError):
            await renderer.render("{{ nope }}!", SCOPE)
    assert await renderer.render("{{ state.topic }}!", SCOPE) == "x!"
