"""One scene: every choice made once, so that title, setting, light and prompt tell the same story."""

from dataclasses import dataclass
from typing import Any

from backend.server.modules.api.offline_text.bank import Domain, Place, domains, find_cue, words
from backend.server.modules.api.offline_text.dice import Bans, Dice
from backend.server.modules.api.offline_text.grammar import with_article
from backend.server.modules.api.offline_text.request import Request
from backend.server.modules.api.offline_text.topic import Topic
from backend.server.modules.api.offline_text.wishes import Wishes, read_hints, read_wishes

NOBODY = ("no one in sight", "the place to itself", "only the traces of people")
FEW = ("one figure far off", "a single person at the edge of the frame", "hardly anybody about")
MANY = ("a crowd filling the frame", "people on every side", "dozens of faces turned the same way")


@dataclass(frozen=True, slots=True)
class Scene:
    """What one picture or film scene would show."""

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
    season: str | None
    title: str | None
    description: str | None
    wishes: Wishes
    dice: Dice
    index: int


@dataclass(frozen=True, slots=True)
class Setup:
    """What all scenes of one answer share."""

    request: Request
    topic: Topic
    wishes: Wishes
    dice: Dice


def make_setup(request: Request, *, topic: Topic, seed: str) -> Setup:
    """Feedback counts most, then a scene that the input describes, then its tone and topic."""
    wishes = read_wishes(request.feedback)
    given = read_hints(request.scene_text)
    hints = read_hints(f"{request.tone}. {request.topic}")
    if request.given.get("setting") and not wishes.place:
        given.place = _place_phrase(request.given["setting"])
    strong = wishes.over(given) if request.given else wishes.over(read_hints_place(request.topic).over(hints))
    return Setup(request=request, topic=topic, wishes=strong, dice=Dice(seed, Bans.of(_banned(request, wishes))))


def read_hints_place(topic: str) -> Wishes:
    """A city that the topic names: "a coffee brand in Lisbon"."""
    found = find_cue(topic, words()["cities"])
    return Wishes(city=" ".join(part.capitalize() for part in found[0].split())) if found else Wishes()


def draw_scene(setup: Setup, *, deck: str, index: int) -> Scene:
    """The `index`-th scene of a deck. Neighbours in a deck differ in place, time, camera and gesture."""
    dice = Dice(f"{setup.dice.seed}\x1f{deck}", setup.dice.bans)
    item = Dice(f"{dice.seed}\x1f{index}", dice.bans)
    wishes, given = setup.wishes, setup.request.given
    domain, place = _place(setup, dice=dice, index=index)
    time = _time(setup, dice=dice, index=index)
    mood_words, mood = _mood(wishes, dice=dice, index=index)
    times = words()["times"][time]
    return Scene(
        place=place,
        where=f"{place.phrase} in {wishes.city}" if wishes.city and not _names(place, wishes.city) else place.phrase,
        time=time,
        setting_time=times["setting"],
        opener=item.pick(times["opener"], "opener"),
        weather=_weather(wishes, item=item, place=place),
        light=given.get("lighting") or _light(wishes, item=item, times=times),
        mood=mood_words,
        closing=item.pick(mood["closing"], "closing"),
        palette=_palette(wishes, dice=dice, index=index),
        camera=_camera(setup, dice=dice, index=index),
        style=wishes.look or item.pick(words()["choices"]["styles"], "style"),
        sound=dice.deal(words()["choices"]["sounds"], "sound", index),
        figure=_figure(setup, domain=domain, dice=dice, index=index),
        gesture=dice.deal(domain.gestures, f"gesture {domain.name}", index),
        props=_props(setup, domain=domain, dice=dice, index=index),
        details=_details(wishes, place=place, item=item),
        people=_people(wishes, item=item),
        season=wishes.season,
        title=given.get("title"),
        description=given.get("description"),
        wishes=wishes,
        dice=item,
        index=index,
    )


def _banned(request: Request, wishes: Wishes) -> list[str]:
    unwanted = [cue for name in wishes.not_weathers for cue in words()["weathers"][name]["cues"]]
    return [*request.avoid, *wishes.without, *unwanted]


def _names(place: Place, city: str) -> bool:
    return city.lower() in place.phrase.lower()


def _place_phrase(setting: str) -> str:
    """A given setting without its time of day, which is said elsewhere."""
    for entry in words()["times"].values():
        setting = setting.replace(f" {entry['setting']}", "").replace(f", {entry['setting']}", "")
    return setting.strip(" ,.")


def _place(setup: Setup, *, dice: Dice, index: int) -> tuple[Domain, Place]:
    wanted = setup.wishes.place
    near = [(domain, place) for domain in setup.topic.domains for place in domain.places]
    if wanted is None:
        # neighbours alternate between the topic's areas before a place comes twice
        return dice.deal(near, "place", index, text=lambda pair: str(pair[1]))
    bare = wanted.split(" ", 1)[-1].lower()
    for domain in (*setup.topic.domains, *domains()):
        for place in domain.places:
            if place.name in bare or place.phrase in wanted:
                return domain, place
    return _made_place(wanted, dice=dice, setup=setup, index=index)


