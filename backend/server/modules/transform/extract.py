"""JMESPath over data of the run."""

from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import BaseModel, ConfigDict, Field

from backend.core.errors import ModuleError
from backend.core.killable import run_killable
from backend.server.modules.base import Module, ModuleContext


class Extract(Module):
    module_id = "transform.extract"
    title = "Extract"
    description = "Takes a part out of a value with a JMESPath expression, as `scenes[].keywords[]`."
    effects = False

    class Inputs(BaseModel):
        model_config = ConfigDict(
            extra="forbid", json_schema_extra={"examples": [{"data": "{{ state.scenes }}", "expression": "[].title"}]}
        )

        data: Any = Field(description="Any value.")
        expression: str = Field(min_length=1, max_length=4000, description="JMESPath (jmespath.org).")

    class Outputs(BaseModel):
        result: Any = Field(description="What the expression finds; null where it finds nothing.")

    def execute(self, inputs: Inputs, context: ModuleContext) -> dict[str, Any]:
        return {"result": run_killable(extract, data=inputs.data, expression=inputs.expression)}


def extract(*, data: Any, expression: str) -> Any:
    """What the expression finds. Raises ModuleError, which says where the expression is wrong."""
    try:
        return jmespath.search(expression, data)
    except JMESPathError as error:
        reason = str(error).splitlines()[0].rstrip(":. ")
        raise ModuleError(
            f"The JMESPath expression cannot be used: {reason}.", code="expression_invalid", retryable=False
        ) from error
