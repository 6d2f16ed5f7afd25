"""Trees, waits, events, forks, retries and differences over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from backend.server.workflow.engine import Engine
from tests.api.conftest import API, Json, MakeSettings, OpenQuestion, ask, get, items, save, url_of
from tests.fixtures.definitions import question
from tests.fixtures.lab import module, workflow
from tests.fixtures.lab_modules import new_calls
from tests.fixtures.polling import eventually


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(make_settings: MakeSettings) -> AsyncIterator[Engine]:
    opened = await Engine.create(make_settings(modules=["tests.fixtures.modules", "tests.fixtures.lab_modules"]))
    yield opened
    await opened.close()


@dataclass(frozen=True)
class Family:
    """A parent that waits for its child's question."""

    parent: str
    child: str
    workflow_id: str

    @property
    def url(self) -> str:
        return f"{API}/runs/{self.parent}"


def of(*modules: Json) -> Json:
    return workflow(*modules, workflow_id=f"lab_{uuid4().hex}")


async def start(client: httpx.AsyncClient, definition: Json) -> str:
    """The run's address."""
    await save(client, definition)
    started = await client.post(f"{url_of(definition)}/run")
    return str(started.headers["location"])


async def reached(client: httpx.AsyncClient, run: str, *statuses: str) -> Json:
    found: Json = await eventually(lambda: get(client, run), wanted=lambda seen: seen["status"] in statuses)
    return found


@pytest_asyncio.fixture(loop_scope="module")
async def family(client: httpx.AsyncClient) -> Family:
    child = question(f"child_{uuid4().hex}")
    await save(client, child)
    inputs = {"workflow_id": child["workflow_id"]}
    run = await start(client, of({"module_id": "sub_workflow", "name": "sub", "inputs": inputs}))
    await eventually(lambda: items(client, f"{run}/interactions"), wanted=bool)
    [made] = await items(client, f"{run}/children")
    return Family(run.rpartition("/")[2], made["workflow_run_id"], child["workflow_id"])


@pytest_asyncio.fixture(loop_scope="module")
async def asked(client: httpx.AsyncClient) -> OpenQuestion:
    return await ask(client, question(f"question_{uuid4().hex}"))


async def test_tree_holds_the_child_under_the_module_that_started_it(client: httpx.AsyncClient, family: Family) -> None:
    tree = await get(client, f"{family.url}/tree")
    [child] = tree["children"]
    assert (tree["kind"], tree["status"], tree["parent_node_id"]) == ("root", "waiting", None)
    assert (child["kind"], child["status"], child["parent_node_id"]) == ("sub_workflow", "awaiting_input", "sub")
    assert (child["workflow_run_id"], child["workflow_id"]) == (family.child, family.workflow_id)
    assert (child["nesting_depth"], child["children"]) == (1, [])
    assert child["started_at"].endswith("Z")


async def test_why_leads_down_to_the_open_question(client: httpx.AsyncClient, family: Family) -> None:
    [asked] = await items(client, f"{family.url}/interactions")
    why = await get(client, f"{family.url}/why")
    assert why == {
        "status": "awaiting_input",
        "reason": "person",
        "since": asked["requested_at"],
        "wait_key": f"interaction:{asked['interaction_id']}",
        "interaction_id": asked["interaction_id"],
        "path": [
            {"workflow_run_id": family.parent, "module_name": "sub"},
            {"workflow_run_id": family.child, "module_name": "pick"},
        ],
    }


async def test_run_that_waits_for_a_child_says_so(client: httpx.AsyncClient, family: Family) -> None:
    wait = (await get(client, family.url))["wait"]
    assert (wait["reason"], wait["wait_key"]) == ("subworkflow", f"subworkflow:{family.child}")


async def test_calls_are_listed_with_what_became_of_them(client: httpx.AsyncClient, family: Family) -> None:
    [call] = await items(client, f"{family.url}/sub-workflow-calls")
    assert (call["sub_run_id"], call["parent_workflow_id"], call["parent_node_id"]) == (
        family.child,
        family.parent,
        "sub",
    )
    assert (call["status"], call["mode"], call["attempt"], call["index"]) == ("running", "sync", 1, None)

    await client.post(f"{API}/runs/{family.child}/cancel", json={"reason": "enough"})

    [ended] = await items(client, f"{family.url}/sub-workflow-calls")
    assert (ended["status"], ended["error"]) == ("cancelled", {"code": "cancelled", "message": "enough"})
    assert ended["completed_at"] >= ended["started_at"]


async def test_calls_are_paged(client: httpx.AsyncClient) -> None:
    child = of(module("a"))
    await save(client, child)
    fan = {"workflow_id": child["workflow_id"], "for_each": [1, 2, 3], "input_mapping": {"n": "{{ item }}"}}
    run = await start(client, of({"module_id": "sub_workflow", "name": "sub", "inputs": fan}))
    await reached(client, run, "completed")

    first = await get(client, f"{run}/sub-workflow-calls?limit=2")
    second = await get(client, f"{run}/sub-workflow-calls?limit=2&cursor={first['next_cursor']}")
    refused = await client.get(f"{run}/sub-workflow-calls?cursor=x")

    assert [item["index"] for item in (*first["items"], *second["items"])] == [0, 1, 2]
    assert second["next_cursor"] is None
    assert all(item["status"] == "completed" for item in first["items"])
    assert first["items"][0]["input_mapping"] == {"n": "{{ item }}"}
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_query")


