"""`Runtime`: the engine for scripts, without a server and without async."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

import structlog
from anyio.from_thread import BlockingPortal, start_blocking_portal

from backend.core.config import Settings, load_settings
from backend.core.errors import InvalidQuery, SetupError
from backend.core.logging import configure_logging
from backend.db.records import RunStatus
from backend.runtime.definitions import Definition, JsonObject, read_definition
from backend.runtime.shapes import RunState
from backend.runtime.work import ACTOR, Work
from backend.server.modules.base import Module
from backend.server.modules.registry import Registry, load_registry
from backend.server.workflow.engine import Engine

P = ParamSpec("P")
T = TypeVar("T")


class Runtime:
    """Starts and drives runs. A context manager; its calls may be made from any thread, and wait for their answers.

    The event loop of the engine runs in a thread of its own until the block ends. Runs that have not ended then go
    on when the next engine opens the same database.
    """

    def __init__(
        self,
        workflows: Sequence[Definition] = (),
        *,
        database: str | None = None,
        modules: Sequence[type[Module] | str] = (),
        settings: Settings | None = None,
    ) -> None:
        """Opens nothing yet.

        Args:
            workflows: definitions to save at the start of the block: documents, or paths of folders. They may call
                each other.
            database: `memory://` or a `mongodb://` address; default: as the settings say.
            modules: module classes, or names of Python modules that hold some.
            settings: default: those of the environment.
        """
        self._workflows = workflows
        self._database = database
        self._modules = modules
        self._settings = settings
        self._stack = ExitStack()
        self._portal: BlockingPortal | None = None
        self._work: Work | None = None

    def __enter__(self) -> Self:
        """Opens the database and saves the workflows.

        Raises:
            SetupError: it cannot start as it is set up; names the setting.
            InvalidDefinition: a definition has problems; nothing is saved.
        """
        definitions = [read_definition(source) for source in self._workflows]
        settings = _settings(self._settings, self._database)
        registry = _registry(settings, self._modules)
        _log_quietly(settings)
        with ExitStack() as stack:
            portal = stack.enter_context(start_blocking_portal(name="interlude-runtime"))
            engine = portal.call(_open_engine, settings, registry)
            stack.callback(portal.call, engine.close)
            portal.call(_save, engine, definitions)
            self._stack = stack.pop_all()
        self._portal, self._work = portal, Work(engine)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._portal = self._work = None
        self._stack.__exit__(kind, error, traceback)

    def start(
        self,
        workflow: str | Mapping[str, Any],
        vars: JsonObject | None = None,  # noqa: A002  the name that callers of such runtimes know
        *,
        version: int | None = None,
        parent_run_id: str | None = None,
    ) -> str:
        """Makes a run and does not begin it: it is held until somebody ticks it. Gives its id.

        Args:
            workflow: an id, or a definition, which is saved first.
            vars: the payload, checked against the workflow's `inputs`.
            version: the number that saving gave; default: the latest.
            parent_run_id: makes it a child of that run, like an async sub-workflow.

        Raises:
            WorkflowNotFound, WorkflowArchived, VersionNotFound, InvalidDefinition, InvalidPayload, ValueNotStorable.
            RunNotFound, RunNotActive, RunTakesNoChildren: the parent is unknown, has ended, or is a sub-action's run.
            MaxNestingDepthExceeded, WorkflowNotAccessible: the parent may not have this child.
        """
        work = self._opened()
        return self._call(work.start, workflow, vars or {}, version=version, parent_run_id=parent_run_id)

    def tick(
        self,
        run_id: str,
        workflow: str | Mapping[str, Any] | None = None,
        *,
        timeout_seconds: float | None = None,
    ) -> RunState:
        """Begins a held run, and waits until the run is at rest: ended, or waiting for what nobody works on.

        Where several tick it at once, one of them runs it, and all wait.

        Args:
            workflow: what the caller expects it to be a run of.
            timeout_seconds: gives the run as it is after so long; the work goes on.

        Raises:
            RunNotFound, WorkflowDiffers.
        """
        return self._call(self._opened().tick, run_id, workflow, timeout_seconds=timeout_seconds)

    def resume(
        self, run_id: str, wait_key: str | None = None, payload: Any = None, *, timeout_seconds: float | None = None
    ) -> RunState:
        """Resolves what the run waits for, and then waits until it is at rest again.

        Args:
            wait_key: of a `wait.event`, or the id of an open question. Default: the one thing that is open.
            payload: what the event brings, or the answer. Default: `{}`.
            timeout_seconds: as in `tick`.

        Raises:
            RunNotFound, RunNotActive, NotWaiting, WaitKeyNeeded, InvalidWaitKey, ValueNotStorable.
            InteractionNotFound, InteractionNotOpen, InvalidResponse, SubActionRunning.
        """
        answer = {} if payload is None else payload
        return self._call(self._opened().resume, run_id, wait_key, answer, timeout_seconds=timeout_seconds)

    def wait(self, run_id: str, *, timeout_seconds: float | None = None) -> RunState:
        """Waits until the run has ended, or so long. A held run is not begun. Raises RunNotFound."""
        return self._call(self._opened().wait, run_id, timeout_seconds=timeout_seconds)

    def get_state(self, run_id: str) -> RunState:
        """The run as it is now. Raises RunNotFound."""
        return self._call(self._opened().get_state, run_id)

    def list_runs(
        self, *, status: RunStatus | str | None = None, workflow_id: str | None = None, limit: int = 50
    ) -> list[RunState]:
        """Runs, newest first. Raises InvalidQuery: there is no such status."""
        wanted = _status(status) if status is not None else None
        return self._call(self._opened().list_runs, status=wanted, workflow_id=workflow_id, limit=limit)

    def list_children(self, run_id: str) -> list[RunState]:
        """The runs right below it, those of sub-actions too, oldest first. Raises RunNotFound."""
        return self._call(self._opened().list_children, run_id)

    def cancel_run(self, run_id: str, reason: str | None = None) -> RunState:
        """Cancels the run and what is open below it, but for children that are to be abandoned.

        Raises:
            RunNotFound, RunNotActive.
        """
        return self._call(self._opened().cancel_run, run_id, reason)

    def cancel_with_children(self, run_id: str, reason: str | None = None) -> list[RunState]:
        """The same; gives every run that this cancelled, the run first. Raises RunNotFound, RunNotActive."""
        return self._call(self._opened().cancel_with_children, run_id, reason)

    def resume_subworkflow_parent(self, child_run_id: str, child_output: Any = None) -> RunState:
        """Makes sure that the end of a child has reached its parent, and gives the parent. May be called again.

        As a rule it has: the two are one write.

        Args:
            child_output: what the caller takes the child's output to be; it is compared, not stored.

        Raises:
            RunNotFound, NoParent, ChildNotEnded, ChildOutputDiffers.
        """
        return self._call(self._opened().resume_subworkflow_parent, child_run_id, child_output)

    def _opened(self) -> Work:
        if self._work is None:
            raise SetupError("The runtime is not open. Use it inside 'with Runtime(...) as runtime:'.")
        return self._work

    def _call(self, work: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        assert self._portal is not None  # `_opened` was asked first

        async def run() -> T:
            return await work(*args, **kwargs)

        future = self._portal.start_task_soon(run)
        try:
            return future.result()
        except BaseException:
            future.cancel()  # interrupted: nobody waits any more. What is recorded stays, and the work goes on
            raise


def _settings(settings: Settings | None, database: str | None) -> Settings:
    if database is None:
        return settings or load_settings()
    checked = load_settings(mongodb_uri=database)
    return settings.model_copy(update={"mongodb_uri": checked.mongodb_uri}) if settings else checked


def _status(text: str) -> RunStatus:
    try:
        return RunStatus(text)
    except ValueError:
        raise InvalidQuery(f"There is no status '{text}'. Use one of: {', '.join(RunStatus)}.") from None


def _registry(settings: Settings, modules: Sequence[type[Module] | str]) -> Registry:
    registry = load_registry([*settings.modules, *(item for item in modules if isinstance(item, str))])
    for item in modules:
        if not isinstance(item, str):
            registry.add(item)
    return registry


def _log_quietly(settings: Settings) -> None:
    """Where nobody has set up logging, a script hears of warnings only, unless it asked for more."""
    if structlog.is_configured():
        return
    asked = "log_level" in settings.model_fields_set
    configure_logging(settings if asked else settings.model_copy(update={"log_level": "warning"}))


async def _open_engine(settings: Settings, registry: Registry) -> Engine:
    return await Engine.create(settings, registry=registry, folders=False)


async def _save(engine: Engine, definitions: Sequence[JsonObject]) -> None:
    await engine.save_workflows(definitions, actor=ACTOR)
