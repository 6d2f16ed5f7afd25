"""A module that notes when it was called: a measurement ends when the module after the children begins."""

import asyncio
from time import perf_counter
from typing import ClassVar

from pydantic import BaseModel, Field

from backend.sdk import Module, ModuleContext


class Mark(Module):
    """Notes when it was called, under its key."""

    module_id = "bench.mark"
    title = "Mark"
    times: ClassVar[dict[str, asyncio.Future[float]]] = {}

    class Inputs(BaseModel):
        key: str = Field(description="The name of the moment.")

    async def execute(self, inputs: Inputs, context: ModuleContext) -> dict[str, str]:
        moment = self.at(inputs.key)
        if not moment.done():
            moment.set_result(perf_counter())
        return {}

    @classmethod
    def at(cls, key: str) -> asyncio.Future[float]:
        """When the key was marked, as `perf_counter` says it. Wait for it, then `forget` it."""
        if key not in cls.times:
            cls.times[key] = asyncio.get_running_loop().create_future()
        return cls.times[key]

    @classmethod
    def forget(cls, *keys: str) -> None:
        for key in keys:
            cls.times.pop(key, None)
