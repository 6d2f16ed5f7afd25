import pytest
from pydantic import ValidationError

from backend.core.errors import ModuleError
from backend.server.modules.core import Fail, SetValues, Template
from tests.fixtures.module_context import execute


async def test_set_gives_exactly_its_values() -> None:
    assert await execute(SetValues(), {"values": {"a": 1, "b": {"c": [None]}}}) == {"a": 1, "b": {"c": [None]}}


@pytest.mark.parametrize("values", [{}, {"a.b": 1}, {"$a": 1}, {"": 1}, {"1a": 1}])
async def test_set_with_a_key_that_state_cannot_hold_is_refused(values: dict[str, int]) -> None:
    with pytest.raises(ValidationError, match="values"):
        await execute(SetValues(), {"values": values})


async def test_template_gives_its_text_without_rendering_it_again() -> None:
    assert await execute(Template(), {"template": "Hi {{ 7 * 7 }}"}) == {"text": "Hi {{ 7 * 7 }}"}


async def test_fail_raises_its_message_and_code() -> None:
    with pytest.raises(ModuleError, match="Nobody answered") as caught:
        await execute(Fail(), {"message": "Nobody answered", "code": "no_answer", "retryable": True})
    assert (caught.value.code, caught.value.retryable) == ("no_answer", True)


async def test_fail_without_code_is_not_retried() -> None:
    with pytest.raises(ModuleError) as caught:
        await execute(Fail(), {"message": "Stop"})
    assert (caught.value.code, caught.value.retryable) == ("failed", False)
