"""A run as the fold of its events: what it has done, what is open, what it waits for. Values only, no I/O."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar, Self

from backend.core.clock import iso, parse_iso
from backend.db.records import RunStatus

JsonObject = dict[str, Any]

CLOSED = frozenset({"completed", "failed", "skipped", "cancelled"})


class Part:
    """A part of the view that goes to JSON and back, field by field."""

    _times: ClassVar[frozenset[str]] = frozenset()

    def to_dict(self) -> JsonObject:
        values = {item.name: getattr(self, item.name) for item in fields(self)}  # type: ignore[arg-type]  # Part is only a base of dataclasses
        return {name: iso(value) if isinstance(value, datetime) else value for name, value in values.items()}

    @classmethod
    def from_dict(cls, values: JsonObject) -> Self:
        return cls(**{k: parse_iso(v) if k in cls._times and v is not None else v for k, v in values.items()})


@dataclass(slots=True)
class StepView(Part):
    """Status: running completed failed skipped."""

    step_id: str
    status: str
    error: JsonObject | None = None


@dataclass(slots=True)
class ModuleView(Part):
    """One use of a module. Status: started completed failed skipped cancelled.

    `attempt_at` is when the present attempt began; `deadline` when it must have ended. `retry_at` is set while
    it waits for its next attempt.
    """

    _times: ClassVar[frozenset[str]] = frozenset({"attempt_at", "deadline", "retry_at"})

    module_name: str
    step_id: str
    module_id: str
    status: str
    attempt: int = 1
    started_seq: int = 0
    attempt_at: datetime | None = None
    deadline: datetime | None = None
    retry_at: datetime | None = None
    interaction_id: str | None = None
    continued: bool = False
    error: JsonObject | None = None
    wait_key: str | None = None
    enabled_by: str = ""
    """The process whose event made it ready to work on: that one works on it, until it dies."""

    @property
    def open(self) -> bool:
        return self.status == "started"


@dataclass(slots=True)
class InteractionView(Part):
    """Status: open answered cancelled. `changed_seq` is the seq of its last event."""

    _times: ClassVar[frozenset[str]] = frozenset({"requested_at", "answered_at"})

    interaction_id: str
    step_id: str
    module_name: str
    module_id: str
    kind: str
    title: str
    prompt: str | None
    status: str
    requested_at: datetime
    changed_seq: int
    response: Any = None
    answered_by: str | None = None
    answered_at: datetime | None = None


@dataclass(slots=True)
class SubActionView(Part):
    """A sub-action that has not ended. `started_seq` orders those that queue."""

    _times: ClassVar[frozenset[str]] = frozenset({"started_at", "deadline", "retry_at"})

    sub_action_id: str
    action_id: str
    interaction_id: str
    step_id: str
    module_name: str
    params: JsonObject
    concurrency: str
    started_at: datetime
    started_seq: int
    child_workflow_id: str | None = None
    deadline: datetime | None = None
    attempt: int = 1
    retry_at: datetime | None = None
    enabled_by: str = ""


@dataclass(slots=True)
class CallView(Part):
    """A sub-workflow that has not ended, as its parent knows it."""

    _times: ClassVar[frozenset[str]] = frozenset({"started_at"})

    sub_run_id: str
    workflow_id: str
    step_id: str
    module_name: str
    mode: str
    attempt: int
    on_parent_cancel: str
    started_at: datetime
    index: int | None = None


@dataclass(slots=True)
class RunView:
    """Everything that decisions about a run are made from."""

    workflow_run_id: str
    branch_id: str
    root_run_id: str = ""
    workflow_id: str = ""
    workflow_name: str = ""
    version: int = 0
    kind: str = "root"
    owner: str = ""
    payload: Any = None
    params: JsonObject = field(default_factory=dict)
    parent: JsonObject | None = None
    nesting_depth: int = 0
    visible_in_ui: bool = True
    deadline: datetime | None = None
    held: bool = False
    """It has not begun, and nobody begins it but a caller who ticks it."""

    seq: int = 0
    state_seq: int = 0
    generation: int = 0
    state: JsonObject = field(default_factory=dict)
    outputs: JsonObject = field(default_factory=dict)
    steps: dict[str, StepView] = field(default_factory=dict)
    modules: dict[str, ModuleView] = field(default_factory=dict)
    open_modules: dict[str, ModuleView] = field(init=False, repr=False, compare=False)
    """Those of `modules` that are open: what is decided at every event must not grow with those that are done."""
    interactions: dict[str, InteractionView] = field(default_factory=dict)
    sub_actions: dict[str, SubActionView] = field(default_factory=dict)
    waits: dict[str, JsonObject] = field(default_factory=dict)
    calls: dict[str, CallView] = field(default_factory=dict)
    ended_calls: dict[str, str] = field(default_factory=dict)
    early: dict[str, list[Any]] = field(default_factory=dict)
    fans: dict[str, JsonObject] = field(default_factory=dict)

    asked_since: datetime | None = None
    person_ms: int = 0
    """Time that people took, here and in sub-workflows that have ended; `asked_since` while one is asked now."""

    ended: RunStatus | None = None
    output: Any = None
    error: JsonObject | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    completed_at: datetime | None = None

    def __post_init__(self) -> None:
        self.open_modules = {name: module for name, module in self.modules.items() if module.open}

    def put_module(self, module: ModuleView) -> None:
        """A module has begun, or was passed over."""
        self.modules[module.module_name] = module
        if module.open:
            self.open_modules[module.module_name] = module

    def close_module(self, module_name: str, status: str) -> ModuleView:
        """A module has ended. Gives it."""
        self.open_modules.pop(module_name, None)
        module = self.modules[module_name]
        module.status, module.retry_at = status, None
        return module

    @property
    def exists(self) -> bool:
        return self.seq > 0

    @property
    def terminal(self) -> bool:
        return self.ended is not None

    @property
    def status(self) -> RunStatus:
        if self.ended is not None:
            return self.ended
        if not self.steps:
            return RunStatus.PENDING
        if any(self._works(module) for module in self.open_modules.values()):
            return RunStatus.PROCESSING
        if any(item.status == "open" for item in self.interactions.values()):
            return RunStatus.AWAITING_INPUT
        return RunStatus.WAITING if self.open_modules else RunStatus.PROCESSING

    def _works(self, module: ModuleView) -> bool:
        if module.retry_at is not None or module.wait_key is not None:
            return False
        asked = self.interactions.get(module.interaction_id or "")
        return asked is None or asked.status != "open"

    @property
    def open_interactions(self) -> list[InteractionView]:
        return [item for item in self.interactions.values() if item.status == "open"]

    def running_sub_actions(self) -> list[SubActionView]:
        """Open sub-actions that are not queued behind another of the same action and interaction."""
        return [item for item in self.sub_actions.values() if not self.is_queued(item)]

    def is_queued(self, item: SubActionView) -> bool:
        """With `concurrency: queue` the oldest open one runs; the rest wait."""
        return item.concurrency == "queue" and any(
            other.started_seq < item.started_seq
            and other.action_id == item.action_id
            and other.interaction_id == item.interaction_id
            for other in self.sub_actions.values()
        )

    @property
    def current_module(self) -> ModuleView | None:
        """The module that the run is at: the oldest open one."""
        return next(iter(self.open_modules.values()), None)

    @property
    def wake_at(self) -> datetime | None:
        """When somebody must look at the run again, if nothing else happens before."""
        if self.terminal:
            return None
        if not self.waits:
            return self.deadline
        times = [module.retry_at for module in self.open_modules.values()]
        times += [item.retry_at for item in self.sub_actions.values()]
        times += [parse_iso(wait["until"]) for wait in self.waits.values() if wait["until"]]
        times.append(self.deadline)
        return min((time for time in times if time is not None), default=None)

    @property
    def workers(self) -> set[str]:
        """The processes that work on something in it, or whose heirs do."""
        at_modules = {module.enabled_by for module in self.open_modules.values() if self._works(module)}
        return at_modules | {item.enabled_by for item in self.running_sub_actions() if item.retry_at is None}

    @property
    def in_hand(self) -> bool:
        """True while some process must be working on it (or take it over from one that died)."""
        if self.terminal or self.held:
            return False
        if self.status in (RunStatus.PENDING, RunStatus.PROCESSING):
            return True
        return any(item.retry_at is None for item in self.running_sub_actions())
