"""What templates give."""

from typing import Any

import pytest

from backend.server.templating.renderer import Renderer

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCOPE: dict[str, Any] = {
    "state": {
        "topic": "harbours",
        "digits": "123",
        "none_text": "None",
        "list_text": "[1, 2]",
        "template_text": "{{ 1 + 1 }}",
        "count": 3,
        "ratio": 0.5,
        "flag": False,
        "nothing": None,
        "items": ["c", "a", "b"],
        "keys": 7,
        "scenes": [
            {"title": "Dawn", "mood": "calm", "length": 3, "author": {"name": "Ada"}},
            {"title": "dusk", "mood": "wild", "length": 1, "author": {"name": "Bo"}},
            {"title": "Noon", "mood": "calm", "length": 2, "author": {"name": "Cy"}},
        ],
        "object": {"b": 2, "a": 1},
    },
    "params": {},
}

VALUES = [
    ("{{ state.digits }}", "123"),
    ("{{state.digits}}", "123"),
    ("{{- state.digits -}}", "123"),
    ("{{ state.digits }}\n", "123"),
    ("{{ [state.digits][0] }}", "123"),
    ("{{ [state.none_text][0] }}", "None"),
    ("{{ [state.list_text][0] }}", "[1, 2]"),
    ("{{ [state.nothing][0] }}", None),
    ("{{ [state.template_text][0] }}", "{{ 1 + 1 }}"),
    ("{{ state.template_text }}", "{{ 1 + 1 }}"),
    ("{{ state.items }}", ["c", "a", "b"]),
    ("{{ state['items'] }}", ["c", "a", "b"]),
    ("{{ state.keys + 1 }}", 8),
    ("{{ state.object.items() }}", [["b", 2], ["a", 1]]),
    ("{{ state.object.keys() }}", ["b", "a"]),
    ("{{ state.object.get('z', 5) }}", 5),
    ("{{ state.object.get('z') }}", None),
    ("{{ state.scenes[0].author.name }}", "Ada"),
    ("{{ state.scenes.0.title }}", "Dawn"),
    ("{{ state.scenes[-1]['title'] }}", "Noon"),
    ("{{ state.items[1:] }}", ["a", "b"]),
    ("{{ state.topic[::-1] }}", "sruobrah"),
    ("{{ 7 // 2 }}", 3),
    ("{{ 7 / 2 }}", 3.5),
    ("{{ 7 % 4 }}", 3),
    ("{{ 2 ** 10 }}", 1024),
    ("{{ -state.count }}", -3),
    ("{{ 'ab' * 3 }}", "ababab"),
    ("{{ [1] + [2] }}", [1, 2]),
    ("{{ 'a' + 'b' }}", "ab"),
    ("{{ 1 ~ 'a' ~ none }}", "1aNone"),
    ("{{ 1 < 2 < 3 }}", True),
    ("{{ 1 < 3 < 2 }}", False),
    ("{{ 1 == 1.0 != 'a' }}", True),
    ("{{ 'arb' in state.topic }}", True),
    ("{{ 'z' not in state.object }}", True),
    ("{{ not state.flag and state.count > 2 or missing }}", True),
    ("{{ {'a': state.count, 'b': [none, true]} }}", {"a": 3, "b": [None, True]}),
    ("{{ (1, 2) }}", [1, 2]),
    ("{{ 1, 2 }}", [1, 2]),
    ("{{ dict(state.object, c=3) }}", {"b": 2, "a": 1, "c": 3}),
    ("{{ range(3) }}", [0, 1, 2]),
    ("{{ range(5, 0, -2) }}", [5, 3, 1]),
    ("{{ 'yes' if state.flag else 'no' }}", "no"),
    ("{{ 'yes' if state.flag }}", None),
    ("{{ ['yes' if state.flag] }}", [None]),
    ("{{ state.missing|default('d') }}", "d"),
    ("{{ state.missing.deeper.still|default('d') }}", "d"),
    ("{{ nowhere.output.text|default('d') }}", "d"),
    ("{{ state.nothing|d('d') }}", None),
    ("{{ state.nothing|d('d', true) }}", "d"),
    ("{{ state.missing is defined }}", False),
    ("{{ state.missing.deeper is undefined }}", True),
    ("{{ state.nothing is none }}", True),
    ("{{ state.items|sort }}", ["a", "b", "c"]),
    ("{{ state.items|sort(reverse=true)|first }}", "c"),
    ("{{ ['b', 'A']|sort }}", ["A", "b"]),
    ("{{ ['b', 'A', 'a']|sort(case_sensitive=true) }}", ["A", "a", "b"]),
    ("{{ state.scenes|sort(attribute='mood,length')|map(attribute='title') }}", ["Noon", "Dawn", "dusk"]),
    ("{{ state.scenes|map(attribute='author.name')|join(', ') }}", "Ada, Bo, Cy"),
    ("{{ state.scenes|map(attribute='x', default='-') }}", ["-", "-", "-"]),
    ("{{ state.scenes|join('/', attribute='title') }}", "Dawn/dusk/Noon"),
    ("{{ state.items|map('upper') }}", ["C", "A", "B"]),
    ("{{ state.items|map('replace', 'a', 'z') }}", ["c", "z", "b"]),
    ("{{ [0, 1, '', 'a']|select }}", [1, "a"]),
    ("{{ [0, 1, '', 'a']|reject }}", [0, ""]),
    ("{{ [1, 2, 3]|select('odd') }}", [1, 3]),
    ("{{ [1, 2, 3]|reject('gt', 1) }}", [1]),
    ("{{ state.scenes|selectattr('mood', 'eq', 'calm')|map(attribute='title') }}", ["Dawn", "Noon"]),
    ("{{ state.scenes|rejectattr('mood', 'equalto', 'calm')|map(attribute='title') }}", ["dusk"]),
    ("{{ state.scenes|selectattr('missing', 'defined') }}", []),
    ("{{ state.scenes|length }}", 3),
    ("{{ 'DAWN and dusk'|title }}", "Dawn And Dusk"),
    ("{{ 'dawn'|capitalize }}{{ '' }}", "Dawn"),
    ("{{ '  a '|trim }}", "a"),
    ("{{ 'xxaxx'|trim('x') }}", "a"),
    ("{{ 'aaa'|replace('a', 'b', 2) }}", "bba"),
    ("{{ [3, 1, 2]|min }}", 1),
    ("{{ state.scenes|max(attribute='length') }}",
     {"title": "Dawn", "mood": "calm", "length": 3, "author": {"name": "Ada"}}),
    ("{{ []|max|default(0) }}", 0),
    ("{{ []|first|default('none') }}", "none"),
    ("{{ 'abc'|last }}", "c"),
    ("{{ state.object|last }}", "a"),
    ("{{ [1, 2.5]|sum }}", 3.5),
    ("{{ state.scenes|sum(attribute='length') }}", 6),
    ("{{ [[1], [2, 3]]|sum(start=[]) }}", [1, 2, 3]),
    ("{{ ['a', 'A', 'b']|unique }}", ["a", "b"]),
    ("{{ [{'a': 1}, {'a': 1}]|unique }}", [{"a": 1}]),
    ("{{ 2.5|round }}", 2.0),
    ("{{ 2.567|round(2) }}", 2.57),
    ("{{ 2.1|round(method='ceil')|int }}", 3),
    ("{{ '42.9'|int }}", 42),
    ("{{ 'x'|int(7) }}", 7),
    ("{{ 'ff'|int(0, 16) }}", 255),
    ("{{ '1.5'|float }}", 1.5),
    ("{{ -3|abs }}", 3),
    ("{{ (-3)|abs }}", 3),
    ("{{ state.count|string }}", "3"),
    ("{{ 'abc'|list }}", ["a", "b", "c"]),
    ("{{ [1, 2]|reverse }}", [2, 1]),
    ("{{ 'abc'|reverse }}", "cba"),
    ("{{ state.object|dictsort }}", [["a", 1], ["b", 2]]),
    ("{{ state.object|dictsort(by='value', reverse=true) }}", [["b", 2], ["a", 1]]),
    ("{{ state.object|items }}", [["b", 2], ["a", 1]]),
    ("{{ [1, 2, 3]|batch(2, 0) }}", [[1, 2], [3, 0]]),
    ("{{ [1, 2, 3]|slice(2) }}", [[1, 2], [3]]),
    ("{{ [1, 2, 3]|slice(2, 0) }}", [[1, 2], [3, 0]]),
    ("{{ 'a few words'|truncate(8, leeway=0) }}", "a..."),
    ("{{ 'a few words'|truncate(8, true, '~', leeway=0) }}", "a few w~"),
    ("{{ 'a few, words'|wordcount }}", 3),
    ("{{ 'a\nb'|indent(2) }}", "a\n  b"),
    ("{{ '<b>'|e }}", "&lt;b&gt;"),
    ("{{ 'a b/ü'|urlencode }}", "a%20b/%C3%BC"),
    ("{{ {'q': 'a b', 'n': 1}|urlencode }}", "q=a%20b&n=1"),
    ("{{ {'z': [1, none], 'a': '<ü>'}|tojson }}", '{"z": [1, null], "a": "<ü>"}'),
    ("{{ [1]|tojson(indent=2) }}", "[\n  1\n]"),
    ("{{ 3 is odd and 4 is even and 9 is divisibleby 3 }}", True),
    ("{{ 'a' is string and 1 is number and 1 is integer and [] is sequence and {} is mapping }}", True),
    ("{{ true is boolean and true is true and 1 is not true }}", True),
    ("{{ 1 is in [1, 2] }}", True),
    ("{{ 'a' is lower and 'A' is upper }}", True),
    ("{{ state.topic.upper().split('B') }}", ["HAR", "OURS"]),
    ("{{ ','.join(state.items) }}", "c,a,b"),
    ("{{ state.topic.startswith('har') and state.topic.find('b') == 3 }}", True),
    ("{{ ' a b '.split() }}", ["a", "b"]),
    ("{{ state.items.index('a') }}", 1),
]  # fmt: skip

