"""Choosing among options."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.server.modules.base import InteractiveInputs, InteractiveModule, ModuleContext
from backend.server.modules.user.options import MAX_OPTIONS, description_of, label_of, listed, value_of


class Select(InteractiveModule):
    module_id = "user.select"
    title = "Select"
    description = "Asks a person to pick one or several of the options. The answer names them by index, from 0."
    kind = "select"

    class Inputs(InteractiveInputs):
        model_config = ConfigDict(
            extra="forbid",
            json_schema_extra={
                "examples": [
                    {
                        "title": "Which scene?",
                        "prompt": "It sets the picture and the text.",
                        "options": [{"title": "The pier at dawn"}, {"title": "A market in the rain"}],
                    }
                ]
            },
        )

        title: str | None = Field("Make your choice", description="Headline of the question.")
        prompt: str | None = Field("Pick what to go on with.", description="One line that says why.")
        options: list[Any] | dict[str, Any] = Field(
            description="What to choose from: any values. An object's entries are options, in the order of their keys."
        )
        value_key: str | None = Field(
            None, description="Path into an option: what choosing it gives. Empty: the whole option."
        )
        label_key: str | None = Field(
            None, description="Path into an option: its headline. Empty: its label, title or name."
        )
        description_key: str | None = Field(
            None, description="Path into an option: its text. Empty: its description or summary."
        )
        multiple: bool = Field(False, description="Several may be picked; `selected` is then a list.")
        min: int = Field(1, ge=0, description="The fewest to pick. 0: nothing may be picked.")
        max: int | None = Field(None, ge=1, description="The most to pick, where several may be. Empty: all.")

        @model_validator(mode="after")
        def _counts_fit(self) -> Self:
            if len(self.options) > MAX_OPTIONS:
                raise ValueError(f"options: {len(self.options):,} are too many to choose from; give {MAX_OPTIONS:,}")
            if not self.multiple and (self.min > 1 or self.max not in (None, 1)):
                raise ValueError("'min' and 'max' above 1 need 'multiple': true")
            if self.max is not None and self.min > self.max:
                raise ValueError(f"min ({self.min}) is above max ({self.max})")
            return self

    class Outputs(BaseModel):
        selected: Any = Field(description="What was picked; a list where several may be; null for none.")
        selected_index: int | list[int] | None = Field(description="Its index, from 0; a list where several may be.")

    def response_schema(self, inputs: Inputs) -> dict[str, Any]:
        # No option at all makes the range empty: no answer fits until a sub-action brings some.
        index: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": len(inputs.options) - 1}
        selected = index
        if inputs.multiple:
            most = len(inputs.options) if inputs.max is None else inputs.max
            selected = {
                "type": "array",
                "items": index,
                "uniqueItems": True,
                "minItems": inputs.min,
                "maxItems": most,
            }
        elif inputs.min == 0:
            selected = {"anyOf": [index, {"type": "null"}]}
        return {
            "type": "object",
            "properties": {"selected": selected},
            "required": ["selected"],
            "additionalProperties": False,
        }

    def present(self, inputs: Inputs, context: ModuleContext) -> dict[str, Any]:
        options = [
            {
                "index": index,
                "value": value_of(item, inputs.value_key),
                "label": label_of(item, key=key, label_key=inputs.label_key),
                "description": description_of(item, description_key=inputs.description_key),
            }
            for index, (key, item) in enumerate(listed(inputs.options))
        ]
        return {"options": options, "multiple": inputs.multiple, "min": inputs.min, "max": inputs.max}

    def complete(self, inputs: Inputs, response: dict[str, Any], context: ModuleContext) -> dict[str, Any]:
        values = [value_of(item, inputs.value_key) for _, item in listed(inputs.options)]
        picked = response["selected"]
        if isinstance(picked, list):
            indexes = [int(index) for index in picked]
            return {"selected": [values[index] for index in indexes], "selected_index": indexes}
        if picked is None:
            return {"selected": None, "selected_index": None}
        return {"selected": values[int(picked)], "selected_index": int(picked)}
