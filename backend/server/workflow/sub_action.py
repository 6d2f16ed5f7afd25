"""Sub-actions: work inside an open question, whose result is written into the run that goes on waiting.

Both types take the same way: `sub_action_started` in the parent, a child state (from a hidden child run, or from
the module's own `sub_action`), the mapping against the parent's state at the moment of writing, and
`sub_action_completed` with what was written.
"""

from datetime import datetime, timedelta
from typing import Any

from backend.core.clock import now
from backend.core.errors import (
    ActionNotFound,
    InteractionNotOpen,
    InterludeError,
    RunNotFound,
    SubActionRunning,
)
from backend.core.ids import new_id
from backend.db.database import Database
from backend.db.event_types import (
    Parent,
    RunCancelled,
    RunCreated,
    SubActionCompleted,
    SubActionFailed,
    SubActionStarted,
    WaitStarted,
)
from backend.db.records import Event, RunStatus, SubAction
from backend.db.view import InteractionView, RunView, SubActionView
from backend.server.definitions.models import ModuleDefinition, SelfAction, SubActionDefinition, WorkflowDefinition
from backend.server.workflow.answers import find_question, not_open
from backend.server.workflow.closing import cancel_sub_action, close_run
from backend.server.workflow.feeds import Feeds
from backend.server.workflow.frames import stored_frames
from backend.server.workflow.jobs import Job, JobFactory
from backend.server.workflow.leases import Lease
from backend.server.workflow.live import ENGINE, LiveRun
from backend.server.workflow.module_call import Done, Failed
from backend.server.workflow.params import check_params
from backend.server.workflow.result_mapping import apply_result_mapping
from backend.server.workflow.store import Section, root_branch_id
from backend.server.workflow.sub_action_records import open_record
from backend.server.workflow.values import Values
from backend.server.workflow.versions import Versions, action_of, with_feedback

JsonObject = dict[str, Any]


class SubActionRequest:
    """What a person asked for. `sub_action_id` is chosen before, so that a repeat finds the first one's."""

    __slots__ = ("action_id", "actor", "interaction_id", "params", "sub_action_id")

    def __init__(
        self, *, interaction_id: str, action_id: str, params: JsonObject, actor: str, sub_action_id: str | None = None
    ) -> None:
        self.interaction_id = interaction_id
        self.action_id = action_id
        self.params = params
        self.actor = actor
        self.sub_action_id = sub_action_id or new_id(action_id)


