"""What a prompt asks to see: kind of scene, time, weather, colours, and the things in it."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from backend.server.modules.media.offline.canvas import Colour, rgb

NEGATED = re.compile(r"\b(?:no(?! one)|without|not|less|fewer|free of|empty of|remove)\b[\w\s'-]{0,40}", re.IGNORECASE)
NOBODY = re.compile(r"\b(?:no one in sight|(?<!otherwise )nobody(?! else)|not a soul|deserted)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Look:
    """The plan of one picture. `things` are what the prompt names (person, boat, umbrella, ...)."""

    kind: str
    time: str
    weather: str
    tone: str | None
    season: str | None
    things: frozenset[str]
    colours: tuple[Colour, ...]
    accent: Colour | None
    minimal: bool
    seed: int

    @property
    def dark(self) -> bool:
        return self.time in ("night", "dusk")

    @property
    def people(self) -> int:
        """How many figures the prompt asks for."""
        if "crowd" in self.things:
            return 7
        if "pair" in self.things:
            return 2
        return 1 if self.things & {"person", "umbrella"} else 0

    @property
    def wet(self) -> bool:
        return self.weather in ("rain", "storm")


@lru_cache(maxsize=1)
def lexicon() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "lexicon.toml").read_text("utf-8"))


@cache
def _pattern(table: str, name: str) -> re.Pattern[str]:
    cues = sorted(lexicon()[table][name].split("|"), key=len, reverse=True)
    return re.compile(
        r"(?<![\w-])(?:" + "|".join(re.escape(cue.strip()) for cue in cues) + r")s?(?![\w])", re.IGNORECASE
    )


def read_look(prompt: str, *, seed: int, negative: str = "") -> Look:
    """The look of a prompt. What it leaves open is drawn from prompt and seed."""
    rng = rng_of(prompt, seed, "look")
    said = NEGATED.sub(" ", prompt)
    tone = _first(said, "tones")
    drawn = str(rng.choice(["clear", "clear", "cloud", "clear", "fog"]))
    open_sky = re.search(r"\b(?:moon|stars|starry|aurora|northern lights|sun)\b", said, re.IGNORECASE)
    weather = _first(said, "weathers") or ("clear" if open_sky else drawn)
    return Look(
        kind=_kind(said, rng),
        time=_first(said, "times") or _drawn_time(tone, rng),
        weather=weather,
        tone=tone,
        season=_first(said, "seasons"),
        things=_things(said, negative=negative, whole=prompt),
        colours=_colours(said),
        accent=_accent(said),
        minimal=bool(re.search(r"\bminimal\w*|\bspare\b|\bempty\b|\bsimple\b", said, re.IGNORECASE)),
        seed=seed,
    )


def named(text: str, table: str) -> str | None:
    """What the text itself says of a table such as `times` or `weathers`; nothing is drawn."""
    return _first(NEGATED.sub(" ", text), table)


def rng_of(prompt: str, seed: int, purpose: str) -> np.random.Generator:
    """The same words and seed give the same numbers."""
    digest = hashlib.sha256(f"{purpose}\x1f{seed}\x1f{prompt}".encode("utf-8", "replace")).digest()
    return np.random.default_rng(int.from_bytes(digest[:16]))


def _first(text: str, table: str) -> str | None:
    """The entry whose cue stands first in the text."""
    found = [(match.start(), name) for name in lexicon()[table] if (match := _pattern(table, name).search(text))]
    return min(found)[1] if found else None


def _kind(text: str, rng: np.random.Generator) -> str:
    """The kind that most words point to; of equal ones, that of the earlier word."""
    scores: dict[str, tuple[int, int]] = {}
    for name in lexicon()["kinds"]:
        hits = list(_pattern("kinds", name).finditer(text))
        if hits:
            scores[name] = (len({hit[0].lower() for hit in hits}), -hits[0].start())
    if scores:
        return max(scores, key=lambda name: scores[name])
    return str(rng.choice(["mountains", "sea", "city", "forest", "field", "street", "room", "desert"]))


def _drawn_time(tone: str | None, rng: np.random.Generator) -> str:
    if tone in ("neon", "dark"):
        return str(rng.choice(["night", "dusk"]))
    if tone == "bright":
        return str(rng.choice(["morning", "noon"]))
    return str(rng.choice(["dawn", "morning", "noon", "afternoon", "sunset", "dusk", "night"]))


def _things(text: str, *, negative: str, whole: str) -> frozenset[str]:
    """What is named, less what is unwanted: in the negative prompt, or after "no" and "without"."""
    denied = f"{negative} {' '.join(NEGATED.findall(whole))}"
    named_things = {name for name in lexicon()["things"] if _pattern("things", name).search(text)}
    unwanted = {name for name in lexicon()["things"] if _pattern("things", name).search(denied)}
    if "person" in unwanted or NOBODY.search(whole):
        unwanted |= {"person", "pair", "crowd"}
    return frozenset(named_things - unwanted)


@lru_cache(maxsize=1)
def _colour_pattern() -> re.Pattern[str]:
    names = sorted(lexicon()["colours"], key=len, reverse=True)
    return re.compile(r"\b(" + "|".join(names) + r")\b", re.IGNORECASE)


def _colours(text: str) -> tuple[Colour, ...]:
    """Colours of the prompt's palette, or of its light: those that colour no single thing."""
    palette = re.search(r"palette of ([^.;]+?)(?:, (?=[a-z' -]+(?:view|shot|mm|mood|photo))|$)", text, re.IGNORECASE)
    found = _colour_pattern().findall(palette[1] if palette else _without_things(text))
    unique = dict.fromkeys(name.lower() for name in found)
    return tuple(rgb(lexicon()["colours"][name]) for name in unique)[:3]


def _without_things(text: str) -> str:
    return re.sub(
        rf"{_colour_pattern().pattern}\s+(?:umbrella|coat|scarf|jacket|boat|buoy|bus|dress)", " ", text, flags=re.I
    )


def _accent(text: str) -> Colour | None:
    """The colour of a named thing: "a red umbrella"."""
    found = re.search(rf"{_colour_pattern().pattern}\s+(?:umbrella|coat|scarf|jacket|boat|buoy|dress|sail)", text, re.I)
    return rgb(lexicon()["colours"][found[1].lower()]) if found else None