TEXTS = [
    ("On {{ state.topic }}", "On harbours"),
    ("{{ state.count }}{{ state.count }}", "33"),
    ("{{ state.digits }} ", "123 "),
    (" {{ state.count }}", " 3"),
    ("{{ state.template_text }}!", "{{ 1 + 1 }}!"),
    ("{# note #}{{ state.count }}", "3"),
    ("{{ state.nothing }}/{{ state.flag }}/{{ state.ratio }}", "None/False/0.5"),
    ("<{{ '<b>' }}>", "<<b>>"),
    ("{{ [1, 'a'] }}.", "[1, 'a']."),
    ("a{{ 'x' if state.flag }}b", "ab"),
    ("{% if state.flag %}a{% elif state.count == 3 %}b{% else %}c{% endif %}", "b"),
    ("{% for s in state.scenes %}{{ loop.index }}:{{ s.title }}{{ ', ' if not loop.last }}{% endfor %}",
     "1:Dawn, 2:dusk, 3:Noon"),
    ("{% for s in state.scenes if s.mood == 'calm' %}{{ s.title }} {% endfor %}", "Dawn Noon "),
    ("{% for s in [] %}x{% else %}none{% endfor %}", "none"),
    ("{% for k, v in state.object.items() %}{{ k }}={{ v }};{% endfor %}", "b=2;a=1;"),
    ("{% for k in state.object %}{{ k }}{% endfor %}", "ba"),
    ("{% for a in [1, 2] %}{% for b in 'xy' %}{{ a }}{{ b }}{{ loop.cycle('-', '+') }}{% endfor %}{% endfor %}",
     "1x-1y+2x-2y+"),
    ("{% for a in [5, 6, 7] %}{{ loop.revindex }}{{ loop.length }}{{ loop.previtem|d('-') }} {% endfor %}",
     "33- 235 136 "),
    ("{% for mood, scenes in state.scenes|groupby('mood') %}{{ mood }}:{{ scenes|length }} {% endfor %}",
     "calm:2 wild:1 "),
    ("{% for g in state.scenes|groupby('mood') %}{{ g.grouper }}{{ g.list[0].title }} {% endfor %}",
     "calmDawn wilddusk "),
    ("{% set x = state.count + 1 %}{{ x }}{{ x }}", "44"),
    ("{% set a, b = [1, 2] %}{{ b }}{{ a }}", "21"),
    ("{% set x %}[{{ state.topic }}]{% endset %}{{ x }}{{ x|length }}", "[harbours]10"),
    ("{% set x = 1 %}{% for a in [1] %}{% set x = 2 %}{% endfor %}{{ x }}", "1"),
    ("{% with x = 1 %}{{ x }}{% endwith %}", "1"),
    ("{% filter upper %}a{{ state.topic }}{% endfilter %}", "AHARBOURS"),
    ("{% raw %}{{ a }}{% endraw %}", "{{ a }}"),
    ("a\n{%- if true %} b{% endif %}", "a b"),
    ("äöü 🎬 {{ '🎬' }}", "äöü 🎬 🎬"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "value"), VALUES)
