"""Numbers that fit their field's name and the number keywords of a JSON Schema."""

import math
from typing import Any

from backend.server.modules.api.offline_text.fields import normal

NUMBERS: dict[str, tuple[float, float]] = {
    "score": (6, 9.5),
    "rating": (3, 5),
    "confidence": (0.6, 0.97),
    "probability": (0.1, 0.9),
    "duration": (4, 20),
    "second": (4, 20),
    "minute": (1, 10),
    "price": (5, 80),
    "year": (2024, 2027),
    "count": (1, 8),
    "width": (768, 768),
    "height": (512, 512),
    "strength": (0.4, 0.8),
    "percent": (10, 95),
    "age": (18, 70),
}


def make_number(
    schema: dict[str, Any], *, name: str, whole: bool, fraction: float, score: float | None = None
) -> float | int:
    """A number within the bounds.

    Args:
        name: of the field; a "rating" is 3 to 5 where nothing else is said.
        fraction: 0..1, where in the usual range.
        score: 0..1, a measured share of the whole range instead of a drawn one.
    """
    low, high = _range(schema, name, measured=score is not None)
    value = low + (high - low) * (fraction if score is None else score)
    if schema.get("multipleOf"):
        return _stepped(value, schema)
    if whole:
        return max(math.ceil(low), min(math.floor(high), round(value)))
    rounded = round(value, 2)
    edges = (schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum"))
    return rounded if low <= rounded <= high and rounded not in edges else value


def _range(schema: dict[str, Any], name: str, *, measured: bool) -> tuple[float, float]:
    low, high = bounds_of(schema)
    if measured:
        return low if low is not None else 0, high if high is not None else max(10, low or 0)
    usual = NUMBERS.get(normal(name)) or next((span for key, span in NUMBERS.items() if key in name.lower()), (1, 10))
    if (low is None or usual[0] >= low) and (high is None or usual[1] <= high):
        return usual
    if low is not None and high is not None:
        # a score in a range of its own is a good one, but not a perfect one
        return (low + (high - low) * 0.6 if "score" in name.lower() and high - low > 2 else low), high
    return (low, low + 9) if low is not None else ((high or 0) - 9, high or 0)


def bounds_of(schema: dict[str, Any]) -> tuple[float | None, float | None]:
    """Inclusive bounds; an exclusive one is moved by a step that fits integers and small ranges."""
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    whole = schema.get("type") == "integer"
    room = (
        [bound for bound in (low, above) if bound is not None],
        [bound for bound in (high, below) if bound is not None],
    )
    span = min(room[1]) - max(room[0]) if room[0] and room[1] else 1
    step = 1 if whole else min(0.01, abs(span) / 4)
    if above is not None:
        moved = math.floor(above) + 1 if whole else above + step
        low = moved if low is None else max(low, moved)
    if below is not None:
        moved = math.ceil(below) - 1 if whole else below - step
        high = moved if high is None else min(high, moved)
    return low, high


def _stepped(value: float, schema: dict[str, Any]) -> float | int:
    """The multiple nearest to the value that lies within the bounds."""
    step: float | int = schema["multipleOf"]
    low, high = bounds_of(schema)
    count = round(value / step)
    count = count if high is None else min(count, math.floor(high / step))
    count = count if low is None else max(count, math.ceil(low / step))
    return count * step
