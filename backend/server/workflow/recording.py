"""Recording: what the moves of the scheduler and the outcomes of modules look like as events."""

from datetime import datetime, timedelta
from typing import Any

from backend.core.clock import now
from backend.core.errors import UNDECIDED, InterludeError
from backend.core.ids import new_id
from backend.db.event_types import (
    InteractionRequested,
    ModuleSkipped,
    ModuleStarted,
    RunCancelled,
    RunCompleted,
    RunFailed,
    StepCompleted,
    StepFailed,
    StepSkipped,
    StepStarted,
)
from backend.db.view import ModuleView
from backend.server.definitions.models import ModuleDefinition, StepDefinition
from backend.server.modules.base import FlowModule
from backend.server.workflow.closing import close_run
from backend.server.workflow.jobs import Job, JobFactory
from backend.server.workflow.live import LiveRun
from backend.server.workflow.module_call import Done, Failed, failed
from backend.server.workflow.module_ends import ModuleEnds
from backend.server.workflow.scheduling import (
    CloseStep,
    CompleteRun,
    FailRun,
    FinishCancel,
    Move,
    OpenStep,
    StartModule,
)
from backend.server.workflow.store import Section
from backend.server.workflow.values import Values

JsonObject = dict[str, Any]


class Recorder:
    """Turns decisions into events. Holds no state but inputs rendered a moment ago."""

    def __init__(self, factory: JobFactory, values: Values, ends: ModuleEnds) -> None:
        self._factory = factory
        self._values = values
        self._ends = ends
        self._inputs: dict[tuple[str, str, int], JsonObject] = {}

    def take_inputs(self, run: LiveRun, module: ModuleView) -> JsonObject | None:
        """The inputs that were rendered when the module was recorded as started, once."""
        return self._inputs.pop((run.run_id, module.module_name, module.started_seq), None)

    async def record_move(self, section: Section, run: LiveRun, move: Move) -> None:
        match move:
            case OpenStep(step):
                await self._open_step(run, step)
            case StartModule(step, module):
                await self._start_module(run, step, module)
            case CloseStep(step):
                run.record(StepCompleted(), step_id=step.step_id)
            case FailRun(step, error):
                if run.view.steps[step.step_id].status == "running":
                    run.record(StepFailed(error=error), step_id=step.step_id)
                await close_run(section, run, reason="run_failed", end=RunFailed(error=error))
            case FinishCancel(reason):
                await close_run(section, run, reason=reason, end=RunCancelled(reason=reason))
            case CompleteRun():
                await self._complete_run(section, run)

    async def _open_step(self, run: LiveRun, step: StepDefinition) -> None:
        try:
            wanted = step.when is None or await self._factory.wants(run, step, step.when)
        except UNDECIDED:
            raise
        except InterludeError as error:
            run.record(StepStarted(), step_id=step.step_id)
            run.record(StepFailed(error=_about(error, f"'when' of step '{step.step_id}'")), step_id=step.step_id)
            return
        run.record(StepStarted() if wanted else StepSkipped(), step_id=step.step_id)

    async def _start_module(self, run: LiveRun, step: StepDefinition, module: ModuleDefinition) -> None:
        where: JsonObject = {"step_id": step.step_id, "module_name": module.name}
        try:
            if module.when is not None and not await self._factory.wants(run, step, module.when):
                run.record(ModuleSkipped(), **where)
                return
            inputs = await self._factory.render_inputs(run, step, module)
            shown = await self._values.fit(self._factory.redactor.clean(inputs), where=f"The inputs of '{module.name}'")
        except UNDECIDED:
            raise
        except InterludeError as error:
            run.record(ModuleStarted(module_id=module.module_id), **where)
            self._ends.fail(run, run.view.modules[module.name], module, failed(error))
            return
        event = run.record(
            ModuleStarted(module_id=module.module_id, inputs=shown, deadline=self._deadline(module)), **where
        )
        self._inputs[(run.run_id, module.name, event.seq)] = inputs

    def _deadline(self, module: ModuleDefinition) -> datetime | None:
        """When the first attempt must have ended. Time that a person takes does not count."""
        kind = self._factory.registry.get(module.module_id)
        if module.timeout_seconds is None or kind.interactive or isinstance(kind, FlowModule):
            return None
        return now() + timedelta(seconds=module.timeout_seconds)

    async def record_outcome(self, run: LiveRun, job: Job, module: ModuleView, outcome: Done | Failed) -> None:
        """What an open module's call gave."""
        definition = run.definition.find_module(module.step_id, module.module_name)
        assert definition is not None  # the log only names what the version has
        if isinstance(outcome, Failed):
            self._ends.fail(run, module, definition, outcome)
        elif job.kind == "ask":
            self._ask(run, module, outcome.output)
        else:
            await self._ends.complete(run, module, definition, outcome.output, duration_ms=outcome.duration_ms)

    def _ask(self, run: LiveRun, module: ModuleView, question: JsonObject) -> None:
        run.record(
            InteractionRequested(interaction_id=new_id("int"), module_id=module.module_id, **question),
            step_id=module.step_id,
            module_name=module.module_name,
        )

    def resolve_retry(self, run: LiveRun, module: ModuleView, *, deadline: datetime | None) -> None:
        """The next attempt of a module begins."""
        self._ends.resolve_retry(run, module, deadline=deadline)

    async def time_out(self, section: Section, run: LiveRun) -> None:
        """The run's own deadline has passed."""
        if run.view.kind == "sub_workflow":
            await close_run(section, run, reason="timeout", end=RunCancelled(reason="timeout"))
            return
        error = {
            "code": "sub_action_timeout",
            "message": "It did not finish in the time that its definition gives it.",
        }
        await close_run(section, run, reason="timeout", end=RunFailed(error=error))

    async def _complete_run(self, section: Section, run: LiveRun) -> None:
        if run.view.kind == "sub_action":
            run.record(RunCompleted())  # its result is its state
            return
        try:
            output = await self._output(run)
        except UNDECIDED:
            raise
        except InterludeError as error:
            await close_run(
                section, run, reason="run_failed", end=RunFailed(error=_about(error, "the workflow's 'outputs'"))
            )
            return
        # Async children that nobody joined go on: to begin work and not wait for it is what async is for. Their ends
        # are recorded in this run after its own (`Flows.land`). A run that fails or is cancelled takes them with it.
        run.record(RunCompleted(output=output))

    async def _output(self, run: LiveRun) -> Any:
        outputs = run.definition.outputs
        output = run.view.state if outputs is None else await self._factory.render_outputs(run, outputs)
        return await self._values.fit_whole(output, where="The run's output")


def _about(error: InterludeError, what: str) -> JsonObject:
    return {"code": error.code, "message": f"In {what}: {error.message}"}
