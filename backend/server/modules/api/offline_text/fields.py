"""What a field of the answer is called tells what to write into it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from backend.server.modules.api.offline_text import scene_text as say
from backend.server.modules.api.offline_text.bank import words
from backend.server.modules.api.offline_text.edits import call_to_action
from backend.server.modules.api.offline_text.grammar import capital, join_list, sentence
from backend.server.modules.api.offline_text.prose import (
    about,
    caption,
    email,
    hashtags,
    kind_of,
    polished,
    post,
    review,
    rewritten,
    summary,
    titles,
    write_prose,
)
from backend.server.modules.api.offline_text.review import review_text
from backend.server.modules.api.offline_text.scene import Scene, Setup


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the answer a value goes. `siblings` are the keys beside it; `index` counts in the nearest list."""

    name: str
    siblings: frozenset[str]
    description: str
    index: int
    path: str
    parent: str = ""
    limit: int = 60


@dataclass(frozen=True, slots=True)
class Slot:
    """What a writer may use."""

    setup: Setup
    scene: Scene
    place: Place


TextWriter = Callable[[Slot], str]
ListWriter = Callable[[Slot, int], list[str]]

SCENE_SIGNS = frozenset(
    ("setting", "mood", "camera", "lighting", "location", "place", "atmosphere", "shot", "keyword", "prompt", "action")
)


