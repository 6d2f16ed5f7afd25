"""What idempotency keys promise, on every database."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from backend.core.clock import now
from backend.core.errors import IdempotencyKeyReused
from backend.db.repos.idempotency import KEPT, IdempotencyRepo

BODY = {"params": {"a": 1, "b": [None, "\x00"]}}


@pytest.fixture
async def keys(any_database: Any) -> IdempotencyRepo:
    repo = IdempotencyRepo(any_database)
    await repo.ensure_indexes()
    return repo


async def claim(keys: IdempotencyRepo, makes: str, **more: Any) -> str:
    values = {"caller": "ann", "route": "run:cc", "key": "k1", "body": BODY}
    return await keys.claim(makes=makes, **(values | more))


async def test_first_request_makes_what_it_says_and_later_ones_the_same(keys: IdempotencyRepo) -> None:
    made = [await claim(keys, f"wf_{at}") for at in range(3)]

    assert made == ["wf_0", "wf_0", "wf_0"]


async def test_race_of_twenty_makes_one_thing(keys: IdempotencyRepo) -> None:
    made = await asyncio.gather(*(claim(keys, f"wf_{at}") for at in range(20)))

    assert len(set(made)) == 1
    assert await claim(keys, "wf_late") == made[0]


async def test_same_key_with_another_body_is_refused(keys: IdempotencyRepo) -> None:
    await claim(keys, "wf_0")

    with pytest.raises(IdempotencyKeyReused):
        await claim(keys, "wf_1", body={"params": {"a": 2}})


async def test_race_of_two_bodies_has_one_winner(keys: IdempotencyRepo) -> None:
    requests = (claim(keys, f"wf_{at}", body={"n": at % 2}) for at in range(10))

    outcomes = await asyncio.gather(*requests, return_exceptions=True)

    made = {outcome for outcome in outcomes if isinstance(outcome, str)}
    assert len(made) == 1
    assert sum(isinstance(outcome, IdempotencyKeyReused) for outcome in outcomes) == 5


async def test_order_of_keys_in_the_body_does_not_matter(keys: IdempotencyRepo) -> None:
    await claim(keys, "wf_0", body={"a": 1, "b": 2})

    assert await claim(keys, "wf_1", body={"b": 2, "a": 1}) == "wf_0"


@pytest.mark.parametrize("other", [{"caller": "bob"}, {"route": "run:dd"}, {"key": "k2"}])
async def test_key_is_of_one_caller_and_one_route(keys: IdempotencyRepo, other: dict[str, str]) -> None:
    await claim(keys, "wf_0")

    assert await claim(keys, "wf_1", **other) == "wf_1"


async def test_key_is_kept_for_a_day(keys: IdempotencyRepo, any_database: Any) -> None:
    began = now()
    await claim(keys, "wf_0")

    [document] = await any_database["idempotency"].find().to_list(length=None)

    assert timedelta(hours=24) == KEPT
    assert began + KEPT <= document["expires_at"] <= now() + KEPT


async def test_database_itself_forgets_what_expired(keys: IdempotencyRepo, any_database: Any) -> None:
    indexes = await any_database["idempotency"].index_information()

    expiring = [index for index in indexes.values() if "expireAfterSeconds" in index]
    assert [(list(index["key"]), index["expireAfterSeconds"]) for index in expiring] == [([("expires_at", 1)], 0)]


async def test_stored_key_does_not_show_the_callers_words(keys: IdempotencyRepo, any_database: Any) -> None:
    await claim(keys, "wf_0", key="secret-key", body={"password": "hunter2"})

    [document] = await any_database["idempotency"].find().to_list(length=None)

    assert "secret-key" not in repr(document)
    assert "hunter2" not in repr(document)
