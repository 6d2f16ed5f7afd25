"""Ending a branch on purpose."""

from typing import NoReturn

from pydantic import BaseModel, ConfigDict, Field

from backend.core.errors import ModuleError
from backend.server.modules.base import Module, ModuleContext


class Fail(Module):
    module_id = "core.fail"
    title = "Fail"
    description = "Fails with a message of yours: with `when`, it ends a branch that must not go on."
    effects = False

    class Inputs(BaseModel):
        model_config = ConfigDict(
            extra="forbid",
            json_schema_extra={"examples": [{"message": "There is nothing to choose from.", "code": "no_scenes"}]},
        )

        message: str = Field(min_length=1, max_length=2000, description="What people are told.")
        code: str = Field("failed", pattern=r"^[a-z][a-z0-9_]{0,63}$", description="What programs are told.")
        retryable: bool = Field(False, description="Whether the module's `retry` may try again.")

    class Outputs(BaseModel):
        """Never any."""

    def execute(self, inputs: Inputs, context: ModuleContext) -> NoReturn:
        raise ModuleError(inputs.message, code=inputs.code, retryable=inputs.retryable)
