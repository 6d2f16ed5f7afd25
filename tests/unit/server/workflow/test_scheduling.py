"""What comes next in a run."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.db.view import ModuleView, RunView, StepView
from backend.server.definitions.models import StepDefinition, WorkflowDefinition
from backend.server.workflow.scheduling import (
    CloseStep,
    CompleteRun,
    FailRun,
    FinishCancel,
    OpenStep,
    Plan,
    StartModule,
    dependencies,
    modules_to_run,
)
from tests.fixtures.records import make_question, moment


def definition(*steps: tuple[str, int, list[str] | None]) -> WorkflowDefinition:
    """Steps as (id, number of modules, depends_on)."""
    document = {
        "workflow_id": "lab",
        "name": "Lab",
        "steps": [
            {
                "step_id": step_id,
                "depends_on": needs,
                "modules": [{"module_id": "lab.echo", "name": f"{step_id}_{at}"} for at in range(count)],
            }
            for step_id, count, needs in steps
        ],
    }
    return WorkflowDefinition.model_validate(document)


@st.composite
def graphs(draw: st.DrawFn) -> WorkflowDefinition:
    """A line of steps, or a graph in which steps may need any that stand before or after them, without a cycle."""
    count = draw(st.integers(1, 6))
    linear = draw(st.booleans())
    order = [f"s{at}" for at in range(count)]
    steps: list[tuple[str, int, list[str] | None]] = []
    for at, step_id in enumerate(order):
        needs = (
            None
            if linear
            else draw(st.none() | st.lists(st.sampled_from(order[:at]), unique=True) if at else st.none())
        )
        steps.append((step_id, draw(st.integers(1, 2)), needs))
    if not linear and all(needs is None for _, _, needs in steps):
        steps[0] = (steps[0][0], steps[0][1], [])
    return definition(*draw(st.permutations(steps) if not linear else st.just(steps)))


def needs_of(definition: WorkflowDefinition) -> dict[str, set[str]]:
    """The reference: what must be closed before a step may start."""
    steps = definition.steps
    if all(step.depends_on is None for step in steps):
        return {step.step_id: {steps[at - 1].step_id} if at else set() for at, step in enumerate(steps)}
    return {step.step_id: set(step.depends_on or []) for step in steps}


@dataclass
class Simulation:
    """Runs a definition on a view by hand; modules end in the order that `pick` says."""

    definition: WorkflowDefinition
    data: st.DataObject
    view: RunView = field(default_factory=lambda: RunView(workflow_run_id="wf_1", branch_id="br_1"))
    opened: list[str] = field(default_factory=list)
    started: list[str] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)

    def run(self) -> None:
        plan = Plan(self.definition)
        while True:
            move = plan.next_move(self.view)
            match move:
                case CompleteRun():
                    return
                case OpenStep(step):
                    self._open(step)
                case StartModule(step, module):
                    self._start(step, module.name)
                case CloseStep(step):
                    self._close(step)
                case None:
                    self._finish_one()
                case _:
                    pytest.fail(f"unexpected: {move}")

    def _open(self, step: StepDefinition) -> None:
        assert step.step_id not in self.opened
        assert needs_of(self.definition)[step.step_id] <= self.closed
        self.opened.append(step.step_id)
        skipped = self.data.draw(st.integers(0, 4)) == 4
        self.view.steps[step.step_id] = StepView(step.step_id, "skipped" if skipped else "running")
        if skipped:
            self.closed.add(step.step_id)

    def _start(self, step: StepDefinition, name: str) -> None:
        assert name not in self.started
        assert self.view.steps[step.step_id].status == "running"
        before = [module.name for module in step.modules][: [module.name for module in step.modules].index(name)]
        assert all(not self.view.modules[other].open for other in before)
        self.started.append(name)
        self.view.modules[name] = ModuleView(
            module_name=name, step_id=step.step_id, module_id="lab.echo", status="started"
        )

    def _close(self, step: StepDefinition) -> None:
        assert all(not self.view.modules[module.name].open for module in step.modules)
        self.view.steps[step.step_id].status = "completed"
        self.closed.add(step.step_id)

    def _finish_one(self) -> None:
        running = [module for module in self.view.modules.values() if module.open]
        assert running, "nothing runs and nothing comes next"
        self._assert_all_that_may_run_does()
        module = self.data.draw(st.sampled_from(running))
        module.status = self.data.draw(st.sampled_from(["completed", "skipped", "failed"]))
        module.continued = module.status == "failed"

    def _assert_all_that_may_run_does(self) -> None:
        """While the run waits, every step whose needs are closed has begun."""
        for step_id, needs in needs_of(self.definition).items():
            assert (step_id in self.opened) == (needs <= self.closed)


@given(graphs(), st.data())
def test_steps_start_when_their_needs_are_closed_and_the_run_ends_when_all_are(
    wanted: WorkflowDefinition, data: st.DataObject
) -> None:
    simulation = Simulation(wanted, data)

    simulation.run()

    assert simulation.closed == {step.step_id for step in wanted.steps}
    running = [step for step in wanted.steps if simulation.view.steps[step.step_id].status == "completed"]
    assert sorted(simulation.started) == sorted(module.name for step in running for module in step.modules)


@given(graphs())
def test_dependencies_are_those_of_the_reference(wanted: WorkflowDefinition) -> None:
    assert {step: set(needs) for step, needs in dependencies(wanted).items()} == needs_of(wanted)


@given(graphs(), st.data())
def test_plan_made_in_the_middle_decides_as_the_one_from_the_start(
    wanted: WorkflowDefinition, data: st.DataObject
) -> None:
    simulation = Simulation(wanted, data)
    simulation.run()
    old, view = Plan(wanted), RunView(workflow_run_id="wf_1", branch_id="br_1")
    for step_id in simulation.opened:
        assert old.next_move(view) == Plan(wanted).next_move(view)
        view.steps[step_id] = StepView(step_id, "completed")

    assert old.next_move(view) == Plan(wanted).next_move(view) == CompleteRun()


ONE = definition(("one", 2, None), ("two", 1, None))


def view_of_one(**modules: dict[str, Any]) -> RunView:
    view = RunView(workflow_run_id="wf_1", branch_id="br_1", steps={"one": StepView("one", "running")})
    for name, more in modules.items():
        values = {"module_name": name, "step_id": "one", "module_id": "lab.echo", "status": "started"} | more
        view.put_module(ModuleView(**values))
    return view


def test_failed_module_fails_the_run_with_its_error() -> None:
    view = view_of_one(one_0={"status": "failed", "error": {"code": "x", "message": "y"}})

    assert Plan(ONE).next_move(view) == FailRun(ONE.steps[0], {"code": "x", "message": "y"})


def test_failed_module_that_may_continue_lets_the_next_one_start() -> None:
    view = view_of_one(one_0={"status": "failed", "continued": True})

    assert Plan(ONE).next_move(view) == StartModule(ONE.steps[0], ONE.steps[0].modules[1])


def test_cancelled_module_in_an_open_run_finishes_the_cancel() -> None:
    assert Plan(ONE).next_move(view_of_one(one_0={"status": "cancelled"})) == FinishCancel("cancelled")


def test_failed_step_in_an_open_run_finishes_the_failure() -> None:
    view = view_of_one()
    view.steps["one"] = StepView("one", "failed", {"code": "x", "message": "y"})

    assert Plan(ONE).next_move(view) == FailRun(ONE.steps[0], {"code": "x", "message": "y"})


def test_dependents_of_a_skipped_step_run() -> None:
    view = view_of_one()
    view.steps["one"] = StepView("one", "skipped")

    assert Plan(ONE).next_move(view) == OpenStep(ONE.steps[1])


@pytest.mark.parametrize(
    ("more", "runs"),
    [
        ({}, True),
        ({"status": "completed"}, False),
        ({"retry_at": moment(1)}, False),
        ({"interaction_id": "int_open"}, False),
        ({"interaction_id": "int_answered"}, True),
        ({"interaction_id": "int_cancelled"}, False),
    ],
)
def test_modules_to_run_are_those_that_wait_for_nobody(more: dict[str, Any], runs: bool) -> None:
    view = view_of_one(one_0=more)
    view.interactions = {
        f"int_{status}": make_question(f"int_{status}", status=status) for status in ("open", "answered", "cancelled")
    }

    assert [module.module_name for module in modules_to_run(view)] == (["one_0"] if runs else [])
