"""The attempts at one change, of which another writer may have been first at some."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Generic, TypeVar

from backend.core.errors import RunNotFound
from backend.db.records import Event
from backend.server.workflow.store import RunStore, Section

T = TypeVar("T")
Work = Callable[[Section], Awaitable[T]]


class Trial(Generic[T]):
    """Decides once for all when the database has taken the decision, though not what follows from it.

    Then the next attempt must not decide again: it would find its own answer, say, and refuse it as the second.

    `above`: the ancestors that attempts turned out to need, the highest first. The next attempt holds them from its
    beginning. If every one let go of its runs and held more of them, several that end in the same family could drop
    what the others had recorded for ever.
    """

    def __init__(self, store: RunStore, work: Work[T]) -> None:
        self.above: list[str] = []
        self._store = store
        self._work = work
        self._held: list[str] = []
        self._decision: list[Event] = []
        self._decided: list[T] = []
        self._stands = False

    async def decide(self, section: Section) -> T:
        """Holds the runs and records the decision; where it stands, only holds what it was about."""
        for run_id in self.above:
            await section.hold(run_id)
        if self._stands:
            for run_id in self._held:
                with suppress(RunNotFound):  # what was to be made with it was not
                    await section.hold(run_id, fresh=True)
        else:
            self._decided = [await self._work(section)]
            self._decision = [run.pending[-1] for run in section.touched if run.pending]
        return self._decided[0]

    def holds(self, section: Section) -> None:
        """The runs of this section are what the attempt is about."""
        self._held = [run.run_id for run in section.runs]

    async def fail(self) -> None:
        """Another writer was first at something that the attempt was to write. Raises StoreUnavailable."""
        if self._decision and not self._stands:
            self._stands = all([await self._store.has(event) for event in self._decision])
