"""Children of sub-workflow modules: made once, found again by the same id."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from backend.core.clock import now
from backend.core.errors import (
    InvalidPayload,
    MaxNestingDepthExceeded,
    ModuleError,
    RunNotFound,
    VersionNotFound,
    WorkflowNotAccessible,
)
from backend.core.ids import derived_id
from backend.core.jsonvalue import check_json
from backend.db.event_types import Parent, RunCreated, SubWorkflowFailed, SubWorkflowStarted
from backend.db.records import Event, Workflow
from backend.db.repos.workflows import WorkflowRepo
from backend.db.view import ModuleView, RunView
from backend.server.definitions.models import ModuleDefinition, StepDefinition
from backend.server.modules.flow.calls import SubWorkflowInputs
from backend.server.templating.renderer import Renderer
from backend.server.workflow.access import may_use
from backend.server.workflow.leases import Lease
from backend.server.workflow.live import ENGINE, LiveRun
from backend.server.workflow.params import check_payload
from backend.server.workflow.store import Section, root_branch_id
from backend.server.workflow.values import Values
from backend.server.workflow.versions import Versions

JsonObject = dict[str, Any]


def child_id(run: LiveRun, module: ModuleView, index: int | None) -> str:
    """Derived from (run, branch, node, attempt, item), so a repeated start finds the same child."""
    return derived_id("wf", run.run_id, run.view.branch_id, module.module_name, module.attempt, index)


def _open_call(run: LiveRun, module: ModuleView, index: int | None) -> str | None:
    """The child of this attempt and item, where the branch shares it with the one that it was forked from."""
    place = module.module_name, module.attempt, index
    calls = run.view.calls.values()
    return next((call.sub_run_id for call in calls if (call.module_name, call.attempt, call.index) == place), None)


class Children:
    """Starts child runs of other workflows."""

    def __init__(
        self,
        *,
        workflows: WorkflowRepo,
        versions: Versions,
        renderer: Renderer,
        values: Values,
        lease: Lease,
        max_depth: int,
    ) -> None:
        self._workflows = workflows
        self._versions = versions
        self._renderer = renderer
        self._values = values
        self._lease = lease
        self._max_depth = max_depth

    async def start(
        self,
        section: Section,
        run: LiveRun,
        module: ModuleView,
        inputs: SubWorkflowInputs,
        *,
        index: int | None = None,
        item: Any = None,
    ) -> str:
        """Records the call in the run and begins the child, unless it was begun before. Gives the child's id.

        Raises:
            ModuleError: too deep, unknown or not accessible, or the payload does not fit.
        """
        sub_run_id = _open_call(run, module, index) or child_id(run, module, index)
        step, definition = _place(run, module)
        workflow = await self._target(run, inputs.workflow_id)
        version = inputs.version or workflow.version
        payload = await self._payload(run, step, definition, index=index, item=item)
        child = await self._prepare(run, workflow, version, payload, sub_run_id=sub_run_id)
        new = sub_run_id not in run.view.calls
        if new:
            run.record(
                _started(module, inputs, sub_run_id, version=version, index=index),
                step_id=module.step_id,
                module_name=module.module_name,
            )
        limits = [seconds for seconds in (inputs.limit_seconds, definition.timeout_seconds) if seconds is not None]
        deadline = now() + timedelta(seconds=min(limits)) if limits else None
        origin = _origin(run, module.step_id, module.module_name)
        held = inputs.held or None
        if new or not await _exists(section, sub_run_id):  # the log names a child before it holds it
            await self._begin(section, child, payload, parent=run.view, origin=origin, deadline=deadline, held=held)
        return sub_run_id

    async def check(self, run: LiveRun, workflow_id: str) -> None:
        """Whether the run may call the workflow at all. Raises MaxNestingDepthExceeded, WorkflowNotAccessible."""
        await self._target(run, workflow_id)

    async def refuse(
        self, run: LiveRun, module: ModuleView, inputs: SubWorkflowInputs, *, index: int, error: JsonObject
    ) -> None:
        """Records a call that no child can be made for, with its end."""
        workflow = await self._workflows.find(inputs.workflow_id)
        version = inputs.version or (workflow.version if workflow else 0)
        sub_run_id = child_id(run, module, index)
        place = {"step_id": module.step_id, "module_name": module.module_name}
        run.record(_started(module, inputs, sub_run_id, version=version, index=index), **place)
        run.record(SubWorkflowFailed(sub_run_id=sub_run_id, index=index, error=error), **place)

    async def start_named(
        self,
        section: Section,
        run: LiveRun,
        payload: JsonObject,
        *,
        workflow_id: str,
        version: int,
        sub_run_id: str,
        actor: str,
    ) -> None:
        """Records a held child that no module of the run asked for; it counts as an async call.

        Raises:
            MaxNestingDepthExceeded, WorkflowNotAccessible.
            ModuleError: the payload does not fit.
        """
        workflow = await self._target(run, workflow_id)
        child = await self._prepare(run, workflow, version, payload, sub_run_id=sub_run_id)
        run.record(
            SubWorkflowStarted(
                sub_run_id=sub_run_id,
                workflow_id=workflow_id,
                version=version,
                mode="async",
                attempt=1,
                input_mapping=await self._values.fit(payload, where="The payload"),
            ),
            actor=actor,
        )
        if not await _exists(section, sub_run_id):
            await self._begin(section, child, payload, parent=run.view, origin=_origin(run), held=True, actor=actor)

    async def begin_named(self, section: Section, run: LiveRun, event: Event) -> None:
        """After a crash between the two records of `start_named`: makes the child that the first one tells of."""
        data = await self._values.restore(event.data)
        workflow = await self._target(run, data["workflow_id"])
        payload = data["input_mapping"]
        child = await self._prepare(run, workflow, data["version"], payload, sub_run_id=data["sub_run_id"])
        if not await _exists(section, child.run_id):
            await self._begin(
                section, child, payload, parent=run.view, origin=_origin(run), held=True, actor=event.actor
            )

    async def _target(self, run: LiveRun, workflow_id: str) -> Workflow:
        depth = run.view.nesting_depth + 1
        if depth > self._max_depth:
            raise MaxNestingDepthExceeded(workflow_id, depth=depth, limit=self._max_depth)
        workflow = await self._workflows.find(workflow_id)
        if workflow is None or not may_use(workflow, run.view.owner):
            raise WorkflowNotAccessible(f"There is no workflow '{workflow_id}' that this run may use.")
        if workflow.archived:
            raise WorkflowNotAccessible(f"The workflow '{workflow_id}' is archived.")
        return workflow

    async def _payload(
        self, run: LiveRun, step: StepDefinition, definition: ModuleDefinition, *, index: int | None, item: Any
    ) -> JsonObject:
        raw = definition.inputs.get("vars") or definition.inputs.get("input_mapping") or {}
        scope: Mapping[str, Any] = await run.scope(self._values, step=step)
        if index is not None:
            scope = {**scope, "item": item, "index": index}
        payload: JsonObject = await self._renderer.render(raw, scope)
        check_json(payload)
        return payload

    async def _prepare(
        self, run: LiveRun, workflow: Workflow, version: int, payload: JsonObject, *, sub_run_id: str
    ) -> LiveRun:
        """The child in memory, its payload checked against the workflow's inputs."""
        try:
            definition = await self._versions.get(workflow.workflow_id, version)
            check_payload(definition.inputs, payload)
        except VersionNotFound as error:
            raise WorkflowNotAccessible(error.message) from None
        except InvalidPayload as error:
            detail = "; ".join(f"{item.pointer or '/'}: {item.message}" for item in error.errors[:5])
            raise ModuleError(
                f"The inputs for '{workflow.workflow_id}' do not fit: {detail}", code="invalid_payload", retryable=False
            ) from None
        view = RunView(
            workflow_run_id=sub_run_id,
            branch_id=root_branch_id(sub_run_id),
            root_run_id=run.view.root_run_id or run.run_id,
        )
        view.workflow_id, view.workflow_name, view.version = workflow.workflow_id, workflow.name, version
        return LiveRun(view, definition, lease=self._lease)

    async def _begin(
        self,
        section: Section,
        child: LiveRun,
        payload: JsonObject,
        *,
        parent: RunView,
        origin: JsonObject,
        deadline: datetime | None = None,
        held: bool | None = None,
        actor: str = ENGINE,
    ) -> None:
        initial = child.definition.initial_state
        created = RunCreated(
            workflow_id=child.view.workflow_id,
            workflow_name=child.view.workflow_name,
            version=child.view.version,
            kind="sub_workflow",
            owner=parent.owner,
            payload=await self._values.fit_whole(payload, where="The payload"),
            parent=origin,
            nesting_depth=parent.nesting_depth + 1,
            deadline=deadline,
            held=held,
            state_mapped=await self._values.fit(initial, where="The initial state") if initial else None,
        )
        await section.create(child)
        child.record(created, actor=actor)


