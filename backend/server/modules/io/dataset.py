"""Named data sets: values that outlive a run."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.core.errors import ModuleError
from backend.server.modules.base import Module, ModuleContext
from backend.server.modules.io.names import DatasetName


class Dataset(Module):
    module_id = "io.dataset"
    title = "Data set"
    description = "Loads, saves or adds to a named data set, which all runs share."

    class Inputs(BaseModel):
        model_config = ConfigDict(
            extra="forbid",
            json_schema_extra={
                "examples": [
                    {
                        "mode": "append",
                        "dataset": "topics",
                        "items": ["{{ trigger.payload.topic }}"],
                        "unique": True,
                        "limit": 100,
                    }
                ]
            },
        )

        mode: Literal["load", "save", "append"] = Field(
            description="'load' reads it, 'save' replaces it by `value`, 'append' adds `items` to a list."
        )
        dataset: DatasetName
        value: Any = Field(None, description="save: the new value. load: what to give where nothing was saved.")
        items: list[Any] | None = Field(None, description="append: what to add at the end.")
        unique: bool = Field(False, description="append: leave out items that it holds already.")
        limit: int | None = Field(None, ge=1, le=1_000_000, description="append: keep only the last so many.")

        @model_validator(mode="after")
        def _fits_mode(self) -> Self:
            if self.mode == "save" and "value" not in self.model_fields_set:
                raise ValueError("mode 'save' needs 'value'")
            if self.mode == "append" and self.items is None:
                raise ValueError("mode 'append' needs 'items'")
            only_append = {"items", "unique", "limit"} & self.model_fields_set
            if self.mode != "append" and only_append:
                raise ValueError(f"'{min(only_append)}' is for mode 'append' alone")
            return self

    class Outputs(BaseModel):
        value: Any = Field(description="The data set as it is now.")
        count: int = Field(description="Items of a list, keys of an object; 0 for nothing, 1 for any other value.")

    async def execute(self, inputs: Inputs, context: ModuleContext) -> dict[str, Any]:
        value = await self._value(inputs, context)
        return {"value": value, "count": _count(value)}

    async def _value(self, inputs: Inputs, context: ModuleContext) -> Any:
        datasets = context.datasets
        if inputs.mode == "save":
            await datasets.save(inputs.dataset, inputs.value)
            return inputs.value
        held = await datasets.load(inputs.dataset)
        if inputs.mode == "load":
            return inputs.value if held is None else held
        if held is not None and not isinstance(held, list):
            raise ModuleError(
                f"The data set '{inputs.dataset}' holds no list, so nothing can be appended. Save a list first.",
                code="dataset_not_a_list",
                retryable=False,
            )
        return await datasets.append(inputs.dataset, inputs.items or [], unique=inputs.unique, limit=inputs.limit)


def _count(value: Any) -> int:
    if isinstance(value, list | dict):
        return len(value)
    return 0 if value is None else 1
