"""Weighing keywords: pure functions of what a data set holds and of how its keywords were used."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from backend.core.clock import parse_iso


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """`base` is its weight in the vocabulary, `heat` how much it was used, `uses` how often."""

    text: str
    base: float
    heat: float = 0.0
    uses: int = 0

    @property
    def weight(self) -> float:
        """The base weight, halved by one fresh use, a third after two."""
        return self.base / (1.0 + self.heat)


def identity(text: str) -> str:
    """Keywords that differ in case or spaces alone are one."""
    return " ".join(text.split()).casefold()


def named(item: Any, weight: float) -> tuple[str, float] | None:
    """`"fog"` or `{"keyword": "fog", "weight": 2}` as text and weight; None for anything else."""
    text = item.get("keyword") if isinstance(item, dict) else item
    given = item.get("weight", weight) if isinstance(item, dict) else weight
    if not isinstance(text, str) or not text.strip():
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given) or given < 0:
        return None
    return " ".join(text.split()), float(given)


def weigh(vocabulary: Any, uses: Any, *, now: datetime, half_life_hours: float | None) -> list[Keyword]:
    """Every known keyword: those of the vocabulary, and those that were used without being in it.

    Args:
        vocabulary: list of texts or `{"keyword", "weight"}`.
        uses: list of `{"keyword", "weight", "at", "use"}`; one `use` counts a keyword once, so that a module
            which ran again after a crash counts once.
        half_life_hours: a use counts half after so long; None: it never fades.
    """
    known: dict[str, Keyword] = {}
    for text, weight in _pairs(vocabulary):
        known[identity(text)] = Keyword(text=text, base=weight)
    for key, record in _distinct(uses).items():
        before = known.get(key[0]) or Keyword(text=record["keyword"], base=1.0)
        known[key[0]] = Keyword(
            text=before.text,
            base=before.base,
            heat=before.heat + _heat(record, now=now, half_life_hours=half_life_hours),
            uses=before.uses + 1,
        )
    return list(known.values())


def hottest(keywords: Iterable[Keyword], count: int) -> list[Keyword]:
    """The most used ones, hottest first; those that were never used are not among them."""
    used = [keyword for keyword in keywords if keyword.heat > 0]
    return sorted(used, key=lambda keyword: (-keyword.heat, identity(keyword.text)))[:count]


def heaviest(keywords: Iterable[Keyword], count: int) -> list[Keyword]:
    """The best ones to use next, heaviest first."""
    usable = [keyword for keyword in keywords if keyword.weight > 0]
    return sorted(usable, key=lambda keyword: (-keyword.weight, identity(keyword.text)))[:count]


def drawn(keywords: list[Keyword], count: int, *, seed: str) -> list[Keyword]:
    """A draw without putting back, by weight; the same seed gives the same draw."""
    random = Random(seed)
    usable = heaviest(keywords, len(keywords))
    return sorted(usable, key=lambda keyword: -(random.random() ** (1.0 / keyword.weight)))[:count]


def _pairs(items: Any) -> list[tuple[str, float]]:
    return [pair for item in items or [] if (pair := named(item, 1.0)) is not None]


def _distinct(uses: Any) -> dict[tuple[str, str], dict[str, Any]]:
    records: dict[tuple[str, str], dict[str, Any]] = {}
    for index, record in enumerate(uses or []):
        if isinstance(record, dict) and named(record, 1.0) is not None:
            records.setdefault((identity(record["keyword"]), str(record.get("use", index))), record)
    return records


def _heat(record: dict[str, Any], *, now: datetime, half_life_hours: float | None) -> float:
    weight = float(record.get("weight", 1.0))
    if half_life_hours is None:
        return weight
    return float(weight * 0.5 ** (_hours_since(record.get("at"), now) / half_life_hours))


def _hours_since(at: Any, now: datetime) -> float:
    try:
        return max(0.0, (now - parse_iso(at)).total_seconds() / 3600)
    except (TypeError, ValueError):
        return 0.0  # a record by other hands, without a time that can be read, counts as fresh
