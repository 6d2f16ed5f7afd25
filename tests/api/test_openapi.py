"""The published contract is complete and holds together."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.server.api.contract import METHODS
from backend.server.api.problems import PROBLEM_JSON
from backend.server.api.stream_models import SUB_ACTION_MESSAGES
from backend.server.definitions.words import ADDRESS_WORDS

Json = dict[str, Any]

CALLS = {
    "archive_workflow", "cancel_run", "cancel_sub_action", "create_workflow", "diff_states", "explain_wait",
    "fork_run", "get_artifact", "get_definition_schema", "get_health", "get_interaction", "get_metrics",
    "get_readiness", "get_run", "get_run_tree", "get_state", "get_sub_action", "get_workflow", "list_branches",
    "list_children", "list_events", "list_inbox", "list_interactions", "list_modules", "list_runs",
    "list_sub_workflow_calls",
    "list_sub_actions", "list_workflow_versions", "list_workflows", "list_workflows_at_list", "post_event",
    "respond", "retry_run",
    "save_workflow", "start_run", "start_sub_action", "stream_run_events", "stream_sub_action",
    "validate_workflow",
}  # fmt: skip
"""operationIds are what clients call functions: adding is fine, renaming breaks them."""
STREAMS = ("start_sub_action", "stream_sub_action", "stream_run_events", "stream_changes")


@pytest.fixture
def document(app: FastAPI) -> Json:
    return app.openapi()


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            assert method in METHODS
            yield method, path, call


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "$ref" and isinstance(value, str))
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_known_calls_are_there_each_once(document: Json) -> None:
    ids = [call["operationId"] for _, _, call in operations(document)]
    assert len(ids) == len(set(ids))
    assert set(ids) >= CALLS


def test_every_call_has_words_a_tag_and_a_success(document: Json) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    for method, path, call in operations(document):
        assert call["summary"], (method, path)
        assert call["description"], (method, path)
        assert set(call["tags"]) <= tags, (method, path)
        assert any(status.startswith("2") for status in call["responses"]), (method, path)


def test_every_call_lists_its_problems_as_problem_json(document: Json) -> None:
    for method, path, call in operations(document):
        failures = {status: item for status, item in call["responses"].items() if status[0] in "45"}
        assert {"401", "403", "422", "500", "503"} <= set(failures), (method, path)
        for status, item in failures.items():
            assert set(item["content"]) == {PROBLEM_JSON}, (method, path, status)
        if "{" in path:
            assert "404" in failures, (method, path)
        if "requestBody" in call:
            assert {"400", "413", "415"} <= set(failures), (method, path)


def test_addresses_beside_workflows_are_no_workflow_ids(document: Json) -> None:
    prefix = "/api/v1/workflows/"
    beside = {path.removeprefix(prefix).partition("/")[0] for path in document["paths"] if path.startswith(prefix)}
    assert beside - {"{workflow_id}"} == ADDRESS_WORDS


def test_every_reference_leads_somewhere(document: Json) -> None:
    for reference in set(references(document)):
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in node, reference
            node = node[part]


def test_streams_are_documented_with_their_messages(document: Json) -> None:
    streams = {
        call["operationId"]: call["responses"]["200"]["content"]["text/event-stream"]
        for _, _, call in operations(document)
        if "text/event-stream" in call["responses"].get("200", {}).get("content", {})
    }
    assert set(streams) == set(STREAMS)
    messages = streams["start_sub_action"]["itemSchema"]["oneOf"]
    assert [message["properties"]["event"]["const"] for message in messages] == list(SUB_ACTION_MESSAGES)
    components = document["components"]["schemas"]
    assert {"Event", "Problem", *(model.__name__ for model in SUB_ACTION_MESSAGES.values())} <= set(components)
    for call_id, content in streams.items():
        assert content["example"].startswith("id: "), call_id


def test_headers_are_documented_where_they_are_honoured(document: Json) -> None:
    found: dict[str, set[str]] = {}
    for _, _, call in operations(document):
        for item in call.get("parameters", []):
            if item["in"] == "header":
                found.setdefault(item["name"], set()).add(call["operationId"])
    assert found["Idempotency-Key"] == {"start_run", "respond", "start_sub_action"}
    assert found["Last-Event-ID"] == set(STREAMS)


def test_answers_are_closed_shapes(document: Json) -> None:
    components = document["components"]["schemas"]
    for name in ("Run", "Event", "Interaction", "SubAction", "WorkflowDetail", "RunPage", "StartRun", "Respond"):
        assert components[name]["additionalProperties"] is False, name
    assert "writer" not in components["Event"]["properties"]


def test_parameters_are_never_null(document: Json) -> None:
    for method, path, call in operations(document):
        for parameter in call.get("parameters", ()):
            assert "null" not in str(parameter["schema"]), (method, path, parameter["name"])


def test_limits_are_published(document: Json) -> None:
    parameters = document["paths"]["/api/v1/runs"]["get"]["parameters"]
    limit = next(item["schema"] for item in parameters if item["name"] == "limit")
    assert (limit["minimum"], limit["maximum"]) == (1, 500)


def test_health_needs_no_token_and_all_else_may(document: Json) -> None:
    for _, path, call in operations(document):
        assert call.get("security", document["security"]) == (
            [] if path in ("/healthz", "/readyz") else document["security"]
        )


async def test_document_is_served(client: httpx.AsyncClient, document: Json) -> None:
    assert (await client.get("/openapi.json")).json() == document
