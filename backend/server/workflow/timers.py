"""Timers of this process. They only make things prompt: what is due stands in the database."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from backend.core.clock import now
from backend.core.errors import InterludeError

log = structlog.get_logger(__name__)

HORIZON = 120.0
"""Seconds. What is due later is left to the look at the database; a timer each would cost memory for nothing."""


class Timers:
    """At most one timer a run: the earliest moment at which somebody must look at it."""

    def __init__(self, wake: Callable[[str], Awaitable[None]]) -> None:
        self._wake = wake
        self._handles: dict[str, tuple[datetime, asyncio.TimerHandle]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def set(self, run_id: str, moment: datetime | None) -> None:
        if run_id in self._handles:
            known, handle = self._handles[run_id]
            if known == moment:
                return
            del self._handles[run_id]
            handle.cancel()
        if moment is None:
            return
        delay = (moment - now()).total_seconds()
        if delay <= HORIZON:
            loop = asyncio.get_running_loop()
            # A timer that fires a moment early would find nothing due.
            self._handles[run_id] = moment, loop.call_later(max(delay, 0) + 0.002, self._fire, run_id)

    def set_first(self, run_id: str, moment: datetime) -> None:
        """Sets a timer for a run that has none: the one that it has is nearer to the truth than a document."""
        if run_id not in self._handles:
            self.set(run_id, moment)

    def _fire(self, run_id: str) -> None:
        self._handles.pop(run_id, None)
        task = asyncio.ensure_future(self._look(run_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look(self, run_id: str) -> None:
        try:
            await self._wake(run_id)
        except InterludeError as error:
            log.warning("a timer found no database; the next look at what is due will", code=error.code, run=run_id)

    def close(self) -> None:
        for _, handle in self._handles.values():
            handle.cancel()
        self._handles.clear()
        for task in self._tasks:
            task.cancel()
