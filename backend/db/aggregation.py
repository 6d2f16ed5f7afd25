"""MongoDB's aggregation language over a list of values, without a database.

mongomock runs the stages. What it leaves out of the language or gets wrong is put right here, stage by stage.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson
from mongomock.aggregate import process_pipeline
from pymongo.errors import PyMongoError

from backend.core.errors import InterludeError, PipelineError
from backend.core.jsonvalue import check_json, encoded
from backend.db.aggregation_language import ACCUMULATED, OPERATORS, STAGES

Documents = list[dict[str, Any]]

MAX_STAGES = 50
MAX_DOCUMENTS = 50_000
"""Given, and after any stage: `$unwind` multiplies."""


_WORDS = {dict: "an object", str: "text", int: "a whole number", list: "a list"}


def aggregate(*, documents: list[Any], pipeline: list[Any]) -> Documents:
    """The result of a read-only pipeline. The arguments are consumed: stages may change them.

    Args:
        documents: objects; a value that is none is seen as `{"value": ...}`.

    Raises:
        PipelineError: an unknown stage or operator, a wrong argument, too many stages or documents,
            or a result that is not JSON.
    """
    check_pipeline(pipeline)
    wrapped = [item if isinstance(item, dict) else {"value": item} for item in documents]
    _check_count(wrapped, "the data")
    result = _run(wrapped, pipeline, "stage ")
    try:
        check_json(result)
    except InterludeError as error:
        raise PipelineError("its result", error.message.rstrip(".")) from error
    return result


def check_pipeline(pipeline: list[Any], prefix: str = "stage ") -> None:
    """Refuses what is not a read-only pipeline, before anything runs. Raises PipelineError."""
    if len(pipeline) > MAX_STAGES:
        raise PipelineError(f"{prefix}{MAX_STAGES}", f"it has {len(pipeline)} stages, the limit is {MAX_STAGES}")
    for index, stage in enumerate(pipeline):
        where = f"{prefix}{index}"
        if not isinstance(stage, dict) or len(stage) != 1:
            raise PipelineError(where, 'a stage is an object with one key, as {"$match": {...}}')
        name, spec = next(iter(stage.items()))
        if name not in STAGES:
            raise PipelineError(where, f"'{name}' is no stage that may be used here; use one of {', '.join(STAGES)}")
        where = f"{where} ({name})"
        if not isinstance(spec, STAGES[name]):
            raise PipelineError(where, f"it takes {' or '.join(_WORDS[kind] for kind in STAGES[name])}")
        if spec == {} and name != "$match":
            raise PipelineError(where, "it needs at least one field")
        _check_spec(name, spec, where)


def _check_spec(name: str, spec: Any, where: str) -> None:
    if name in ("$limit", "$skip"):
        if isinstance(spec, bool) or spec < (1 if name == "$limit" else 0):
            raise PipelineError(where, f"{spec} is not a count")
    elif name == "$sort" and not (spec and all(way in (1, -1) for way in spec.values())):
        raise PipelineError(where, "it takes fields with 1 (ascending) or -1 (descending)")
    elif name == "$facet":
        for key, inner in spec.items():
            if not isinstance(inner, list):
                raise PipelineError(f"{where} '{key}'", "a facet is a list of stages")
            check_pipeline(inner, f"{where} '{key}' stage ")
    elif name == "$group" and "_id" not in spec:
        raise PipelineError(where, "it needs '_id': what to group by, or null for one group of all")
    else:
        for operator in _operators(spec):
            if operator not in OPERATORS:
                raise PipelineError(where, f"the operator '{operator}' is unknown or may not be used here")


def _operators(spec: Any) -> Iterator[str]:
    stack = [spec]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(node)
        elif isinstance(node, dict):
            for key, value in node.items():
                if key.startswith("$"):
                    yield key
                if key != "$literal":
                    stack.append(value)


def _run(documents: Documents, pipeline: list[dict[str, Any]], prefix: str) -> Documents:
    for index, stage in enumerate(pipeline):
        name, spec = next(iter(stage.items()))
        where = f"{prefix}{index} ({name})"
        if name == "$facet":
            documents = [_facet(documents, spec, where)]
        elif documents:  # MongoDB's stages give nothing for nothing; mongomock's $group and $count do not
            documents = _run_stage(documents, name, spec, where)
        _check_count(documents, where)
    return documents


def _facet(documents: Documents, facets: dict[str, Any], where: str) -> dict[str, Any]:
    # Copies: a stage may write into nested values, which the other facets share.
    return {
        key: _run(orjson.loads(orjson.dumps(documents)), inner, f"{where} '{key}' stage ")
        for key, inner in facets.items()
    }


def _run_stage(documents: Documents, name: str, spec: Any, where: str) -> Documents:
    if name == "$unwind":
        _check_unwound(documents, spec, where)
    stages = _REWRITES[name](spec) if name in _REWRITES else [{name: spec}]
    try:
        result = list(process_pipeline(documents, None, stages, None))  # type: ignore[no-untyped-call]  # mongomock has no types
    except _WRONG as error:
        raise PipelineError(where, _reason(error)) from error
    return _distinct(result, spec) if name in ACCUMULATED else result


_WRONG = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    PyMongoError,
    TypeError,
    ValueError,
    re.error,
)
"""What mongomock raises for a wrong specification: it checks little beforehand."""


def _reason(error: Exception) -> str:
    text = str(error).strip().rstrip(".") or "its specification is wrong"
    if isinstance(error, NotImplementedError):
        return "it uses an operator, or an option of one, that is not supported in this place"
    if isinstance(error, KeyError):
        return f"{text} is missing"
    return text


def _check_count(documents: Documents, where: str) -> None:
    if len(documents) > MAX_DOCUMENTS:
        raise PipelineError(where, f"{len(documents):,} documents, the limit is {MAX_DOCUMENTS:,}")


def _check_unwound(documents: Documents, spec: Any, where: str) -> None:
    """Counts before `$unwind` copies each document once an element."""
    path = spec.get("path") if isinstance(spec, dict) else spec
    if not isinstance(path, str) or not path.startswith("$") or len(path) < 2:
        raise PipelineError(where, "it needs a path with a dollar, as '$keywords'")
    total = 0
    for document in documents:
        node: Any = document
        for part in path[1:].split("."):
            node = node.get(part) if isinstance(node, dict) else None
        total += len(node) if isinstance(node, list) else 1
    if total > MAX_DOCUMENTS:
        raise PipelineError(where, f"it would give {total:,} documents, the limit is {MAX_DOCUMENTS:,}")


def _group(spec: dict[str, Any]) -> list[dict[str, Any]]:
    # mongomock's $addToSet turns 0, "" and false into null, so the values are gathered and made distinct after.
    return [{"$group": {key: _pushed(value) for key, value in spec.items()}}]


def _bucket(spec: dict[str, Any]) -> list[dict[str, Any]]:
    output = spec.get("output")
    if not isinstance(output, dict):
        return [{"$bucket": spec}]
    return [{"$bucket": {**spec, "output": {key: _pushed(value) for key, value in output.items()}}}]


def _pushed(value: Any) -> Any:
    return {"$push": value["$addToSet"]} if isinstance(value, dict) and "$addToSet" in value else value


def _distinct(documents: Documents, spec: dict[str, Any]) -> Documents:
    fields = spec.get("output", {}) if "groupBy" in spec else spec
    sets = [key for key, value in fields.items() if isinstance(value, dict) and "$addToSet" in value]
    for document in documents:
        for key in sets:
            document[key] = list({encoded(value): value for value in document[key]}.values())
    return documents


def _sort_by_count(spec: Any) -> list[dict[str, Any]]:
    return [{"$group": {"_id": spec, "count": {"$sum": 1}}}, {"$sort": {"count": -1, "_id": 1}}]


def _unset(spec: str | list[str]) -> list[dict[str, Any]]:
    return [{"$project": dict.fromkeys([spec] if isinstance(spec, str) else spec, 0)}]


_REWRITES: dict[str, Callable[[Any], list[dict[str, Any]]]] = {
    "$group": _group,
    "$bucket": _bucket,
    "$sortByCount": _sort_by_count,
    "$unset": _unset,
    "$replaceWith": lambda spec: [{"$replaceRoot": {"newRoot": spec}}],
}
"""Stages that mongomock lacks or gets wrong, in terms of those that it has."""
