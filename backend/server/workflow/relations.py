"""How runs hang together: the tree below a run, the way down to a question, and what a run waits for."""

from dataclasses import replace
from typing import Any

from backend.core.clock import iso
from backend.db.database import Database
from backend.db.projections import current_wait
from backend.db.records import Run, RunStatus
from backend.db.view import InteractionView, RunView
from backend.server.workflow.projector import Projector
from backend.server.workflow.store import RunStore

JsonObject = dict[str, Any]

REASONS = {"subworkflow": "child", "retry": "retry", "time": "time", "event": "event"}


class Relations:
    """Answers questions about several runs at once. Reads only."""

    def __init__(self, *, database: Database, store: RunStore, projector: Projector) -> None:
        self._db = database
        self._store = store
        self._projector = projector

    async def path_to(self, view: RunView, module_name: str | None) -> list[JsonObject]:
        """The runs from the root down to this one, each with the module that leads on (None: a script led on)."""
        path = [_place(view, module_name)]
        while view.parent is not None:
            module_name = view.parent.get("module_name")
            view = await self._store.peek(view.parent["workflow_run_id"])
            path.insert(0, _place(view, module_name))
        return path

    async def with_child_wait(self, run: Run) -> Run:
        """The run; where it waits for a child, `wait.details.sub_waiting` says what that one waits for now."""
        if run.wait is None or "sub_run_id" not in run.wait["details"]:
            return run
        return replace(run, wait=await self._down(run.wait))

    async def _down(self, wait: JsonObject) -> JsonObject:
        details = wait["details"]
        if "sub_run_id" not in details:
            return wait
        child = await self._store.find(details["sub_run_id"])
        below = current_wait(child) if child else None
        return {**wait, "details": {**details, "sub_waiting": await self._down(below) if below else None}}

    async def open_below(self, view: RunView) -> list[RunView]:
        """The runs below this one that people are asked in, each once."""
        found: list[RunView] = []
        for call in list(view.calls.values()):
            child = await self._store.find(call.sub_run_id)
            if child is None:
                continue
            if child.open_interactions:
                found.append(child)
            found += await self.open_below(child)
        return found

    async def tree(self, run_id: str) -> JsonObject:
        """The run and all below it, hidden ones too, with their statuses. Raises RunNotFound."""
        view = await self._store.peek(run_id)
        await self._projector.settle()
        runs = await self._db.runs.list_family(view.root_run_id or run_id)
        below: dict[str | None, list[Run]] = {}
        for run in sorted(runs, key=lambda item: (item.created_at, item.workflow_run_id)):
            below.setdefault(run.parent_workflow_id, []).append(run)
        top = next(run for run in runs if run.workflow_run_id == run_id)
        return _node(top, below)

    async def why(self, run_id: str) -> JsonObject:
        """What the run waits for, down to the leaf. Raises RunNotFound."""
        view = await self._store.peek(run_id)
        path: list[JsonObject] = []
        while True:
            current = view.current_module
            module_name = _waiting_module(view) or (current.module_name if current else None)
            path.append({"workflow_run_id": view.workflow_run_id, "module_name": module_name})
            below = await self._open_child(view)
            if below is None:
                return _answer(view, path)
            view = below

    async def _open_child(self, view: RunView) -> RunView | None:
        """The child that the run waits for: the first that waits itself, else the first of all."""
        if view.status is not RunStatus.WAITING:
            return None
        children = [await self._store.find(call.sub_run_id) for call in list(view.calls.values())[:100]]
        open_ones = [child for child in children if child and not child.terminal]
        waiting = [child for child in open_ones if child.status in (RunStatus.AWAITING_INPUT, RunStatus.WAITING)]
        return next(iter(waiting or open_ones), None)


def _place(view: RunView, module_name: str | None) -> JsonObject:
    return {"workflow_run_id": view.workflow_run_id, "workflow_id": view.workflow_id, "module_name": module_name}


def _node(run: Run, below: dict[str | None, list[Run]]) -> JsonObject:
    # Built without recursion: a tree may be as deep as INTERLUDE_MAX_NESTING_DEPTH allows.
    root = _leaf(run)
    stack = [(run, root)]
    while stack:
        parent, node = stack.pop()
        for child in below.get(parent.workflow_run_id, ()):
            leaf = _leaf(child)
            node["children"].append(leaf)
            stack.append((child, leaf))
    return root


def _leaf(run: Run) -> JsonObject:
    kind = "root" if run.parent_workflow_id is None else "sub_action" if run.sub_action_id else "sub_workflow"
    return {
        "workflow_run_id": run.workflow_run_id,
        "workflow_id": run.workflow_id,
        "name": run.workflow_name,
        "status": run.status,
        "kind": kind,
        "parent_node_id": run.parent_node_id,
        "sub_action_id": run.sub_action_id,
        "visible_in_ui": run.visible_in_ui,
        "nesting_depth": run.nesting_depth,
        "started_at": run.created_at,
        "completed_at": run.completed_at,
        "children": [],
    }


def _waiting_module(view: RunView) -> str | None:
    question: InteractionView | None = next(iter(view.open_interactions), None)
    if question is not None:
        return question.module_name
    wait = next(iter(view.waits.values()), None)
    return str(wait["module_name"]) if wait else None


def _answer(view: RunView, path: list[JsonObject]) -> JsonObject:
    answer: JsonObject = {
        "status": view.status,
        "reason": "none",
        "since": None,
        "wait_key": None,
        "interaction_id": None,
        "path": path,
    }
    question = next(iter(view.open_interactions), None)
    wait = next(iter(view.waits.values()), None)
    if view.status is RunStatus.AWAITING_INPUT and question is not None:
        answer |= {
            "reason": "person",
            "since": iso(question.requested_at),
            "wait_key": f"interaction:{question.interaction_id}",
            "interaction_id": question.interaction_id,
        }
    elif view.status is RunStatus.WAITING and wait is not None:
        answer |= {"reason": REASONS[wait["reason"]], "since": wait["since"], "wait_key": wait["wait_key"]}
    elif view.status in (RunStatus.PENDING, RunStatus.PROCESSING):
        answer |= {"reason": "queue" if view.status is RunStatus.PENDING else "none"}
    return answer
