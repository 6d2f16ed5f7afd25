"""A person's program: it repeats, with the same keys, what it does not know to be done, and remembers what it saw."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from backend.core.errors import RunNotActive, StoreError
from backend.server.workflow.engine import Engine
from tests.crash.diary import Diary
from tests.fixtures.polling import eventually

ME = "tester"
T = TypeVar("T")


class Client:
    """Talks to one server. The diary outlives it, so the client of the next server goes on from there."""

    def __init__(self, engine: Engine, diary: Diary, *, patience: int) -> None:
        self._engine = engine
        self._diary = diary
        self._patience = patience
        self.run_id = ""

    async def _insist(self, call: Callable[[], Awaitable[T]]) -> T:
        """As a client with retries: a server that says "try again" is asked again."""
        for _ in range(self._patience):
            try:
                return await call()
            except StoreError as error:
                if not error.retryable:
                    raise
        return await call()

    async def start(self, workflow_id: str, number: int = 0) -> None:
        key = f"run-{number}"
        run = await self._insist(lambda: self._engine.start_run(workflow_id, {}, actor=ME, idempotency_key=key))
        self.run_id = run.workflow_run_id
        self._diary.note("run", id=self.run_id)

    async def question(self) -> str:
        """The id of the question in the run or below it, from the server where this client has not seen it."""
        known = self._diary.last("question")
        if known is not None:
            return str(known["id"])
        [asked] = await eventually(lambda: self._engine.list_interactions(self.run_id), wanted=bool)
        self._diary.note("question", id=asked.interaction_id, run=asked.workflow_run_id)
        return asked.interaction_id

    async def begin(self, interaction_id: str, action_id: str, number: int) -> None:
        started = await self._insist(
            lambda: self._engine.start_sub_action(
                self.run_id,
                interaction_id=interaction_id,
                action_id=action_id,
                params={},
                actor=ME,
                idempotency_key=f"sub-action-{number}",
            )
        )
        self._diary.note("begun", id=started.sub_action_id, number=number)

    def begun(self, number: int) -> str:
        ids = {line["id"] for line in self._diary.read("begun") if line["number"] == number}
        assert len(ids) == 1, f"the same key began {ids}"
        return str(ids.pop())

    async def watch(self, number: int) -> None:
        """Reads the stream to its end, after the last message that this client got before."""
        sub_action_id = self.begun(number)
        seen = [line["id"] for line in self._diary.read("frame") if line["sub_action_id"] == sub_action_id]
        stream = self._engine.stream_sub_action(self.run_id, sub_action_id, after_id=seen[-1] if seen else None)
        async for frame in stream:
            self._diary.note("frame", sub_action_id=sub_action_id, id=frame.id, event=frame.event, data=frame.data)

    async def answer(self, interaction_id: str) -> None:
        [asking] = {line["run"] for line in self._diary.read("question") if line["id"] == interaction_id}
        await self._insist(
            lambda: self._engine.respond(asking, interaction_id, {"pick": 0}, actor=ME, idempotency_key="the-answer")
        )

    async def cancel(self) -> None:
        try:
            await self._insist(lambda: self._engine.cancel_run(self.run_id, reason="enough", actor=ME))
        except RunNotActive:
            return

    async def called(self, module: str, *, times: int) -> None:
        """Until the module has been called in so many runs."""

        async def runs() -> set[str]:
            return {line["what"] for line in self._diary.read("called") if line["module"] == module}

        await eventually(runs, wanted=lambda seen: len(seen) >= times)

    async def ended(self) -> None:
        await eventually(lambda: self._engine.get_run(self.run_id), wanted=lambda run: run.status.terminal)
