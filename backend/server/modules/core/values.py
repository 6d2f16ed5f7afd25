"""Modules that put values into the run."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.core.jsonvalue import STATE_KEY
from backend.server.modules.base import Module, ModuleContext

Key = Annotated[str, StringConstraints(pattern=STATE_KEY.pattern)]


class SetValues(Module):
    module_id = "core.set"
    title = "Set values"
    description = "Gives the values that it is given, each under its own key: for constants and computed values."
    effects = False

    class Inputs(BaseModel):
        model_config = ConfigDict(
            extra="forbid",
            json_schema_extra={"examples": [{"values": {"greeting": "Hello {{ trigger.payload.name }}", "tries": 3}}]},
        )

        values: dict[Key, Any] = Field(min_length=1, description="Output key and its value.")

    def execute(self, inputs: Inputs, context: ModuleContext) -> dict[str, Any]:
        return dict(inputs.values)


class Template(Module):
    module_id = "core.template"
    title = "Text from a template"
    description = "Gives the text that its template renders to."
    effects = False

    class Inputs(BaseModel):
        model_config = ConfigDict(
            extra="forbid",
            json_schema_extra={"examples": [{"template": "Dear {{ trigger.payload.name }}, thank you."}]},
        )

        template: str = Field(description="The template. A value that it renders is never rendered again.")

    class Outputs(BaseModel):
        text: str = Field(description="The rendered text.")

    def execute(self, inputs: Inputs, context: ModuleContext) -> dict[str, Any]:
        return {"text": inputs.template}
