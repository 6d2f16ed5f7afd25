"""Jobs: one call of one module, from rendered inputs to an output that may be recorded."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from pydantic import ValidationError

from backend.core.clock import now
from backend.core.errors import InvalidResponse, ModuleError, ModuleTimeout
from backend.db.view import InteractionView, ModuleView, SubActionView
from backend.server.definitions.models import ModuleDefinition, SelfAction, StepDefinition
from backend.server.modules.base import CancelFlag, FlowModule, InteractiveModule, Module
from backend.server.modules.registry import Registry
from backend.server.templating.renderer import Renderer
from backend.server.workflow.contexts import Contexts, Place, Report
from backend.server.workflow.live import LiveRun
from backend.server.workflow.module_call import (
    Done,
    Failed,
    Threads,
    call,
    clean_output,
    failed,
    field_errors,
    guarded,
    parse_inputs,
)
from backend.server.workflow.values import Redactor, Values

ASK_SECONDS = 30.0
"""`present` and `complete` without a timeout of their own: a person is waiting in front of a screen."""

JsonObject = dict[str, Any]


@dataclass(slots=True, eq=False)
class Job:
    """Work in this process on one module or self sub-action of one run.

    `kind`: execute (a module), ask (make a question), complete (take an answer), self (a self sub-action).
    """

    run_id: str
    branch_id: str
    key: str
    kind: str
    step_id: str
    module_name: str
    attempt: int
    effects: bool
    perform: Callable[[], Awaitable[Done | Failed]]
    flag: CancelFlag = field(default_factory=CancelFlag)
    performing: bool = False
    task: asyncio.Task[None] | None = None


class ProgressSink(Protocol):
    """Takes what modules report."""

    def report(self, run: LiveRun, module_name: str, sub_action_id: str | None) -> Report: ...


class JobFactory:
    """Makes jobs for what is open in a run."""

    def __init__(
        self,
        *,
        registry: Registry,
        renderer: Renderer,
        contexts: Contexts,
        values: Values,
        threads: Threads,
        sink: ProgressSink,
    ) -> None:
        self.registry = registry
        self.values = values
        self.threads = threads
        self.redactor = Redactor(contexts.secrets)
        self._renderer = renderer
        self._contexts = contexts
        self._sink = sink

    def is_flow(self, module: ModuleView) -> bool:
        """Whether the engine itself does the module's work."""
        return isinstance(self.registry.find(module.module_id), FlowModule)

    async def wants(self, run: LiveRun, step: StepDefinition, when: str) -> bool:
        """Whether a `when` lets it run. Raises TemplateError."""
        return await self._renderer.evaluate(when, await run.scope(self.values, step=step))

    async def render_inputs(self, run: LiveRun, step: StepDefinition, module: ModuleDefinition) -> JsonObject:
        """The module's inputs for the state of this moment. Raises TemplateError."""
        secrets = self._contexts.secrets
        scope = await run.scope(self.values, step=step, secrets=secrets)
        kind = self.registry.get(module.module_id)
        later = kind.unrendered if isinstance(kind, FlowModule) else frozenset()
        now_rendered = {key: value for key, value in module.inputs.items() if key not in later}
        rendered: JsonObject = await self._renderer.render(now_rendered, scope)
        return {**rendered, **{key: module.inputs[key] for key in later if key in module.inputs}}

    async def render_outputs(self, run: LiveRun, outputs: JsonObject) -> JsonObject:
        """What a finished run hands on. Raises TemplateError."""
        rendered: JsonObject = await self._renderer.render(outputs, await run.scope(self.values))
        return rendered

    def module_job(self, run: LiveRun, view: ModuleView, *, inputs: JsonObject | None) -> Job:
        """The call that an open module needs now. `inputs`: rendered already, or None to render them."""
        step = run.definition.step(view.step_id)
        definition = run.definition.find_module(view.step_id, view.module_name)
        assert step is not None  # the log only names what the version has
        assert definition is not None
        # One that is not installed fails when its inputs are rendered.
        module = self.registry.find(definition.module_id) or _AnyModule()
        answered = run.view.interactions.get(view.interaction_id or "")
        kind = "complete" if answered else "ask" if module.interactive else "execute"
        flag = CancelFlag()
        place = Place(step.step_id, view.module_name, view.attempt, run.module_key(view.module_name))
        context = self._contexts.for_module(
            run, place, report=self._sink.report(run, view.module_name, None), flag=flag
        )

        async def work() -> JsonObject:
            rendered = inputs if inputs is not None else await self.render_inputs(run, step, definition)
            parsed = parse_inputs(module, view.module_name, rendered)
            if kind == "ask":
                return await self._ask(module, parsed, context)
            if kind == "complete":
                return await self._complete(module, parsed, answered, context)
            result = await call(self.threads, module.execute, parsed, context)
            return await clean_output(self.threads, module, view.module_name, result)

        seconds = _seconds(kind, definition, view.deadline, run.view.deadline)
        return Job(
            run_id=run.run_id,
            branch_id=run.view.branch_id,
            key=view.module_name,
            kind=kind,
            step_id=step.step_id,
            module_name=view.module_name,
            attempt=view.attempt,
            effects=module.effects,
            perform=lambda: self._in_time(view.module_name, seconds, definition.timeout_seconds, work),
            flag=flag,
        )

    async def _in_time(
        self,
        module_name: str,
        seconds: Callable[[], float | None],
        limit: float | None,
        work: Callable[[], Awaitable[JsonObject]],
    ) -> Done | Failed:
        left = seconds()
        if left is not None and left <= 0:
            return failed(ModuleTimeout(module_name, limit or 0))
        return await guarded(module_name, left, work())

    async def _ask(self, module: Module, parsed: Any, context: Any) -> JsonObject:
        """Makes the question once, so that one that cannot be shown fails here and not before a person."""
        assert isinstance(module, InteractiveModule)
        await self.show(module, parsed, context)
        title = getattr(parsed, "title", None) or module.title or context.module_name
        return {"kind": module.kind, "title": title, "prompt": getattr(parsed, "prompt", None)}

    async def show(self, module: InteractiveModule, parsed: Any, context: Any) -> tuple[JsonObject, JsonObject]:
        """What the person sees, and the schema of the answer."""
        schema = await call(self.threads, module.response_schema, parsed)
        data = await call(self.threads, module.present, parsed, context)
        return data, schema

    async def _complete(
        self, module: Module, parsed: Any, answered: InteractionView | None, context: Any
    ) -> JsonObject:
        assert isinstance(module, InteractiveModule)
        assert answered is not None
        response = parse_response(module, await self.values.restore(answered.response))
        result = await call(self.threads, module.complete, parsed, response, context)
        return await clean_output(self.threads, module, context.module_name, result)

    def self_job(self, run: LiveRun, item: SubActionView, action: SelfAction, *, timeout: float | None) -> Job:
        """The call of an interactive module's own `sub_action`."""
        step = run.definition.step(item.step_id)
        definition = run.definition.find_module(item.step_id, item.module_name)
        assert step is not None
        assert definition is not None
        module = self.registry.get(definition.module_id)
        assert isinstance(module, InteractiveModule)
        flag = CancelFlag()
        key = run.module_key(item.module_name, item.sub_action_id)
        place = Place(step.step_id, item.module_name, item.attempt, key)

        async def work() -> JsonObject:
            rendered = await self.render_inputs(run, step, definition)
            scope = await run.scope(self.values)
            context = self._contexts.for_sub_action(
                run,
                place,
                sub_action_id=item.sub_action_id,
                interaction_id=item.interaction_id,
                params={**action.params, **item.params},
                state=scope["state"],
                inputs=parse_inputs(module, item.module_name, rendered),
                report=self._sink.report(run, item.module_name, item.sub_action_id),
                flag=flag,
            )
            result = await module.sub_action(context)
            if not isinstance(result, dict):
                raise ModuleError(f"sub_action() of '{definition.module_id}' gave no dict.", retryable=False)
            return await clean_output(self.threads, _AnyModule(), item.module_name, result)

        return Job(
            run_id=run.run_id,
            branch_id=run.view.branch_id,
            key=item.sub_action_id,
            kind="self",
            step_id=step.step_id,
            module_name=item.module_name,
            attempt=item.attempt,
            effects=True,
            perform=lambda: self._in_time(item.module_name, lambda: _left(item.deadline), timeout, work),
            flag=flag,
        )


class _AnyModule(Module):
    """Checks a self sub-action's result: any JSON object."""


def parse_response(module: InteractiveModule, response: Any) -> Any:
    """A checked answer as the module's `Response`, or as it is where the class has none.

    Raises:
        InvalidResponse: the model refuses what the schema let pass.
    """
    if module.Response is None:
        return response
    try:
        return module.Response.model_validate(response)
    except ValidationError as error:
        raise InvalidResponse(field_errors(error)) from None


def _seconds(
    kind: str, definition: ModuleDefinition, deadline: datetime | None, run_deadline: datetime | None
) -> Callable[[], float | None]:
    def left() -> float | None:
        if kind != "execute":
            return definition.timeout_seconds or ASK_SECONDS
        times = [seconds for seconds in (_left(deadline), _left(run_deadline)) if seconds is not None]
        return min(times, default=None)

    return left


def _left(deadline: datetime | None) -> float | None:
    return None if deadline is None else (deadline - now()).total_seconds()
