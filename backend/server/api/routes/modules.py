"""The catalogue of module types."""

from fastapi import APIRouter

from backend.server.api import models
from backend.server.api.deps import EngineDep
from backend.server.api.openapi import problems
from backend.server.modules.base import InteractiveModule, Module

router = APIRouter(tags=["modules"])


@router.get("/modules", summary="List the module types", responses=problems())
async def list_modules(engine: EngineDep) -> models.ModulePage:
    """What this server's definitions can be made of, with JSON Schemas of inputs and outputs."""
    return models.ModulePage(items=[_describe(module) for module in engine.registry])


def _describe(module: Module) -> models.ModuleType:
    question = module if isinstance(module, InteractiveModule) else None
    return models.ModuleType(
        module_id=module.module_id,
        title=module.title or module.module_id,
        description=module.description,
        interactive=module.interactive,
        effects=module.effects,
        kind=question.kind if question else None,
        offers_sub_action=question.offers_sub_action() if question else False,
        inputs_schema=module.Inputs.model_json_schema(),
        outputs_schema=module.Outputs.model_json_schema(mode="serialization"),
    )
