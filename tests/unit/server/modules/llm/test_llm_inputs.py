from typing import Any

import pytest
from pydantic import ValidationError

from backend.core.errors import ModuleError
from backend.server.modules.api.llm import Llm, LlmInputs
from tests.fixtures.module_context import execute


def test_inputs_without_a_request_are_refused() -> None:
    with pytest.raises(ValidationError, match="give 'input'"):
        LlmInputs.model_validate({"input": "  "})


async def test_messages_alone_are_a_request() -> None:
    outputs = await execute(Llm(), {"messages": [{"role": "user", "content": "Topic: the sea\nWrite a poem."}]})
    assert outputs["response"]


@pytest.mark.parametrize("schema", [{"type": "strange"}, {"$ref": "https://example.com/schema.json"}])
async def test_schema_that_is_none_or_leaves_itself_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(ModuleError, match="schema") as caught:
        await execute(Llm(), {"input": "x", "schema": schema})
    assert (caught.value.code, caught.value.retryable) == ("schema_invalid", False)


async def test_offline_answer_says_that_it_is_offline() -> None:
    outputs = await execute(Llm(), {"input": "Write about the sea."})
    assert (outputs["provider"], outputs["model"]) == ("offline", "offline-grammar")
    assert "not a language model" in Llm.description
