"""Words for a scene: title, description, prompt and the smaller fields."""

import re

from backend.server.modules.api.offline_text.bank import words
from backend.server.modules.api.offline_text.dice import stems
from backend.server.modules.api.offline_text.grammar import (
    capital,
    join_list,
    sentence,
    sentences,
    title_case,
    with_article,
)
from backend.server.modules.api.offline_text.scene import Scene
from backend.server.modules.api.offline_text.topic import Topic

TITLES = (
    "the {place} at {time}",
    "{thing} at {time}",
    "the {mood} {place}",
    "almost {time}",
    "one more {thing}",
    "what the {tag} knew",
    "{tag} and {thing}",
    "ten minutes to {time}",
    "{weather} over the {place}",
    "after the {weather}",
    "{weather} at {time}",
    "the other side of the {place}",
    "a {thing} for later",
    "the last {thing}",
    "somebody left the {thing}",
    "{place}, {mood} hour",
)
PROMPT_WORDS = 48


def title(scene: Scene, topic: Topic, *, limit: int = 60) -> str:
    """Two to six words, title case, no colon, if possible at most `limit` characters.

    Neighbours in a list have different patterns.
    """
    if scene.given.get("title"):
        return scene.given["title"]
    weather = scene.weather if scene.weather in ("rain", "snow", "fog", "storm") else ""
    parts = {
        "time": words()["times"][scene.time]["noun"],
        "place": scene.place.name,
        "thing": bare(scene.props[0]),
        "tag": scene.dice.pick(scene.place.tags, "title tag").split()[-1],
        "mood": scene.mood[0],
        "weather": weather,
    }
    deck = scene.deck.shuffled(TITLES, "titles")
    ordered = [deck[(scene.index + at) % len(deck)] for at in range(len(deck))]
    made = [pattern.format(**parts) for pattern in ordered if weather or "{weather}" not in pattern]
    fitting = [text for text in made if len(text.split()) <= 6 and scene.dice.bans.allow(text)]
    fitting = [text for text in fitting if len(text) <= limit]
    return title_case((fitting or made)[0])


def description(scene: Scene, topic: Topic, *, most: int = 3) -> str:
    """What is seen, in at most `most` sentences. Wishes are in it, whatever the length."""
    wishes = said_wishes(scene)
    if most == 1:
        return sentence("; ".join([_opening(scene), *wishes]))
    second = "; ".join([*wishes, _tie(scene, topic) if len(wishes) < 3 else scene.details[0]]) if wishes else ""
    parts = [_opening(scene), second or f"{_senses(scene)}; {_tie(scene, topic)}", capital(scene.closing)]
    return " ".join(sentence(part) for part in parts[:most])


def _opening(scene: Scene) -> str:
    figure, gesture, where = scene.figure, scene.gesture, scene.where
    if scene.given.get("description") and not scene.spoken.place and not scene.spoken.people:
        return sentences(scene.given["description"])[0].rstrip(".")
    if scene.spoken.people == "none":
        options = [
            f"{scene.opener}, {where}: {figure}, forgotten",
            f"{capital(figure)}, left behind {where} {scene.setting_time}",
        ]
        return scene.deck.deal(options, "still", scene.index)
    options = [
        f"{scene.opener}, {where}: {figure}, {gesture}",
        f"{capital(figure)}, {gesture}, {where} {scene.setting_time}",
        f"{scene.opener}, {figure}, {gesture}, {where}",
        f"{capital(where)}, {scene.setting_time}: {figure}, {gesture}",
        f"First {scene.props[-1]}, then {figure}, {gesture}, {where}",
    ]
    return scene.deck.deal(options, "opening", scene.index)


def _senses(scene: Scene) -> str:
    first, second = scene.details[0], scene.details[1 % len(scene.details)]
    if scene.weather and not scene.given:
        return scene.dice.pick([weather_clause(scene), f"{weather_clause(scene)}, and {first}"], "senses")
    return scene.dice.pick([first, f"{first}, and {second}", second], "senses")


