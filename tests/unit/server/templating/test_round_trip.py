"""What was in the scope comes out as it was."""

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backend.core.jsonvalue import MAX_INT, MIN_INT
from backend.server.templating.renderer import Renderer

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
KEYS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=10)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(MIN_INT, MAX_INT)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | st.sampled_from(["123", "None", "[1, 2]", "{{ 1 }}", "true", "", "1e5", "{% x", "{#"])
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
RELAXED = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@RELAXED
@given(value=JSON)
@example(value="123")
@example(value=-0.0)
@example(value={"items": 1, "__class__": [{}]})
async def test_value_comes_back_identical(renderer: Renderer, value: Any) -> None:
    templates = ["{{ state.x }}", "{{ [state.x][0] }}", "{{ state.x if true else 1 }}", "{{ dict(y=state.x).y }}"]
    rendered = await renderer.render(templates, {"state": {"x": value}})
    assert [repr(one) for one in rendered] == [repr(value)] * len(templates)


@RELAXED
@given(value=TEXT)
async def test_text_comes_back_inside_text(renderer: Renderer, value: str) -> None:
    assert await renderer.render("<{{ state.x }}>", {"state": {"x": value}}) == f"<{value}>"


@RELAXED
@given(key=KEYS, value=SCALARS)
async def test_any_key_is_read_before_any_method(renderer: Renderer, key: str, value: Any) -> None:
    scope = {"state": {key: value, "items": 1, "get": 2}, "params": {"key": key}}
    state = scope["state"]
    rendered = await renderer.render(["{{ state[params.key] }}", "{{ [state.items, state.get] }}"], scope)
    assert repr(rendered) == repr([state[key], [state["items"], state["get"]]])
