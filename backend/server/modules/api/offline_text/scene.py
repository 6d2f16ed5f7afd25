"""One scene: every choice made once, so that title, setting, light and prompt tell the same story."""

from dataclasses import dataclass
from typing import Any

from backend.server.modules.api.offline_text.bank import Place, find_cue, words
from backend.server.modules.api.offline_text.dice import Bans, Dice
from backend.server.modules.api.offline_text.places import choose_place
from backend.server.modules.api.offline_text.request import Request
from backend.server.modules.api.offline_text.topic import Topic
from backend.server.modules.api.offline_text.wishes import Wishes, read_hints, read_wishes

PEOPLE = {
    "none": ("no one in sight", "nobody here, only traces", "not a soul about"),
    "few": ("hardly anybody else about", "otherwise nobody in sight", "no one else for a long way"),
    "many": ("a crowd filling the frame", "people on every side", "dozens of faces turned the same way"),
}
SEVERAL = ("two ", "class", "team", "family", " and ", "friends")
USUAL_MOODS = ("calm", "hopeful", "playful", "melancholic", "cosy", "mysterious", "epic", "tense", "nostalgic")


@dataclass(frozen=True, slots=True)
class Setup:
    """What all scenes of one answer share. `spoken` is the feedback alone, `wishes` what the rest hints at, too."""

    request: Request
    topic: Topic
    spoken: Wishes
    wishes: Wishes
    dice: Dice


@dataclass(frozen=True, slots=True)
class Scene:
    """What one picture or film scene would show. `dice` is its own, `deck` that of the list it stands in."""

    place: Place
    where: str
    time: str
    setting_time: str
    opener: str
    weather: str | None
    light: str
    mood: tuple[str, ...]
    closing: str
    palette: tuple[str, ...]
    camera: str
    style: str
    sound: str
    figure: str
    gesture: str
    props: tuple[str, ...]
    details: tuple[str, ...]
    people: str | None
    given: dict[str, str]
    spoken: Wishes
    dice: Dice
    deck: Dice
    index: int


def make_setup(request: Request, *, topic: Topic, seed: str) -> Setup:
    """Feedback counts most, then a scene that the input describes, then its tone and topic."""
    spoken = read_wishes(request.feedback)
    if request.given:
        hints = read_hints(request.scene_text)
        hints.camera = hints.people = None
        hints.place = _without_time(request.given.get("setting", "")) or None
    else:
        hints = read_hints(f"{request.tone}. {request.topic}")
        hints.city = _named_city(request.topic)
    bans = Bans.of(_banned(request, spoken))
    return Setup(request=request, topic=topic, spoken=spoken, wishes=spoken.over(hints), dice=Dice(seed, bans))


def draw_scene(setup: Setup, *, deck: str, index: int) -> Scene:
    """The `index`-th scene of a deck. Neighbours in a deck differ in place, time, camera and gesture."""
    return _Drawing(setup, deck=deck, index=index).scene()


