"""Feedback as wishes: what to add, what to leave out, when, where, in which weather, mood and light."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from backend.server.modules.api.offline_text.bank import find_cue, words
from backend.server.modules.api.offline_text.grammar import with_article

MAX_FEEDBACK = 2000
"""Characters that are read: the patterns are bounded, but not linear."""

NEGATIVE = re.compile(
    r"\b(?:no|without|with no|less|fewer|not(?: so)?|remove|drop|avoid|don'?t(?: want| show| use)?|never|skip|"
    r"leave out|get rid of|lose|cut out|cut|too much|too many|too|exclude|omit|hide)\b",
    re.IGNORECASE,
)
POSITIVE = re.compile(
    r"\b(?:more|add|include|with|show|feature|put|give|have|see|bring|use|need|plus|another)\b", re.IGNORECASE
)
INSTEAD = re.compile(r"^(?P<wanted>.*?)\b(?:instead of|rather than)\b(?P<unwanted>.*)$", re.IGNORECASE)
SWAPPED = re.compile(r"^\s*instead of\s+(?P<unwanted>[^,]+),\s*(?P<wanted>.+)$", re.IGNORECASE)
BREAKS = re.compile(r"[,;.!?\n]+|\s[-\u2013—]\s|\b(?:but|and|plus|also|then|or)\b", re.IGNORECASE)
FILLER = re.compile(
    r"\b(?:please|maybe|perhaps|a (?:bit|little)|slightly|somewhat|can you|could you|would you|"
    r"i(?:'d| would)? (?:like|want|prefer|love)|we (?:want|need)|let'?s|make|made|it|them|all|everything|the scenes?|"
    r"these|those|this|should|must|be|is|are|feel|feels|look|looks|like|much|way|some|any|lots of|a lot of|lot of|many|"
    r"few|really|very|even|just|set|place|move|take|happen|happens|happening|there|of|so|far|try|go|for|keep|still|again|only|new|different|atmosphere|mood|vibe|feeling|tone|lighting|"
    r"colou?rs?|palette|tones|weather|overall|scene|pictures?|images?|shots?|to|i|we|you)\b",
    re.IGNORECASE,
)
PEOPLE = re.compile(
    r"\b(?:people|persons?|humans?|crowds?|faces?|figures?|passers-by|somebody|someone|anyone|nobody|no one)\b", re.I
)
COLOURS = tuple(
    cue
    for line in (
        "red orange yellow green blue purple violet pink brown black white grey gray gold golden silver teal",
        "turquoise cyan magenta beige cream amber crimson navy olive lavender coral ivory copper",
    )
    for cue in line.split()
)
WHERE = re.compile(r"\b(?P<word>in|on|at|inside|near|by|under|beside|along|across|from)\s+(?P<rest>.+)$", re.IGNORECASE)
ADJECTIVE = re.compile(r"^[a-z-]*(?:y|ful|ic|al|ous|ive|ish|less|ing|ed|er|able)$")


@dataclass(slots=True)
class Wishes:
    """What feedback asks for. Empty means: as you like. `notes` are wishes in words that were not understood."""

    time: str | None = None
    weather: str | None = None
    mood: str | None = None
    mood_words: list[str] = field(default_factory=list)
    tone: str | None = None
    colours: list[str] = field(default_factory=list)
    season: str | None = None
    place: str | None = None
    city: str | None = None
    people: str | None = None
    camera: str | None = None
    look: str | None = None
    add: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    not_times: set[str] = field(default_factory=set)
    not_weathers: set[str] = field(default_factory=set)
    not_moods: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def over(self, weaker: "Wishes") -> "Wishes":
        """These wishes, and the weaker ones where these say nothing."""
        merged = {
            name: getattr(self, name) or getattr(weaker, name)
            for name in ("time", "weather", "mood", "tone", "season", "place", "city", "people", "camera", "look")
        }
        lists = {name: getattr(self, name) or getattr(weaker, name) for name in ("mood_words", "colours")}
        return Wishes(
            **merged,
            **lists,
            add=self.add,
            without=self.without,
            not_times=self.not_times,
            not_weathers=self.not_weathers,
            not_moods=self.not_moods,
            notes=self.notes,
        )


def read_wishes(feedback: str) -> Wishes:
    """Reads feedback such as "more rain, at night, fewer people, without cars, in Tokyo"."""
    wishes = Wishes()
    for clause, negative, asked in _clauses(feedback[:MAX_FEEDBACK].replace("black and white", "black-and-white")):
        _Reader(wishes, negative=negative).read(clause, asked=asked)
    return wishes


def read_hints(text: str) -> Wishes:
    """What a description mentions in passing: time, weather, mood, light; no additions, no notes."""
    wishes = Wishes()
    _Reader(wishes, negative=False).take_known(text)
    return wishes


def _clauses(feedback: str) -> Iterator[tuple[str, bool, bool]]:
    """Clauses: text, negative?, asked for? "no cars, buses or bikes" is negative to its end."""
    for sentence in re.split(r"[.;!\n]+", feedback):
        swapped = SWAPPED.match(sentence) or INSTEAD.match(sentence)
        if swapped:
            yield swapped["unwanted"], True, False
        negative = asked = False
        for clause in BREAKS.split(swapped["wanted"] if swapped else sentence):
            if not clause or not clause.strip():
                continue
            if NEGATIVE.search(clause):
                negative, asked = True, False
            elif POSITIVE.search(clause):
                negative, asked = False, not clause.rstrip().endswith("more")
            elif _is_known(clause) or WHERE.search(clause):
                negative = asked = False
            yield clause, negative, asked


def _is_known(clause: str) -> bool:
    known = _Reader(Wishes(), negative=False)
    return known.take_known(clause) != clause


class _Reader:
    """Takes what it knows out of a clause, then asks what the rest may be."""

    def __init__(self, wishes: Wishes, *, negative: bool) -> None:
        self.wishes = wishes
        self.negative = negative

    def read(self, clause: str, *, asked: bool) -> None:
        rest = self.take_known(clause)
        known = rest != clause
        rest = NEGATIVE.sub(" ", rest)
        place = WHERE.search(rest)
        if place and not self.negative and self._take_place(place):
            rest = rest[: place.start()]
        rest = " ".join(FILLER.sub(" ", POSITIVE.sub(" ", rest)).split()).strip(" '\"-")
        rest = re.sub(r"^(?:at|in|on|by|from|a|an|the)$", "", rest, flags=re.IGNORECASE)
        if rest:
            self._take_rest(rest, clause=clause, asked=asked, known=known)

    def take_known(self, clause: str) -> str:
        """Applies times, weathers, moods and so on; gives what is left of the clause."""
        bank = words()
        for take in (self._take_camera, self._take_look, self._take_people):
            clause = take(clause)
        clause = self._take_named(clause, bank["tones"], self._set_tone)
        clause = self._take_named(clause, bank["times"], self._set_time)
        clause = self._take_named(clause, bank["weathers"], self._set_weather)
        clause = self._take_named(clause, bank["moods"], self._set_mood)
        for season, cues in bank["seasons"].items():
            found = find_cue(clause, cues)
            if found and not self.negative:
                self.wishes.season, clause = season, _cut(clause, found)
        return self._take_colour(clause)

    def _take_named(self, clause: str, table: Mapping[str, Any], apply: Any) -> str:
        for name, entry in table.items():
            found = find_cue(clause, entry["cues"])
            if found:
                apply(name, found[0].lower())
                clause = _cut(clause, found)
        return clause

    def _set_time(self, name: str, word: str) -> None:
        if self.negative:
            self.wishes.not_times.add(name)
        else:
            self.wishes.time = name

    def _set_weather(self, name: str, word: str) -> None:
        if self.negative:
            self.wishes.not_weathers.add(name)
        else:
            self.wishes.weather = name

    def _set_mood(self, name: str, word: str) -> None:
        if self.negative:
            self.wishes.not_moods.add(name)
        else:
            self.wishes.mood = name
            self.wishes.mood_words.append(base_form(word))

    def _set_tone(self, name: str, word: str) -> None:
        opposite = {"warm": "cool", "cool": "warm", "dark": "bright", "bright": "dark", "colourful": "monochrome"}
        if self.negative:
            self.wishes.tone = opposite.get(name, self.wishes.tone)
        else:
            self.wishes.tone = name

    def _take_camera(self, clause: str) -> str:
        for name, cues in words()["cameras"].items():
            found = find_cue(clause, cues)
            if found and not self.negative:
                self.wishes.camera, clause = name, _cut(clause, found)
        return clause

    def _take_look(self, clause: str) -> str:
        for name, cues in words()["looks"].items():
            found = find_cue(clause, cues)
            if found and not self.negative:
                self.wishes.look = name
                # a monochrome look is a tone as well, so the word stays for the next reader
                clause = clause if "black" in name else _cut(clause, found)
        return clause

    def _take_people(self, clause: str) -> str:
        found = PEOPLE.search(clause)
        if not found:
            return clause
        fewer = re.search(r"\b(?:fewer|less|too many|not so many)\b", clause, re.IGNORECASE)
        if self.negative or found[0].lower() in ("nobody", "no one"):
            self.wishes.people = "few" if fewer else "none"
        elif POSITIVE.search(clause) or found[0].lower().startswith("crowd"):
            self.wishes.people = "many"
        else:
            return clause
        return _cut(clause, found)

    def _take_colour(self, clause: str) -> str:
        found = re.fullmatch(
            rf"\W*(?:more|in|with|add)?\s*({'|'.join(COLOURS)})(?:er)?(?:\s+(?:tones?|light|hues?))?\W*",
            clause.strip(),
            re.I,
        )
        if not found or self.negative:
            return clause
        self.wishes.colours.append(found[1].lower())
        return ""

    def _take_place(self, found: re.Match[str]) -> bool:
        rest = " ".join(found["rest"].split()).strip(" .\"'")
        bare = re.sub(r"^(?:the|a|an)\s+", "", rest, flags=re.IGNORECASE)
        if not bare or FILLER.fullmatch(bare) or bare.lower() in ("background", "foreground", "distance", "front"):
            return False
        if bare[0].isupper() and bare == rest:
            self.wishes.city = rest
        elif found["word"].lower() != "from":
            self.wishes.place = f"{found['word'].lower()} {rest}"
        return True

    def _take_rest(self, rest: str, *, clause: str, asked: bool, known: bool) -> None:
        if self.negative:
            self.wishes.without.append(re.sub(r"^(?:the|a|an)\s+", "", rest, flags=re.IGNORECASE))
        elif " " not in rest and ADJECTIVE.match(rest) and not rest.endswith("ings"):
            self.wishes.mood_words.append(base_form(rest))
        elif asked:
            self.wishes.add.append(with_article(rest))
        elif not known:
            self.wishes.notes.append(" ".join(clause.split()))


def base_form(word: str) -> str:
    """'quieter' -> 'quiet', 'funnier' -> 'funny'; other words as they are."""
    if word.endswith("ier") and len(word) > 5:
        return word[:-3] + "y"
    keep = ("clever", "tender", "bitter", "other", "proper", "sober", "sinister", "eager", "never", "summer", "winter")
    if word.endswith("er") and len(word) > 5 and word not in keep:
        base = word[:-2]
        if base[-1] == base[-2] and base[-1] in "dgnt":
            return base[:-1]
        return (
            base + "e"
            if (base.endswith(("l", "g", "v", "s", "c")) and base[-2] not in "aeiou")
            or base in ("simpl", "strang", "larg", "wis", "saf", "wid", "pur", "clos")
            else base
        )
    return word


def _cut(clause: str, found: re.Match[str]) -> str:
    """The clause without what was understood, and without a preposition that would hang over."""
    before = re.sub(r"\b(?:in|at|on|by|during|the|a|an)\s*$", "", clause[: found.start()], flags=re.IGNORECASE)
    before = re.sub(r"\b(?:in|at|on|by|during)\s+(?:the)?\s*$", "", before, flags=re.IGNORECASE)
    return f"{before} {clause[found.end() :]}"
