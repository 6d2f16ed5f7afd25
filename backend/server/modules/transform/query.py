"""Aggregation pipelines over data of the run."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from backend.core.killable import run_killable
from backend.db.aggregation import MAX_DOCUMENTS, MAX_STAGES, aggregate
from backend.db.aggregation_language import STAGES
from backend.server.modules.base import Module, ModuleContext


class Query(Module):
    module_id = "transform.query"
    title = "Query"
    description = (
        f"Runs a MongoDB aggregation pipeline over a list, without a database. Stages that read: {', '.join(STAGES)}."
    )
    effects = False

    class Inputs(BaseModel):
        model_config = ConfigDict(
            extra="forbid",
            json_schema_extra={
                "examples": [
                    {
                        "data": [{"name": "A", "score": 2}, {"name": "B", "score": 5}],
                        "pipeline": [{"$sort": {"score": -1}}, {"$limit": 1}],
                    }
                ]
            },
        )

        data: list[Any] = Field(
            max_length=MAX_DOCUMENTS, description='Objects. Any other value counts as {"value": it}.'
        )
        pipeline: list[dict[str, Any]] = Field(max_length=MAX_STAGES, description='Stages, as [{"$match": {...}}].')

    class Outputs(BaseModel):
        result: list[Any] = Field(description="What the last stage gives.")

    def execute(self, inputs: Inputs, context: ModuleContext) -> dict[str, Any]:
        return {"result": run_killable(aggregate, documents=inputs.data, pipeline=inputs.pipeline)}
