"""What comes next in a run: a function of its view and its definition. Pure.

A run is a graph of steps; where no step says `depends_on`, each depends on the one before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from backend.db.view import CLOSED, ModuleView, RunView
from backend.server.definitions.models import ModuleDefinition, StepDefinition, WorkflowDefinition


@dataclass(frozen=True, slots=True)
class OpenStep:
    """The step's turn has come: start or skip it."""

    step: StepDefinition


@dataclass(frozen=True, slots=True)
class StartModule:
    """The module's turn has come: start or skip it."""

    step: StepDefinition
    module: ModuleDefinition


@dataclass(frozen=True, slots=True)
class CloseStep:
    """All its modules are closed."""

    step: StepDefinition


@dataclass(frozen=True, slots=True)
class FailRun:
    """A module failed and `on_error` does not let the run go on."""

    step: StepDefinition
    error: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FinishCancel:
    """A cancel was recorded in part before a crash: record the rest."""

    reason: str


@dataclass(frozen=True, slots=True)
class CompleteRun:
    """All steps are closed."""


Move = OpenStep | StartModule | CloseStep | FailRun | FinishCancel | CompleteRun


class Plan:
    """A definition prepared for scheduling: who depends on whom."""

    def __init__(self, definition: WorkflowDefinition) -> None:
        self.steps = definition.steps
        self._needs = dependencies(definition)
        self._closed = 0

    def next_move(self, view: RunView) -> Move | None:
        """The next thing to record, or None while modules run or wait."""
        self._skip_closed(view)
        for step in self.steps[self._closed :]:
            move = self._move_in(step, view)
            if isinstance(move, FinishCancel):
                return self._failure(view) or move
            if move is not None:
                return move
        return CompleteRun() if self._closed == len(self.steps) else None

    def _failure(self, view: RunView) -> FailRun | None:
        """What a run that was being closed had failed by: that cancels what else is open in it."""
        moves = (self._move_in(step, view) for step in self.steps[self._closed :])
        return next((move for move in moves if isinstance(move, FailRun)), None)

    def _skip_closed(self, view: RunView) -> None:
        # Steps at the front stay closed, so long runs do not look at them again.
        while self._closed < len(self.steps):
            known = view.steps.get(self.steps[self._closed].step_id)
            if known is None or known.status not in ("completed", "skipped"):
                return
            self._closed += 1

    def _move_in(self, step: StepDefinition, view: RunView) -> Move | None:
        known = view.steps.get(step.step_id)
        if known is None:
            ready = all(_is_closed(view, needed) for needed in self._needs[step.step_id])
            return OpenStep(step) if ready else None
        if known.status == "failed":  # its `when` could not be evaluated, or a crash came before the run's end
            error = known.error or {}
            if any(_is_cancelled(view, module.name) for module in step.modules):
                return FinishCancel(error.get("code", "cancelled"))
            return FailRun(step, error)
        return move_in_step(step, view) if known.status == "running" else None


def move_in_step(step: StepDefinition, view: RunView) -> Move | None:
    """The next thing to record in a running step."""
    for module in step.modules:
        known = view.modules.get(module.name)
        if known is None:
            return StartModule(step, module)
        if known.open and not _is_question_cancelled(view, known):
            return None
        if known.open or known.status == "cancelled":
            return FinishCancel((known.error or {}).get("message", "cancelled"))
        if known.status == "failed" and not known.continued:
            return FailRun(step, known.error or {})
    return CloseStep(step)


def _is_cancelled(view: RunView, module_name: str) -> bool:
    known = view.modules.get(module_name)
    return known is not None and known.status == "cancelled"


def _is_question_cancelled(view: RunView, module: ModuleView) -> bool:
    asked = view.interactions.get(module.interaction_id or "")
    return asked is not None and asked.status == "cancelled"


def dependencies(definition: WorkflowDefinition) -> dict[str, tuple[str, ...]]:
    """Which steps must be closed before each step."""
    if any(step.depends_on is not None for step in definition.steps):
        return {step.step_id: tuple(step.depends_on or ()) for step in definition.steps}
    ids = [step.step_id for step in definition.steps]
    return {step_id: (ids[at - 1],) if at else () for at, step_id in enumerate(ids)}


def _is_closed(view: RunView, step_id: str) -> bool:
    known = view.steps.get(step_id)
    return known is not None and known.status in CLOSED and known.status != "failed"


def modules_to_run(view: RunView) -> Iterator[ModuleView]:
    """Open modules that need somebody to work on them now (not: asking a person, waiting for a time)."""
    for module in view.open_modules.values():
        if module.retry_at is not None or module.wait_key is not None:
            continue
        asked = view.interactions.get(module.interaction_id or "")
        if asked is None or asked.status == "answered":
            yield module