async def test_wait_for_a_child_says_what_the_child_waits_for(client: httpx.AsyncClient, family: Family) -> None:
    wait = (await get(client, family.url))["wait"]
    assert (wait["reason"], wait["wait_key"]) == ("subworkflow", f"subworkflow:{family.child}")
    assert (wait["details"]["sub_run_id"], wait["details"]["sub_workflow_id"]) == (family.child, family.workflow_id)
    assert wait["details"]["sub_waiting"]["reason"] == "person"


async def test_children_are_paged(client: httpx.AsyncClient) -> None:
    child = of(module("a"))
    await save(client, child)
    calls = [
        {"module_id": "sub_workflow", "name": f"sub_{at}", "inputs": {"workflow_id": child["workflow_id"]}}
        for at in range(2)
    ]
    run = await start(client, of(*calls))
    await reached(client, run, "completed")
    first = await get(client, f"{run}/children?limit=1")
    second = await get(client, f"{run}/children?limit=1&cursor={first['next_cursor']}")
    assert [item["parent_node_id"] for page in (first, second) for item in page["items"]] == ["sub_1", "sub_0"]
    assert second["next_cursor"] is None


async def test_hidden_children_are_listed_when_asked_for(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    done = await client.post(f"{asked.run}/sub-action", json=asked.sub_action())
    assert done.status_code == 200
    assert await items(client, f"{asked.run}/children") == []
    [hidden] = await items(client, f"{asked.run}/children?include_hidden=true")
    assert not hidden["visible_in_ui"]
    assert [node["kind"] for node in (await get(client, f"{asked.run}/tree"))["children"]] == ["sub_action"]


def waits_for(wait_key: str) -> Json:
    inputs = {"wait_key": wait_key}
    wait = {"module_id": "wait.event", "name": "wait", "inputs": inputs, "outputs_to_state": {"payload": "came"}}
    return of(wait)


async def test_event_ends_the_wait_for_it(client: httpx.AsyncClient) -> None:
    run = await start(client, waits_for("order:1"))
    wait = (await reached(client, run, "waiting"))["wait"]
    why = await get(client, f"{run}/why")
    assert (wait["reason"], why["reason"], why["wait_key"]) == ("event", "event", "order:1")

    sent = await client.post(f"{run}/events", json={"wait_key": "order:1", "payload": {"paid": True}})

    assert (sent.status_code, sent.json()) == (202, {"resolved": True})
    assert (await reached(client, run, "completed"))["output"] == {"came": {"paid": True}}


async def test_event_that_nothing_waits_for_is_kept(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    sent = await client.post(f"{asked.run}/events", json={"wait_key": "order:1"})
    assert (sent.status_code, sent.json()) == (202, {"resolved": False})


async def test_event_with_a_key_of_the_engine_is_422(client: httpx.AsyncClient, family: Family) -> None:
    refused = await client.post(f"{family.url}/events", json={"wait_key": f"subworkflow:{family.child}"})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_wait_key")


@pytest.mark.parametrize("body", [{}, {"wait_key": ""}, {"wait_key": "k", "extra": 1}, {"wait_key": 7}])
async def test_event_that_does_not_fit_is_422(client: httpx.AsyncClient, asked: OpenQuestion, body: Json) -> None:
    refused = await client.post(f"{asked.run}/events", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")


async def test_event_for_an_ended_run_is_409(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    await client.post(f"{asked.run}/cancel")
    refused = await client.post(f"{asked.run}/events", json={"wait_key": "k"})
    assert (refused.status_code, refused.json()["code"]) == (409, "run_not_active")


async def test_wait_for_a_time_tells_until_when(client: httpx.AsyncClient) -> None:
    run = await start(client, of({"module_id": "wait.until", "name": "wait", "inputs": {"seconds": 600}}))
    wait = (await reached(client, run, "waiting"))["wait"]
    assert (wait["reason"], (await get(client, f"{run}/why"))["reason"]) == ("time", "time")
    assert wait["until"].endswith("Z")


async def test_wait_for_the_next_attempt_says_so(client: httpx.AsyncClient) -> None:
    new_calls()
    retry = {"max_attempts": 2, "initial_seconds": 60}
    run = await start(client, of({"module_id": "lab.fails", "name": "f", "retry": retry}))
    wait = (await reached(client, run, "waiting"))["wait"]
    assert (wait["reason"], (await get(client, f"{run}/why"))["reason"]) == ("retry", "retry")


async def test_fork_opens_the_question_again_on_a_new_branch(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    asking = (await get(client, asked.run))["seq"]
    await client.post(f"{asked.url}/respond", json={"response": {"answer": "one"}})
    await reached(client, asked.run, "completed")

    forked = await client.post(f"{asked.run}/fork", json={"seq": asking})

    assert (forked.status_code, set(forked.json())) == (200, {"branch_id"})
    run = await get(client, asked.run)
    assert (run["status"], run["current_branch_id"]) == ("awaiting_input", forked.json()["branch_id"])
    branches = await items(client, f"{asked.run}/branches")
    assert [item["branch_id"] for item in branches][1:] == [forked.json()["branch_id"]]


async def test_fork_keeps_later_children_when_asked(client: httpx.AsyncClient, family: Family) -> None:
    forked = await client.post(f"{family.url}/fork", json={"seq": 1, "children": "keep"})
    assert forked.status_code == 200
    assert (await get(client, f"{API}/runs/{family.child}"))["status"] == "awaiting_input"


async def test_fork_cancels_later_children_by_default(client: httpx.AsyncClient, family: Family) -> None:
    await client.post(f"{family.url}/fork", json={"seq": 1})
    assert (await get(client, f"{API}/runs/{family.child}"))["status"] == "cancelled"


async def test_fork_after_the_last_event_is_404(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    refused = await client.post(f"{asked.run}/fork", json={"seq": 10_000})
    assert (refused.status_code, refused.json()["code"]) == (404, "event_not_found")


@pytest.mark.parametrize(
    "body", [None, {}, {"seq": 0}, {"seq": "x"}, {"seq": 1, "children": "drop"}, {"seq": 1, "a": 1}]
)
async def test_fork_that_does_not_fit_is_422(client: httpx.AsyncClient, asked: OpenQuestion, body: Json | None) -> None:
    refused = await client.post(f"{asked.run}/fork", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("body", [None, {}])
async def test_retry_goes_on_from_the_failed_module(client: httpx.AsyncClient, body: Json | None) -> None:
    calls = new_calls()
    flip = {"module_id": "lab.flips", "name": "flip", "outputs_to_state": {"value": "flip"}}
    run = await start(client, of(module("a", inputs={"value": 1}), flip))
    await reached(client, run, "error")

    retried = await client.post(f"{run}/retry", json=body)

    assert retried.status_code == 200
    assert retried.json()["workflow_run_id"] == run.rpartition("/")[2]
    assert (await reached(client, run, "completed"))["output"] == {"a": 1, "flip": "second"}
    assert calls.names == ["a", "flip", "flip"]


async def test_retry_of_a_run_that_did_not_fail_is_409(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    refused = await client.post(f"{asked.run}/retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "run_not_retryable")


async def test_retry_with_a_body_that_says_something_is_422(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    refused = await client.post(f"{asked.run}/retry", json={"seq": 1})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/seq")


async def test_diff_names_what_changed_and_its_event(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    start_seq = (await get(client, asked.run))["seq"]
    await client.post(f"{asked.run}/sub-action", json=asked.sub_action())
    end = (await get(client, asked.run))["seq"]
    diff = await get(client, f"{asked.run}/diff?from={start_seq}&to={end}")
    change = {"path": "scene", "op": "replace", "before": "lighthouse", "after": "HELLO", "seq": end}
    assert diff == {"from": start_seq, "to": end, "changes": [change]}


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("from=1&to=10000", 404, "event_not_found"),
        ("from=0&to=1", 404, "event_not_found"),
        ("from=1", 422, "invalid_request"),
        ("from=-1&to=1", 422, "invalid_request"),
        ("start=1&end=1", 422, "invalid_request"),
    ],
)
async def test_diff_of_wrong_positions_is_refused(
    *, client: httpx.AsyncClient, asked: OpenQuestion, query: str, status: int, code: str
) -> None:
    refused = await client.get(f"{asked.run}/diff?{query}")
    assert (refused.status_code, refused.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("method", "call", "body"),
    [
        ("GET", "tree", None),
        ("GET", "why", None),
        ("GET", "children", None),
        ("GET", "sub-workflow-calls", None),
        ("GET", "diff?from=1&to=1", None),
        ("POST", "retry", None),
        ("POST", "fork", {"seq": 1}),
        ("POST", "events", {"wait_key": "k"}),
    ],
)
async def test_unknown_run_is_404(client: httpx.AsyncClient, method: str, call: str, body: Json | None) -> None:
    missing = await client.request(method, f"{API}/runs/wf_gone/{call}", json=body)
    assert (missing.status_code, missing.json()["code"]) == (404, "run_not_found")


async def test_unknown_child_is_refused_at_save_with_its_place(client: httpx.AsyncClient) -> None:
    definition = of({"module_id": "sub_workflow", "name": "sub", "inputs": {"workflow_id": "gone"}})
    refused = await client.post(f"{API}/workflows", json=definition)
    checked = (await client.post(f"{API}/workflows/validate", json=definition)).json()
    place = "/steps/0/modules/0/inputs/workflow_id"
    assert (refused.status_code, [item["pointer"] for item in refused.json()["errors"]]) == (422, [place])
    assert (checked["valid"], [item["pointer"] for item in checked["problems"]]) == (False, [place])