def _tie(scene: Scene, topic: Topic) -> str:
    """A clause that ties the picture to its topic; a scene that shows the topic's own figure needs none."""
    if scene.figure == topic.figure or scene.given.get("description"):
        return scene.closing
    options = [
        f"one gesture stands for {topic.short}",
        f"this is {topic.short}, told without a word",
        f"it is the quiet side of {topic.short}",
        f"so this is {topic.short} from close by",
        f"it leaves out the slogans and keeps {topic.known}",
        f"nobody says it, but this is about {topic.short}",
        f"{topic.short} at the edge of the frame, where the eye ends up",
        f"{topic.short} could begin just like this",
    ]
    return scene.deck.deal(options, "tie", scene.index)


def weather_clause(scene: Scene) -> str:
    entry = words()["weathers"][scene.weather or "clear"]
    return str(scene.deck.deal(entry["indoor" if scene.place.indoor else "outdoor"], "sky", scene.index))


def said_wishes(scene: Scene) -> list[str]:
    """What the feedback asked for, said out loud, so that the person sees that it was heard."""
    wishes, said = scene.spoken, []
    if wishes.weather:
        said.append(weather_clause(scene))
    if wishes.add:
        spots = ("in the foreground", "close to the lens", "where the eye lands first", "at the edge of the frame")
        said.append(f"{join_list(wishes.add)} {scene.deck.deal(spots, 'spot', scene.index)}")
    if scene.people:
        said.append(scene.people)
    if wishes.season:
        said.append(words()["seasonal"][wishes.season])
    if wishes.tone or wishes.colours:
        said.append(_colour_clause(scene))
    if wishes.mood_words:
        said.append(f"the feeling is {join_list(list(scene.mood))}")
    said += [f"no {thing} anywhere" for thing in wishes.without]
    return said + [f"with the wish “{note}” in mind" for note in wishes.notes]


def _colour_clause(scene: Scene) -> str:
    colours = join_list(scene.spoken.colours or list(scene.palette[:2]))
    if not scene.spoken.tone:
        return scene.dice.pick(
            [f"a lot of {colours}, from edge to edge", f"{colours} in the light and in the shadows"], "colours"
        )
    tone = f"{words()['tones'][scene.spoken.tone]['word']} light"
    return scene.dice.pick(
        [f"{tone} and a lot of {colours}", f"{colours} in {tone}", f"{tone} that turns everything to {colours}"],
        "colours",
    )


def prompt(scene: Scene, topic: Topic) -> str:
    """An image prompt in one sentence: subject, setting, light, colours, lens. What is unwanted stays out of it."""
    subject, where = _subject(scene)
    timed = scene.setting_time if scene.setting_time not in f"{subject} {where}" and scene.opener not in subject else ""
    shown = topic.figure or set(stems(topic.short)) & set(stems(f"{subject} {where}"))
    needed = [
        subject,
        f"{where} {timed}".strip() if scene.dice.bans.allow(timed) else where,
        "" if shown else f"{topic.short} in view",
        words()["weathers"][scene.weather]["tag"] if scene.weather else "",
        *scene.spoken.add,
        scene.people or "",
        words()["seasonal"][scene.spoken.season] if scene.spoken.season else "",
        scene.light,
        f"palette of {join_list(list(scene.palette))}",
        scene.camera,
    ]
    kept = [part for at, part in enumerate(needed) if part and (at == 0 or scene.dice.bans.allow(part))]
    for spare in (scene.style, f"{scene.mood[0]} mood"):
        if len(" ".join([*kept, spare]).split()) <= PROMPT_WORDS:
            kept.append(spare)
    return capital(", ".join(dict.fromkeys(kept)))


def _subject(scene: Scene) -> tuple[str, str]:
    """Who or what, and where. A given scene keeps its own words; a wish for another place or nobody beats it."""
    given = scene.given.get("description")
    if not given or scene.spoken.place or scene.spoken.people:
        subject = scene.figure if scene.spoken.people == "none" else f"{scene.figure} {scene.gesture}"
        return subject, scene.where
    first = re.split(r"[.;](?:\s|$)", given)[0]
    _, _, tail = first.partition(": ")
    subject = tail if len(tail.split()) >= 3 else re.sub(r"^First .+?, then ", "", first)
    for known in (f", {scene.where}", f" {scene.where}", *_openers(scene)):
        subject = subject.replace(known, "")
    subject = " ".join(subject.split()[:22]).strip(" ,:")
    return subject, "" if bare(scene.place.name) in subject.lower() else scene.where


