"""Filling in a form."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from backend.server.modules.base import InteractiveInputs, InteractiveModule, ModuleContext
from backend.server.modules.schemas import check_schema, closed, embedded


def _check_form(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.get("type") != "object":
        raise ValueError('a form needs a schema with "type": "object"')
    return check_schema(schema)


class Form(InteractiveModule):
    module_id = "user.form"
    title = "Form"
    description = "Asks a person to fill in a form, which is made from a JSON Schema."
    kind = "form"

    class Inputs(InteractiveInputs):
        model_config = ConfigDict(
            extra="forbid",
            serialize_by_alias=True,
            json_schema_extra={
                "examples": [
                    {
                        "title": "What shall we make?",
                        "schema": {
                            "type": "object",
                            "required": ["topic"],
                            "properties": {"topic": {"type": "string", "title": "Topic"}},
                        },
                        "defaults": {"topic": "{{ trigger.payload.topic | default('') }}"},
                    }
                ]
            },
        )

        title: str | None = Field("Fill in the form", description="Headline of the question.")
        prompt: str | None = Field("These values are needed to go on.", description="One line that says why.")
        json_schema: Annotated[dict[str, Any], AfterValidator(_check_form)] = Field(
            alias="schema", description="JSON Schema (2020-12) of an object: one property, one field."
        )
        ui: dict[str, Any] = Field(default_factory=dict, description="Hints for how fields are shown.")
        defaults: dict[str, Any] = Field(default_factory=dict, description="What the fields hold at first.")

    class Outputs(BaseModel):
        values: dict[str, Any] = Field(description="What was filled in.")

    def response_schema(self, inputs: Inputs) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {"values": embedded(closed(inputs.json_schema), name="form")},
            "required": ["values"],
            "additionalProperties": False,
        }

    def present(self, inputs: Inputs, context: ModuleContext) -> dict[str, Any]:
        return {"schema": inputs.json_schema, "ui": inputs.ui, "defaults": inputs.defaults}

    def complete(self, inputs: Inputs, response: dict[str, Any], context: ModuleContext) -> dict[str, Any]:
        return {"values": response["values"]}
