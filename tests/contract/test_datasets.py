"""What named data sets promise, on every database."""

import asyncio
from typing import Any

import pytest

from backend.core.errors import ModuleError, ValueNotStorable, ValueTooLarge
from backend.db.repos.datasets import MAX_BYTES, DatasetRepo


@pytest.fixture
def datasets(any_database: Any) -> DatasetRepo:
    return DatasetRepo(any_database)


async def test_unknown_name_gives_none(datasets: DatasetRepo) -> None:
    assert await datasets.load("words") is None


@pytest.mark.parametrize("value", [None, 0, "", [], {"$where": {"a.b": 1}, "$ref": "x", "$id": 2}, 2**63 - 1, 1.5])
async def test_saved_value_comes_back_equal(datasets: DatasetRepo, value: Any) -> None:
    await datasets.save("words", value)

    assert await datasets.load("words") == value


async def test_saving_again_replaces(datasets: DatasetRepo) -> None:
    await datasets.save("words", [1, 2])
    await datasets.save("words", {"b": 1, "a": 2})

    assert list((await datasets.load("words")).items()) == [("b", 1), ("a", 2)]


async def test_append_to_nothing_makes_a_list(datasets: DatasetRepo) -> None:
    assert await datasets.append("words", ["a"], unique=False, limit=None) == ["a"]
    assert await datasets.load("words") == ["a"]


async def test_unique_append_leaves_out_what_is_there(datasets: DatasetRepo) -> None:
    await datasets.save("words", [1, {"a": 1, "b": 2}])

    extended = await datasets.append("words", [{"b": 2, "a": 1}, True, 3, 3], unique=True, limit=None)

    assert extended == [1, {"a": 1, "b": 2}, True, 3]


@pytest.mark.parametrize(("limit", "kept"), [(0, []), (2, [2, 3]), (9, [1, 2, 3])])
async def test_limited_append_keeps_the_last(datasets: DatasetRepo, limit: int, kept: list[int]) -> None:
    await datasets.save("words", [1])

    assert await datasets.append("words", [2, 3], unique=False, limit=limit) == kept
    assert await datasets.load("words") == kept


async def test_concurrent_appends_lose_nothing(datasets: DatasetRepo) -> None:
    await asyncio.gather(*(datasets.append("words", [n], unique=False, limit=None) for n in range(12)))

    assert sorted(await datasets.load("words")) == list(range(12))


async def test_append_to_an_object_is_refused_by_name(datasets: DatasetRepo) -> None:
    await datasets.save("words", {"a": 1})

    with pytest.raises(ModuleError, match="'words' holds no list") as refused:
        await datasets.append("words", [1], unique=False, limit=None)

    assert (refused.value.code, refused.value.retryable) == ("dataset_not_a_list", False)


@pytest.mark.parametrize("value", [{"a\x00": 1}, [float("nan")], ["\ud800"], 2**64, {1: 2}, object()])
async def test_value_that_is_no_json_is_refused(datasets: DatasetRepo, value: Any) -> None:
    with pytest.raises(ValueNotStorable):
        await datasets.save("words", value)
    with pytest.raises(ValueNotStorable):
        await datasets.append("words", [value], unique=True, limit=None)

    assert await datasets.load("words") is None


async def test_value_above_the_limit_is_refused_with_its_size(datasets: DatasetRepo) -> None:
    with pytest.raises(ValueTooLarge, match="'words' has 15,728,642 bytes"):
        await datasets.save("words", "x" * MAX_BYTES)