class SubActionProcessor:
    """Starts, lands and ends sub-actions, inside sections that the executor opens and commits."""

    def __init__(
        self,
        *,
        database: Database,
        versions: Versions,
        values: Values,
        jobs: JobFactory,
        feeds: Feeds,
        lease: Lease,
    ) -> None:
        self._db = database
        self._versions = versions
        self._values = values
        self._jobs = jobs
        self._feeds = feeds
        self._lease = lease

    async def start(self, section: Section, run_id: str, request: SubActionRequest) -> SubAction:
        """Records the start of a sub-action, and of its child.

        Raises:
            InteractionNotFound, InteractionNotOpen, ActionNotFound, InvalidParams, SubActionRunning.
        """
        run = await section.hold(run_id, fresh=True)
        known = run.view.sub_actions.get(request.sub_action_id)
        if known is not None:
            return open_record(run.view, known)
        question, module = _open_question(run, request.interaction_id)
        action = module.sub_action(request.action_id)
        if action is None:
            raise ActionNotFound(request.action_id, [item.id for item in module.sub_actions])
        check_params(action, request.params)
        await self._make_room(section, run, action, request)
        item = self._record_start(run, question, action, request)
        await self._open_and_begin(section, run, item, action)
        return open_record(run.view, item)

    async def _open_and_begin(
        self, section: Section, run: LiveRun, item: SubActionView, action: SubActionDefinition
    ) -> None:
        definition = self._child_definition(run, item, action)
        self._feeds.open(open_record(run.view, item), _module_names(item, definition))
        if definition is not None and not run.view.is_queued(item):
            await self._begin(section, run, item, action, definition)

    async def _make_room(
        self, section: Section, run: LiveRun, action: SubActionDefinition, request: SubActionRequest
    ) -> None:
        """Applies the concurrency policy, which counts per action and interaction."""
        running = [
            item
            for item in run.view.sub_actions.values()
            if item.action_id == action.id and item.interaction_id == request.interaction_id
        ]
        if not running:
            return
        if action.concurrency == "reject":
            raise SubActionRunning(action.id, running[0].sub_action_id)
        if action.concurrency == "replace":
            for item in running:
                await cancel_sub_action(section, run, item, reason="replaced", actor=request.actor)

    def _record_start(
        self, run: LiveRun, question: InteractionView, action: SubActionDefinition, request: SubActionRequest
    ) -> SubActionView:
        child_id = None if action.is_self else f"wf_sub_{request.sub_action_id.removeprefix(action.id + '_')}"
        run.record(
            SubActionStarted(
                sub_action_id=request.sub_action_id,
                request={
                    "interaction_id": request.interaction_id,
                    "action_id": request.action_id,
                    "params": request.params,
                },
                child_workflow_id=child_id,
                concurrency=action.concurrency,
                deadline=_deadline(action),
            ),
            step_id=question.step_id,
            module_name=question.module_name,
            actor=request.actor,
        )
        return run.view.sub_actions[request.sub_action_id]

    async def _begin(
        self,
        section: Section,
        run: LiveRun,
        item: SubActionView,
        action: SubActionDefinition,
        definition: WorkflowDefinition,
    ) -> None:
        """Makes the child run."""
        view, child_id = run.view, item.child_workflow_id or ""
        origin = Parent(
            workflow_run_id=view.workflow_run_id,
            branch_id=view.branch_id,
            seq=view.seq,
            step_id=item.step_id,
            module_name=item.module_name,
            interaction_id=item.interaction_id,
            sub_action_id=item.sub_action_id,
            action_id=item.action_id,
        ).model_dump()
        child_view = RunView(workflow_run_id=child_id, branch_id=root_branch_id(child_id), root_run_id=view.root_run_id)
        base = with_feedback(await self._ground(run, item), action)
        child = LiveRun(child_view, definition, lease=self._lease, base=base)
        await section.create(child)
        child.record(
            RunCreated(
                workflow_id=view.workflow_id,
                workflow_name=view.workflow_name,
                version=view.version,
                kind="sub_action",
                owner=view.owner,
                parent=origin,
                params=item.params,
                nesting_depth=view.nesting_depth,
                visible_in_ui=False,
                deadline=item.deadline,
            )
        )

    async def _ground(self, run: LiveRun, item: SubActionView) -> Any:
        base = run.as_base(item.params)
        base.state = await self._values.restore(base.state)
        return base

    def _child_definition(
        self, run: LiveRun, item: SubActionView, action: SubActionDefinition
    ) -> WorkflowDefinition | None:
        """What the child run is to do; None for a self sub-action, which has none."""
        if action.is_self:
            return None
        origin = {"module_name": item.module_name, "sub_action_id": item.sub_action_id}
        return self._versions.child_definition(run.definition, run.view, origin, action)

    async def follow(self, section: Section, run: LiveRun, item: SubActionView) -> list[Job]:
        """What a running sub-action needs: its child, where it has none yet, or the job of a self sub-action."""
        action = action_of(run.definition, item)
        assert action is not None  # the log only names what the version has
        own = action.actions[0]
        if isinstance(own, SelfAction):
            return [self._jobs.self_job(run, item, own, timeout=action.timeout_seconds)]
        if item.child_workflow_id is not None and section.find(item.child_workflow_id) is None:
            await self._find_child(section, run, item, action)
        return []

    async def _find_child(
        self, section: Section, run: LiveRun, item: SubActionView, action: SubActionDefinition
    ) -> None:
        """A sub-action whose turn in the queue has come, or whose start a crash cut short, has no child yet."""
        if item.sub_action_id in run.begun:
            return
        run.begun.add(item.sub_action_id)
        try:
            await section.hold(item.child_workflow_id or "", fresh=True)
        except RunNotFound:
            await self._open_and_begin(section, run, item, action)

    async def land(self, section: Section, parent: LiveRun, child: LiveRun) -> None:
        """Records the end of a child in the parent, where the sub-action is still open."""
        origin = child.view.parent or {}
        item = parent.view.sub_actions.get(origin.get("sub_action_id", ""))
        if item is None:
            return
        if parent.view.branch_id != origin["branch_id"]:  # it works on the branch that it began on alone
            await cancel_sub_action(section, parent, item, reason="forked")
            return
        if child.view.status is RunStatus.COMPLETED:
            await self._complete(parent, item, child.view.state)
        elif child.view.status is RunStatus.CANCELLED:
            await cancel_sub_action(section, parent, item, reason=(child.view.error or {}).get("message", "cancelled"))
        else:
            self._fail(parent, item, child.view.error or {})

    async def finish_self(self, section: Section, run: LiveRun, job: Job, outcome: Done | Failed) -> None:
        """Records the outcome of a self sub-action's call."""
        item = run.view.sub_actions.get(job.key)
        if item is None or item.attempt != job.attempt:
            return
        if isinstance(outcome, Done):
            await self._complete(run, item, self._jobs.redactor.clean(outcome.output))
            return
        action = action_of(run.definition, item)
        policy = action.retry if action else None
        if policy is None or not outcome.retryable or item.attempt >= policy.max_attempts or _is_late(item.deadline):
            self._fail(run, item, _timeout_error(outcome.error))
            return
        run.record(
            WaitStarted(
                wait_key=f"retry:{item.sub_action_id}",
                reason="retry",
                until=now() + timedelta(seconds=policy.delay_after(item.attempt)),
                details={"sub_action_id": item.sub_action_id, "attempt": item.attempt, "error": outcome.error},
            ),
            step_id=item.step_id,
            module_name=item.module_name,
        )

    async def _complete(self, run: LiveRun, item: SubActionView, child_state: JsonObject) -> None:
        """Maps the result onto the state of this moment, and records it; or records why that cannot be."""
        action = action_of(run.definition, item)
        try:
            writes = apply_result_mapping(
                action.result_mapping if action else [],
                await self._values.restore(child_state),
                await self._values.restore(run.view.state),
            )
            where = f"The result of '{item.action_id}'"
            fitted = await self._values.fit(await run.writable(writes, self._values), where=where)
            payload = SubActionCompleted(
                sub_action_id=item.sub_action_id,
                child_workflow_id=item.child_workflow_id,
                child_state=await self._values.fit(child_state, where=where),
                state_mapped=fitted,
            )
        except InterludeError as error:
            self._fail(run, item, {"code": error.code, "message": error.message})
            return
        run.record(payload, step_id=item.step_id, module_name=item.module_name)

    def _fail(self, run: LiveRun, item: SubActionView, error: JsonObject) -> None:
        run.record(
            SubActionFailed(sub_action_id=item.sub_action_id, child_workflow_id=item.child_workflow_id, error=error),
            step_id=item.step_id,
            module_name=item.module_name,
        )

    def on_record(self, run: LiveRun, event: Event) -> None:
        """Every recorded event passes here, so that progress is seen at once."""
        if run.view.kind == "sub_action":
            self._feeds.child_event(run, event)

    def on_load(self, run: LiveRun) -> None:
        """A run was read from the log: what ended there without this process is no longer its to tell."""
        if run.view.kind != "sub_action":
            self._feeds.forget_open(of_run=run.run_id, but=run.view.sub_actions)

    def on_drop(self, run: LiveRun) -> None:
        """What was recorded may never have happened: a child's messages are in the log alone."""
        if run.view.kind == "sub_action":
            self._feeds.forget_open(of_run=run.run_id)

    def forget_feeds(self, *, of_run: str | None = None) -> None:
        """Readers of streams that this process can no longer tell turn to the database."""
        self._feeds.forget_open(of_run=of_run)

    def announce(self, run: LiveRun) -> None:
        """After a commit: ends the streams of the sub-actions that ended in it."""
        for record in run.announced:
            self._feeds.end(record)
        run.announced = []

    async def resume_child(self, section: Section, parent: LiveRun, child: LiveRun) -> None:
        """Brings a child and its parent together again after a crash between the two."""
        sub_action_id = (child.view.parent or {}).get("sub_action_id", "")
        item = parent.view.sub_actions.get(sub_action_id)
        if child.view.terminal:
            await self.land(section, parent, child)
        elif item is None:
            await close_run(section, child, reason="cancelled", end=RunCancelled(reason="cancelled"))
        else:
            await self.resume_feed(parent, item)

    async def close_borrowed(self, section: Section, run: LiveRun, *, actor: str = ENGINE) -> None:
        """Sub-actions that were open at a fork ended with the branch that was left; they end in the new one, too."""
        fork = run.lineage[-2].cutoff_seq if len(run.lineage) > 1 else None
        for item in list(run.view.sub_actions.values()):
            if fork is not None and item.started_seq <= fork:
                await cancel_sub_action(section, run, item, reason="forked", actor=actor)

    async def resume_feed(self, run: LiveRun, item: SubActionView) -> None:
        """Makes the stream of a sub-action that another process began."""
        action = action_of(run.definition, item)
        if action is None or self._feeds.find(item.sub_action_id) is not None:
            return
        record, names = open_record(run.view, item), _module_names(item, self._child_definition(run, item, action))
        events: list[Event] = []
        if item.child_workflow_id is not None:
            events = await self._db.events.read_all(item.child_workflow_id)
        reports = await self._db.sub_actions.list_progress(item.sub_action_id)
        seen = stored_frames(record, events, names, reports)
        self._feeds.open(record, names, seen=seen, position=events[-1].seq if events else 0)


def _module_names(item: SubActionView, definition: WorkflowDefinition | None) -> list[str]:
    if definition is None:
        return [item.module_name]
    return [module.name for module in definition.steps[0].modules]


def _open_question(run: LiveRun, interaction_id: str) -> tuple[InteractionView, ModuleDefinition]:
    question = find_question(run, interaction_id)
    if question.status != "open":
        raise not_open(question)
    module = run.definition.find_module(question.step_id, question.module_name)
    if module is None:
        raise InteractionNotOpen(interaction_id, question.status)
    return question, module


def _deadline(action: SubActionDefinition) -> datetime | None:
    return now() + timedelta(seconds=action.timeout_seconds) if action.timeout_seconds else None


def _is_late(deadline: datetime | None) -> bool:
    return deadline is not None and now() >= deadline


def _timeout_error(error: JsonObject) -> JsonObject:
    return {**error, "code": "sub_action_timeout"} if error["code"] == "module_timeout" else error
