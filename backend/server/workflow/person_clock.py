"""Deadlines that do not count the time that people take."""

from backend.core.clock import now
from backend.db.view import RunView
from backend.server.workflow.store import RunStore


class PersonClock:
    """Knows how long people have been asked in a run and below it."""

    def __init__(self, store: RunStore) -> None:
        self._store = store

    async def left(self, view: RunView) -> float | None:
        """Seconds until the run's deadline, people's time taken out; None: somebody is asked now, it stands still.

        The view must have a deadline.
        """
        asked = await self._person_seconds(view)
        if asked is None or view.deadline is None:
            return None
        return (view.deadline - now()).total_seconds() + asked

    async def _person_seconds(self, view: RunView) -> float | None:
        if view.asked_since is not None:
            return None
        total = view.person_ms / 1000
        for call in view.calls.values():
            if call.mode == "async" and not _is_waited_for(view, call.sub_run_id):
                continue
            child = await self._store.find(call.sub_run_id)
            below = await self._person_seconds(child) if child else 0.0
            if below is None:
                return None
            total += below
        return total


def _is_waited_for(view: RunView, sub_run_id: str) -> bool:
    """Whether the run has come to where it waits for this child: until then its own work counts, not the child's."""
    return any(
        wait["wait_key"] == f"subworkflow:{sub_run_id}" or sub_run_id in wait["details"].get("join", ())
        for wait in view.waits.values()
    )