class _Drawing:
    """The choices for one scene. `deck` deals what neighbours must not share, `item` picks the rest."""

    def __init__(self, setup: Setup, *, deck: str, index: int) -> None:
        self.setup, self.wishes, self.index = setup, setup.wishes, index
        self.deck = Dice(f"{setup.dice.seed}\x1f{deck}", setup.dice.bans)
        self.item = Dice(f"{self.deck.seed}\x1f{index}", setup.dice.bans)
        self.domain, self.place = choose_place(setup.topic, self.wishes.place, deck=self.deck, index=index)

    def scene(self) -> Scene:
        time = self._time()
        table = words()["times"][time]
        mood_words, mood = self._mood()
        return Scene(
            place=self.place,
            where=self._where(),
            time=time,
            setting_time=table["setting"],
            opener=self.item.pick(table["opener"], "opener"),
            weather=self._weather(),
            light=self.setup.request.given.get("lighting") or self._light(table),
            mood=mood_words,
            closing=self.item.pick(mood["closing"], "closing"),
            palette=self._palette(),
            camera=self._camera(),
            style=self.wishes.look or self.item.pick(words()["choices"]["styles"], "style"),
            sound=self.deck.deal(words()["choices"]["sounds"], "sound", self.index),
            figure=self._figure(),
            gesture=self.item.pick(self.place.gestures or self.domain.gestures, "gesture"),
            props=self._props(),
            details=self._details(),
            people=self.item.pick(PEOPLE[self.wishes.people], "people") if self.wishes.people else None,
            given=self.setup.request.given,
            spoken=self.setup.spoken,
            dice=self.item,
            deck=self.deck,
            index=self.index,
        )

    def _where(self) -> str:
        city, phrase = self.wishes.city, self.place.phrase
        return f"{phrase} in {city}" if city and city.lower() not in phrase.lower() else phrase

    def _time(self) -> str:
        if self.wishes.time:
            return self.wishes.time
        table = words()["times"]
        fitting = {
            "dark": ("night", "dusk", "dawn"),
            "bright": ("morning", "noon", "afternoon"),
            "neon": ("night", "dusk"),
        }
        options = [name for name in fitting.get(self.wishes.tone or "", table) if name not in self.wishes.not_times]
        name: str = self.deck.deal(
            options or list(table), "time", self.index, text=lambda key: str(table[key]["setting"])
        )
        return name

    def _weather(self) -> str | None:
        wishes, table = self.wishes, words()["weathers"]
        if wishes.weather or self.setup.request.given or self.item.fraction("has weather") < 0.4:
            return wishes.weather
        unfit = {"storm", *wishes.not_weathers}
        if wishes.season not in (None, "winter") or wishes.tone == "warm":
            unfit.add("snow")
        options = [name for name in table if name not in unfit]
        allowed = [name for name in options if self.item.bans.allow(" ".join((name, table[name]["tag"])))]
        return self.item.pick(allowed, "weather") if allowed else None

    def _mood(self) -> tuple[tuple[str, ...], Any]:
        """A mood that was asked for is in every scene; one that the tone hints at, in the first of three."""
        spoken, table = self.setup.spoken, words()["moods"]
        given = self.setup.request.given.get("mood")
        hinted = self.wishes.mood if self.index % 3 == 0 or given else None
        options = [name for name in USUAL_MOODS if name not in self.wishes.not_moods]
        name = spoken.mood or hinted or self.deck.deal(options, "mood", self.index)
        drawn = self.deck.deal(table[name]["adjectives"], "adjective", self.index)
        if given and not spoken.mood_words:
            return (given,), table[name]
        return tuple(dict.fromkeys([*spoken.mood_words, drawn]))[:2], table[name]

    def _light(self, table: Any) -> str:
        light = str(self.item.pick(table["light"], "light"))
        tone = self.setup.spoken.tone or (self.wishes.tone if self.index % 2 == 0 else None)
        return f"{light}, {words()['tones'][tone]['light']}" if tone else light

    def _palette(self) -> tuple[str, ...]:
        tone = self.setup.spoken.tone
        drawn = words()["tones"][tone]["palette"] if tone else self._dealt_palette()
        return tuple(dict.fromkeys([*self.setup.spoken.colours, *drawn]))[:3]

    def _dealt_palette(self) -> list[str]:
        return list(self.deck.deal(words()["choices"]["palettes"], "palette", self.index, text=" ".join))

    def _camera(self) -> str:
        spoken, given = self.setup.spoken.camera, self.setup.request.given.get("camera")
        if spoken:
            return f"{spoken}, {self.deck.deal(['24 mm', '35 mm', '50 mm', '85 mm'], 'lens', self.index)}"
        if given and self.index == 0:
            return given[:1].lower() + given[1:]
        return str(self.deck.deal(words()["choices"]["cameras"], "camera", self.index))

    def _figure(self) -> str:
        if self.wishes.people == "none":
            return self.deck.deal(self.domain.objects, f"still {self.domain.name}", self.index)
        if self.setup.topic.figure and self.index % 3 != 2:
            return self.setup.topic.figure
        figures = list(self.domain.figures)
        if self.wishes.people == "few":
            figures = [figure for figure in figures if not any(part in figure for part in SEVERAL)]
        return self.deck.deal(figures, f"figure {self.domain.name}", self.index)

    def _props(self) -> tuple[str, ...]:
        drawn = self.deck.deal(self.domain.objects, f"prop {self.domain.name}", self.index + 1)
        return tuple(dict.fromkeys([*self.setup.spoken.add, drawn]))

    def _details(self) -> tuple[str, ...]:
        drawn = self.item.shuffled(self.place.details, "details")
        local = words()["cities"].get((self.wishes.city or "").lower(), ())
        seen = not self.place.indoor and local
        return (self.deck.deal(local, "local", self.index), *drawn) if seen else tuple(drawn)


def _banned(request: Request, spoken: Wishes) -> list[str]:
    unwanted = [cue for name in spoken.not_weathers for cue in words()["weathers"][name]["cues"]]
    return [*request.avoid, *spoken.without, *unwanted]


def _named_city(text: str) -> str | None:
    """A city that the topic names: "a coffee brand in Lisbon"."""
    found = find_cue(text, words()["cities"])
    return " ".join(part.capitalize() for part in found[0].split()) if found else None


def _without_time(setting: str) -> str:
    """A given setting without its time of day, which has a field of its own."""
    for entry in words()["times"].values():
        setting = setting.replace(f", {entry['setting']}", "").replace(f" {entry['setting']}", "")
    return setting.strip(" ,.")
