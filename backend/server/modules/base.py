"""What a module is. Authors import these names from `backend.sdk`.

A module is the unit of work. `Module` does work; `InteractiveModule` asks a person. Inputs and outputs are
pydantic models; what the engine stores is their JSON.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel

from backend.core.config import Settings


class ArtifactAccess(Protocol):
    """Files and large values, stored once by content."""

    async def save(self, content: bytes, *, media_type: str, name: str | None = None) -> dict[str, Any]:
        """Stores bytes; gives `{"artifact_id", "media_type", "size", "name"}`, which may go into outputs.

        Raises:
            ValueTooLarge: more than INTERLUDE_MAX_ARTIFACT_BYTES.
        """
        ...

    async def load(self, artifact_id: str) -> bytes:
        """The bytes. Raises ArtifactNotFound."""
        ...


class DatasetAccess(Protocol):
    """Named data sets, shared by all runs of the deployment."""

    async def load(self, name: str) -> Any:
        """The JSON value saved under the name, or None."""
        ...

    async def save(self, name: str, value: Any) -> None:
        """Replaces the value."""
        ...

    async def append(self, name: str, items: list[Any], *, unique: bool, limit: int | None) -> list[Any]:
        """Adds items to a list at once (nothing of two concurrent appends is lost); gives the new list.

        Args:
            unique: leave out items that are in the list already.
            limit: keep only the last so many.
        """
        ...


@dataclass(slots=True)
class CancelFlag:
    """Set once, from anywhere; a running module sees it as `context.cancelled`."""

    is_set: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleContext:
    """What a module may know and use while it runs.

    `idempotency_key` is the same when the module runs again after a crash: pass it on to services that take
    one. `attempt` counts 1, 2, ... over retries.
    """

    workflow_run_id: str
    step_id: str
    module_name: str
    attempt: int
    idempotency_key: str
    settings: Settings
    artifacts: ArtifactAccess
    datasets: DatasetAccess
    config: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    on_report: Callable[[float | None, str | None], None] = lambda progress, message: None
    cancel_flag: CancelFlag = field(default_factory=CancelFlag)

    @property
    def cancelled(self) -> bool:
        """True once the run or sub-action was cancelled: stop soon, the result is not used."""
        return self.cancel_flag.is_set

    def report(self, progress: float | None = None, message: str | None = None) -> None:
        """Tells whoever watches how far it is. A plain call, from a thread too.

        Args:
            progress: 0..1, or None when unknown.
            message: one short line.
        """
        self.on_report(progress, message)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubActionContext(ModuleContext):
    """What an interactive module's own `sub_action` may know: the module's, and what the person asked."""

    sub_action_id: str
    interaction_id: str
    params: Mapping[str, Any]
    state: Mapping[str, Any]
    inputs: Any


class NoInputs(BaseModel):
    """For modules that take none."""


class AnyOutputs(BaseModel):
    """For modules whose output keys depend on their inputs."""

    model_config = {"extra": "allow"}


class Module:
    """A unit of work. Subclass it, set `module_id`, and write `execute`.

    Attributes:
        module_id: names the type, `namespace.name`.
        effects: False says that it touches nothing outside the run, so its record may be written together
            with what comes next, and it may run again after a crash.
    """

    module_id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    description: ClassVar[str] = ""
    effects: ClassVar[bool] = True
    interactive: ClassVar[bool] = False

    Inputs: ClassVar[type[BaseModel]] = NoInputs
    Outputs: ClassVar[type[BaseModel]] = AnyOutputs

    def execute(self, inputs: Any, context: ModuleContext) -> Any:
        """Does the work: `async def`, or `def`, which runs in a thread.

        Returns:
            `Outputs`, or a dict that fits it.

        Raises:
            ModuleError: a failure with a message for people; anything else is reported as a crash.
        """
        raise NotImplementedError


class FlowModule(Module):
    """Work of the engine itself: calling workflows, waiting. It has inputs and outputs, and no `execute`.

    `unrendered` names inputs that are rendered later, once for each child.
    """

    effects: ClassVar[bool] = False
    flow: ClassVar[str] = ""
    unrendered: ClassVar[frozenset[str]] = frozenset()


class InteractiveInputs(BaseModel):
    """Inputs that every question has."""

    title: str | None = None
    prompt: str | None = None


class InteractiveModule(Module):
    """A question to a person.

    The engine calls `present` whenever somebody looks (so it must not change anything), checks the answer
    against `response_schema`, then calls `complete` once. `kind` says which control shows it.
    """

    interactive: ClassVar[bool] = True
    effects: ClassVar[bool] = False
    kind: ClassVar[str] = "form"
    Response: ClassVar[type[BaseModel] | None] = None

    def response_schema(self, inputs: Any) -> dict[str, Any]:
        """JSON Schema of the answer; default: that of `Response`."""
        return self.Response.model_json_schema() if self.Response else {"type": "object"}

    def present(self, inputs: Any, context: ModuleContext) -> Any:
        """What the person sees, as JSON. `def` or `async def`."""
        return inputs.model_dump(mode="json")

    def complete(self, inputs: Any, response: Any, context: ModuleContext) -> Any:
        """Outputs for an answer. `response` is a `Response`, or a dict where the class has none."""
        raise NotImplementedError

    async def sub_action(self, context: SubActionContext) -> dict[str, Any]:
        """A self sub-action: gives the child state that `result_mapping` reads from."""
        raise NotImplementedError

    @classmethod
    def offers_sub_action(cls) -> bool:
        return cls.sub_action is not InteractiveModule.sub_action
