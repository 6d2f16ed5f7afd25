"""The live tail of all runs: which ones have changed, for whoever shows lists of them.

It reads run documents by the time of their last change, so a burst of events in one run is one message, whichever
server worked on it. A reader only: who leaves changes nothing.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from backend.core.clock import iso, now
from backend.db.database import Database
from backend.db.records import Frame, RunChange
from backend.server.workflow.projector import Projector
from backend.server.workflow.signals import ALL_RUNS, Signals, wait_for
from backend.server.workflow.streams import QUIET_SECONDS

POLL_SECONDS = 0.5
"""How often the work of other processes is looked for."""

PAUSE_SECONDS = 0.1
"""Between two looks, however much happens: what changes meanwhile is told once."""

LOOK_BACK = timedelta(seconds=5)
"""So much is read again: documents are written a moment after the change they tell of, and clocks of servers differ."""

MAX_AWAY = timedelta(minutes=5)
MAX_CHANGES = 500
"""Whoever was away longer, or missed more, is told to read everything again."""


class Changes:
    """Tells that runs have changed; what they are now is read from their own addresses."""

    def __init__(self, *, database: Database, projector: Projector, signals: Signals) -> None:
        self._db = database
        self._projector = projector
        self._signals = signals
        self._wait = QUIET_SECONDS if database.exclusive else POLL_SECONDS

    async def follow(self, *, after_ms: int | None) -> AsyncIterator[Frame]:
        """Endless: `reset` (anything may have changed), then `run` for every changed run.

        Args:
            after_ms: id of the last message received; repeats are possible, gaps are not.
        """
        since = _resumable(after_ms)
        told: dict[str, RunChange] = {}
        if since is None:
            since = now()
            yield Frame(id=_id_of(since), event="reset", data={})
        with self._signals.subscribe(ALL_RUNS) as news:
            while True:
                news.clear()
                moment = now()
                await self._projector.settle()
                changed = await self._db.runs.list_changed(since - LOOK_BACK, limit=MAX_CHANGES)
                fresh = [item for item in changed if told.get(item.workflow_run_id) != item]
                if len(changed) == MAX_CHANGES and fresh:
                    yield Frame(id=_id_of(moment), event="reset", data={})
                else:
                    for item in fresh:
                        yield Frame(id=_id_of(moment), event="run", data=_shown(item))
                told = {item.workflow_run_id: item for item in changed}
                since = moment
                await wait_for(news, self._wait)
                await asyncio.sleep(PAUSE_SECONDS)


def _resumable(after_ms: int | None) -> datetime | None:
    if after_ms is None:
        return None
    oldest, newest = now() - MAX_AWAY, now()
    if not oldest.timestamp() <= after_ms / 1000 <= newest.timestamp():
        return None
    return datetime.fromtimestamp(after_ms / 1000, UTC)


def _id_of(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))


def _shown(item: RunChange) -> dict[str, object]:
    return {
        "workflow_run_id": item.workflow_run_id,
        "workflow_id": item.workflow_id,
        "root_run_id": item.root_run_id,
        "parent_workflow_id": item.parent_workflow_id,
        "visible_in_ui": item.visible_in_ui,
        "status": item.status.value,
        "seq": item.seq,
        "updated_at": iso(item.updated_at),
    }