async def test_lone_expression_gives_its_value(renderer: Renderer, template: str, value: Any) -> None:
    result = await renderer.render(template, SCOPE)
    assert result == value
    assert type(result) is type(value) or template == "{{ 'dawn'|capitalize }}{{ '' }}"


@pytest.mark.parametrize(("template", "text"), TEXTS)
async def test_other_templates_give_text(renderer: Renderer, template: str, text: str) -> None:
    assert await renderer.render(template, SCOPE) == text


async def test_tree_is_rendered_in_its_values_only(renderer: Renderer) -> None:
    tree = {
        "{{ key }}": 1,
        "prompt": "On {{ state.topic }}",
        "list": [None, True, 1.5, "plain", "{{ state.count }}", {"deep": "{{ state.object }}"}],
    }
    assert await renderer.render(tree, SCOPE) == {
        "{{ key }}": 1,
        "prompt": "On harbours",
        "list": [None, True, 1.5, "plain", 3, {"deep": {"b": 2, "a": 1}}],
    }


async def test_tree_without_templates_comes_back_as_it_is() -> None:
    tree = {"a": ["{ not one }", 1]}
    not_started = Renderer(workers=1, seconds=1.0, memory_bytes=2**29)
    assert await not_started.render(tree, {}) is tree


async def test_scope_and_tree_are_never_changed(renderer: Renderer) -> None:
    scope = {"state": {"list": [1, {"a": 2}]}}
    tree = {"copy": "{{ state.list }}", "other": "{% set state = 1 %}{{ state }}"}
    rendered = await renderer.render(tree, scope)
    rendered["copy"][1]["a"] = 3
    assert scope == {"state": {"list": [1, {"a": 2}]}}
    assert tree == {"copy": "{{ state.list }}", "other": "{% set state = 1 %}{{ state }}"}


async def test_same_value_twice_gives_two_copies(renderer: Renderer) -> None:
    rendered = await renderer.render(["{{ state.list }}", "{{ state.list }}"], {"state": {"list": [1]}})
    rendered[0].append(2)
    assert rendered[1] == [1]


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("{{ state.flag }}", False),
        ("{{ not state.flag }}", True),
        ("{{ state.count > 2 }}", True),
        ("{{ state.nothing }}", False),
        ("{{ [] }}", False),
        ("{{ state.items }}", True),
        ("{{ state.none_text }}", True),
        ("{{ 0 }}", False),
        ("{{ '' }}", False),
        ("{{ 'false' }}", True),
        ("{{ state.flag }} ", False),
        ("{% if state.flag %}yes{% endif %}", False),
        ("{% if state.count %}yes{% endif %}", True),
        (" {{ 0 }}", False),
        (" {{ none }}", False),
        (" {{ state.count }}", True),
        ("false", False),
        ("True", True),
        ("", False),
    ],
)
async def test_condition_is_the_truth_of_its_value(renderer: Renderer, when: str, holds: bool) -> None:
    assert await renderer.evaluate(when, SCOPE) is holds
