import copy
from typing import Any

import pytest

from backend.core.errors import ModuleError
from backend.db.aggregation import MAX_DOCUMENTS, aggregate

SCENES = [
    {"title": "Fog", "mood": 3, "keywords": ["sea", "grey"]},
    {"title": "Noon", "mood": 9, "keywords": ["sea", "gold"]},
    {"title": "Night", "mood": 5, "keywords": []},
]


def run(*pipeline: Any, documents: Any = None) -> Any:
    return aggregate(documents=copy.deepcopy(SCENES if documents is None else documents), pipeline=list(pipeline))


@pytest.mark.parametrize(
    ("pipeline", "expected"),
    [
        ([], SCENES),
        ([{"$match": {"mood": {"$gte": 5}}}, {"$project": {"title": 1}}], [{"title": "Noon"}, {"title": "Night"}]),
        ([{"$match": {"title": {"$regex": "^n", "$options": "i"}}}, {"$count": "n"}], [{"n": 2}]),
        ([{"$match": {"$expr": {"$lt": ["$mood", 4]}}}, {"$unset": ["mood", "keywords"]}], [{"title": "Fog"}]),
        ([{"$sort": {"mood": -1}}, {"$skip": 1}, {"$limit": 1}, {"$project": {"title": 1}}], [{"title": "Night"}]),
        (
            [{"$unwind": "$keywords"}, {"$group": {"_id": None, "all": {"$addToSet": "$keywords"}}}, {"$unset": "_id"}],
            [{"all": ["sea", "grey", "gold"]}],
        ),
        (
            [{"$unwind": "$keywords"}, {"$sortByCount": "$keywords"}, {"$limit": 1}],
            [{"_id": "sea", "count": 2}],
        ),
        (
            [{"$set": {"tags": {"$size": "$keywords"}}}, {"$match": {"tags": 0}}, {"$project": {"tags": 1}}],
            [{"tags": 0}],
        ),
        ([{"$limit": 1}, {"$replaceWith": {"name": {"$toUpper": "$title"}}}], [{"name": "FOG"}]),
        ([{"$limit": 1}, {"$replaceRoot": {"newRoot": {"m": {"$add": ["$mood", 1]}}}}], [{"m": 4}]),
        (
            [{"$bucket": {"groupBy": "$mood", "boundaries": [0, 5, 10], "output": {"n": {"$sum": 1}}}}],
            [{"_id": 0, "n": 1}, {"_id": 5, "n": 2}],
        ),
        (
            [
                {
                    "$facet": {
                        "top": [{"$sort": {"mood": -1}}, {"$limit": 1}, {"$project": {"mood": 1}}],
                        "n": [{"$count": "n"}],
                    }
                }
            ],
            [{"top": [{"mood": 9}], "n": [{"n": 3}]}],
        ),
    ],
)
def test_pipeline_gives_what_mongodb_gives(pipeline: list[Any], expected: Any) -> None:
    assert run(*pipeline) == expected


def test_no_id_appears_that_the_data_does_not_have() -> None:
    assert run({"$match": {}}, {"$sort": {"mood": 1}})[0].keys() == {"title", "mood", "keywords"}


def test_values_that_are_no_objects_are_wrapped() -> None:
    assert run({"$group": {"_id": None, "sum": {"$sum": "$value"}}}, documents=[1, 2, 3])[0]["sum"] == 6


def test_distinct_values_keep_zero_false_and_empty_text() -> None:
    documents = [{"v": value} for value in (0, False, "", 0, None)]
    assert run({"$group": {"_id": None, "v": {"$addToSet": "$v"}}}, documents=documents)[0]["v"] == [0, False, "", None]


@pytest.mark.parametrize("stage", [{"$count": "n"}, {"$group": {"_id": None, "n": {"$sum": 1}}}])
def test_nothing_in_gives_nothing_out(stage: dict[str, Any]) -> None:
    assert run(stage, documents=[]) == []


def test_one_facet_does_not_write_into_another() -> None:
    [result] = run({"$facet": {"a": [{"$set": {"x.y": 2}}], "b": []}}, documents=[{"x": {"y": 1}}])
    assert result["b"] == [{"x": {"y": 1}}]


@pytest.mark.parametrize(
    ("pipeline", "says"),
    [
        ([{"$out": "stolen"}], r"stage 0: '\$out'"),
        ([{"$merge": {"into": "x"}}], r"stage 0: '\$merge'"),
        ([{"$match": {}}, {"$lookup": {"from": "x"}}], r"stage 1: '\$lookup'"),
        ([{"$graphLookup": {}}], r"'\$graphLookup'"),
        ([{"$unionWith": "x"}], r"'\$unionWith'"),
        ([{"$facet": {"a": [{"$limit": 1}, {"$out": "x"}]}}], r"stage 0 \(\$facet\) 'a' stage 1: '\$out'"),
        ([{"$match": {"$where": "1"}}], r"stage 0 \(\$match\): the operator '\$where'"),
        ([{"$set": {"a": {"$function": {"body": "f"}}}}], r"'\$function'"),
        ([{"$group": {"_id": 1, "a": {"$accumulator": {}}}}], r"'\$accumulator'"),
        ([{"$set": {"a": [{"b": {"$nope": 1}}]}}], r"stage 0 \(\$set\): the operator '\$nope'"),
        (["$match"], "stage 0: a stage is an object with one key"),
        ([{"$match": {}, "$limit": 1}], "stage 0: a stage is an object with one key"),
        ([{"$match": "x"}], "takes an object"),
        ([{"$limit": -1}], "is not a count"),
        ([{"$limit": True}], "is not a count"),
        ([{"$group": {"n": {"$sum": 1}}}], "needs '_id'"),
        ([{"$project": {}}], "at least one field"),
        ([{"$sort": {"a": "up"}}], "1 .ascending."),
        ([{"$unwind": "keywords"}], "a path with a dollar"),
        ([{"$match": {"title": {"$regex": "("}}}], r"stage 0 \(\$match\)"),
        ([{"$set": {"a": {"$divide": [1, 0]}}}], r"stage 0 \(\$set\): division by zero"),
        ([{"$set": {"a": {"$multiply": [2**62, 2**62]}}}], "beyond 64 bits"),
        ([{"$match": {}}] * 51, "51 stages"),
    ],
)
def test_wrong_pipeline_is_refused_with_its_stage(pipeline: list[Any], says: str) -> None:
    with pytest.raises(ModuleError, match=says) as caught:
        run(*pipeline)
    assert (caught.value.code, caught.value.retryable) == ("pipeline_invalid", False)


def test_too_many_documents_are_refused() -> None:
    with pytest.raises(ModuleError, match="50,001 documents"):
        run(documents=[{}] * (MAX_DOCUMENTS + 1))


def test_unwinding_into_too_many_documents_is_refused_before_they_exist() -> None:
    with pytest.raises(ModuleError, match="would give 100,000"):
        run({"$unwind": "$v"}, documents=[{"v": list(range(1000))}] * 100)
