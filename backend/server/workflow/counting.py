"""Counts what is appended, for `/metrics`."""

from collections import Counter
from collections.abc import Iterable

from backend.core.metrics import EVENTS_APPENDED, RUNS_ENDED, RUNS_STARTED, SUB_ACTIONS_ENDED, SUB_ACTIONS_STARTED
from backend.db.event_types import DbEventType
from backend.db.records import Event

_RUN_ENDS = {
    DbEventType.RUN_COMPLETED: "completed",
    DbEventType.RUN_FAILED: "error",
    DbEventType.RUN_CANCELLED: "cancelled",
}
_SUB_ACTION_ENDS = {
    DbEventType.SUB_ACTION_COMPLETED: "completed",
    DbEventType.SUB_ACTION_FAILED: "failed",
    DbEventType.SUB_ACTION_CANCELLED: "cancelled",
}
_APPENDED = {kind: EVENTS_APPENDED.labels(kind.value) for kind in DbEventType}


def count(events: Iterable[Event]) -> None:
    for kind, number in Counter(event.event_type for event in events).items():
        _APPENDED[kind].inc(number)
        if kind is DbEventType.RUN_CREATED:
            RUNS_STARTED.inc(number)
        elif kind is DbEventType.SUB_ACTION_STARTED:
            SUB_ACTIONS_STARTED.inc(number)
        elif kind in _RUN_ENDS:
            RUNS_ENDED.labels(_RUN_ENDS[kind]).inc(number)
        elif kind in _SUB_ACTION_ENDS:
            SUB_ACTIONS_ENDED.labels(_SUB_ACTION_ENDS[kind]).inc(number)
