"""Approving or rejecting."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from backend.server.modules.base import InteractiveInputs, InteractiveModule, ModuleContext

MAX_COMMENT = 10_000


class Approve(InteractiveModule):
    module_id = "user.approve"
    title = "Approve"
    description = "Shows something to a person, who approves or rejects it, with a comment if they like."
    kind = "approve"

    class Inputs(InteractiveInputs):
        model_config = ConfigDict(
            extra="forbid",
            json_schema_extra={
                "examples": [
                    {
                        "title": "Publish this?",
                        "content": "{{ state.text }}",
                        "approve_label": "Publish",
                        "comment_required_on_reject": True,
                    }
                ]
            },
        )

        title: str | None = Field("Approve or reject", description="Headline of the question.")
        prompt: str | None = Field("The run goes on with your decision.", description="One line that says why.")
        content: Any = Field(None, description="What is to be approved: text, or any value.")
        approve_label: str = Field("Approve", min_length=1, max_length=60, description="The button that says yes.")
        reject_label: str = Field("Reject", min_length=1, max_length=60, description="The button that says no.")
        comment_required_on_reject: bool = Field(False, description="Whoever rejects has to say why.")

    class Outputs(BaseModel):
        approved: bool = Field(description="The decision.")
        comment: str | None = Field(description="What the person wrote, or null.")

    def response_schema(self, inputs: Inputs) -> dict[str, Any]:
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {
                "approved": {"type": "boolean", "title": "Approved"},
                "comment": {"type": "string", "title": "Comment", "maxLength": MAX_COMMENT},
            },
            "required": ["approved"],
            "additionalProperties": False,
        }
        if inputs.comment_required_on_reject:
            schema["if"] = {"properties": {"approved": {"const": False}}}
            schema["then"] = {"required": ["comment"], "properties": {"comment": {"pattern": r"\S"}}}
        return schema

    def present(self, inputs: Inputs, context: ModuleContext) -> dict[str, Any]:
        return inputs.model_dump(mode="json", exclude={"title", "prompt"})

    def complete(self, inputs: Inputs, response: dict[str, Any], context: ModuleContext) -> dict[str, Any]:
        return {"approved": response["approved"], "comment": response.get("comment")}
