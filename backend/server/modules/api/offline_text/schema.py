"""Walks a JSON Schema and fills it."""

import json
import math
from dataclasses import dataclass, field, replace
from typing import Any

from backend.core.errors import ModuleError
from backend.server.modules.api.llm_json import find_mismatch
from backend.server.modules.api.offline_text.dice import Dice, stems
from backend.server.modules.api.offline_text.fields import Place, Slot, list_for, normal, text_for
from backend.server.modules.api.offline_text.fit import fit_text, text_limit
from backend.server.modules.api.offline_text.numbers import bounds_of, make_number
from backend.server.modules.api.offline_text.review import review_text
from backend.server.modules.api.offline_text.scene import Scene, Setup, draw_scene

MAX_ITEMS = 1000
VERDICTS = (
    ("publish", "approve", "approved", "accept", "accepted", "pass", "ready", "yes", "excellent"),
    ("revise", "changes", "needs_changes", "edit", "improve", "good", "maybe", "minor_changes"),
    ("reject", "rejected", "fail", "no", "poor", "decline", "rewrite"),
)
MAX_DEPTH = 24
USUAL_COUNT = 4
TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the walk stands. `index` is the item in the nearest list, `open` are the $refs being followed."""

    path: str = ""
    name: str = ""
    parent: str = ""
    siblings: frozenset[str] = frozenset()
    index: int = 0
    depth: int = 0
    deck: str = "scenes"
    scene_index: int = 0
    in_item: bool = False
    refs: tuple[str, ...] = ()


@dataclass(slots=True)
class Filler:
    """Fills one schema for one request."""

    setup: Setup
    root: dict[str, Any]
    scenes: dict[tuple[str, int], Scene] = field(default_factory=dict)

    def fill(self) -> Any:
        """A value that fits the schema.

        Raises:
            ModuleError: the schema asks for something that a grammar cannot make; names the place.
        """
        value = self._value(self.root, Spot())
        mismatch = find_mismatch(value, self.root)
        if mismatch:
            raise ModuleError(
                f"The offline generator cannot make an answer that fits this schema ({mismatch}). "
                "Loosen the schema there, or set the input 'provider' to 'openai'.",
                code="offline_cannot",
                retryable=False,
            )
        return value

    def _value(self, schema: Any, spot: Spot) -> Any:
        if not isinstance(schema, dict):
            return text_for(self._slot({}, spot)) if schema else None
        schema, spot = self._resolved(schema, spot)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._choice(schema["enum"], spot)
        for keyword in ("oneOf", "anyOf"):
            if schema.get(keyword):
                return self._alternative(schema, keyword, spot)
        return self._typed(schema, spot)

    def _typed(self, schema: dict[str, Any], spot: Spot) -> Any:
        kind = self._type_of(schema, spot)
        if kind == "object":
            return self._object(schema, spot)
        if kind == "array":
            return self._array(schema, spot)
        if kind in ("integer", "number"):
            return self._number(schema, spot, whole=kind == "integer")
        if kind == "boolean":
            return self._flag(spot)
        return None if kind == "null" else self._text(schema, spot)

    def _resolved(self, schema: dict[str, Any], spot: Spot) -> tuple[dict[str, Any], Spot]:
        """Follows `$ref` and folds `allOf` in. What is written beside them counts as well."""
        while "$ref" in schema:
            ref = str(schema["$ref"])
            target = _pointed(self.root, ref)
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            schema, spot = _merged(target, beside), replace(spot, refs=(*spot.refs, ref), depth=spot.depth + 1)
            if spot.refs.count(ref) > 8:
                break
        for part in schema.get("allOf", ()):
            inner, spot = self._resolved(part, spot) if isinstance(part, dict) else ({}, spot)
            schema = _merged(inner, {key: value for key, value in schema.items() if key != "allOf"})
        return schema, spot

    def _type_of(self, schema: dict[str, Any], spot: Spot) -> str:
        said = schema.get("type")
        kinds = [said] if isinstance(said, str) else [kind for kind in said or [] if isinstance(kind, str)]
        if not kinds:
            kinds = [kind for kind, keys in _SIGNS.items() if keys & schema.keys()] or ["string"]
        if self._too_deep(spot) and "null" in kinds:
            return "null"
        return next((kind for kind in kinds if kind != "null"), "null")

    def _too_deep(self, spot: Spot) -> bool:
        return spot.depth > MAX_DEPTH or any(spot.refs.count(ref) > 2 for ref in spot.refs[-1:])

    def _alternative(self, schema: dict[str, Any], keyword: str, spot: Spot) -> Any:
        """The first alternative, in a drawn order, whose value fits all of the schema."""
        beside = {key: value for key, value in schema.items() if key != keyword}
        options = [option for option in schema[keyword] if option is not False]
        nulls = [option for option in options if isinstance(option, dict) and option.get("type") == "null"]
        others = [option for option in options if option not in nulls]
        drawn = self._dice(spot).shuffled(others, "alternative", text=_dumped)
        ordered = [*nulls, *drawn] if self._too_deep(spot) else [*drawn, *nulls]
        made: list[Any] = []
        for option in ordered:
            value = self._value(_merged(option, beside) if isinstance(option, dict) else beside, spot)
            if find_mismatch(value, schema | _definitions(self.root)) is None:
                return value
            made.append(value)
        return made[0] if made else None

    def _choice(self, options: list[Any], spot: Spot) -> Any:
        """The option that the request speaks of, else a drawn one."""
        scene, request = self._scene(spot), self.setup.request
        said = set(stems(f"{request.feedback} {' '.join(scene.mood)} {scene.time} {scene.weather} {request.tone}"))
        if request.text and {"positive", "negative", "neutral"} & {str(option).lower() for option in options}:
            said = {review_text(request.text).sentiment}
        allowed = [option for option in options if scene.dice.bans.allow(str(option))] or options
        judged = self._verdict(allowed)
        if judged is not None:
            return judged
        named = [option for option in allowed if isinstance(option, str) and set(stems(option)) & said]
        return named[0] if named else self._dice(spot).deal(allowed, "enum", spot.index, text=_dumped)

    def _verdict(self, options: list[Any]) -> Any:
        """The option that a review of the given text comes to, where the options are verdicts."""
        if not self.setup.request.text:
            return None
        score = review_text(self.setup.request.text).score
        wanted = VERDICTS[0 if score > 0.8 else 1 if score > 0.5 else 2]
        known = [option for option in options if any(str(option).lower() in row for row in VERDICTS)]
        return next((option for option in known if str(option).lower() in wanted), None)

    def _object(self, schema: dict[str, Any], spot: Spot) -> dict[str, Any]:
        properties = schema.get("properties", {})
        required = [name for name in schema.get("required", ()) if isinstance(name, str)]
        deep = self._too_deep(spot)
        names = [name for name in properties if not (deep and name not in required) and properties[name] is not False]
        names = (
            names[: schema.get("maxProperties", len(names))]
            if len(names) > schema.get("maxProperties", len(names))
            else names
        )
        names = list(dict.fromkeys([*required, *names]))
        names = names[: max(len(required), schema.get("maxProperties", len(names)))]
        extra = schema.get("additionalProperties", {})
        names += [f"detail_{at}" for at in range(1, schema.get("minProperties", 0) - len(names) + 1)]
        inside = frozenset(normal(name) for name in names)
        return {name: self._value(properties.get(name, extra), self._below(spot, name, inside)) for name in names}

    def _below(self, spot: Spot, name: str, siblings: frozenset[str]) -> Spot:
        return replace(
            spot,
            path=f"{spot.path}/{name}",
            name=name,
            parent=spot.name or spot.parent,
            siblings=siblings,
            depth=spot.depth + 1,
        )

    def _array(self, schema: dict[str, Any], spot: Spot) -> list[Any]:
        first = schema.get("prefixItems", [])
        items = schema.get("items", {})
        count, low = self._count(schema, spot, at_least=len(first)), int(schema.get("minItems", 0))
        values = [self._value(item, self._item(spot, at)) for at, item in enumerate(first[:count])]
        if items is False:
            return values
        rest = range(len(values), count)
        resolved = self._resolved(items, spot)[0] if isinstance(items, dict) else {}
        together = self._together(resolved, spot, count=count, low=low) if not first else None
        if together is not None:
            values = together
        else:
            values += [self._value(items, self._item(spot, at)) for at in rest]
            values = _distinct_texts(values, low) if spot.in_item and not first else values
        return (
            self._unique(values, schema=schema, resolved=resolved, spot=spot) if schema.get("uniqueItems") else values
        )

    def _count(self, schema: dict[str, Any], spot: Spot, *, at_least: int) -> int:
        low, high = int(schema.get("minItems", 0)), schema.get("maxItems")
        asked = None if spot.in_item else self.setup.request.count
        usual = asked or max(low, at_least or (USUAL_COUNT if not spot.in_item else 5))
        if self._too_deep(spot):
            usual = low
        count = max(low, min(usual, int(high) if high is not None else MAX_ITEMS))
        if count > MAX_ITEMS:
            raise ModuleError(
                f"The schema asks for {count} items at '{spot.path or '/'}'; the offline generator makes {MAX_ITEMS}.",
                code="offline_cannot",
                retryable=False,
            )
        return count

    def _together(self, item: dict[str, Any], spot: Spot, *, count: int, low: int) -> list[Any] | None:
        """Lists such as keywords come from one scene at once, so that nothing in them is there twice."""
        plain = item.get("type", "string") == "string" and not {"enum", "const", "oneOf", "anyOf"} & item.keys()
        found = list_for(self._slot(item, spot), count) if plain else None
        if found is None:
            return None
        fitted = list(dict.fromkeys(fit_text(text, item, self._dice(spot)) for text in found))
        return _padded(fitted, low) if len(fitted) < low else fitted[:count]

    def _item(self, spot: Spot, at: int) -> Spot:
        """An item: of the first list on the way its own scene, of lists inside that the same one."""
        below = replace(spot, path=f"{spot.path}/{at}", index=at, depth=spot.depth + 1)
        if spot.in_item:
            return below
        return replace(below, in_item=True, deck=spot.path or "scenes", scene_index=at)

    def _unique(self, values: list[Any], *, schema: dict[str, Any], resolved: dict[str, Any], spot: Spot) -> list[Any]:
        seen: dict[str, Any] = {_dumped(value): value for value in values}
        options = resolved.get("enum", [])
        for option in options:
            if len(seen) >= len(values):
                break
            seen.setdefault(_dumped(option), option)
        for at in range(len(values), len(values) + 40):
            if len(seen) >= len(values) or not resolved or options:
                break
            value = self._another(resolved, self._item(spot, at), at)
            seen.setdefault(_dumped(value), value)
        return list(seen.values())

    def _another(self, schema: dict[str, Any], spot: Spot, at: int) -> Any:
        value = self._value(schema, spot)
        if isinstance(value, str):
            return fit_text(f"{at} {value}", schema, self._dice(spot))
        low = bounds_of(schema)[0]
        if isinstance(value, int) and not isinstance(value, bool):
            step = schema.get("multipleOf", 1)
            return math.ceil((low if low is not None else 0) / step) * step + (at % 40) * step
        return value

    def _number(self, schema: dict[str, Any], spot: Spot, *, whole: bool) -> float | int:
        text = self.setup.request.text
        score = review_text(text).score if text and "score" in spot.name.lower() else None
        return make_number(
            schema, name=spot.name, whole=whole, fraction=self._dice(spot).fraction("number"), score=score
        )

    def _flag(self, spot: Spot) -> bool:
        if self.setup.request.text and any(part in spot.name.lower() for part in ("approved", "ready", "ok", "pass")):
            return review_text(self.setup.request.text).score > 0.8
        return self._dice(spot).fraction("flag") < 0.5

    def _text(self, schema: dict[str, Any], spot: Spot) -> str:
        return fit_text(text_for(self._slot(schema, spot)), schema, self._dice(spot))

    def _slot(self, schema: dict[str, Any], spot: Spot) -> Slot:
        said = f"{schema.get('description', '')} {schema.get('title', '')}".strip()
        place = Place(
            name=spot.name,
            siblings=spot.siblings - {normal(spot.name)},
            description=said,
            index=spot.index,
            path=spot.path,
            parent=spot.parent,
            limit=text_limit(schema),
        )
        return Slot(self.setup, self._scene(spot), place)

    def _scene(self, spot: Spot) -> Scene:
        key = (spot.deck, spot.scene_index)
        if key not in self.scenes:
            self.scenes[key] = draw_scene(self.setup, deck=spot.deck, index=spot.scene_index)
        return self.scenes[key]

    def _dice(self, spot: Spot) -> Dice:
        return replace(self.setup.dice, seed=f"{self.setup.dice.seed}\x1f{spot.path}")


_SIGNS: dict[str, set[str]] = {
    "object": {"properties", "required", "additionalProperties", "minProperties"},
    "array": {"items", "prefixItems", "minItems", "maxItems", "uniqueItems"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
    "string": {"minLength", "maxLength", "pattern", "format"},
}


def _pointed(root: dict[str, Any], ref: str) -> dict[str, Any]:
    """The part of the schema that a local `$ref` names; anything else is refused when the value is checked."""
    target: Any = root
    for part in ref.removeprefix("#").split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        target = target.get(key) if isinstance(target, dict) else None
    return target if isinstance(target, dict) else {}


def _merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Both schemas in one: properties and required add up, for the rest `over` counts."""
    both = {**under, **over}
    if "properties" in under and "properties" in over:
        both["properties"] = {**under["properties"], **over["properties"]}
    if "required" in under and "required" in over:
        both["required"] = list(dict.fromkeys([*under["required"], *over["required"]]))
    return both


def _definitions(root: dict[str, Any]) -> dict[str, Any]:
    return {key: root[key] for key in ("$defs", "definitions") if key in root}


def _padded(items: list[str], count: int) -> list[str]:
    """Enough items even where the grammar ran dry: later ones are numbered."""
    unique = list(dict.fromkeys(items)) or ["item"]
    return [
        unique[at] if at < len(unique) else f"{unique[at % len(unique)]} {at // len(unique) + 1}" for at in range(count)
    ]


def _distinct_texts(values: list[Any], low: int) -> list[Any]:
    """Texts within one item each once, as long as `low` of them are left."""
    if not all(isinstance(value, str) for value in values):
        return values
    unique = list(dict.fromkeys(values))
    return unique if len(unique) >= low else values


def _dumped(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
