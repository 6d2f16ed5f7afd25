"""The definition format as closed models. Unknown keys are refused; `interlude validate` says where.

The JSON Schema published at `/api/v1/workflows/schema` is made from these classes, so descriptions here are
what an editor shows.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

JsonObject = dict[str, Any]

Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$")]
"""A name that templates can use: `{{ generate_scenes.output.response }}`."""

WorkflowId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$")]
DottedPath = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}(\.[A-Za-z0-9_]{1,128})*$", max_length=1024)]


def _or_a_list(schema: JsonObject) -> None:
    """`["a"]` is accepted too, and means `{"a": "a"}`."""
    names = {"type": "array", "items": schema.pop("additionalProperties")}
    mapping = {"type": schema.pop("type"), "additionalProperties": names["items"]}
    schema["anyOf"] = [mapping, names]


class Closed(BaseModel):
    """Base of all parts of a definition."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RetryPolicy(Closed):
    """Attempt n+1 starts `initial_seconds * multiplier**(n-1)` after attempt n failed, at most `max_seconds`."""

    max_attempts: int = Field(3, ge=1, le=1000)
    initial_seconds: float = Field(1.0, ge=0, le=86_400)
    multiplier: float = Field(2.0, ge=1, le=100)
    max_seconds: float = Field(60.0, ge=0, le=604_800)

    def delay_after(self, attempt: int) -> float:
        """Seconds between the failure of `attempt` (1, 2, ...) and the next one."""
        exponent = min(attempt - 1, 64)  # 100**64 still is a float; the cap below decides anyway
        return float(min(self.initial_seconds * self.multiplier**exponent, self.max_seconds))


class ModuleRef(Closed):
    """A module of this workflow, by step and name."""

    step_id: Name
    module_name: Name


class TargetAction(Closed):
    """Runs one module in the sub-action's child run: a `ref`, a whole module, or a ref with changes on top."""

    type: Literal["target_sub_action"]
    ref: ModuleRef | None = None
    module_id: str | None = None
    name: Name | None = None
    inputs: JsonObject | None = None
    outputs_to_state: dict[str, DottedPath] | list[DottedPath] | None = None
    when: str | None = None
    timeout_seconds: float | None = Field(None, gt=0)
    on_error: Literal["fail", "continue"] | None = None
    retry: RetryPolicy | None = None
    overrides: JsonObject = Field(
        default_factory=dict,
        description="Merged over everything else, last; null takes a value away.",
        examples=[{"inputs": {"temperature": 1.2}}],
    )


class SelfAction(Closed):
    """Calls the interactive module's own `sub_action()`; these params come below the caller's."""

    type: Literal["self_sub_action"]
    params: JsonObject = Field(default_factory=dict)


Action = Annotated[TargetAction | SelfAction, Field(discriminator="type")]


class ResultMapping(Closed):
    """Writes one value of the sub-action's result into the waiting run's state."""

    source: DottedPath
    target: DottedPath
    mode: Literal["replace", "merge", "append", "upsert"] = "replace"
    key: str | None = Field(None, description="upsert: the field by which objects are the same.")
    optional: bool = Field(False, description="A missing source is left out instead of failing the sub-action.")

    @model_validator(mode="after")
    def _key_goes_with_upsert(self) -> "ResultMapping":
        if self.mode == "upsert" and not self.key:
            raise ValueError("mode 'upsert' needs 'key', the field by which objects are the same")
        if self.mode != "upsert" and self.key is not None:
            raise ValueError("'key' goes with mode 'upsert' only")
        return self


class Feedback(Closed):
    """Lets the person say what should be different. The text is at `state_key` in the child's templates only."""

    enabled: bool = True
    prompt: str | None = None
    state_key: Name = "_retry_feedback"


class SubActionDefinition(Closed):
    """Work that a person may start from inside the open interaction, which stays open."""

    id: Name
    label: str = Field(min_length=1, max_length=200)
    loading_label: str | None = None
    actions: list[Action] = Field(min_length=1, max_length=100)
    result_mapping: list[ResultMapping] = Field(default_factory=list, max_length=100)
    feedback: Feedback | None = None
    params_schema: JsonObject | None = Field(None, description="JSON Schema of what the person may pass along.")
    shortcut: str | None = Field(None, max_length=20)
    hidden: bool = False
    confirm: str | None = Field(None, description="A question to ask before starting.")
    timeout_seconds: float | None = Field(None, gt=0)
    retry: RetryPolicy | None = None
    concurrency: Literal["reject", "queue", "replace", "parallel"] = "reject"
    on_answer: Literal["cancel", "block"] = "cancel"

    @property
    def is_self(self) -> bool:
        return isinstance(self.actions[0], SelfAction)


class ModuleDefinition(Closed):
    """One use of a module."""

    module_id: str = Field(min_length=1, max_length=200, description="The module type: 'user.select'.")
    name: Name = Field(description="Unique in the workflow; templates read '{{ name.output }}'.")
    inputs: JsonObject = Field(default_factory=dict, description="What the module type takes; texts may be templates.")
    outputs_to_state: dict[str, DottedPath] = Field(
        default_factory=dict,
        description="Output key -> state key, both may be dotted paths. A list of names keeps the names.",
        json_schema_extra=_or_a_list,
    )
    when: str | None = Field(None, description="A template; where it gives nothing or false, the module is skipped.")
    timeout_seconds: float | None = Field(None, gt=0)
    on_error: Literal["fail", "continue"] = "fail"
    queue: str = Field("default", pattern=r"^[A-Za-z0-9_-]{1,64}$")
    retry: RetryPolicy | None = None
    sub_actions: list[SubActionDefinition] = Field(default_factory=list, max_length=100)

    @model_validator(mode="before")
    @classmethod
    def _list_means_same_names(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("outputs_to_state"), list):
            keys = value["outputs_to_state"]
            if all(isinstance(key, str) for key in keys):
                return {**value, "outputs_to_state": {key: key for key in keys}}
        return value

    def sub_action(self, action_id: str) -> SubActionDefinition | None:
        return next((action for action in self.sub_actions if action.id == action_id), None)


class StepDefinition(Closed):
    """An ordered list of modules."""

    step_id: Name
    name: str | None = None
    description: str | None = None
    depends_on: list[Name] | None = Field(
        None, description="Steps that end before this one starts. Where no step says it, each waits for the one before."
    )
    when: str | None = Field(None, description="A template; where it gives nothing or false, the step is skipped.")
    modules: list[ModuleDefinition] = Field(min_length=1, max_length=1000)


class WorkflowDefinition(Closed):
    """A whole workflow."""

    workflow_id: WorkflowId
    name: str = Field(min_length=1, max_length=200)
    description: str = ""
    version: str | None = Field(None, description="The author's own label; the server counts versions itself.")
    inputs: JsonObject = Field(default_factory=dict, description="JSON Schema of the payload that starts a run.")
    initial_state: JsonObject = Field(default_factory=dict)
    config: JsonObject = Field(default_factory=dict)
    outputs: JsonObject | None = Field(None, description="What a finished run hands on; default: its whole state.")
    steps: list[StepDefinition] = Field(min_length=1, max_length=1000)

    def step(self, step_id: str) -> StepDefinition | None:
        return next((step for step in self.steps if step.step_id == step_id), None)

    def find_module(self, step_id: str, module_name: str) -> ModuleDefinition | None:
        step = self.step(step_id)
        modules = step.modules if step else []
        return next((module for module in modules if module.name == module_name), None)
