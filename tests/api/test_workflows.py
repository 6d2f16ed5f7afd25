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


async def test_versions_listed_with_who_and_when(client: httpx.AsyncClient, definition: Json) -> None:
    await save(client, definition)
    saved = await client.put(url_of(definition), json=definition | {"name": "Another question"})
    listed = await items(client, f"{url_of(definition)}/versions")
    assert [item["version"] for item in listed] == [2, 1]
    assert listed[0] == {
        key: saved.json()[key] for key in ("workflow_id", "version", "content_hash", "saved_at", "saved_by")
    }


async def test_versions_of_nothing_are_404(client: httpx.AsyncClient) -> None:
    missing = await client.get(f"{API}/workflows/nowhere/versions")
    assert (missing.status_code, missing.json()["code"]) == (404, "workflow_not_found")


async def test_version_based_on_an_older_one_refused_with_the_newest(
    client: httpx.AsyncClient, definition: Json
) -> None:
    await save(client, definition)
    first = await client.put(f"{url_of(definition)}?based_on=1", json=definition | {"name": "First"})
    assert first.status_code == 200
    second = await client.put(f"{url_of(definition)}?based_on=1", json=definition | {"name": "Second"})
    assert (second.status_code, second.json()["code"]) == (409, "workflow_changed")
    assert (second.json()["latest_version"], second.json()["saved_at"]) == (2, first.json()["saved_at"])
    assert (await get(client, url_of(definition)))["name"] == "First"


async def test_workflows_listed_by_their_last_change(client: httpx.AsyncClient, definition: Json) -> None:
    await save(client, definition)
    assert (await items(client, f"{API}/workflows?sort=changed&limit=1"))[0]["workflow_id"] == definition["workflow_id"]


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
