"""Words for a scene: title, description, prompt and the smaller fields."""

import re
from collections.abc import Callable

from backend.server.modules.api.offline_text.bank import words
from backend.server.modules.api.offline_text.grammar import capital, join_list, sentence, title_case, with_article
from backend.server.modules.api.offline_text.scene import Scene
from backend.server.modules.api.offline_text.topic import Topic

Writer = Callable[[Scene, Topic], str]


def title(scene: Scene, topic: Topic) -> str:
    """Two to six words, title case, no colon."""
    if scene.title:
        return scene.title
    time, place = words()["times"][scene.time]["noun"], scene.place.name
    thing, tag = bare(scene.props[0]), scene.dice.pick(scene.place.tags, "title tag")
    mood, weather = scene.mood[0], scene.weather if scene.weather not in (None, "clear") else None
    options = [
        f"the {place} at {time}",
        f"{thing} at {time}",
        f"{mood} {place}",
        f"almost {time}",
        f"one more {thing}",
        f"a {place} for two" if scene.wishes.people is None else f"the {mood} {place}",
        f"what the {tag.split()[-1]} remember" if tag.endswith("s") else f"what the {tag.split()[-1]} remembers",
        f"{tag} and {thing}",
        f"before the {place} opens" if scene.place.indoor else f"beyond the {place}",
        f"ten minutes to {time}",
        f"the {thing} and the {place}",
    ]
    if weather:
        options += [f"{weather} over the {place}", f"{weather} at {time}", f"after the {weather}"]
    fitting = [option for option in options if len(option.split()) <= 6]
    return title_case(scene.dice.pick(fitting, "title"))


def description(scene: Scene, topic: Topic, *, most: int = 3) -> str:
    """What is seen, in at most `most` sentences. Wishes are in it, whatever the length."""
    parts = [_opening(scene), _senses(scene), _weave(scene, topic)]
    extras = _extras(scene)
    if most == 1:
        return sentence("; ".join([parts[0], *extras]))
    if extras:
        parts.insert(1, "; ".join(extras))
    if len(parts) > most:
        parts = [parts[0], "; ".join([*extras, scene.light]) if extras else parts[1]] if most == 2 else parts[:most]
    return " ".join(sentence(part) for part in parts)


def _opening(scene: Scene) -> str:
    figure, gesture, where = scene.figure, scene.gesture, scene.where
    still = scene.wishes.people == "none"
    if scene.description and not scene.wishes.place and not still:
        return scene.description.split(". ")[0].rstrip(".")
    if still:
        options = [f"{scene.opener}, {where}: {figure}, {{people}}", f"{capital(figure)}, alone {where}"]
        return scene.dice.pick(options, "still").format(people=scene.people or "")
    options = [
        f"{scene.opener}, {where}: {figure}, {gesture}",
        f"{capital(figure)}, {gesture}, {where} {scene.setting_time}",
        f"{scene.opener}, {figure} {where}, {gesture}",
        f"{capital(where)}, {scene.setting_time}: {figure}, {gesture}",
        f"First {scene.props[-1]}, then {figure}, {gesture}, {where}",
    ]
    return scene.dice.pick(options, "opening")


def _senses(scene: Scene) -> str:
    first, second = scene.details[0], scene.details[1 % len(scene.details)]
    sky = _sky(scene)
    options = [f"{first}, and {second}", f"{capital(scene.light)}; {first}", f"{first}; {scene.closing}"]
    if sky:
        options = [f"{sky}, and {first}", f"{sky}; {scene.closing}", f"{capital(scene.light)}; {sky}"]
    return scene.dice.pick(options, "senses")


def _sky(scene: Scene) -> str | None:
    """The weather as a clause; a wished one is spoken of in `_extras`."""
    if scene.weather is None or scene.wishes.weather:
        return None
    return weather_clause(scene)


def weather_clause(scene: Scene) -> str:
    entry = words()["weathers"][scene.weather or "clear"]
    return str(scene.dice.pick(entry["indoor" if scene.place.indoor else "outdoor"], "sky"))


def _extras(scene: Scene) -> list[str]:
    """What the feedback asked for, said out loud, so that the person sees that it was heard."""
    wishes, extras = scene.wishes, []
    if wishes.weather:
        extras.append(weather_clause(scene))
    if wishes.add:
        spots = ("in the foreground", "close to the lens", "where the eye lands first", "at the edge of the frame")
        extras.append(f"{join_list(wishes.add)} {scene.dice.pick(spots, 'spot')}")
    if scene.people:
        extras.append(scene.people)
    if wishes.season:
        extras.append(words()["seasonal"][wishes.season])
    if wishes.colours:
        extras.append(f"{join_list(wishes.colours)} runs through everything")
    if wishes.tone:
        extras.append(f"{words()['tones'][wishes.tone]['light']} tones throughout")
    if wishes.mood_words:
        extras.append(f"the feeling is {join_list(list(scene.mood))}")
    if wishes.without:
        extras.append(f"there are no {join_list(wishes.without).replace(' and ', ' or ')}")
    extras += [f"as asked, {note}" for note in wishes.notes]
    return extras


