"""Renders the templates in a tree of JSON."""

from collections.abc import Mapping
from typing import Any

import orjson

from backend.core.errors import TemplateError, ValueNotStorable
from backend.core.jsonvalue import check_json
from backend.core.statepath import MISSING
from backend.server.templating.language import Reading, read
from backend.server.templating.messages import at_one_of, at_place, failure
from backend.server.templating.pool import Pool
from backend.server.templating.scope import Path, part_of
from backend.server.templating.tree import Place, fill, find_templates

_STRICT = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS

_FALSE = frozenset({"", "0", "false", "none", "null"})


class Renderer:
    """Renders templates in processes of their own, where a bomb can be stopped.

    What is nothing but a name, `{{ state.topic }}`, is looked up at once, without a process.

    Args:
        workers: processes; as many renderings go on at a time.
        seconds: after so long a rendering is stopped.
        memory_bytes: address space of one process.
    """

    def __init__(self, *, workers: int, seconds: float, memory_bytes: int) -> None:
        self._pool = Pool(workers=workers, seconds=seconds, memory_bytes=memory_bytes)

    async def start(self) -> None:
        """Starts the processes; call it before anything is rendered.

        Raises:
            SetupError: they do not start.
        """
        await self._pool.start()

    async def close(self) -> None:
        """Ends the processes."""
        await self._pool.close()

    async def render(self, tree: Any, scope: Mapping[str, Any]) -> Any:
        """The tree with every template in it rendered, in one go. A rendered value is never rendered again.

        Args:
            tree: JSON. A text that is exactly one `{{ expression }}` becomes the expression's value, any other
                template becomes text; everything else stays, object keys included.
            scope: the names that templates may read; JSON values. It is not changed.

        Returns:
            A new tree where there was a template, else the same one. Only JSON.

        Raises:
            TemplateUndefined: a name does not exist.
            TemplateSyntax: a template is wrong.
            TemplateBudget: it takes too much work, memory or time.
            TemplateError: anything else. All of them name the template, its place and what is wrong.
        """
        places = find_templates(tree)
        if not places:
            return tree
        return fill(tree, iter(await self._values(places, scope)))

    async def evaluate(self, expression_template: str, scope: Mapping[str, Any]) -> bool:
        """Whether a `when` holds: the truth of its value. Text such as "false", "0", "none" or "" around a template
        is false.

        Raises:
            TemplateError: as `render`.
        """
        value = await self.render(expression_template, scope)
        if isinstance(value, str) and not read(expression_template).is_expression:
            return value.strip().lower() not in _FALSE
        return bool(value)

    async def _values(self, places: list[Place], scope: Mapping[str, Any]) -> list[Any]:
        readings = [_read(place) for place in places]
        values = [_looked_up(reading.path, scope) for reading in readings]
        left = [index for index, value in enumerate(values) if value is MISSING]
        if left:
            paths = frozenset[Path]().union(*(readings[index].references for index in left))
            answers = await self._ask([places[index] for index in left], part_of(scope, paths), scope)
            for index, answer in zip(left, answers, strict=True):
                values[index] = answer
        for place, value in zip(places, values, strict=True):
            _check(value, place)
        return values

    async def _ask(self, places: list[Place], part: dict[str, Any], scope: Mapping[str, Any]) -> list[Any]:
        try:
            request = orjson.dumps({"templates": [place.source for place in places], "scope": part}, option=_STRICT)
        except orjson.JSONEncodeError as error:
            raise at_one_of(TemplateError(f"a value that it reads is not JSON: {error}"), places) from None
        try:
            answer = orjson.loads(await self._pool.ask(request))
        except TemplateError as error:
            raise at_one_of(error, places) from None
        if "error" in answer:
            raise failure(answer["error"], places, scope)
        values: list[Any] = answer["values"]
        return values


def _read(place: Place) -> Reading:
    try:
        return read(place.source)
    except TemplateError as error:
        raise at_place(error, place) from None


def _looked_up(path: Path | None, scope: Mapping[str, Any]) -> Any:
    """The value at the path, a copy; MISSING where there is none, which needs the sandbox to say it well."""
    if path is None:
        return MISSING
    node: Any = scope
    for name in path:
        if not isinstance(node, Mapping) or name not in node:
            return MISSING
        node = node[name]
    return _copy(node) if isinstance(node, dict | list) else node


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(child) for key, child in value.items()}
    return [_copy(child) for child in value] if isinstance(value, list) else value


def _check(value: Any, place: Place) -> None:
    try:
        check_json(value)
    except ValueNotStorable as error:
        inside = error.errors[0].pointer
        where = f", at '{inside}' in it" if inside else ""
        raise at_place(TemplateError(f"its value cannot be stored: {error.reason}{where}"), place) from None