def _openers(scene: Scene) -> list[str]:
    entry = words()["times"][scene.time]
    return [f" {entry['setting']}", *(f"{opener}, " for opener in entry["opener"])]


def negative_prompt(scene: Scene, topic: Topic) -> str:
    """What an image model should leave out: the person's own list first."""
    usual = [
        "text",
        "letters",
        "logo",
        "watermark",
        "frame",
        "blurry",
        "extra fingers",
        "deformed hands",
        "oversaturated",
    ]
    people = {"none": ["people", "faces"], "few": ["crowd"]}.get(scene.spoken.people or "", [])
    return ", ".join(dict.fromkeys([*scene.spoken.without, *people, *usual]))


def setting(scene: Scene, topic: Topic) -> str:
    """Place and time of day."""
    return capital(f"{re.sub('^(?:in|at|on) (?=an? |the )', '', scene.where)}, {scene.setting_time}")


def mood(scene: Scene, topic: Topic) -> str:
    return join_list(list(scene.mood))


def lighting(scene: Scene, topic: Topic) -> str:
    return capital(scene.light)


def camera(scene: Scene, topic: Topic) -> str:
    return capital(scene.camera)


def hook(scene: Scene, topic: Topic) -> str:
    """One line that makes one want the rest."""
    options = [
        f"{capital(topic.short)}, and {scene.closing}",
        f"{capital(scene.figure)}, {scene.props[0]}, and {scene.closing}",
        f"{scene.opener}, {scene.closing}",
    ]
    return sentence(scene.dice.pick(options, "hook"))


def action(scene: Scene, topic: Topic) -> str:
    return sentence(f"{scene.figure}, {scene.gesture}")


def bare(noun: str) -> str:
    """'a chipped blue cup' -> 'chipped blue cup', without what comes after the noun."""
    noun = re.sub(r"^(?:a|the) (?:set|stack|pair|coil|spool) of ", "", noun)
    head = re.split(r"\s(?:of|with|without|on|in|held|from)\s", noun, maxsplit=1)[0]
    return re.sub(r"^(?:an?|the|two|some)\s+", "", head)


def keywords(scene: Scene, topic: Topic) -> list[str]:
    """One- and two-word tags of what is in the picture; never a banned one, each once."""
    weather = words()["weathers"][scene.weather]["tag"].removeprefix("steady ") if scene.weather else ""
    wished = [*(bare(item) for item in scene.spoken.add), scene.spoken.season or "", *scene.spoken.colours]
    near = [words()["times"][scene.time]["cues"][0], *_first(topic.nouns, scene), weather]
    city = [scene.where.rsplit(" in ", 1)[-1].lower()] if scene.where != scene.place.phrase else []
    said = [*scene.mood[:1], *scene.palette[:1]] if scene.spoken.mood_words or scene.spoken.tone else []
    drawn = [*scene.place.tags, bare(scene.props[-1]), *said, scene.place.name]
    mixed = [f"{scene.mood[-1]} {tag.split()[-1]}" for tag in scene.place.tags]
    rest = [*topic.nouns, *scene.palette[1:], *mixed]
    rest += [f"{colour} {tag.split()[-1]}" for colour in scene.palette for tag in scene.place.tags]
    candidates = (text for text in [*wished, *city, *near, *scene.dice.shuffled(drawn, "keywords"), *rest] if text)
    return [text for text in dict.fromkeys(candidates) if scene.dice.bans.allow(text) and len(text.split()) <= 3]


def _first(nouns: tuple[str, ...], scene: Scene) -> list[str]:
    allowed = [noun for noun in nouns if scene.dice.bans.allow(noun)]
    return [allowed[scene.index % len(allowed)]] if allowed else []


def props(scene: Scene, topic: Topic) -> list[str]:
    return [*scene.props, *(with_article(tag) for tag in scene.place.tags)]


def details(scene: Scene, topic: Topic) -> list[str]:
    return [capital(detail) for detail in scene.details]
