from importlib import import_module

import pytest
from jsonschema import Draft202012Validator

from backend.server.modules.base import Module
from backend.server.modules.registry import BUILT_IN, Registry


def modules() -> list[Module]:
    registry = Registry()
    for package in BUILT_IN:
        namespace = import_module(package)
        for name in getattr(namespace, "__all__", ()):
            registry.add(getattr(namespace, name))
    return list(registry)


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.module_id)
def test_built_in_module_says_what_it_is(module: Module) -> None:
    assert module.title
    assert module.description.endswith(".")


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.module_id)
def test_built_in_module_has_closed_and_described_inputs(module: Module) -> None:
    schema = module.Inputs.model_json_schema()
    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert [name for name, field in schema["properties"].items() if "description" not in field] == []


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.module_id)
def test_built_in_module_has_described_outputs(module: Module) -> None:
    schema = module.Outputs.model_json_schema(mode="serialization")
    Draft202012Validator.check_schema(schema)
    assert [name for name, field in schema.get("properties", {}).items() if "description" not in field] == []
