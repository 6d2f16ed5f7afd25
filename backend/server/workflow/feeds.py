"""Streams of sub-actions that this process works on, kept in memory so that a message is seen at once."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Container, Sequence

import structlog

from backend.core.clock import monotonic
from backend.db.event_types import DbEventType
from backend.db.records import Event, Frame, SubAction
from backend.server.workflow.frames import (
    SELF_ENDED,
    SELF_STARTED,
    last_frame,
    module_frame,
    position_of,
    progress_data,
    self_frame,
    started_frame,
)
from backend.server.workflow.live import LiveRun
from backend.server.workflow.projector import Projector
from backend.server.workflow.signals import Signals

log = structlog.get_logger(__name__)

KEPT_ENDED = 256
"""Ended streams kept for late readers; older ones are read from the database."""

REPORT_SECONDS = 0.1
"""A module's reports are thinned to ten a second: enough for a bar, and the database is spared."""


class Feed:
    """The messages of one sub-action, in order of their ids."""

    def __init__(self, record: SubAction, names: list[str]) -> None:
        self.record = record
        self.names = names
        self.frames: list[Frame] = [started_frame(record)]
        self.ended = False
        self.position = 0
        self._reports = 0
        self._last_report = 0.0
        self._running: set[str] = set()
        if record.child_workflow_id is None:
            self.add(self_frame(record, names[0], SELF_STARTED, "started"))

    def add(self, frame: Frame) -> bool:
        """Adds a message unless it (or a later one) is there already."""
        if self.ended or position_of(frame.id) <= position_of(self.frames[-1].id):
            return False
        self.frames.append(frame)
        self._note_status(frame)
        self.position, self._reports = position_of(frame.id)
        return True

    def _note_status(self, frame: Frame) -> None:
        if frame.data.get("status") == "started":
            self._running.add(frame.data["module_name"])
        elif frame.data.get("status") != "running":
            self._running.discard(frame.data.get("module_name", ""))

    def report(self, module_name: str, progress: float | None, message: str | None) -> Frame | None:
        """A report of a running module, thinned. One that arrives after the module's end is dropped."""
        moment = monotonic()
        if self.ended or module_name not in self._running or moment - self._last_report < REPORT_SECONDS:
            return None
        self._last_report = moment
        data = progress_data(
            self.record.sub_action_id, module_name, self.names, "running", message=message, progress=progress
        )
        frame = Frame(id=f"{self.position}.{self._reports + 1}", event="progress", data=data)
        return frame if self.add(frame) else None

    def end(self, record: SubAction) -> None:
        if self.ended:
            return
        position = self.position + 1
        if record.child_workflow_id is None:
            self.add(self_frame(record, self.names[0], SELF_ENDED, record.status))
            position = SELF_ENDED + 1
        self.record = record
        self.add(last_frame(record, position=position))
        self.ended = True


class Feeds:
    """Feeds by sub-action id."""

    def __init__(self, signals: Signals, projector: Projector) -> None:
        self._signals = signals
        self._projector = projector
        self._feeds: OrderedDict[str, Feed] = OrderedDict()

    def open(self, record: SubAction, names: list[str], *, seen: Sequence[Frame] = (), position: int = 0) -> None:
        """A sub-action has begun in this process, or goes on here.

        Args:
            seen: its messages so far, elsewhere.
            position: the seq of its child's last event so far; not every event makes a message.
        """
        if record.sub_action_id not in self._feeds:
            feed = self._feeds[record.sub_action_id] = Feed(record, names)
            for frame in seen:
                feed.add(frame)
            feed.position = max(feed.position, position)
            self._forget_old()
        self._signals.publish(record.sub_action_id)

    def _forget_old(self) -> None:
        while len(self._feeds) > KEPT_ENDED:
            oldest = next((key for key, feed in self._feeds.items() if feed.ended), None)
            if oldest is None:
                return
            del self._feeds[oldest]

    def find(self, sub_action_id: str) -> Feed | None:
        return self._feeds.get(sub_action_id)

    def forget(self, sub_action_id: str) -> None:
        """This process no longer works on it: readers turn to the database."""
        if self._feeds.pop(sub_action_id, None) is not None:
            self._signals.publish(sub_action_id)

    def forget_open(self, *, of_run: str | None = None, but: Container[str] = ()) -> None:
        """This process cannot tell how these go on: all that have not ended, or those of one run or child."""
        for sub_action_id, feed in list(self._feeds.items()):
            record = feed.record
            if feed.ended or sub_action_id in but:
                continue
            if of_run is None or of_run in (record.workflow_run_id, record.child_workflow_id):
                self.forget(sub_action_id)

    def child_event(self, run: LiveRun, event: Event) -> None:
        """An event of a sub-action's child was recorded."""
        sub_action_id = (run.view.parent or {}).get("sub_action_id") or ""
        feed = self._feeds.get(sub_action_id)
        if feed is None:
            return
        frame = module_frame(sub_action_id, event, feed.names)
        if frame is not None and feed.add(frame):
            self._signals.publish(sub_action_id)
        elif event.event_type is not DbEventType.RUN_CREATED:
            feed.position = max(feed.position, event.seq)

    def report(
        self, workflow_run_id: str, sub_action_id: str, module_name: str, progress: float | None, message: str | None
    ) -> None:
        feed = self._feeds.get(sub_action_id)
        frame = feed.report(module_name, progress, message) if feed else None
        if frame is not None:
            self._projector.note_progress(workflow_run_id, sub_action_id, frame)
            self._signals.publish(sub_action_id)

    def end(self, record: SubAction) -> None:
        """The end is durable: tell everybody."""
        feed = self._feeds.get(record.sub_action_id)
        if feed is not None:
            feed.end(record)
        self._signals.publish(record.sub_action_id)

    async def follow(self, feed: Feed, after: tuple[int, int]) -> AsyncIterator[Frame]:
        """The feed's messages after an id, until its end, or until this process gives the sub-action up."""
        sub_action_id = feed.record.sub_action_id
        with self._signals.subscribe(sub_action_id) as news:
            at = 0
            while True:
                news.clear()
                while at < len(feed.frames):
                    frame = feed.frames[at]
                    at += 1
                    if position_of(frame.id) > after:
                        yield frame
                if feed.ended or self._feeds.get(sub_action_id) is not feed:
                    return
                await news.wait()
