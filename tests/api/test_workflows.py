"""Definitions over HTTP."""

import httpx

from tests.api.conftest import API, Json, get, items, save, url_of


async def test_valid_definition_saved_as_version_1_at_its_location(client: httpx.AsyncClient, definition: Json) -> None:
    saved = await client.post(f"{API}/workflows", json=definition)
    assert saved.status_code == 201
    assert saved.headers["location"] == url_of(definition)
    assert (saved.json()["version"], saved.json()["latest_version"]) == (1, 1)


async def test_broken_definition_refused_with_pointers_and_not_stored(client: httpx.AsyncClient) -> None:
    refused = await client.post(f"{API}/workflows", json={"workflow_id": "x", "name": "X", "steps": []})
    assert refused.status_code == 422
    assert refused.json()["code"] == "invalid_definition"
    assert refused.json()["errors"][0]["pointer"] == "/steps"
    assert (await client.get(f"{API}/workflows/x")).status_code == 404


async def test_second_create_refused_and_put_named(client: httpx.AsyncClient, definition: Json) -> None:
    await save(client, definition)
    again = await client.post(f"{API}/workflows", json=definition)
    assert (again.status_code, again.json()["code"]) == (409, "workflow_exists")
    assert "PUT" in again.json()["detail"]


async def test_changed_definition_put_becomes_version_2_and_version_1_stays(
    client: httpx.AsyncClient, definition: Json
) -> None:
    await save(client, definition)
    changed = definition | {"name": "Another question"}
    saved = await client.put(url_of(definition), json=changed)
    assert saved.json()["version"] == 2
    first = await get(client, f"{url_of(definition)}?version=1")
    assert first["definition"]["name"] == "A question"
    assert (first["version"], first["latest_version"]) == (1, 2)


async def test_missing_version_is_404(client: httpx.AsyncClient, definition: Json) -> None:
    await save(client, definition)
    missing = await client.get(f"{url_of(definition)}?version=7")
    assert (missing.status_code, missing.json()["code"]) == (404, "version_not_found")


async def test_archived_workflow_left_out_of_lists_and_starts_no_runs(
    client: httpx.AsyncClient, definition: Json
) -> None:
    await save(client, definition)
    assert (await client.delete(url_of(definition))).status_code == 204
    found = f"{API}/workflows?search={definition['workflow_id']}"
    assert await items(client, found) == []
    assert len(await items(client, f"{found}&status=archived")) == 1
    refused = await client.post(f"{url_of(definition)}/run", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "workflow_archived")


async def test_both_addresses_of_the_list_give_the_same(client: httpx.AsyncClient, definition: Json) -> None:
    await save(client, definition)
    assert await get(client, f"{API}/workflows") == await get(client, f"{API}/workflows/list")


async def test_validate_reports_problems_and_saves_nothing(client: httpx.AsyncClient, definition: Json) -> None:
    checked = await client.post(f"{API}/workflows/validate", json=definition | {"surprise": 1})
    assert checked.status_code == 200
    assert checked.json()["valid"] is False
    assert checked.json()["problems"][0]["pointer"] == "/surprise"
    assert (await client.post(f"{API}/workflows/validate", json=definition)).json() == {"valid": True, "problems": []}
    assert await items(client, f"{API}/workflows?search={definition['workflow_id']}") == []


async def test_schema_of_definitions_is_json_schema(client: httpx.AsyncClient) -> None:
    assert "steps" in (await get(client, f"{API}/workflows/schema"))["properties"]
