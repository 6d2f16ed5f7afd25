"""How modules end: completed, failed, or waiting for their next attempt."""

from datetime import datetime, timedelta
from typing import Any

from backend.core.clock import iso, now
from backend.core.errors import UNDECIDED, InterludeError
from backend.db.event_types import ModuleCompleted, ModuleFailed, WaitResolved, WaitStarted
from backend.db.view import ModuleView
from backend.server.definitions.models import ModuleDefinition
from backend.server.workflow.live import LiveRun
from backend.server.workflow.module_call import Failed, failed
from backend.server.workflow.result_mapping import state_writes
from backend.server.workflow.values import Redactor, Values

JsonObject = dict[str, Any]


class ModuleEnds:
    """Records the ends of modules, the same for every kind of module."""

    def __init__(self, values: Values, redactor: Redactor) -> None:
        self._values = values
        self.redactor = redactor

    async def complete(
        self, run: LiveRun, module: ModuleView, definition: ModuleDefinition, output: JsonObject, *, duration_ms: int
    ) -> None:
        """Records an output and what it writes into state; or a failure, where it cannot be recorded."""
        try:
            clean = self.redactor.clean(output)
            where = f"The output of '{module.module_name}'"
            writes = await run.writable(state_writes(definition.outputs_to_state, clean), self._values)
            completed = ModuleCompleted(
                output=await self._values.fit(clean, where=where),
                attempt=module.attempt,
                duration_ms=duration_ms,
                state_mapped=await self._values.fit(writes, where=where) if writes else None,
            )
        except UNDECIDED:
            raise
        except InterludeError as error:
            self.fail(run, module, definition, failed(error))
            return
        run.record(completed, step_id=module.step_id, module_name=module.module_name)

    def fail(self, run: LiveRun, module: ModuleView, definition: ModuleDefinition, outcome: Failed) -> None:
        """Records a failure, or the wait for the next attempt where the retry policy has one left."""
        error = self.redactor.clean(outcome.error)
        policy = definition.retry
        if policy is not None and outcome.retryable and self.has_attempt_left(module, definition):
            until = now() + timedelta(seconds=policy.delay_after(module.attempt))
            self._wait_for_retry(run, module, until=until, error=error)
            return
        run.record(
            ModuleFailed(
                error=error, attempt=module.attempt, continued=True if definition.on_error == "continue" else None
            ),
            step_id=module.step_id,
            module_name=module.module_name,
        )

    def has_attempt_left(self, module: ModuleView, definition: ModuleDefinition) -> bool:
        """Whether the retry policy gives the module another attempt."""
        return definition.retry is not None and module.attempt < definition.retry.max_attempts

    def _wait_for_retry(self, run: LiveRun, module: ModuleView, *, until: datetime, error: JsonObject) -> None:
        run.record(
            WaitStarted(
                wait_key=f"retry:{module.module_name}",
                reason="retry",
                until=until,
                details={"attempt": module.attempt, "error": error},
            ),
            step_id=module.step_id,
            module_name=module.module_name,
        )

    def resolve_retry(self, run: LiveRun, module: ModuleView, *, deadline: datetime | None) -> None:
        """The next attempt of a module begins."""
        run.record(
            WaitResolved(
                wait_key=f"retry:{module.module_name}",
                payload={"deadline": iso(deadline)} if deadline else None,
            ),
            step_id=module.step_id,
            module_name=module.module_name,
        )
