"""Keywords with weights that fall as they are used, so that later generations avoid them."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.core import clock
from backend.core.errors import ModuleError
from backend.server.modules.base import Module, ModuleContext
from backend.server.modules.io.keywords import Keyword, drawn, heaviest, hottest, identity, named, weigh
from backend.server.modules.io.names import DatasetName

USES_SUFFIX = ".uses"
USES_KEPT = 5000
"""Uses that are remembered for each data set; the oldest are forgotten first."""


class WeightedKeyword(BaseModel):
    keyword: str
    weight: float = Field(description="Higher is better to use next; every use lowers it.")
    uses: int = Field(description="How often it was saved as used.")


class WeightedKeywords(Module):
    """The vocabulary is the data set itself (a list, kept with io.dataset; it may be missing). Uses are appended to
    `<dataset>.uses`: appending is what stays right when many runs save at once."""

    module_id = "io.weighted_keywords"
    title = "Weighted keywords"
    description = (
        "load: gives keywords of a data set by weight, and those used so much that they should be avoided. "
        "save: counts keywords as used, so that later loads weigh them less."
    )

    class Inputs(BaseModel):
        model_config = ConfigDict(
            extra="forbid",
            json_schema_extra={"examples": [{"mode": "load", "dataset": "keywords", "limit": 12, "exclude_top": 3}]},
        )

        mode: Literal["load", "save"] = Field(description="'load' before generating, 'save' after.")
        dataset: DatasetName
        limit: int = Field(20, ge=0, le=1000, description="load: at most so many `keywords`.")
        exclude_top: int = Field(
            0, ge=0, le=1000, description="load: the so many most used ones go to `excluded` instead."
        )
        half_life_hours: float | None = Field(
            None, gt=0, description="load: a use counts half after so long. Empty: it counts for ever."
        )
        pick: Literal["top", "draw"] = Field("top", description="load: the heaviest ones, or a random draw by weight.")
        keywords: list[Any] | None = Field(
            None, description='save: used keywords, as texts or {"keyword": text, "weight": number}.'
        )
        weight: float = Field(1.0, gt=0, le=1000, description="save: how much one use counts.")

        @model_validator(mode="after")
        def _fits_mode(self) -> Self:
            if self.mode == "load":
                if self.keywords is not None:
                    raise ValueError("'keywords' is for mode 'save' alone")
                return self
            if self.keywords is None:
                raise ValueError("mode 'save' needs 'keywords'")
            for index, item in enumerate(self.keywords):
                if named(item, self.weight) is None:
                    raise ValueError(f'keywords/{index} is neither text nor {{"keyword": text, "weight": number}}')
            return self

    class Outputs(BaseModel):
        keywords: list[WeightedKeyword] = Field(description="Keywords, heaviest first. save: those just saved.")
        excluded: list[str] = Field(description="Keywords to avoid, the most used first.")
        count: int = Field(description="How many keywords the data set knows.")

    async def execute(self, inputs: Inputs, context: ModuleContext) -> dict[str, Any]:
        if inputs.mode == "save":
            return await self._save(inputs, context)
        known = await self._known(inputs, context)
        excluded = hottest(known, inputs.exclude_top)
        rest = [keyword for keyword in known if keyword not in excluded]
        if inputs.pick == "draw":
            picked = drawn(rest, inputs.limit, seed=context.idempotency_key)
        else:
            picked = heaviest(rest, inputs.limit)
        return _outputs(picked, excluded, count=len(known))

    async def _save(self, inputs: Inputs, context: ModuleContext) -> dict[str, Any]:
        used: dict[str, dict[str, Any]] = {}
        for item in inputs.keywords or []:
            text, weight = named(item, inputs.weight) or ("", 0.0)
            used[identity(text)] = {
                "keyword": text,
                "weight": weight,
                "at": clock.iso(clock.now()),
                "use": context.idempotency_key,
            }
        if used:
            name = inputs.dataset + USES_SUFFIX
            await context.datasets.append(name, list(used.values()), unique=False, limit=USES_KEPT)
        known = await self._known(inputs, context)
        saved = [keyword for keyword in known if identity(keyword.text) in used]
        return _outputs(heaviest(saved, len(saved)), [], count=len(known))

    async def _known(self, inputs: Inputs, context: ModuleContext) -> list[Keyword]:
        vocabulary = await context.datasets.load(inputs.dataset)
        if vocabulary is not None and not isinstance(vocabulary, list):
            raise ModuleError(
                f"The data set '{inputs.dataset}' holds no list of keywords. Save one with io.dataset.",
                code="dataset_not_a_list",
                retryable=False,
            )
        uses = await context.datasets.load(inputs.dataset + USES_SUFFIX)
        return weigh(vocabulary, uses, now=clock.now(), half_life_hours=inputs.half_life_hours)


def _outputs(picked: list[Keyword], excluded: list[Keyword], *, count: int) -> dict[str, Any]:
    return {
        "keywords": [
            {"keyword": keyword.text, "weight": round(keyword.weight, 6), "uses": keyword.uses} for keyword in picked
        ],
        "excluded": [keyword.text for keyword in excluded],
        "count": count,
    }