def _started(
    module: ModuleView, inputs: SubWorkflowInputs, sub_run_id: str, *, version: int, index: int | None
) -> SubWorkflowStarted:
    return SubWorkflowStarted(
        sub_run_id=sub_run_id,
        workflow_id=inputs.workflow_id,
        version=version,
        mode=inputs.mode,
        attempt=module.attempt,
        index=index,
        input_mapping=inputs.vars if inputs.vars is not None else inputs.input_mapping,
        output_mapping=inputs.output_mapping,
        on_parent_cancel=inputs.on_parent_cancel,
    )


async def _exists(section: Section, sub_run_id: str) -> bool:
    """Whether the child was begun before. It is held then."""
    try:
        await section.hold(sub_run_id, fresh=True)
    except RunNotFound:
        return False
    return True


def _origin(run: LiveRun, step_id: str | None = None, module_name: str | None = None) -> JsonObject:
    above = (run.view.parent or {}).get("ancestors", [])
    return Parent(
        workflow_run_id=run.run_id,
        branch_id=run.view.branch_id,
        seq=run.view.seq,
        step_id=step_id,
        module_name=module_name,
        ancestors=[*above, run.run_id],
    ).model_dump(exclude_none=True)


def _place(run: LiveRun, module: ModuleView) -> tuple[StepDefinition, ModuleDefinition]:
    step = run.definition.step(module.step_id)
    definition = run.definition.find_module(module.step_id, module.module_name)
    assert step is not None  # the log only names what the version has
    assert definition is not None
    return step, definition