def _weave(scene: Scene, topic: Topic) -> str:
    """A last sentence that ties the picture to the topic."""
    about = topic.phrase
    options = [
        f"This is {about}, told without a word",
        f"Nobody says it, but this is about {about}",
        f"It is the quiet side of {about}",
        f"A small beginning for {about}",
        f"It leaves out the slogans and keeps {about}",
        f"One gesture stands for {about}",
        f"In the frame, {scene.closing}",
        f"With it, {about} becomes something one can touch",
    ]
    if scene.description:
        return f"In this version, {scene.closing}"
    return scene.dice.deal(options, "weave", scene.index)


def prompt(scene: Scene, topic: Topic) -> str:
    """An image prompt in one sentence: subject, setting, light, colours, lens. What is unwanted stays out of it."""
    where = scene.where
    subject = f"{scene.figure} {scene.gesture}" if scene.wishes.people != "none" else scene.figure
    if scene.description and not scene.wishes.place:
        subject, where = _given_subject(scene)
    parts = [
        subject,
        " ".join(part for part in (where, scene.setting_time if scene.setting_time not in where else "") if part),
        *([words()["weathers"][scene.weather]["tag"]] if scene.weather else []),
        *scene.wishes.add,
        *([scene.people] if scene.people else []),
        *([words()["seasonal"][scene.season]] if scene.season else []),
        scene.light,
        f"palette of {join_list(list(scene.palette))}",
        f"{scene.mood[0]} mood",
        scene.camera,
        scene.style,
    ]
    kept = [part for index, part in enumerate(parts) if part and (index == 0 or scene.dice.bans.allow(part))]
    return capital(", ".join(dict.fromkeys(kept)))


def _given_subject(scene: Scene) -> tuple[str, str]:
    """The first sentence of the given description, short; its place is in it or in the given setting."""
    first = re.split(r"(?<=\w)[.;](?:\s|$)", scene.description or "")[0]
    words_ = first.rstrip(".").split()
    subject = " ".join(words_[:24]).rstrip(",:")
    where = scene.where if scene.wishes.place and scene.place.phrase not in subject else ""
    return subject, where


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
    people = ["people", "faces"] if scene.wishes.people == "none" else ["crowd"] if scene.wishes.people == "few" else []
    return ", ".join(dict.fromkeys([*scene.wishes.without, *people, *usual]))


def setting(scene: Scene, topic: Topic) -> str:
    """Place and time of day."""
    return capital(f"{re.sub('^(?:in|at|on) ', '', scene.where)}, {scene.setting_time}")


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
    head = re.split(r"\s(?:of|with|without|on|in|held|from)\s", noun, maxsplit=1)[0]
    return re.sub(r"^(?:an?|the|two|some)\s+", "", head)


def keywords(scene: Scene, topic: Topic) -> list[str]:
    """One- and two-word tags of what is in the picture; never a banned one, each once."""
    weather = words()["weathers"][scene.weather]["tag"].split()[-1] if scene.weather else ""
    near = [*(bare(item) for item in scene.wishes.add), words()["times"][scene.time]["cues"][0], weather]
    drawn = [*scene.place.tags, bare(scene.props[-1]), scene.mood[0], *scene.palette[:1], scene.place.name]
    mixed = [f"{scene.mood[-1]} {tag.split()[-1]}" for tag in scene.place.tags]
    rest = [*topic.nouns, *scene.palette[1:], *mixed]
    rest += [f"{colour} {tag.split()[-1]}" for colour in scene.palette for tag in scene.place.tags]
    wishes = [scene.season or "", (scene.wishes.city or "").lower()]
    candidates = (text for text in [*near, *wishes, *scene.dice.shuffled(drawn, "keywords"), *rest] if text)
    return [text for text in dict.fromkeys(candidates) if scene.dice.bans.allow(text)]


def props(scene: Scene, topic: Topic) -> list[str]:
    return [*scene.props, *(with_article(tag) for tag in scene.place.tags)]


def details(scene: Scene, topic: Topic) -> list[str]:
    return [capital(detail) for detail in scene.details]
