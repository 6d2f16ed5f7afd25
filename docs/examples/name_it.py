"""A question of your own, with work inside it: the person answers, or first asks for more names."""

from typing import Any

from pydantic import BaseModel, Field

from backend.sdk import InteractiveInputs, InteractiveModule, ModuleContext, ModuleError, SubActionContext

STYLES = ("Quiet", "Bright", "Second", "Little", "Northern", "Honest", "Paper", "Sunday", "Open", "Velvet")


class NameIt(InteractiveModule):
    module_id = "demo.name_it"
    title = "Name it"
    description = "Asks for a name; suggests some on request."

    class Inputs(InteractiveInputs):
        subject: str = Field(min_length=1, description="What needs a name.")
        names: list[str] = Field(default_factory=list, description="Suggestions so far.")

    class Response(BaseModel):
        name: str = Field(min_length=1, max_length=60, title="The name")

    class Outputs(BaseModel):
        name: str

    def present(self, inputs: Inputs, context: ModuleContext) -> dict[str, Any]:
        return {"subject": inputs.subject, "suggestions": inputs.names}

    def complete(self, inputs: Inputs, response: Response, context: ModuleContext) -> Outputs:
        return self.Outputs(name=response.name)

    async def sub_action(self, context: SubActionContext) -> dict[str, Any]:
        context.report(message="Thinking of names")
        fresh = [f"{style} {context.inputs.subject}" for style in STYLES]
        fresh = [name for name in fresh if name not in context.inputs.names]
        if not fresh:
            raise ModuleError("No more names come to mind. Change the subject.", retryable=False)
        return {"names": fresh[: int(context.params.get("count", 3))]}
