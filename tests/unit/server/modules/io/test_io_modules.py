from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from backend.core import clock
from backend.core.errors import ModuleError
from backend.server.modules.io import Dataset, WeightedKeywords
from tests.fixtures.module_context import MemoryDatasets, execute, module_context


async def keywords(datasets: MemoryDatasets, *, key: str = "k1", **inputs: Any) -> dict[str, Any]:
    context = module_context(datasets=datasets, idempotency_key=key)
    return await execute(WeightedKeywords(), {"dataset": "cc", **inputs}, context)


def texts(outputs: dict[str, Any]) -> list[str]:
    return [item["keyword"] for item in outputs["keywords"]]


async def test_nothing_saved_yet_loads_nothing() -> None:
    assert await keywords(MemoryDatasets(), mode="load") == {"keywords": [], "excluded": [], "count": 0}


async def test_load_gives_the_vocabulary_by_weight() -> None:
    datasets = MemoryDatasets(cc=["fog", {"keyword": "gold", "weight": 3}, {"keyword": "never", "weight": 0}])
    outputs = await keywords(datasets, mode="load")
    assert outputs["keywords"] == [
        {"keyword": "gold", "weight": 3.0, "uses": 0},
        {"keyword": "fog", "weight": 1.0, "uses": 0},
    ]


async def test_saved_keywords_weigh_less_in_the_next_load() -> None:
    datasets = MemoryDatasets(cc=["fog", "gold"])
    await keywords(datasets, mode="save", keywords=["fog"])
    outputs = await keywords(datasets, mode="load")
    assert outputs["keywords"] == [
        {"keyword": "gold", "weight": 1.0, "uses": 0},
        {"keyword": "fog", "weight": 0.5, "uses": 1},
    ]


async def test_most_used_keywords_are_excluded() -> None:
    datasets = MemoryDatasets()
    await keywords(datasets, key="k1", mode="save", keywords=["fog", "sea"])
    await keywords(datasets, key="k2", mode="save", keywords=["sea"])
    outputs = await keywords(datasets, mode="load", exclude_top=1)
    assert (outputs["excluded"], texts(outputs), outputs["count"]) == (["sea"], ["fog"], 2)


async def test_never_used_keywords_are_not_excluded() -> None:
    outputs = await keywords(MemoryDatasets(cc=["fog"]), mode="load", exclude_top=5)
    assert (outputs["excluded"], texts(outputs)) == ([], ["fog"])


async def test_save_that_runs_again_after_a_crash_counts_once() -> None:
    datasets = MemoryDatasets()
    for _ in range(2):
        outputs = await keywords(datasets, key="same", mode="save", keywords=["fog"])
    assert outputs["keywords"] == [{"keyword": "fog", "weight": 0.5, "uses": 1}]


async def test_spelling_differences_are_one_keyword() -> None:
    datasets = MemoryDatasets(cc=["Red  Door"])
    outputs = await keywords(datasets, mode="save", keywords=["red door", " RED DOOR "])
    assert (texts(outputs), outputs["count"]) == (["Red Door"], 1)


async def test_weight_of_a_save_says_how_much_it_counts() -> None:
    datasets = MemoryDatasets(cc=["fog"])
    outputs = await keywords(datasets, mode="save", keywords=["fog"], weight=3)
    assert outputs["keywords"][0]["weight"] == 0.25


async def test_old_uses_fade_with_the_half_life() -> None:
    day_ago = clock.iso(clock.now() - timedelta(hours=24))
    datasets = MemoryDatasets(**{"cc.uses": [{"keyword": "fog", "weight": 1, "at": day_ago, "use": "u"}]})
    faded = await keywords(datasets, mode="load", half_life_hours=24)
    kept = await keywords(datasets, mode="load")
    assert faded["keywords"][0]["weight"] == pytest.approx(1 / 1.5, abs=0.001)
    assert kept["keywords"][0]["weight"] == 0.5


async def test_limit_keeps_the_heaviest() -> None:
    vocabulary = [{"keyword": f"k{n}", "weight": n} for n in range(1, 50)]
    outputs = await keywords(MemoryDatasets(cc=vocabulary), mode="load", limit=2)
    assert texts(outputs) == ["k49", "k48"]


async def test_draw_is_the_same_for_the_same_use() -> None:
    datasets = MemoryDatasets(cc=[f"k{n}" for n in range(100)])
    first = await keywords(datasets, key="a", mode="load", pick="draw", limit=5)
    again = await keywords(datasets, key="a", mode="load", pick="draw", limit=5)
    other = await keywords(datasets, key="b", mode="load", pick="draw", limit=5)
    assert texts(first) == texts(again) != texts(other)


async def test_records_by_other_hands_are_passed_over() -> None:
    junk = [None, 7, {}, {"keyword": ""}, {"keyword": "fog", "weight": "much"}, {"keyword": "sea", "at": "never"}]
    datasets = MemoryDatasets(**{"cc": junk, "cc.uses": junk})
    assert texts(await keywords(datasets, mode="load", half_life_hours=1)) == ["sea"]


async def test_vocabulary_that_is_no_list_fails_with_advice() -> None:
    with pytest.raises(ModuleError, match=r"io\.dataset"):
        await keywords(MemoryDatasets(cc={"fog": 1}), mode="load")


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"mode": "save"}, "needs 'keywords'"),
        ({"mode": "load", "keywords": ["a"]}, "mode 'save' alone"),
        ({"mode": "save", "keywords": ["a", 7]}, "keywords/1"),
        ({"mode": "save", "keywords": [{"keyword": "a", "weight": -1}]}, "keywords/0"),
        ({"mode": "load", "dataset": "../x"}, "dataset"),
        ({"mode": "load", "half_life": 1}, "half_life"),
    ],
)
async def test_wrong_keyword_inputs_are_refused(inputs: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        await keywords(MemoryDatasets(), **inputs)


async def dataset(datasets: MemoryDatasets, **inputs: Any) -> dict[str, Any]:
    return await execute(Dataset(), {"dataset": "d", **inputs}, module_context(datasets=datasets))


async def test_saved_data_set_can_be_loaded() -> None:
    datasets = MemoryDatasets()
    await dataset(datasets, mode="save", value={"a": 1})
    assert await dataset(datasets, mode="load") == {"value": {"a": 1}, "count": 1}


async def test_missing_data_set_loads_the_given_value() -> None:
    assert await dataset(MemoryDatasets(), mode="load", value=[]) == {"value": [], "count": 0}
    assert await dataset(MemoryDatasets(), mode="load") == {"value": None, "count": 0}


async def test_append_adds_and_keeps_the_last() -> None:
    datasets = MemoryDatasets(d=[1, 2])
    outputs = await dataset(datasets, mode="append", items=[2, 3], unique=True, limit=2)
    assert outputs == {"value": [2, 3], "count": 2}


async def test_append_to_what_is_no_list_fails() -> None:
    with pytest.raises(ModuleError, match="holds no list"):
        await dataset(MemoryDatasets(d={}), mode="append", items=[1])


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"mode": "save"}, "needs 'value'"),
        ({"mode": "append"}, "needs 'items'"),
        ({"mode": "load", "limit": 1}, "'limit' is for mode 'append' alone"),
    ],
)
async def test_wrong_dataset_inputs_are_refused(inputs: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        await dataset(MemoryDatasets(), **inputs)
