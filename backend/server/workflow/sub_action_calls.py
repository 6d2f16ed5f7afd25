"""Sub-actions as callers see them: started once for each idempotency key, read whole."""

from dataclasses import replace

from backend.db.database import Database
from backend.db.records import Frame, SubAction
from backend.server.workflow.executor import Executor
from backend.server.workflow.store import Section
from backend.server.workflow.sub_action import SubActionProcessor, SubActionRequest
from backend.server.workflow.sub_action_reader import SubActionReader
from backend.server.workflow.values import Values


class SubActionCalls:
    """Starts and reads sub-actions."""

    def __init__(
        self,
        *,
        database: Database,
        executor: Executor,
        processor: SubActionProcessor,
        reader: SubActionReader,
        values: Values,
    ) -> None:
        self._db = database
        self._executor = executor
        self._processor = processor
        self._reader = reader
        self._values = values

    async def start(self, run_id: str, request: SubActionRequest, *, idempotency_key: str | None) -> SubAction:
        """Starts a sub-action, or gives the one that the same key started before."""
        if idempotency_key is not None:
            request.sub_action_id = await self._claim(run_id, request, idempotency_key)

        async def begin(section: Section) -> SubAction:
            if idempotency_key is not None:
                run = await section.hold(run_id, fresh=True)
                if request.sub_action_id not in run.view.sub_actions:
                    ended = await self._reader.find_ended(run_id, request.sub_action_id)
                    if ended is not None:
                        return ended
            return await self._processor.start(section, run_id, request)

        return await self._executor.change(begin)

    async def _claim(self, run_id: str, request: SubActionRequest, key: str) -> str:
        body = {
            "interaction_id": request.interaction_id,
            "action_id": request.action_id,
            "params": request.params,
        }
        return await self._db.idempotency.claim(
            caller=request.actor,
            route=f"sub-action:{run_id}",
            key=key,
            body=body,
            makes=request.sub_action_id,
        )

    async def whole_frame(self, frame: Frame) -> Frame:
        """The message with its large values read back."""
        if frame.event != "complete":
            return frame
        return replace(frame, data=await self._values.restore(frame.data))
