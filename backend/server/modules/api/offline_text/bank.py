"""The word banks (`words.toml`, `domains.toml`), read once."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Place:
    """`phrase` goes into a sentence ("in a harbour"), `name` into a title, `tags` into keywords."""

    name: str
    phrase: str
    indoor: bool
    gestures: tuple[str, ...]
    tags: tuple[str, ...]
    details: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join((self.name, self.phrase, *self.tags, *self.details))


@dataclass(frozen=True, slots=True)
class Domain:
    """One subject area."""

    name: str
    cues: frozenset[str]
    figures: tuple[str, ...]
    gestures: tuple[str, ...]
    objects: tuple[str, ...]
    places: tuple[Place, ...]


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    return tomllib.loads((HERE / "words.toml").read_text("utf-8"))


@cache
def word_set(name: str) -> frozenset[str]:
    """A set of `[grammar]`, such as the words that carry no meaning."""
    return frozenset(str(words()["grammar"][name]).split())


@lru_cache(maxsize=1)
def domains() -> tuple[Domain, ...]:
    raw = tomllib.loads((HERE / "domains.toml").read_text("utf-8"))
    return tuple(_domain(name, entry) for name, entry in raw.items())


def _domain(name: str, entry: Mapping[str, Any]) -> Domain:
    places = (
        Place(
            name=place["name"],
            phrase=place["phrase"],
            indoor=place["indoor"],
            gestures=tuple(place["gestures"]),
            tags=tuple(place["tags"]),
            details=tuple(place["details"]),
        )
        for place in entry["places"]
    )
    return Domain(
        name=name,
        cues=frozenset(entry["cues"].split()),
        figures=tuple(entry["figures"]),
        gestures=tuple(entry["gestures"]),
        objects=tuple(entry["objects"]),
        places=tuple(places),
    )


@lru_cache(maxsize=256)
def cue_pattern(cues: tuple[str, ...]) -> re.Pattern[str]:
    """Matches any of the cues as whole words, the longest first."""
    ordered = sorted(cues, key=len, reverse=True)
    return re.compile(r"(?<![\w-])(?:" + "|".join(re.escape(cue) for cue in ordered) + r")(?![\w-])", re.IGNORECASE)


def find_cue(text: str, cues: Iterable[str]) -> re.Match[str] | None:
    return cue_pattern(tuple(cues)).search(text)


def domains_of(text: str) -> tuple[Domain, ...]:
    """The subject areas that a topic speaks of most; the everyday ones where it names none."""
    tokens = {token.strip("'\u2019") for token in re.findall(r"[\w'\u2019-]+", text.lower())}
    tokens |= {token[:-1] for token in tokens if token.endswith("s")}
    scored = [(len(domain.cues & tokens), domain) for domain in domains()]
    best = max(score for score, _ in scored)
    if best == 0:
        everyday = ("city", "home", "nature", "work")
        return tuple(domain for domain in domains() if domain.name in everyday)
    return tuple(domain for score, domain in scored if score == best)[:2]
