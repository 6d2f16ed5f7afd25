"""`api.llm`: text or JSON from a language model, or from the keyless offline generator."""

import asyncio
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.server.modules.api.llm_json import require_schema
from backend.server.modules.api.offline_text import answer_offline
from backend.server.modules.base import Module, ModuleContext


class Message(BaseModel):
    """One earlier turn of the conversation."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["system", "developer", "user", "assistant"] = Field(description="Who speaks.")
    content: str = Field(description="What is said.")


class LlmInputs(BaseModel):
    """What to ask and how. `json_schema` is written `schema` in definitions."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={
            "examples": [
                {"system": "You write short texts.", "input": "Three titles about {{ trigger.payload.topic }}."}
            ]
        },
    )

    input: str | None = Field(None, description="The request; it becomes the last message of the user.")
    system: str | None = Field(None, description="Standing instructions.")
    messages: list[Message] = Field(default_factory=list, description="Turns before the input.")
    json_schema: dict[str, Any] | None = Field(
        None, alias="schema", description="JSON Schema of the wanted answer; without it the answer is text."
    )
    provider: Literal["offline", "openai"] | None = Field(None, description="Default: INTERLUDE_LLM_PROVIDER.")
    model: str | None = Field(None, description="Default: INTERLUDE_LLM_MODEL. The offline generator has one only.")
    temperature: float | None = Field(None, ge=0, le=2, description="Not used by the offline generator.")
    max_tokens: int | None = Field(None, ge=1, description="Not used by the offline generator.")
    seed: int | None = Field(None, description="The same seed and input give the offline generator the same answer.")
    stream: bool = Field(True, description="Read the answer as it is written, with progress.")
    silence_seconds: float = Field(120.0, gt=0, le=3600, description="The endpoint may be silent this long.")

    @model_validator(mode="after")
    def _asks_something(self) -> "LlmInputs":
        if not (self.input and self.input.strip()) and not self.messages:
            raise ValueError("give 'input' (the request as text) or 'messages'")
        return self

    def all_messages(self) -> list[dict[str, str]]:
        """The conversation as the chat protocol has it: system, earlier turns, input."""
        system = [{"role": "system", "content": self.system}] if self.system else []
        asked = [{"role": "user", "content": self.input}] if self.input else []
        return [*system, *(message.model_dump() for message in self.messages), *asked]


class LlmOutputs(BaseModel):
    """The answer and where it comes from."""

    response: Any = Field(description="Text, or with a schema a JSON value that fits it.")
    provider: Literal["offline", "openai"] = Field(description="Who answered.")
    model: str = Field(description="The model that answered; 'offline-grammar' is no model and says so.")
    usage: dict[str, int] | None = Field(None, description="Tokens, where the provider counts them.")


class Llm(Module):
    """Asks a language model.

    The offline generator is a seeded grammar, not a model: the same input and seed give the same answer. It
    reads these lines in the input (each optional, in any order) and takes all else as the instruction:
    `Task:`, `Topic:`, `Audience:`, `Tone:`, `Feedback:`, `Avoid: a, b`, `Keywords: a, b`, `Count: n`,
    `Scene: {json or text}`, and a text in triple double quotes after `Text:`. `Feedback` steers: "more rain, at
    night, without cars, in Tokyo" for scenes and prompts; "shorter, friendlier, add a call to action" for a text.
    """

    module_id = "api.llm"
    title = "Language model"
    description = (
        "Text or JSON from any OpenAI-compatible endpoint (provider 'openai'), or, without a key, from the offline "
        "generator (provider 'offline'): a deterministic, seeded grammar, not a language model. It reads the lines "
        "Task:, Topic:, Audience:, Tone:, Feedback:, Avoid:, Keywords:, Count:, Scene: and Text: (in triple quotes) "
        "of the input, follows feedback, and fills any JSON Schema."
    )
    Inputs: ClassVar[type[BaseModel]] = LlmInputs
    Outputs: ClassVar[type[BaseModel]] = LlmOutputs

    async def execute(self, inputs: LlmInputs, context: ModuleContext) -> dict[str, Any]:
        if inputs.json_schema is not None:
            require_schema(inputs.json_schema)
        provider = inputs.provider or context.settings.llm_provider
        if provider == "openai":
            # The SDK takes half a second to import; a server without a key never needs it.
            from backend.server.modules.api.llm_openai import answer_openai

            return await answer_openai(inputs, context)
        # a thread: a long text takes a while, and the loop has others to serve
        return await asyncio.to_thread(answer_offline, inputs, context)
