"""Whatever a document holds, the answer is a definition or InvalidDefinition, and every pointer leads somewhere."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.core.errors import InvalidDefinition
from backend.server.definitions.checks import check_definition, parse_definition
from tests.fixtures.definition_samples import REGISTRY, Json, full, leads_somewhere

Path = tuple[str | int, ...]


def _paths(value: Any, path: Path = ()) -> list[Path]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, child in children for found in _paths(child, (*path, key)))]


PATHS = _paths(full())
WORDS = ["", "state", "draft", "write", "{{ write.output.text }}", "{{ nope }}", "{{", "{% for", "#/$defs/a", "a.b"]

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.sampled_from(WORDS)
    | st.text(st.characters(codec=None), max_size=8)
    | st.binary(max_size=2)
)
keys = st.sampled_from(
    ["$ref", "type", "name", "inputs", "module_id", "sub_actions", "overrides", "ref", "target_sub_action", "x/~y"]
) | st.text(st.characters(codec=None), max_size=4)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=6
)
copies = st.sampled_from(PATHS)


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A valid definition with up to four places replaced, dropped, added to, or overwritten by other parts of it."""
    document: Any = full()
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(PATHS))
        new = _value_at(full(), draw(copies)) if draw(st.booleans()) else draw(values)
        document = _changed(document, path, new, draw(st.sampled_from(["replace", "drop", "add"])), draw(keys))
    return document


def _value_at(document: Any, path: Path) -> Any:
    for part in path:
        document = document[part]
    return document


def _changed(document: Any, path: Path, new: Any, how: str, key: str) -> Any:
    try:
        place = _value_at(document, path[:-1])
        if how == "add":
            inside = _value_at(document, path)
            inside.append(new) if isinstance(inside, list) else inside.update({key: new})
        elif not path:
            return new
        elif how == "drop":
            del place[path[-1]]
        else:
            place[path[-1]] = new
    except (KeyError, IndexError, TypeError, AttributeError):
        pass  # an earlier change took the place away
    return document


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(mutated())
def test_changed_definition_is_parsed_or_invalid(document: Any) -> None:
    problems = check_definition(document, REGISTRY)
    errors = [problem.pointer for problem in problems if problem.severity == "error"]

    assert _refused(document) == errors
    for problem in problems:
        assert leads_somewhere(document, problem.pointer), problem
        (problem.pointer + problem.message).encode()


def _refused(document: Any) -> list[str]:
    """The pointers that InvalidDefinition has; none where the document is a definition."""
    try:
        parse_definition(document, REGISTRY)
    except InvalidDefinition as error:
        return [item.pointer for item in error.errors]
    return []


@settings(max_examples=100, deadline=None)
@given(values)
def test_any_value_is_refused_with_reasons(document: Json) -> None:
    assert check_definition(document, REGISTRY)
