"""What `media.generate` is given, and what a person may ask of it, as models."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, field_validator

from backend.core.errors import ModuleError
from backend.core.jsonvalue import pointer_of
from backend.server.modules.base import InteractiveInputs

ACTION_TYPES = ("txt2img", "img2img")
MAX_PICTURES = 16


class PromptItem(BaseModel):
    """A prompt with whatever else belongs to it (a title, a scene's id); `negative_prompt` counts for this one."""

    model_config = ConfigDict(extra="allow")

    prompt: str = Field(min_length=1, description="What to show.")
    negative_prompt: str | None = Field(None, description="What must not be in this picture.")


class Generation(BaseModel):
    """A picture that was made."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(description="Names the picture in this question.")
    artifact_id: str = Field(description="Its file.")
    prompt: str = Field("", description="What it was made from.")


class Select(BaseModel):
    """How many pictures the answer names. `max` null: as many as there are."""

    model_config = ConfigDict(extra="forbid")

    min: int = Field(1, ge=0, description="The fewest.")
    max: int | None = Field(None, ge=1, description="The most. Empty: all.")


class MediaInputs(InteractiveInputs):
    """What to make pictures of, and those made so far (from the state, where `result_mapping` puts them)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"title": "Which picture?", "prompts": [{"prompt": "a lighthouse in a storm, woodcut"}], "count": 2}
            ]
        },
    )

    title: str | None = Field("Pick pictures", description="Headline of the question.")
    prompt: str | None = Field("Have pictures made, then choose.", description="One line that says why.")
    prompts: list[PromptItem] = Field(default_factory=list, description="Texts, or objects with `prompt`.")
    generations: list[Generation] = Field(default_factory=list, description="Pictures made so far.")
    count: int = Field(1, ge=1, le=MAX_PICTURES, description="Pictures for each prompt.")
    width: int = Field(768, ge=64, le=2048, description="Pixels; a provider may give its nearest size.")
    height: int = Field(512, ge=64, le=2048, description="Pixels; a provider may give its nearest size.")
    provider: Literal["offline", "openai", "automatic1111"] | None = Field(
        None, description="Default: INTERLUDE_MEDIA_PROVIDER."
    )
    model: str | None = Field(None, description="Default: INTERLUDE_MEDIA_MODEL. The offline painter has one only.")
    negative_prompt: str = Field("", description="What must not be in a picture.")
    seed: int | None = Field(None, ge=0, description="The same seed and prompt give the offline painter one picture.")
    select: Select = Field(default_factory=Select, description="How many pictures the answer names.")

    @field_validator("prompts", mode="before")
    @classmethod
    def _texts_are_prompts(cls, value: Any) -> Any:
        if isinstance(value, str):
            value = [value]
        if isinstance(value, list):
            return [{"prompt": item} if isinstance(item, str) else item for item in value]
        return value

    @field_validator("generations", mode="before")
    @classmethod
    def _nothing_yet(cls, value: Any) -> Any:
        return [] if value is None else value


class MediaParams(BaseModel):
    """What a person asks of the sub-action."""

    model_config = ConfigDict(extra="forbid")

    action_type: Literal["txt2img", "img2img"] = "txt2img"
    prompt: str | None = Field(None, min_length=1, description="Instead of the interaction's prompts.")
    prompt_index: int | None = Field(None, ge=0, description="One of the interaction's prompts, from 0.")
    image_id: str | None = Field(
        None,
        validation_alias=AliasChoices("image_id", "generation_id", "artifact_id"),
        description="img2img: the picture to vary, by its id or artifact_id.",
    )
    count: int | None = Field(None, ge=1, le=MAX_PICTURES)
    feedback: str = Field("", description="What should be different.")
    negative_prompt: str | None = None
    strength: float = Field(0.5, ge=0, le=1, description="img2img: 0 keeps the picture, 1 changes it most.")
    seed: int | None = Field(None, ge=0)

    @field_validator("feedback", mode="before")
    @classmethod
    def _no_feedback(cls, value: Any) -> Any:
        return "" if value is None else value


def read_inputs(given: Any) -> MediaInputs:
    return given if isinstance(given, MediaInputs) else MediaInputs.model_validate(given)


def read_params(given: Mapping[str, Any]) -> MediaParams:
    known = {name: value for name, value in given.items() if value is not None}
    try:
        return MediaParams.model_validate(known)
    except ValidationError as error:
        first = error.errors()[0]
        field = pointer_of(list(first["loc"])) or "/"
        if field == "/action_type":
            raise ModuleError(
                f"There is no action_type {known['action_type']!r}. Use one of: {', '.join(ACTION_TYPES)}.",
                code="unknown_action_type",
                retryable=False,
            ) from None
        raise ModuleError(f"The param {field}: {first['msg']}.", code="params_invalid", retryable=False) from None
