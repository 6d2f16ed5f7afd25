"""A module in fifteen lines. Try it: `PYTHONPATH=docs/examples INTERLUDE_MODULES=shout make run`."""

from pydantic import BaseModel, Field

from backend.sdk import Module, ModuleContext, ModuleError


class Shout(Module):
    module_id = "demo.shout"
    title = "Shout"
    description = "Puts a text in capitals."
    effects = False

    class Inputs(BaseModel):
        text: str = Field(description="What to shout.")
        times: int = Field(1, ge=1, le=10, description="How often.")

    class Outputs(BaseModel):
        text: str

    def execute(self, inputs: Inputs, context: ModuleContext) -> Outputs:
        if not inputs.text.strip():
            raise ModuleError("There is nothing to shout: 'text' is empty. Give it a word.")
        context.report(0.5, "Taking a breath")
        return self.Outputs(text=" ".join([inputs.text.upper() + "!"] * inputs.times))
