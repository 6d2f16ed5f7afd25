"""Live tails: of a run's events, and of a sub-action's messages. Readers only: who leaves changes nothing."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import takewhile

from backend.core.clock import now
from backend.db.database import Database
from backend.db.event_types import RUN_ENDS
from backend.db.records import Event, Frame, SubAction
from backend.server.workflow.feeds import Feeds
from backend.server.workflow.frames import position_of, stored_frames
from backend.server.workflow.signals import Signals, wait_for
from backend.server.workflow.store import RunStore
from backend.server.workflow.sub_action_reader import SubActionReader
from backend.server.workflow.versions import Versions

POLL_SECONDS = 0.25
"""How often another process's work is looked for, where several share the database."""

QUIET_SECONDS = 30.0
"""The same where this process is alone, and is told of everything."""

PAGE = 200

SETTLED = timedelta(seconds=1)
"""So long after its end everything of a sub-action is stored."""


class Streams:
    """Reads what was, then waits for what comes."""

    def __init__(
        self,
        *,
        database: Database,
        store: RunStore,
        versions: Versions,
        feeds: Feeds,
        signals: Signals,
        reader: SubActionReader,
    ) -> None:
        self._db = database
        self._store = store
        self._versions = versions
        self._feeds = feeds
        self._signals = signals
        self._reader = reader
        self._wait = QUIET_SECONDS if database.exclusive else POLL_SECONDS

    async def events(self, run_id: str, *, after_seq: int, follow: bool) -> AsyncIterator[Event]:
        """Events after `after_seq`; ends after the one that ends the run, or (not follow) with what is there."""
        lineage = await self._store.lineage(run_id)
        with self._signals.subscribe(run_id) as news:
            while True:
                news.clear()
                page = await self._db.events.read(run_id, lineage, after=after_seq, limit=PAGE)
                for event in page:
                    after_seq = event.seq
                    yield event
                if any(event.event_type in RUN_ENDS for event in page) or (not page and await self._over(run_id)):
                    return
                if len(page) == PAGE:
                    continue
                if not follow:
                    return
                await wait_for(news, self._wait)

    async def _over(self, run_id: str) -> bool:
        """Whether the run had ended before the caller began to read."""
        async with self._store.section() as section:
            return (await section.hold(run_id, fresh=True)).view.terminal

    async def sub_action(
        self, run_id: str, sub_action_id: str, *, after: tuple[int, int], follow: bool
    ) -> AsyncIterator[Frame]:
        """Messages after an id, until the one that ends the stream."""
        last = after
        feed = self._feeds.find(sub_action_id)
        if feed is not None and follow:
            async for frame in self._feeds.follow(feed, last):
                last = position_of(frame.id)
                yield frame
            if feed.ended:
                return
        async for frame in self._stored(run_id, sub_action_id, after=last, follow=follow):
            yield frame

    async def _stored(
        self, run_id: str, sub_action_id: str, *, after: tuple[int, int], follow: bool
    ) -> AsyncIterator[Frame]:
        seen: set[str] = set()
        with self._signals.subscribe(sub_action_id) as news:
            while True:
                news.clear()
                record = await self._reader.get(run_id, sub_action_id)
                frames = [frame for frame in await self._frames(record) if position_of(frame.id) > after]
                ready = frames if not follow or _is_settled(record) else _known(frames, seen)
                for frame in ready:
                    after = position_of(frame.id)
                    yield frame
                if not follow or (not record.open and all(position_of(frame.id) <= after for frame in frames)):
                    return
                seen = {frame.id for frame in frames}
                await wait_for(news, POLL_SECONDS)

    async def _frames(self, record: SubAction) -> list[Frame]:
        reports = await self._db.sub_actions.list_progress(record.sub_action_id)
        names = await self._names(record)
        if record.child_workflow_id is None:
            return stored_frames(record, [], names, reports)
        lineage = await self._store.lineage(record.child_workflow_id)
        events = await self._db.events.read(record.child_workflow_id, lineage)
        return stored_frames(record, events, names, reports)

    async def _names(self, record: SubAction) -> list[str]:
        """The names of the modules that the sub-action runs."""
        async with self._store.section() as section:
            run = await section.hold(record.workflow_run_id)
            question = run.view.interactions[record.interaction_id]
            module = run.definition.find_module(question.step_id, question.module_name)
            action = module.sub_action(record.action_id) if module else None
            if action is None or action.is_self:
                return [question.module_name]
            origin = {"module_name": question.module_name, "sub_action_id": record.sub_action_id}
            definition = self._versions.child_definition(run.definition, run.view, origin, action)
            return [item.name for item in definition.steps[0].modules]


def _known(frames: list[Frame], seen: set[str]) -> list[Frame]:
    """The messages up to the first that was not there at the last look."""
    return list(takewhile(lambda frame: frame.id in seen, frames))


def _is_settled(record: SubAction) -> bool:
    """Whether nothing can be added any more before what is stored.

    Reports are written a moment after the events around them. So what another process is still working on is shown
    only when a second look finds nothing new before it: no message is passed over.
    """
    return record.completed_at is not None and now() - record.completed_at > SETTLED
