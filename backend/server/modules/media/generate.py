"""`media.generate`: a person has pictures made, looks, has more made, and picks."""

from typing import Any, ClassVar, cast

from pydantic import BaseModel, Field

from backend.core.errors import ModuleError
from backend.core.ids import derived_id
from backend.server.modules.base import InteractiveModule, ModuleContext, SubActionContext
from backend.server.modules.media.inputs import ACTION_TYPES, MediaInputs, read_inputs, read_params
from backend.server.modules.media.jobs import Job, plan_jobs
from backend.server.modules.media.providers import ImageProvider, Picture, make_provider


class MediaOutputs(BaseModel):
    """What was made and chosen."""

    selected: list[dict[str, Any]] = Field(description="The chosen pictures, in the order of the answer.")
    generations: list[dict[str, Any]] = Field(description="All pictures that were made.")


class GenerateMedia(InteractiveModule):
    """Shows prompts and pictures; the answer picks some of them.

    Its sub-action makes more: `txt2img` for the prompts (all of them, one by `prompt_index`, or one written by
    the person), `img2img` for a variation of a picture. Both give `{"generations": [the new ones]}`, which a
    `result_mapping` with mode `merge` adds to the list in the state.
    """

    module_id = "media.generate"
    title = "Generate pictures"
    description = (
        "Makes pictures inside an open question and lets a person pick. Providers: any OpenAI-compatible image "
        "endpoint, a Stable Diffusion web UI (automatic1111), and offline: seeded procedural pictures painted from the "
        "prompt's words, without a model or a key."
    )
    kind = "media"
    Inputs: ClassVar[type[BaseModel]] = MediaInputs
    Outputs: ClassVar[type[BaseModel]] = MediaOutputs

    def response_schema(self, inputs: MediaInputs) -> dict[str, Any]:
        ids = list(dict.fromkeys(generation.id for generation in inputs.generations))
        chosen: dict[str, Any] = {
            "type": "array",
            "title": "Chosen pictures",
            "items": {"enum": ids} if ids else False,
            "uniqueItems": True,
            "minItems": inputs.select.min,
        }
        if inputs.select.max is not None:
            chosen["maxItems"] = inputs.select.max
        return {
            "type": "object",
            "properties": {"selected": chosen},
            "required": ["selected"],
            "additionalProperties": False,
        }

    def present(self, inputs: MediaInputs, context: ModuleContext) -> dict[str, Any]:
        shown = inputs.model_dump(mode="json", exclude={"prompts", "provider"})
        prompts = [{"index": at, **item.model_dump(mode="json")} for at, item in enumerate(inputs.prompts)]
        return {
            **shown,
            "prompts": prompts,
            "provider": inputs.provider or context.settings.media_provider,
            "action_types": list(ACTION_TYPES),
        }

    def complete(self, inputs: MediaInputs, response: Any, context: ModuleContext) -> dict[str, Any]:
        made = {generation.id: generation.model_dump(mode="json") for generation in inputs.generations}
        return {"selected": [made[name] for name in response["selected"]], "generations": list(made.values())}

    async def sub_action(self, context: SubActionContext) -> dict[str, Any]:
        """Makes pictures. Run again after a crash it gives the same ids, and offline the same pictures."""
        inputs = read_inputs(context.inputs)
        jobs = list(plan_jobs(inputs, read_params(context.params), key=context.idempotency_key))
        name = inputs.provider or context.settings.media_provider
        provider = make_provider(name, context.settings)
        made: list[dict[str, Any]] = []
        for job in jobs:
            made.append(await _make(provider, name, job=job, at=len(made), of=len(jobs), context=context))
        context.report(1.0, f"{len(made)} picture{'s' if len(made) != 1 else ''} made")
        return {"generations": made}


async def _make(
    provider: ImageProvider, name: str, *, job: Job, at: int, of: int, context: SubActionContext
) -> dict[str, Any]:
    """One picture: made, stored, and described for the state."""
    if context.cancelled:
        raise ModuleError("The pictures were no longer wanted.", code="cancelled", retryable=False)
    context.report(at / of, f"Picture {at + 1} of {of}")

    def report(share: float | None, message: str | None) -> None:
        context.report(None if share is None else (at + share) / of, message or f"Picture {at + 1} of {of}")

    if job.source is None:
        picture = await provider.txt2img(job.request, report)
    else:
        source = await context.artifacts.load(job.source.artifact_id)
        picture = await provider.img2img(job.request, source, report)
    extension = picture.media_type.removeprefix("image/")
    made_id = derived_id("gen", job.request.idempotency_key)
    saved = await context.artifacts.save(picture.content, media_type=picture.media_type, name=f"{made_id}.{extension}")
    return _record(made_id, cast(str, saved["artifact_id"]), name, job=job, picture=picture)


def _record(made_id: str, artifact_id: str, provider: str, *, job: Job, picture: Picture) -> dict[str, Any]:
    record: dict[str, Any] = {
        "id": made_id,
        "artifact_id": artifact_id,
        "media_type": picture.media_type,
        "prompt": job.request.prompt,
        "seed": picture.seed,
        "width": picture.width,
        "height": picture.height,
        "provider": provider,
        "model": picture.model,
        "action_type": "img2img" if job.source else "txt2img",
    }
    if job.request.feedback:
        record["feedback"] = job.request.feedback
    if job.source:
        record |= {"created_from": job.source.id, "strength": job.request.strength}
    return record