def normal(name: str) -> str:
    """'imagePrompts' -> 'image_prompt'."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace("-", "_").replace(" ", "_")
    return snake[:-1] if snake.endswith("s") and not snake.endswith(("ss", "us", "is")) else snake


def text_for(slot: Slot) -> str:
    """Text for a field, by its name, else by the words of its description, else by the task."""
    name = normal(slot.place.name)
    for writer in (TEXTS.get(name), _by_part(name)):
        if writer is not None:
            return writer(slot)
    described = next((TEXTS[key] for key in TEXTS if re.search(rf"\b{key}\b", slot.place.description.lower())), None)
    if described:
        return described(slot)
    return _other(slot)


def list_for(slot: Slot, count: int) -> list[str] | None:
    """Items for a list of texts that belong together (keywords, strengths); None: one scene for each item."""
    name = normal(slot.place.name)
    writer = LISTS.get(name) or next((LISTS[key] for key in LISTS if name.endswith(f"_{key}")), None)
    return writer(slot, count) if writer else None


def _by_part(name: str) -> TextWriter | None:
    """'hero_title' and 'title_text' find the writer of 'title'."""
    parts = name.split("_")
    if len(parts) == 1:
        return None
    return next((TEXTS[part] for part in (parts[-1], *parts[:-1]) if part in TEXTS), None)


def _title(slot: Slot) -> str:
    if slot.place.siblings & SCENE_SIGNS or kind_of(slot.setup.request.asked, has_text=False) == "scenes":
        return say.title(slot.scene, slot.setup.topic, limit=slot.place.limit)
    return titles(slot.setup, slot.place.index + 1, limit=slot.place.limit)[-1]


def _description(slot: Slot) -> str:
    return say.description(slot.scene, slot.setup.topic, most=_most_sentences(slot.place.description))


def _most_sentences(said: str) -> int:
    found = re.search(
        r"\b(one|two|three|[1-9])\b(?:\s*(?:to|or|-|\u2013)\s*(one|two|three|four|[1-9]))?\s+(?:short\s+)?sentences?",
        said,
        re.I,
    )
    names = {"one": 1, "two": 2, "three": 3, "four": 4}
    last = (found[2] or found[1]).lower() if found else "three"
    return names.get(last) or int(last)


def _text(slot: Slot) -> str:
    """A whole text: the given one rewritten, or a new one of the asked kind."""
    kind = kind_of(slot.setup.request.asked, has_text=bool(slot.setup.request.text))
    if slot.setup.request.text and kind == "summary":
        return summary(slot.setup)
    if slot.setup.request.text and kind == "review":
        return review(slot.setup)
    if slot.setup.request.text:
        return rewritten(slot.setup)[0]
    if kind in ("scenes", "prompts", "titles"):
        return _description(slot)
    return write_prose(slot.setup) if kind in ("email", "poem", "caption") else polished(post(slot.setup), slot.setup)


def _summary(slot: Slot) -> str:
    if slot.setup.request.text:
        judged = kind_of(slot.setup.request.asked, has_text=True) == "review"
        return review_text(slot.setup.request.text).summary if judged else summary(slot.setup)
    return _description(slot)


def _reason(slot: Slot) -> str:
    if slot.setup.request.text:
        return review_text(slot.setup.request.text).summary
    audience = slot.setup.request.audience or "the viewer"
    return sentence(
        f"It shows {slot.setup.topic.short} in one gesture, which {audience} can read at once; {slot.scene.closing}"
    )


def _verdict(slot: Slot) -> str:
    score = review_text(slot.setup.request.text or slot.setup.request.instruction).score
    return (
        "Ready to publish." if score > 0.85 else "Good, with small changes." if score > 0.6 else "Needs another round."
    )


def _palette(slot: Slot) -> str:
    return join_list(list(slot.scene.palette))


def _weather(slot: Slot) -> str:
    return capital(words()["weathers"][slot.scene.weather or "clear"]["tag"])


def _other(slot: Slot) -> str:
    """A field of a name that says nothing: the task decides, else a short phrase from the scene."""
    kind = kind_of(slot.setup.request.asked, has_text=bool(slot.setup.request.text))
    if kind == "titles":
        return titles(slot.setup, slot.place.index + 1)[-1]
    if kind == "prompts":
        return say.prompt(slot.scene, slot.setup.topic)
    if kind == "hashtags":
        return hashtags(slot.setup, slot.place.index + 1)[-1]
    if kind in ("rewrite", "summary", "review") or not slot.place.name:
        return _text(slot) if kind != "scenes" else _description(slot)
    options = [
        *slot.scene.details,
        slot.scene.closing,
        f"{slot.scene.mood[0]} {slot.scene.place.name}",
        slot.scene.props[-1],
    ]
    return capital(slot.scene.dice.pick(options, f"other {slot.place.path}"))


def _identifier(slot: Slot) -> str:
    parent = normal(slot.place.parent) or "item"
    return f"{parent}_{slot.place.index + 1}"


def _slug(slot: Slot) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", _title(slot).lower()))


def _judged(part: str) -> ListWriter:
    def write(slot: Slot, count: int) -> list[str]:
        text = slot.setup.request.text
        if text:
            found = getattr(review_text(text), part)
            spare = (
                "Read it aloud once before it goes out.",
                "Ask one reader from outside the team.",
                "The subject is clear from the first line.",
            )
            return [*found, *spare][:count]
        lines = [
            f"The light: {slot.scene.light}.",
            f"One clear gesture: {slot.scene.gesture}.",
            f"A place with its own sound: {slot.scene.sound}.",
        ]
        return [sentence(line) for line in lines][:count]

    return write


def _changes(slot: Slot, count: int) -> list[str]:
    return rewritten(slot.setup)[1] if slot.setup.request.text else _judged("suggestions")(slot, count)


def _scene_words(write: Callable[..., list[str]]) -> ListWriter:
    return lambda slot, count: write(slot.scene, slot.setup.topic)


def _same(names: str, writer: TextWriter) -> dict[str, TextWriter]:
    return dict.fromkeys(names.split(), writer)


def _of_scene(write: Callable[..., str]) -> TextWriter:
    return lambda slot: write(slot.scene, slot.setup.topic)


def _of_setup(write: Callable[[Setup], str]) -> TextWriter:
    return lambda slot: write(slot.setup)


TEXTS: dict[str, TextWriter] = {
    **_same("title name headline heading label subject_line", _title),
    **_same("description concept synopsi synopsis scene visual idea overview", _description),
    **_same("summary abstract tldr", _summary),
    **_same("logline hook tagline one_liner subtitle slogan teaser pitch", _of_scene(say.hook)),
    **_same("setting location place where scenery background", _of_scene(say.setting)),
    **_same("mood tone atmosphere feeling emotion vibe", _of_scene(say.mood)),
    **_same("lighting light", _of_scene(say.lighting)),
    **_same("camera shot framing angle composition len lens", _of_scene(say.camera)),
    **_same("action gesture activity moment beat", _of_scene(say.action)),
    **_same("negative_prompt negative exclude avoid", _of_scene(say.negative_prompt)),
    **_same("prompt image_prompt visual_prompt picture", _of_scene(say.prompt)),
    **_same("palette color colour color_palette colour_palette", _palette),
    **_same("weather", _weather),
    **_same("time time_of_day", lambda slot: slot.scene.setting_time.split()[-1].capitalize()),
    **_same("style look medium aesthetic", lambda slot: capital(slot.scene.style)),
    **_same("sound audio music soundtrack", lambda slot: capital(slot.scene.sound)),
    **_same("character subject people cast protagonist figure person", lambda slot: capital(slot.scene.figure)),
    **_same("prop object element", lambda slot: capital(slot.scene.props[-1])),
    **_same("keyword tag theme", lambda slot: _nth(say.keywords(slot.scene, slot.setup.topic), slot.place.index)),
    **_same("hashtag", lambda slot: hashtags(slot.setup, slot.place.index + 1)[-1]),
    **_same("topic category", lambda slot: capital(about(slot.setup).short)),
    **_same("id key", _identifier),
    **_same("slug", _slug),
    **_same("reason rationale why explanation justification comment note feedback", _reason),
    **_same("verdict recommendation conclusion", _verdict),
    **_same("sentiment", lambda slot: review_text(slot.setup.request.text or slot.setup.request.whole).sentiment),
    **_same("audience", lambda slot: slot.setup.request.audience or "Everyone who is curious"),
    **_same("cta call_to_action", lambda slot: call_to_action(about(slot.setup), slot.setup.dice)),
    **_same("question", lambda slot: f"What would you like to know about {about(slot.setup).short}?"),
    **_same("caption alt_text alt", _of_setup(caption)),
    **_same("email letter", _of_setup(email)),
    **_same(
        "text body content post article draft revised improved answer result response output rewrite paragraph", _text
    ),
    **_same("author", lambda slot: "Offline generator"),
    **_same("language lang", lambda slot: "en"),
}

LISTS: dict[str, ListWriter] = {
    **dict.fromkeys(("keyword", "tag", "theme"), _scene_words(say.keywords)),
    **dict.fromkeys(("prop", "object", "element"), _scene_words(say.props)),
    **dict.fromkeys(("detail",), _scene_words(say.details)),
    **dict.fromkeys(("palette", "color", "colour"), lambda slot, count: list(slot.scene.palette)),
    **dict.fromkeys(("mood",), lambda slot, count: list(slot.scene.mood)),
    "hashtag": lambda slot, count: hashtags(slot.setup, count),
    **dict.fromkeys(("title", "headline"), lambda slot, count: titles(slot.setup, count, limit=slot.place.limit)),
    **dict.fromkeys(("character", "people", "cast"), lambda slot, count: [capital(slot.scene.figure)]),
    **dict.fromkeys(("strength", "pro", "highlight"), _judged("strengths")),
    **dict.fromkeys(
        (
            "suggestion",
            "improvement",
            "weakness",
            "weaknesse",
            "con",
            "issue",
            "recommendation",
            "next_step",
            "problem",
        ),
        _judged("suggestions"),
    ),
    **dict.fromkeys(("change", "edit"), _changes),
}


def _nth(items: list[str], index: int) -> str:
    return items[index % len(items)] if items else "scene"
