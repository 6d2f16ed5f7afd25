"""Questions over HTTP."""

import httpx

from tests.api.conftest import API, OpenQuestion, get, items


async def test_open_question_shows_data_schema_and_sub_actions(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    shown = await get(client, asked.url)
    assert (shown["status"], shown["title"], shown["data"]["scene"]) == ("open", "Which?", "lighthouse")
    assert "answer" in shown["response_schema"]["properties"]
    assert [offer["id"] for offer in shown["sub_actions"]] == ["again", "slow", "broken"]


async def test_question_is_in_the_run_and_in_the_inbox(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    for url in (f"{asked.run}/interactions", f"{API}/inbox?limit=500"):
        assert [item["interaction_id"] for item in await items(client, url)].count(asked.interaction_id) == 1


async def test_answer_closes_the_question(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    answered = await client.post(f"{asked.url}/respond", json={"response": {"answer": "blue"}})
    assert answered.status_code == 200
    assert (answered.json()["status"], answered.json()["answered_by"]) == ("answered", "local")
    assert answered.json()["response"] == {"answer": "blue"}
    assert await items(client, f"{asked.run}/interactions") == []
    inbox = await items(client, f"{API}/inbox?limit=500")
    assert asked.interaction_id not in [item["interaction_id"] for item in inbox]


async def test_second_answer_is_409_with_who_and_when(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    await client.post(f"{asked.url}/respond", json={"response": {"answer": "blue"}})
    late = await client.post(f"{asked.url}/respond", json={"response": {"answer": "red"}})
    assert (late.status_code, late.json()["code"]) == (409, "interaction_not_open")
    assert late.json()["answered_by"] == "local"
    assert late.json()["answered_at"].endswith("Z")


async def test_same_answer_with_the_same_key_is_accepted_twice(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    for _ in range(2):
        answered = await client.post(
            f"{asked.url}/respond", json={"response": {"answer": "blue"}}, headers={"Idempotency-Key": "k"}
        )
        assert answered.status_code == 200


async def test_refused_answer_sent_again_with_its_key_is_refused_again(
    client: httpx.AsyncClient, asked: OpenQuestion
) -> None:
    await client.post(f"{asked.url}/respond", json={"response": {"answer": "red"}})
    for _ in range(2):
        late = await client.post(
            f"{asked.url}/respond", json={"response": {"answer": "blue"}}, headers={"Idempotency-Key": "k"}
        )
        assert (late.status_code, late.json()["code"]) == (409, "interaction_not_open")


async def test_answer_to_an_old_revision_is_409(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    stale = await client.post(f"{asked.url}/respond", json={"response": {"answer": "blue"}, "revision": 0})
    assert (stale.status_code, stale.json()["code"]) == (409, "interaction_changed")


async def test_answer_that_does_not_fit_is_422_and_the_question_stays_open(
    client: httpx.AsyncClient, asked: OpenQuestion
) -> None:
    wrong = await client.post(f"{asked.url}/respond", json={"response": {"answer": 7}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_response")
    assert wrong.json()["errors"][0]["pointer"] == "/answer"
    assert (await get(client, asked.url))["status"] == "open"


async def test_unknown_question_is_404(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    missing = await client.get(f"{asked.run}/interactions/int_nobody")
    assert (missing.status_code, missing.json()["code"]) == (404, "interaction_not_found")


async def test_question_is_shown_as_it_was_after_an_event(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    now = await get(client, asked.url)
    await client.post(f"{asked.url}/respond", json={"response": {"answer": "blue"}})
    then = await get(client, f"{asked.url}?seq={now['revision']}")
    assert (then["status"], then["response"], then["data"]) == ("open", None, now["data"])


async def test_question_after_an_event_that_is_not_there_is_404(client: httpx.AsyncClient, asked: OpenQuestion) -> None:
    missing = await client.get(f"{asked.url}?seq=1000")
    assert (missing.status_code, missing.json()["code"]) == (404, "event_not_found")
