"""`sub_workflow`: a workflow as a module of another."""

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.server.modules.base import AnyOutputs, FlowModule

RESERVED = frozenset({"sub_run_id", "output", "async", "results"})
MAX_PARALLEL = 1_000


class SubWorkflowInputs(BaseModel):
    """What a call says. `input_mapping` (or `vars`) makes the child's payload."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "workflow_id": "hello",
                    "input_mapping": {"name": "{{ state.name }}"},
                    "output_mapping": {"greeting": "output.greeting"},
                }
            ]
        },
    )

    workflow_id: str = Field(description="The workflow to call.")
    version: int | None = Field(None, ge=1, description="The version to call; default: the latest at the time.")
    input_mapping: dict[str, Any] = Field(
        default_factory=dict, description="Payload of the child: a value or a template for each of its inputs."
    )
    vars: dict[str, Any] | None = Field(None, description="The same under another name.")
    output_mapping: dict[str, str] = Field(
        default_factory=dict, description='Further outputs, from paths in the child: {"result": "output.result"}.'
    )
    mode: Literal["sync", "async"] = Field("sync", description="sync waits for the child; async goes on at once.")
    is_async: bool | None = Field(None, alias="async", description="true is mode 'async', false is mode 'sync'.")
    held: bool = Field(
        False, description="The child begins when somebody ticks it (Python: Runtime.tick), here or on another server."
    )
    timeout_seconds: float | None = Field(
        300,
        gt=0,
        description="The child is cancelled after this; time that people take does not count. "
        "A held child has no limit unless one is given, and then the time before its tick counts.",
    )
    for_each: list[Any] | None = Field(None, description="One child for each item of this list.")
    max_parallel: int = Field(10, ge=1, le=MAX_PARALLEL, description="Children of a fan-out that run at once.")
    on_item_error: Literal["fail_fast", "collect"] = Field(
        "fail_fast", description="fail_fast cancels the other items and fails; collect goes on and reports."
    )
    on_parent_cancel: Literal["cancel", "abandon"] = Field(
        "cancel", description="What becomes of the child when the calling run is cancelled."
    )

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> "SubWorkflowInputs":
        if self.vars is not None and self.input_mapping:
            raise ValueError("give 'input_mapping' or 'vars', not both")
        if self.is_async is not None:
            said = self.mode if "mode" in self.model_fields_set else None
            self.mode = "async" if self.is_async else "sync"
            if said not in (None, self.mode):
                raise ValueError("'async' and 'mode' contradict each other; take one of them out")
        taken = sorted(RESERVED & set(self.output_mapping))
        if taken:
            raise ValueError(f"'output_mapping' may not write '{taken[0]}', which the call gives itself")
        if self.for_each is not None and self.mode == "async":
            raise ValueError("'for_each' goes with mode 'sync'; for async children use one module each")
        return self

    @property
    def limit_seconds(self) -> float | None:
        """How long the child may take. One that waits for somebody to begin it has only the limit that was given."""
        return None if self.held and "timeout_seconds" not in self.model_fields_set else self.timeout_seconds


class SubWorkflow(FlowModule):
    """Starts a child run of another workflow and takes its output."""

    module_id = "sub_workflow"
    title = "Sub-workflow"
    description = (
        "Runs another workflow as a child and gives its output. With for_each: one child for each item, in parallel."
    )
    flow = "sub_workflow"
    unrendered: ClassVar[frozenset[str]] = frozenset({"input_mapping", "vars"})
    Inputs = SubWorkflowInputs
    Outputs = AnyOutputs