def _made_place(wanted: str, *, dice: Dice, setup: Setup, index: int) -> tuple[Domain, Place]:
    """A place of the person's own words; its details come from the area that its words point to."""
    bare = wanted.split(" ", 1)[-1].lower().removeprefix("the ").removeprefix("a ").removeprefix("an ")
    kin = next((d for d in domains() if d.cues & set(bare.split())), None)
    places = kin.places if kin else ()
    alike = [
        place for place in places if place.indoor == (find_cue(bare, ("room", "hall", "house", "shop")) is not None)
    ]
    details = [detail for place in alike for detail in place.details] or [
        "the background falls away into soft shapes",
        "one thing catches the light before everything else",
        "footsteps and voices come from outside the frame",
        "the ground shows where others have walked",
    ]
    tags = tuple(dict.fromkeys([bare, *(tag for place in alike[:1] for tag in place.tags)]))
    phrase = wanted if " " in wanted and wanted.split()[0].lower() in _PREPOSITIONS else f"in {with_article(wanted)}"
    drawn = tuple(dice.deal(details, "made detail", index * 2 + step) for step in (0, 1))
    indoor = (
        find_cue(bare, ("room", "kitchen", "café", "cafe", "office", "studio", "hall", "library", "shop")) is not None
    )
    domain = kin or dice.deal(setup.topic.domains, "domain", index, text=lambda d: d.name)
    return domain, Place(bare, phrase[0].lower() + phrase[1:], indoor, tags, drawn)


_PREPOSITIONS = frozenset("in on at inside near by under beside along across before between behind over".split())


def _time(setup: Setup, *, dice: Dice, index: int) -> str:
    if setup.wishes.time:
        return setup.wishes.time
    options = [name for name in words()["times"] if name not in setup.wishes.not_times] or list(words()["times"])
    if setup.wishes.tone == "dark":
        options = [name for name in options if name in ("night", "dusk", "dawn")] or options
    if setup.wishes.tone == "bright":
        options = [name for name in options if name in ("morning", "noon", "afternoon")] or options
    return dice.deal(options, "time", index, text=lambda name: words()["times"][name]["setting"])


def _weather(wishes: Wishes, *, item: Dice, place: Place) -> str | None:
    if wishes.weather:
        return wishes.weather
    if item.fraction("has weather") < 0.45:
        return None
    options = [name for name in words()["weathers"] if name not in wishes.not_weathers and name != "storm"]
    if wishes.season == "summer" or wishes.tone == "warm":
        options = [name for name in options if name != "snow"]
    return item.pick(options, "weather", text=lambda name: " ".join(words()["weathers"][name]["cues"]))


def _mood(wishes: Wishes, *, dice: Dice, index: int) -> tuple[tuple[str, ...], Any]:
    table = words()["moods"]
    usual = ("calm", "hopeful", "playful", "melancholic", "cosy", "mysterious", "epic", "tense")
    options = [name for name in usual if name not in wishes.not_moods] or ["calm"]
    name = wishes.mood or dice.deal(options, "mood", index)
    drawn = dice.deal(table[name]["adjectives"], "adjective", index)
    wished = tuple(dict.fromkeys(wishes.mood_words))[:2]
    pair = tuple(dict.fromkeys((*wished, drawn)))[:2] if wishes.mood or not wished else (*wished, drawn)[:2]
    return pair, table[name]


def _light(wishes: Wishes, *, item: Dice, times: Any) -> str:
    light = str(item.pick(times["light"], "light"))
    if not wishes.tone:
        return light
    tint = words()["tones"][wishes.tone]["light"]
    return light if tint in light else f"{tint} {light}"


def _palette(wishes: Wishes, *, dice: Dice, index: int) -> tuple[str, ...]:
    drawn = list(dice.deal(words()["choices"]["palettes"], "palette", index, text=" ".join))
    if wishes.tone:
        drawn = list(words()["tones"][wishes.tone]["palette"])
    return tuple(dict.fromkeys([*wishes.colours, *drawn]))[:3]


def _camera(setup: Setup, *, dice: Dice, index: int) -> str:
    options = words()["choices"]["cameras"]
    wanted = setup.wishes.camera
    given = setup.request.given.get("camera")
    if given and not read_wishes(setup.request.feedback).camera and index == 0:
        return given
    if not wanted:
        return dice.deal(options, "camera", index)
    lens = dice.deal(["24 mm", "35 mm", "50 mm", "85 mm"], "lens", index)
    return f"{wanted}, {lens}"


def _figure(setup: Setup, *, domain: Domain, dice: Dice, index: int) -> str:
    if setup.wishes.people == "none":
        return dice.deal(domain.objects, f"still {domain.name}", index)
    if setup.topic.figure and index % 3 != 2:
        return setup.topic.figure
    return dice.deal(domain.figures, f"figure {domain.name}", index)


def _props(setup: Setup, *, domain: Domain, dice: Dice, index: int) -> tuple[str, ...]:
    drawn = dice.deal(domain.objects, f"prop {domain.name}", index + 1)
    return tuple(dict.fromkeys([*setup.wishes.add, drawn]))


def _details(wishes: Wishes, *, place: Place, item: Dice) -> tuple[str, ...]:
    drawn = item.shuffled(place.details, "details")
    local = words()["cities"].get((wishes.city or "").lower(), ())
    return (*item.shuffled(local, "local")[:1], *drawn) if local and not place.indoor else tuple(drawn)


def _people(wishes: Wishes, *, item: Dice) -> str | None:
    choices = {"none": NOBODY, "few": FEW, "many": MANY}.get(wishes.people or "")
    return item.pick(choices, "people") if choices else None
