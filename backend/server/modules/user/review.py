"""Editing a text or a value."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from backend.core.jsonvalue import encoded, type_names
from backend.server.modules.base import InteractiveInputs, InteractiveModule, ModuleContext
from backend.server.modules.schemas import check_schema, closed, embedded


class Review(InteractiveModule):
    module_id = "user.review"
    title = "Review"
    description = "Shows a text or a value to a person, who edits it and sends it on."
    kind = "review"

    class Inputs(InteractiveInputs):
        model_config = ConfigDict(
            extra="forbid",
            serialize_by_alias=True,
            json_schema_extra={
                "examples": [{"title": "Read it once more", "content": "{{ state.text }}", "format": "markdown"}]
            },
        )

        title: str | None = Field("Review and edit", description="Headline of the question.")
        prompt: str | None = Field("Change what you like, then send it on.", description="One line that says why.")
        content: Any = Field(description="The text or value to edit.")
        json_schema: Annotated[dict[str, Any], AfterValidator(check_schema)] | None = Field(
            None, alias="schema", description="JSON Schema (2020-12) that the edited content must fit."
        )
        format: Literal["text", "markdown", "json"] | None = Field(
            None, description="How to show it. Empty: text for a text, else JSON."
        )

    class Outputs(BaseModel):
        content: Any = Field(description="The content as it was sent on.")
        changed: bool = Field(description="Whether it differs from what was shown.")
        approved: bool = Field(description="What the answer said; true where it said nothing.")

    def response_schema(self, inputs: Inputs) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {"content": _content_schema(inputs), "approved": {"type": "boolean"}},
            "required": ["content"],
            "additionalProperties": False,
        }

    def present(self, inputs: Inputs, context: ModuleContext) -> dict[str, Any]:
        shown = inputs.format or ("text" if isinstance(inputs.content, str) else "json")
        return {"content": inputs.content, "schema": inputs.json_schema, "format": shown}

    def complete(self, inputs: Inputs, response: dict[str, Any], context: ModuleContext) -> dict[str, Any]:
        content = response["content"]
        return {
            "content": content,
            "changed": encoded(content) != encoded(inputs.content),
            "approved": response.get("approved", True),
        }


def _content_schema(inputs: Any) -> dict[str, Any]:
    """The author's schema, or the kind of value that is there now: an object stays an object."""
    if inputs.json_schema is not None:
        return embedded(closed(inputs.json_schema), name="review")
    if inputs.content is None:
        return {}
    return {"type": type_names.get(type(inputs.content), "number")}
