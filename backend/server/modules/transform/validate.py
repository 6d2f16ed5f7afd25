"""JSON Schema over data of the run."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from backend.core.errors import ModuleError
from backend.core.killable import run_killable
from backend.server.modules.base import Module, ModuleContext
from backend.server.modules.schemas import check_schema, find_errors


class Misfit(BaseModel):
    pointer: str = Field(description="JSON pointer of the place; empty: the whole value.")
    message: str = Field(description="What does not fit there.")


class Validate(Module):
    module_id = "transform.validate"
    title = "Validate"
    description = "Checks a value against a JSON Schema (2020-12), and fails or reports where it does not fit."
    effects = False

    class Inputs(BaseModel):
        model_config = ConfigDict(
            extra="forbid",
            serialize_by_alias=True,
            json_schema_extra={
                "examples": [
                    {
                        "data": "{{ trigger.payload }}",
                        "schema": {
                            "type": "object",
                            "required": ["topic"],
                            "properties": {"topic": {"type": "string"}},
                        },
                    }
                ]
            },
        )

        data: Any = Field(description="The value to check.")
        json_schema: Annotated[dict[str, Any], AfterValidator(check_schema)] = Field(
            alias="schema", description="The JSON Schema. A $ref must stay inside it; nothing is fetched."
        )
        on_invalid: Literal["fail", "report"] = Field("fail", description="'report' goes on, with `valid` false.")

    class Outputs(BaseModel):
        valid: bool = Field(description="Whether the value fits.")
        errors: list[Misfit] = Field(description="Where it does not fit; at most 100.")
        data: Any = Field(description="The value, unchanged.")

    def execute(self, inputs: Inputs, context: ModuleContext) -> dict[str, Any]:
        errors = run_killable(validate, data=inputs.data, schema=inputs.json_schema)
        if errors and inputs.on_invalid == "fail":
            raise ModuleError(_message(errors), code="data_invalid", retryable=False)
        return {"valid": not errors, "errors": errors, "data": inputs.data}


def validate(*, data: Any, schema: dict[str, Any]) -> list[dict[str, str]]:
    """Where the data does not fit the schema."""
    return [{"pointer": error.pointer, "message": error.message} for error in find_errors(data, schema)]


def _message(errors: list[dict[str, str]]) -> str:
    shown = "; ".join(f"{error['pointer'] or '/'}: {error['message']}" for error in errors[:3])
    more = f" (and {len(errors) - 3} more)" if len(errors) > 3 else ""
    return f"The data does not fit its schema: {shown}{more}."
