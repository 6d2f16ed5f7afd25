"""The catalogue: whoever writes a definition, or an editor for it, finds all there is to know."""

from typing import Any

import httpx
import pytest_asyncio
from jsonschema import Draft202012Validator

from backend.server.modules.registry import load_registry
from tests.api.conftest import API, Json, items, save
from tests.fixtures.definitions import question

Catalogue = dict[str, Json]


@pytest_asyncio.fixture(loop_scope="module")
async def catalogue(client: httpx.AsyncClient) -> Catalogue:
    return {module["module_id"]: module for module in await items(client, f"{API}/modules")}


async def test_every_built_in_module_is_listed_with_words(catalogue: Catalogue) -> None:
    for module_id in load_registry().ids:
        assert catalogue[module_id]["title"], module_id
        assert catalogue[module_id]["description"], module_id


async def test_inputs_and_outputs_are_json_schemas(catalogue: Catalogue) -> None:
    for module in catalogue.values():
        for schema in (module["inputs_schema"], module["outputs_schema"]):
            Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"


def undescribed(schema: Json) -> list[str]:
    fields: dict[str, Any] = schema.get("properties", {})
    return [name for name, field in fields.items() if not field.get("description")]


async def test_every_input_and_output_of_built_in_modules_is_described(catalogue: Catalogue) -> None:
    for module_id in load_registry().ids:
        module = catalogue[module_id]
        assert (module_id, undescribed(module["inputs_schema"])) == (module_id, [])
        assert (module_id, undescribed(module["outputs_schema"])) == (module_id, [])


async def test_question_says_which_control_shows_it_and_work_does_not(catalogue: Catalogue) -> None:
    kinds = {key: module["kind"] for key, module in catalogue.items() if module["interactive"]}
    assert kinds["user.select"] == "select"
    assert kinds["media.generate"] == "media"
    assert all(kinds.values())
    assert all(module["kind"] is None for module in catalogue.values() if not module["interactive"])


async def test_sub_actions_are_offered_by_questions_that_have_their_own(catalogue: Catalogue) -> None:
    assert catalogue["media.generate"]["offers_sub_action"] is True
    assert catalogue["user.form"]["offers_sub_action"] is False
    assert catalogue["core.set"]["offers_sub_action"] is False


async def test_work_that_touches_nothing_outside_says_so(catalogue: Catalogue) -> None:
    assert catalogue["core.set"]["effects"] is False
    assert catalogue["http.request"]["effects"] is True


async def test_every_built_in_module_comes_with_inputs_to_copy(client: httpx.AsyncClient, catalogue: Catalogue) -> None:
    await save(client, question("hello"))
    for module_id in load_registry().ids:
        schema = catalogue[module_id]["inputs_schema"]
        for example in schema["examples"]:
            Draft202012Validator(schema).validate(example)
            step = {"step_id": "only", "modules": [{"module_id": module_id, "name": "it", "inputs": example}]}
            document = {"workflow_id": "example", "name": "Example", "steps": [step]}
            checked = await client.post(f"{API}/workflows/validate", json=document)
            assert (module_id, checked.json()) == (module_id, {"valid": True, "problems": []})
