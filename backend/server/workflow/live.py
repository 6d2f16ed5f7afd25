"""A run in memory: its view, what was recorded but not yet written, and the lock that orders writers."""

import asyncio
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from backend.core.clock import iso, now
from backend.core.ids import derived_id, new_event_id
from backend.core.statepath import MISSING, get_path, set_path, set_paths
from backend.db.claims import Claim, find_claims
from backend.db.event_types import STATE_MAPPED, DbEventType, Payload
from backend.db.lineage import root_lineage
from backend.db.projections import apply
from backend.db.records import BranchSpan, Event, SubAction
from backend.db.view import RunView
from backend.server.definitions.models import StepDefinition, WorkflowDefinition
from backend.server.modules.flow.calls import SubWorkflowInputs
from backend.server.workflow.leases import Lease
from backend.server.workflow.scheduling import Plan
from backend.server.workflow.sub_action_records import ENDS, ended_record, open_record
from backend.server.workflow.values import Values

JsonObject = dict[str, Any]
ENGINE = "engine"
"""The actor of what the engine does by itself."""

STANDSTILL_SECONDS = 3600.0
"""How long a deadline that stands still is left alone. Who answers wakes the runs above; this is for a lost wake-up."""


class Base:
    """What a sub-action's templates see below the child's own writes: the parent at the moment of the start."""

    __slots__ = ("outputs", "params", "payload", "state")

    def __init__(self, *, state: JsonObject, outputs: JsonObject, payload: Any, params: JsonObject) -> None:
        self.state = state
        self.outputs = outputs
        self.payload = payload
        self.params = params


