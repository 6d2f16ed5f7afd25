"""Counters that any room may raise; `/metrics` shows them. A registry of our own, so tests and embedders stay apart."""

from prometheus_client import CollectorRegistry, Counter, PlatformCollector, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

RUNS_STARTED = Counter("interlude_runs_started", "Runs started, children included.", registry=REGISTRY)
RUNS_ENDED = Counter("interlude_runs_ended", "Runs that reached a terminal status.", ["status"], registry=REGISTRY)
SUB_ACTIONS_STARTED = Counter("interlude_sub_actions_started", "Sub-actions accepted.", registry=REGISTRY)
SUB_ACTIONS_ENDED = Counter("interlude_sub_actions_ended", "Sub-actions that ended.", ["status"], registry=REGISTRY)
EVENTS_APPENDED = Counter("interlude_events_appended", "Events written.", ["event_type"], registry=REGISTRY)
