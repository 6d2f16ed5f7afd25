"""Children that have ended and wait for their parent: the end of another one is being written to it."""

from collections.abc import Iterator
from contextlib import contextmanager

from backend.server.workflow.live import LiveRun
from backend.server.workflow.store import Section


class Landings:
    """By parent and child, the runs that are to be written together with the child's end."""

    def __init__(self) -> None:
        self._waiting: dict[str, dict[str, list[LiveRun]]] = {}

    @contextmanager
    def waiting(self, parent_id: str, child_id: str, held: list[LiveRun]) -> Iterator[None]:
        """Meanwhile another section, which gets the parent first, may take these runs along."""
        children = self._waiting.setdefault(parent_id, {})
        children[child_id] = held
        try:
            yield
        finally:
            children.pop(child_id, None)
            if not children and self._waiting.get(parent_id) is children:
                del self._waiting[parent_id]

    async def join(self, section: Section, parent_id: str) -> bool:
        """Holds all that wait to land in a parent, which the section holds. Says whether anything did."""
        waiting = self._waiting.pop(parent_id, {}).values()
        joined = [run for held in waiting if not any(run.stale for run in held) for run in held]
        for run in joined:
            await section.hold(run.run_id)
        return bool(joined)
