"""Module types whose calls survive the death of their server: each is noted in a file before it does anything."""

import asyncio
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from backend.sdk import InteractiveInputs, InteractiveModule, Module, ModuleContext, ModuleError, SubActionContext
from tests.crash.diary import Diary
from tests.fixtures.polling import eventually

GATE_SECONDS = 60.0


def _note(context: ModuleContext, word: str, what: str) -> None:
    Diary(Path(context.config["diary"])).note(
        word, what=what, module=context.module_name, attempt=context.attempt, key=context.idempotency_key
    )


def _is_first(context: ModuleContext) -> bool:
    calls = Diary(Path(context.config["diary"])).read("called")
    first: str = next(line["what"] for line in calls if line["module"] == context.module_name)
    return first == _what(context)


def _what(context: ModuleContext) -> str:
    return f"{context.workflow_run_id}/{context.module_name}"


class Work(Module):
    """Gives back its value, once the file `gate` exists.

    Fails its first `fails` attempts; with `fails_first_run` every one in the first run that calls it.
    """

    module_id = "crash.work"

    class Inputs(BaseModel):
        value: Any = None
        gate: str | None = None
        fails: int = 0
        fails_first_run: bool = False

    async def execute(self, inputs: Any, context: ModuleContext) -> dict[str, Any]:
        _note(context, "called", _what(context))
        context.report(0.5, f"{context.module_name} is half done")
        if inputs.gate is not None:
            await eventually(lambda: asyncio.to_thread(Path(inputs.gate).exists), wanted=bool, seconds=GATE_SECONDS)
        if context.attempt <= inputs.fails or (inputs.fails_first_run and _is_first(context)):
            raise ModuleError(f"attempt {context.attempt} failed", code="crash_failed", retryable=True)
        _note(context, "done", _what(context))
        return {"value": inputs.value}


class Pure(Work):
    """The same, said to touch nothing outside."""

    module_id = "crash.pure"
    effects = False


class Ask(InteractiveModule):
    """A question with a self sub-action."""

    module_id = "crash.ask"
    title = "Choose"
    kind = "select"

    class Inputs(InteractiveInputs):
        scenes: Any = None

    class Response(BaseModel):
        pick: int

    def complete(self, inputs: Any, response: Any, context: ModuleContext) -> dict[str, Any]:
        _note(context, "called", _what(context))
        return {"picked": response.pick}

    async def sub_action(self, context: SubActionContext) -> dict[str, Any]:
        _note(context, "called", context.sub_action_id)
        context.report(0.5, "painting")
        return {"made": ["painted"]}
