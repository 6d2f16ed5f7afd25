import asyncio
import time
from typing import Any

import pytest
from pydantic import ValidationError

from backend.core.errors import ModuleError
from backend.core.killable import run_killable
from backend.db.aggregation import aggregate
from backend.server.modules.transform import Extract, Query, Validate
from backend.server.modules.transform.extract import extract
from tests.fixtures.module_context import execute

SCENES = [{"title": "Fog", "keywords": ["sea", "grey"]}, {"title": "Noon", "keywords": ["sea"]}]
TITLED = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}


async def test_query_gives_the_result_of_the_pipeline() -> None:
    pipeline = [{"$unwind": "$keywords"}, {"$sortByCount": "$keywords"}]
    outputs = await execute(Query(), {"data": SCENES, "pipeline": pipeline})
    assert outputs == {"result": [{"_id": "sea", "count": 2}, {"_id": "grey", "count": 1}]}


async def test_query_leaves_its_data_alone() -> None:
    data = [{"scene": {"title": "Fog"}}]
    await execute(Query(), {"data": data, "pipeline": [{"$set": {"scene.title": "changed"}}]})
    assert data == [{"scene": {"title": "Fog"}}]


async def test_query_with_a_writing_stage_fails_and_names_it() -> None:
    with pytest.raises(ModuleError, match=r"stage 1: '\$out'"):
        await execute(Query(), {"data": SCENES, "pipeline": [{"$match": {}}, {"$out": "x"}]})


async def test_query_with_too_much_data_is_refused() -> None:
    with pytest.raises(ValidationError, match="data"):
        await execute(Query(), {"data": [{}] * 50_001, "pipeline": []})


async def test_query_that_never_ends_is_stopped_while_the_loop_goes_on() -> None:
    data = [{"text": "a" * 40 + "!"}]
    pipeline = [{"$match": {"text": {"$regex": "^(a+)+$"}}}]
    work = asyncio.to_thread(run_killable, aggregate, seconds=1, documents=data, pipeline=pipeline)
    longest, done = 0.0, asyncio.create_task(work)
    while not done.done():
        before = time.monotonic()
        await asyncio.sleep(0.01)
        longest = max(longest, time.monotonic() - before)
    with pytest.raises(ModuleError) as caught:
        await done
    assert caught.value.code == "work_limit"
    assert longest < 0.5


@pytest.mark.parametrize(
    ("expression", "expected"),
    [("[].keywords[]", ["sea", "grey", "sea"]), ("[0].title", "Fog"), ("nothing", None), ("length(@)", 2)],
)
async def test_extract_gives_what_the_expression_finds(expression: str, expected: Any) -> None:
    assert await execute(Extract(), {"data": SCENES, "expression": expression}) == {"result": expected}


@pytest.mark.parametrize("expression", ["[", "a..b", "unknown(@)", "length(`1`)", "'open"])
async def test_extract_with_a_wrong_expression_fails_in_one_line(expression: str) -> None:
    with pytest.raises(ModuleError, match="The JMESPath expression cannot be used") as caught:
        await execute(Extract(), {"data": SCENES, "expression": expression})
    assert caught.value.code == "expression_invalid"
    assert "\n" not in caught.value.message


def test_extract_that_doubles_its_result_is_stopped() -> None:
    with pytest.raises(ModuleError) as caught:
        run_killable(extract, seconds=3, data=1, expression="|".join(["[@,@]"] * 40))
    assert caught.value.code == "work_limit"


async def test_validate_with_data_that_fits_gives_it_back() -> None:
    outputs = await execute(Validate(), {"data": {"title": "Fog"}, "schema": TITLED})
    assert outputs == {"valid": True, "errors": [], "data": {"title": "Fog"}}


async def test_validate_reports_every_place_with_its_pointer() -> None:
    inputs = {"data": [{"title": 1}, {}], "schema": {"items": TITLED}, "on_invalid": "report"}
    outputs = await execute(Validate(), inputs)
    assert outputs["valid"] is False
    assert [error["pointer"] for error in outputs["errors"]] == ["/0/title", "/1"]


async def test_validate_fails_by_default_and_names_the_place() -> None:
    with pytest.raises(ModuleError, match="/title: 1 is not of type 'string'") as caught:
        await execute(Validate(), {"data": {"title": 1}, "schema": TITLED})
    assert (caught.value.code, caught.value.retryable) == ("data_invalid", False)


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"$ref": "http://127.0.0.1:9/schema.json"}, "leaves the schema"),
        ({"properties": {"a": {"$ref": "other.json#/a"}}}, "leaves the schema"),
        ({"$ref": "#/$defs/missing"}, "points to nothing"),
        ({"$ref": "#"}, "without end"),
        ({"type": "thing"}, "not a JSON Schema: /type"),
    ],
)
async def test_validate_with_a_schema_that_cannot_be_used_is_refused(schema: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        await execute(Validate(), {"data": 1, "schema": schema})


async def test_validate_follows_references_inside_the_schema() -> None:
    schema = {"$ref": "#/$defs/short", "$defs": {"short": {"type": "string", "maxLength": 2}}}
    outputs = await execute(Validate(), {"data": "long", "schema": schema, "on_invalid": "report"})
    assert outputs["valid"] is False


async def test_validate_keeps_its_list_of_errors_short() -> None:
    inputs = {"data": ["x"] * 1000, "schema": {"items": {"type": "integer"}}, "on_invalid": "report"}
    assert len((await execute(Validate(), inputs))["errors"]) == 100
