"""Request bodies."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from backend.server.api.fields import MAX_SEQ, Closed, StorableObject, StorableValue

Reason = Annotated[
    str | None, Field(max_length=1000, description="Why; shown in the history.", examples=["No longer needed"])
]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Request(Closed):
    """Base of request bodies: `true` is no number, and "1" neither."""

    model_config = ConfigDict(strict=True)


class StartRun(Request):
    """Starts a run."""

    payload: StorableValue = Field(
        default_factory=dict,
        description="Checked against the workflow's `inputs`; `{{ trigger.payload }}` in its templates.",
        examples=[{"topic": "lighthouses"}],
    )
    version: Version | None = Field(None, description="A saved version; default: the newest.")


class Respond(Request):
    """Answers a question."""

    response: StorableValue = Field(
        description="Checked against the question's `response_schema`.", examples=[{"selected": ["scene_2"]}]
    )
    revision: int | None = Field(
        None, ge=0, le=MAX_SEQ, description="The revision that the answer is about; a newer one is refused with 409."
    )


class StartSubAction(Request):
    """Starts work from inside an open question."""

    interaction_id: str = Field(min_length=1, max_length=200)
    action_id: str = Field(min_length=1, max_length=200, examples=["regenerate_scenes"])
    params: StorableObject = Field(default_factory=dict, examples=[{"feedback": "brighter"}])


class Cancel(Request):
    """Stops a run or a sub-action."""

    reason: Reason = None


class Fork(Closed):
    """Goes on from an earlier event."""

    seq: int = Field(ge=1, le=2**63 - 1, description="The last event that the new branch shares.", examples=[12])
    children: Literal["cancel", "keep"] = Field(
        "cancel", description="What becomes of sub-workflows that started after it."
    )


class PostEvent(Closed):
    """What a `wait.event` waits for."""

    wait_key: str = Field(min_length=1, max_length=300, examples=["payment:4711"])
    payload: StorableValue = Field(None, description="The module's output `payload`.", examples=[{"paid": True}])


class Nothing(Closed):
    """An empty object."""
