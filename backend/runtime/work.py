"""What a runtime does, on the engine's event loop."""

from collections.abc import Mapping
from typing import Any

from backend.core.errors import FieldError, InvalidRequest
from backend.db.records import RunStatus
from backend.runtime.definitions import JsonObject
from backend.runtime.shapes import RunState, state_of
from backend.server.workflow.engine import Engine

ACTOR = "runtime"
"""Who started, answered and cancelled, as the log shows it."""

PAGE = 200


class Work:
    """The calls of `Runtime`, which says what each promises."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._driver = engine.driver

    async def start(
        self,
        workflow: str | Mapping[str, Any],
        payload: JsonObject,
        *,
        version: int | None,
        parent_run_id: str | None,
    ) -> str:
        if not isinstance(workflow, str):
            if version is not None:
                raise InvalidRequest([FieldError("/version", "goes with a workflow's id; a definition is its own")])
            [saved] = await self._engine.save_workflows([dict(workflow)], actor=ACTOR)
            workflow, version = saved.workflow_id, saved.version
        return await self._driver.start(workflow, payload, version=version, parent_run_id=parent_run_id, actor=ACTOR)

    async def tick(
        self, run_id: str, workflow: str | Mapping[str, Any] | None, *, timeout_seconds: float | None
    ) -> RunState:
        expected = workflow if workflow is None or isinstance(workflow, str) else str(workflow.get("workflow_id"))
        await self._driver.begin(run_id, workflow_id=expected)
        await self._driver.watching.until_at_rest(run_id, seconds=timeout_seconds)
        return await self.get_state(run_id)

    async def resume(
        self, run_id: str, wait_key: str | None, payload: Any, *, timeout_seconds: float | None
    ) -> RunState:
        interaction_id, key = await self._driver.find_wait(run_id, wait_key)
        if interaction_id is not None:
            await self._engine.respond(run_id, interaction_id, payload, actor=ACTOR)
        else:
            await self._driver.resolve(run_id, key, payload, actor=ACTOR)
        return await self.tick(run_id, None, timeout_seconds=timeout_seconds)

    async def wait(self, run_id: str, *, timeout_seconds: float | None) -> RunState:
        await self._driver.watching.until_ended(run_id, seconds=timeout_seconds)
        return await self.get_state(run_id)

    async def get_state(self, run_id: str) -> RunState:
        return state_of(*await self._driver.look(run_id))

    async def list_runs(self, *, status: RunStatus | None, workflow_id: str | None, limit: int) -> list[RunState]:
        page = await self._engine.list_runs(status=status, workflow_id=workflow_id, limit=limit)
        runs = [await self.get_state(run.workflow_run_id) for run in page.items]
        return [run for run in runs if status in (None, run.status)]  # lists are a moment behind

    async def list_children(self, run_id: str) -> list[RunState]:
        await self._engine.get_run(run_id)
        children: list[RunState] = []
        cursor = None
        while True:
            page = await self._engine.list_runs(
                parent_workflow_id=run_id, include_hidden=True, limit=PAGE, cursor=cursor
            )
            children += [await self.get_state(run.workflow_run_id) for run in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return children[::-1]

    async def cancel_run(self, run_id: str, reason: str | None) -> RunState:
        await self._driver.cancel(run_id, reason=reason, actor=ACTOR)
        return await self.get_state(run_id)

    async def cancel_with_children(self, run_id: str, reason: str | None) -> list[RunState]:
        cancelled = await self._driver.cancel(run_id, reason=reason, actor=ACTOR)
        return [await self.get_state(item) for item in cancelled]

    async def resume_subworkflow_parent(self, child_run_id: str, child_output: Any) -> RunState:
        return await self.get_state(await self._driver.wake_parent(child_run_id, output=child_output))
