"""Waiting for a run until it rests, or has ended: by news of it, and by looks where other processes may work on it."""

from collections.abc import Awaitable, Callable

from backend.core.clock import monotonic
from backend.core.errors import RunNotFound
from backend.db.database import Database
from backend.db.records import RunStatus
from backend.db.view import RunView
from backend.server.workflow.signals import Signals, wait_for
from backend.server.workflow.store import RunStore
from backend.server.workflow.streams import POLL_SECONDS, QUIET_SECONDS

Look = Callable[[str], Awaitable[list[str]]]


class Watching:
    """Readers only: who stops waiting changes nothing."""

    def __init__(self, *, database: Database, store: RunStore, signals: Signals) -> None:
        self._store = store
        self._signals = signals
        self._wait = QUIET_SECONDS if database.exclusive else POLL_SECONDS

    async def until_at_rest(self, run_id: str, *, seconds: float | None) -> None:
        """Until the run has ended or waits for something that nobody works on, or so long. Raises RunNotFound."""
        await self._until(run_id, self._working, seconds=seconds)

    async def until_ended(self, run_id: str, *, seconds: float | None) -> None:
        """Until the run has ended, or so long. Raises RunNotFound."""
        await self._until(run_id, self._open, seconds=seconds)

    async def view(self, run_id: str) -> RunView:
        """The run with all that is acknowledged, by whichever process. Raises RunNotFound."""
        return (await self._store.read(run_id)).view

    async def _until(self, run_id: str, look: Look, *, seconds: float | None) -> None:
        """Looks at each news of the runs that the last look named, until it names none."""
        end = monotonic() + seconds if seconds is not None else None
        watched = [run_id]
        while watched:
            with self._signals.subscribe(*watched) as news:
                while (found := await look(run_id)) == watched:
                    left = self._wait if end is None else min(self._wait, end - monotonic())
                    if left <= 0:
                        return
                    await wait_for(news, left)
                    news.clear()
            watched = found

    async def _open(self, run_id: str) -> list[str]:
        return [] if (await self.view(run_id)).terminal else [run_id]

    async def _working(self, run_id: str) -> list[str]:
        """The run, and the way down to the one that is worked on for it; empty when it is at rest."""
        view = await self.view(run_id)
        if view.terminal or view.held or view.status is RunStatus.AWAITING_INPUT:
            return []
        if view.status is not RunStatus.WAITING:
            return [run_id]
        for call in [call for call in view.calls.values() if call.mode == "sync"]:
            below = await self._working_below(call.sub_run_id)
            if below:
                return [run_id, *below]
        return []

    async def _working_below(self, sub_run_id: str) -> list[str]:
        try:
            return await self._working(sub_run_id)
        except RunNotFound:
            return [sub_run_id]  # its first event is on its way
