"""The pictures that a person's request means: prompt, seed and key of each."""

from collections.abc import Iterator
from dataclasses import dataclass

from backend.core.errors import ModuleError
from backend.core.ids import derived_id
from backend.server.modules.media.inputs import MAX_PICTURES, Generation, MediaInputs, MediaParams, PromptItem
from backend.server.modules.media.providers import ImageRequest

MAX_SEED = 2**31


@dataclass(frozen=True, slots=True)
class Job:
    """One picture to make, and the picture that it varies."""

    request: ImageRequest
    source: Generation | None = None


def plan_jobs(inputs: MediaInputs, params: MediaParams, *, key: str) -> Iterator[Job]:
    """The pictures to make, each with a seed and a key of its own, which follow from the sub-action's key."""
    source = _source(inputs, params)
    prompts = _prompts(inputs, params, source)
    count = params.count or (1 if source else inputs.count)
    if len(prompts) * count > MAX_PICTURES:
        raise ModuleError(
            f"{len(prompts)} prompts with {count} pictures each are more than {MAX_PICTURES}. "
            "Lower 'count', or name one prompt with 'prompt_index'.",
            code="too_many_pictures",
            retryable=False,
        )
    first = _first_seed(inputs, params, key)
    for at, item in enumerate(item for item in prompts for _ in range(count)):
        negative = params.negative_prompt or item.negative_prompt or inputs.negative_prompt
        request = ImageRequest(
            prompt=item.prompt,
            feedback=params.feedback.strip(),
            negative_prompt=negative,
            width=inputs.width,
            height=inputs.height,
            seed=(first + at) % MAX_SEED,
            model=inputs.model,
            strength=params.strength,
            idempotency_key=f"{key}:{at}",
        )
        yield Job(request, source)


def _first_seed(inputs: MediaInputs, params: MediaParams, key: str) -> int:
    """The person's seed, the definition's (moved on with each new picture), or one drawn from the key."""
    if params.seed is not None:
        return params.seed
    if inputs.seed is not None:
        return inputs.seed + len(inputs.generations)
    return int(derived_id("seed", key).removeprefix("seed_")[:8], 16) % MAX_SEED


def _source(inputs: MediaInputs, params: MediaParams) -> Generation | None:
    """The picture to vary. Only those of this question may be named: an id is no permission to read others."""
    if params.action_type == "txt2img":
        return None
    if params.image_id is None:
        raise ModuleError(
            "img2img needs the param 'image_id': the picture to vary.", code="params_invalid", retryable=False
        )
    for generation in inputs.generations:
        if params.image_id in (generation.id, generation.artifact_id):
            return generation
    raise ModuleError(
        f"This question has no picture '{params.image_id}'. Fetch it again and choose one that it shows.",
        code="unknown_image",
        retryable=False,
    )


def _prompts(inputs: MediaInputs, params: MediaParams, source: Generation | None) -> list[PromptItem]:
    if params.prompt is not None:
        return [PromptItem(prompt=params.prompt)]
    if params.prompt_index is not None:
        if params.prompt_index >= len(inputs.prompts):
            raise ModuleError(
                f"There is no prompt {params.prompt_index}; this question has {len(inputs.prompts)}, counted from 0.",
                code="unknown_prompt",
                retryable=False,
            )
        return [inputs.prompts[params.prompt_index]]
    if source is not None:
        return [PromptItem(prompt=source.prompt or "variation")]
    if not inputs.prompts:
        raise ModuleError(
            "There is nothing to make a picture of. Give the param 'prompt', or 'prompts' in the module's inputs.",
            code="prompt_missing",
            retryable=False,
        )
    return inputs.prompts