class LiveRun:
    """One branch of one run, as far as this process knows it.

    Events are applied to the view when they are recorded and become durable with the next commit. When a commit
    fails, the whole object is stale: what it shows may never have happened, and it is loaded again.
    """

    # `suspended`: its deadline stands still while a person is asked below it; `extended`: or is so far away again;
    # `answered`: a person has answered, which those above must hear of;
    # `ended`: sub-actions that ended in events not yet projected; `announced`: not yet told to their streams;
    # `begun`: sub-actions whose child is known to exist; `fan_outs`: by module its attempt and the inputs of its call.

    def __init__(
        self,
        view: RunView,
        definition: WorkflowDefinition,
        *,
        lease: Lease,
        base: Base | None = None,
        lineage: tuple[BranchSpan, ...] = (),
    ) -> None:
        self.view = view
        self.definition = definition
        self.plan = Plan(definition)
        self.base = base
        self.lineage = lineage or root_lineage(view.branch_id)
        self._left = False
        self.suspended = False
        self.extended: float | None = None
        self.answered = False
        self.lock = asyncio.Lock()
        self.pending: list[Event] = []
        self.ended: list[SubAction] = []
        self.announced: list[SubAction] = []
        self.begun: set[str] = set()
        self.fan_outs: dict[str, tuple[int, SubWorkflowInputs]] = {}
        self.stale = False
        self.snapshot_seq = 0
        self.on_record: Callable[[LiveRun, Event], None] | None = None
        self._lease = lease
        self._scope_state = base.state if base else view.state
        self._named: dict[str, Any] = {}
        self._has_claims = False
        self._adopt_view()

    def _adopt_view(self) -> None:
        base = self.base or Base(state={}, outputs={}, payload=None, params={})
        outputs = {**base.outputs, **self.view.outputs}
        self._named = {name: {"output": output} for name, output in outputs.items()}
        payload = base.payload if self.base else self.view.payload
        trees = ({"payload": payload}, self.view.state, base.state, outputs)
        self._has_claims = any(True for tree in trees for _ in find_claims(tree))

    @property
    def run_id(self) -> str:
        return self.view.workflow_run_id

    def record(
        self,
        payload: Payload,
        *,
        step_id: str | None = None,
        module_name: str | None = None,
        actor: str = ENGINE,
    ) -> Event:
        """Adds the next event. It is durable only after the next commit."""
        view = self.view
        event = Event(
            event_id=new_event_id(),
            workflow_run_id=view.workflow_run_id,
            root_run_id=view.root_run_id or view.workflow_run_id,
            branch_id=view.branch_id,
            seq=view.seq + 1,
            event_type=payload.event_type,
            timestamp=now(),
            actor=actor,
            step_id=step_id,
            module_name=module_name,
            data=payload.to_data(),
            writer=self._lease.process_id,
        )
        if event.event_type in ENDS:
            item = view.sub_actions[event.data["sub_action_id"]]
            record = ended_record(open_record(view, item), event)
            self.ended.append(record)
            self.announced.append(record)
        apply(view, event)
        self._follow(event)
        self.pending.append(event)
        if self.on_record is not None:
            self.on_record(self, event)
        return event

    def _follow(self, event: Event) -> None:
        if event.event_type is DbEventType.RUN_CREATED:
            self._has_claims = self._has_claims or type(event.data.get("payload")) is Claim
        writes = event.data.get(STATE_MAPPED)
        if writes:
            self._scope_state = set_paths(self._scope_state, writes) if self.base else self.view.state
            self._has_claims = self._has_claims or any(type(value) is Claim for value in writes.values())
        if event.event_type is DbEventType.BRANCH_FORKED:
            self._left = event.branch_id != event.data["to_branch"]
        if event.event_type is DbEventType.INTERACTION_RESPONDED:
            self.answered = True
        if event.event_type is DbEventType.MODULE_COMPLETED:
            output = event.data["output"]
            self._named[event.module_name or ""] = {"output": output}
            self._has_claims = self._has_claims or any(type(value) is Claim for value in output.values())

    @property
    def left(self) -> bool:
        """Whether the branch was left by a fork: nothing may be added to it any more."""
        return self._left

    def replay(self, events: Sequence[Event]) -> None:
        """Applies events that are in the log already."""
        for event in events:
            apply(self.view, event)
            self._follow(event)
        if self.base is None:
            self._scope_state = self.view.state

    async def writable(self, writes: JsonObject, values: Values) -> JsonObject:
        """The writes in a form that the fold can apply: a path never leads through a claim.

        Where `a` is stored as an artifact and `a.b` is written, the whole new `a` is written instead.
        """
        if not self._has_claims:
            return writes
        result: JsonObject = {}
        for path, value in writes.items():
            result = await self._write_one(result, path, value, values)
        return result

    async def _write_one(self, result: JsonObject, path: str, value: Any, values: Values) -> JsonObject:
        parts = path.split(".")
        for at in range(1, len(parts)):
            prefix = ".".join(parts[:at])
            above = result.get(prefix, MISSING)
            if above is MISSING:
                above = get_path(self.view.state, prefix)
            if type(above) is Claim:
                above = await values.restore(above)
                whole = above if isinstance(above, dict) else {}
                return {**result, prefix: set_path(whole, ".".join(parts[at:]), value)}
            if prefix in result:
                whole = above if isinstance(above, dict) else {}
                return {**result, prefix: set_path(whole, ".".join(parts[at:]), value)}
        return {**result, path: value}

    async def scope(
        self, values: Values, *, step: StepDefinition | None = None, secrets: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        """The names that templates may use."""
        view, base = self.view, self.base
        words: JsonObject = {
            "state": self._scope_state,
            "trigger": {"payload": base.payload if base else view.payload},
            "config": self.definition.config,
            "run": {
                "workflow_run_id": view.workflow_run_id,
                "workflow_id": view.workflow_id,
                "version": view.version,
                "started_at": iso(view.created_at) if view.created_at else None,
            },
            "params": base.params if base else {},
        }
        if step is not None:
            words["step"] = {"step_id": step.step_id, "name": step.name}
        if secrets is not None:
            words["secrets"] = dict(secrets)
        if self._has_claims:
            words["state"] = await values.restore(words["state"])
            words["trigger"] = await values.restore(words["trigger"])
            return ChainMap(words, await values.restore(dict(self._named)))
        return ChainMap(words, self._named)

    def as_base(self, params: JsonObject) -> Base:
        """This run as the ground of a sub-action that starts now."""
        return Base(
            state=self._scope_state,
            outputs=dict(self.view.outputs),
            payload=self.view.payload,
            params=params,
        )

    @property
    def wake_at(self) -> datetime | None:
        """When somebody must look at the run again. A deadline that stands still, or was moved, counts as such."""
        view = self.view
        if view.deadline is None or view.terminal or now() < view.deadline:
            return view.wake_at
        waits = replace(view, deadline=None).wake_at
        if self.extended is None and not self.suspended:
            return waits
        moved = now() + timedelta(seconds=STANDSTILL_SECONDS if self.suspended else self.extended or 0)
        return min(moved, waits) if waits else moved

    def module_key(self, module_name: str, attempt_group: str = "") -> str:
        """The idempotency key of a module of this run: the same again after a crash."""
        return derived_id("idem", self.run_id, self.view.branch_id, module_name, attempt_group)
