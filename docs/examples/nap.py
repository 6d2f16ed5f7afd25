"""A module that takes its time, to see what a crash does: "Pull the plug" in the README goes through it."""

import time

from pydantic import BaseModel, Field

from backend.sdk import Module, ModuleContext


class Nap(Module):
    module_id = "demo.nap"
    title = "Nap"
    description = "Sleeps, and says how much is left."

    class Inputs(BaseModel):
        seconds: float = Field(ge=0, le=600, description="How long.")

    class Outputs(BaseModel):
        ended: str = Field(description="The time of day, in UTC.")

    def execute(self, inputs: Inputs, context: ModuleContext) -> Outputs:
        end = time.monotonic() + inputs.seconds
        while (left := end - time.monotonic()) > 0 and not context.cancelled:
            context.report(round(1 - left / inputs.seconds, 2), f"{left:.0f} s left")
            time.sleep(min(left, 5))
        return self.Outputs(ended=time.strftime("%H:%M:%S", time.gmtime()))
