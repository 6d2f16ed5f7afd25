"""Text for an instruction: what kind is asked for, and the grammar of that kind."""

import re
from collections import Counter

from backend.core.errors import ModuleError
from backend.server.modules.api.offline_text.bank import find_cue, words
from backend.server.modules.api.offline_text.dice import Dice
from backend.server.modules.api.offline_text.draft import Draft, keep_to
from backend.server.modules.api.offline_text.edits import call_to_action
from backend.server.modules.api.offline_text.grammar import (
    capital,
    cut_words,
    join_list,
    sentence,
    sentences,
    title_case,
)
from backend.server.modules.api.offline_text.review import review_text
from backend.server.modules.api.offline_text.rewrite import rewrite
from backend.server.modules.api.offline_text.scene import Scene, Setup, draw_scene
from backend.server.modules.api.offline_text.scene_text import bare, description, hook, keywords, prompt
from backend.server.modules.api.offline_text.scene_text import title as scene_title
from backend.server.modules.api.offline_text.topic import Topic, content_words, read_topic
from backend.server.modules.api.offline_text.wishes import COLOURS

MAX_TITLE = 60
NAMED = re.compile(
    r"\b(?:our|the|this|your)\s+(?:[a-z-]+\s){0,2}[a-z-]+(?=\s+(?:is|are|was|were|has|have|will|can|that|for|of|in|on)\b|[,.])",
    re.IGNORECASE,
)
KINDS = (
    ("translate", r"\btranslat"),
    ("review", r"\b(?:review|critique|criticis|criticiz|assess|evaluate|score|rate|proofread|give (?:me )?feedback)"),
    ("summary", r"\b(?:summar|tl;?dr|key points|in short|condense|abstract)"),
    ("rewrite", r"\b(?:improve|rewrite|revise|edit|polish|rephrase|shorten|expand|fix|make (?:it|this|the text))"),
    ("prompts", r"\bprompts?\b"),
    ("scenes", r"\b(?:scenes?|shots?|storyboard|visual)"),
    ("titles", r"\b(?:titles?|headlines?|subject lines?|names?|taglines?|slogans?)\b"),
    ("hashtags", r"\bhashtags?\b"),
    ("keywords", r"\b(?:keywords?|tags)\b"),
    ("email", r"\b(?:e-?mail|letter|message|reply)\b"),
    ("poem", r"\b(?:poem|haiku|verse)\b"),
    ("caption", r"\bcaption"),
)


def kind_of(asked: str, *, has_text: bool) -> str:
    """What the instruction asks for; a given text without one means: improve it."""
    verb = re.search(r"\b(?:write|draft|compose|create|generate)\b", asked, re.IGNORECASE)
    for kind, pattern in KINDS:
        # "Write the text of a post for a film review site" asks for a post
        if (kind in ("review", "summary") and verb and not has_text) or (kind == "rewrite" and not has_text):
            continue
        if re.search(pattern, asked, re.IGNORECASE):
            return kind
    return "rewrite" if has_text else "post"


def write_prose(setup: Setup) -> str:
    """Text for a request without a schema.

    Raises:
        ModuleError: it asks for a translation, which a grammar cannot give.
    """
    request = setup.request
    kind = kind_of(request.asked, has_text=bool(request.text))
    if kind == "translate":
        raise ModuleError(
            "The offline generator cannot translate. Set the input 'provider' to 'openai' for this.",
            code="offline_cannot",
            retryable=False,
        )
    if request.text and kind in ("rewrite", "email", "caption", "titles", "post") and kind != "titles":
        return rewritten(setup)[0]
    lists = {"titles": titles, "hashtags": hashtags, "keywords": tags, "scenes": scene_list, "prompts": prompt_list}
    if kind in lists:
        return "\n".join(lists[kind](setup, request.count or 5))
    texts = {"review": review, "summary": summary, "email": email, "poem": poem, "caption": caption}
    text = texts.get(kind, post)(setup)
    return polished(text, setup) if kind in ("email", "caption", "post") else text


def about(setup: Setup) -> Topic:
    """The topic, or what the given text speaks of most."""
    if setup.request.topic or not setup.request.text:
        return setup.topic
    return read_topic(subject_of(setup.request.text))


def subject_of(text: str) -> str:
    """What a text is about: the first thing that it names with an article, else its most frequent word."""
    named = NAMED.search(text)
    if named:
        return named[0].lower()
    found = content_words(text)
    counted = Counter(word for word in re.findall(r"[\w-]+", text.lower()) if word in found)
    return f"the {counted.most_common(1)[0][0]}" if counted else "the text"


def rewritten(setup: Setup) -> tuple[str, list[str]]:
    """The given text with the feedback applied, and what was changed."""
    request = setup.request
    draft = Draft.of(request.text, topic=about(setup), audience=request.audience, dice=setup.dice)
    rewrite(draft, request.feedback or _wish_in(request.asked))
    return draft.text, draft.changes or ["Left it as it was: there was nothing to tidy"]


def polished(text: str, setup: Setup) -> str:
    """A new text, with feedback on it followed as far as it is about wording."""
    if not setup.request.feedback:
        return text
    draft = Draft.of(text, topic=setup.topic, audience=setup.request.audience, dice=setup.dice)
    return rewrite(draft, setup.request.feedback).text


def _wish_in(asked: str) -> str:
    """'Improve this text: make it shorter' -> the wish; a bare verb is no wish."""
    return re.sub(
        r"\b(?:improve|rewrite|revise|edit|polish|rephrase|fix|the|this|following|text|of a post|post|"
        r"follow the feedback\..*)\b",
        " ",
        asked,
        flags=re.I,
    )


def summary(setup: Setup) -> str:
    """The sentences that carry most."""
    source = setup.request.text or setup.request.instruction
    draft = Draft.of(source, topic=about(setup), audience="", dice=setup.dice)
    keep_to(draft, max(18, round(draft.word_count * 0.35)))
    draft.paragraphs = [[line for block in draft.paragraphs for line in block]]
    return draft.text


def review(setup: Setup) -> str:
    judged = review_text(setup.request.text or setup.request.instruction)
    good = "\n".join(f"- {line}" for line in judged.strengths) or "- It has a clear subject."
    better = "\n".join(f"- {line}" for line in judged.suggestions) or "- Nothing that can be counted."
    return f"{judged.summary}\n\nWhat works:\n{good}\n\nWhat to change:\n{better}"


def titles(setup: Setup, count: int, *, limit: int = MAX_TITLE) -> list[str]:
    """Titles of a text, at most `limit` characters, without a colon, all different."""
    topic, who = about(setup), setup.request.audience.split(",")[0].strip()
    scene = draw_scene(setup, deck="titles", index=0)
    short = topic.short if len(topic.short) <= 34 else " ".join(topic.nouns[:2]) or topic.short[:34]
    noun = " ".join(topic.nouns[:2]) if topic.nouns else short
    options = [
        f"five small things about {short}",
        f"{short}, step by step",
        f"a first look at {short}",
        f"what {short} can teach us",
        f"the quiet case for {short}",
        f"{short} without the fuss",
        f"before you start with {short}",
        f"inside {short}",
        f"why {short} is worth an hour",
        f"{short} in five minutes",
        f"a day with {short}",
        f"what nobody says about {short}",
        f"{scene_title(scene, topic).lower()}, and what it says about {short}",
        f"the {noun} notebook",
        f"{short}, honestly",
        f"how {short} begins",
        f"a plain guide to {short}",
        f"three mornings with {short}",
        f"the {scene.mood[0]} side of {short}",
    ]
    if who and len(who) <= 24:
        options += [f"{short} for {who}", f"what {who} ask about {short}", f"dear {who}, about {short}"]
    fitting = [option for option in options if len(option) <= limit] or [cut_words(topic.short, limit)]
    return _many(setup, [title_case(option) for option in fitting], count)


def _many(setup: Setup, options: list[str], count: int) -> list[str]:
    """`count` different lines; numbered parts when the grammar has no more."""
    deck = list(dict.fromkeys(setup.dice.shuffled(options, "lines")))
    parts = [f"{deck[at % len(deck)]}, Part {at // len(deck) + 1}" for at in range(len(deck), count)]
    return (deck + parts)[:count]


def tags(setup: Setup, count: int) -> list[str]:
    found: dict[str, None] = {}
    for index in range(1 + count // 4):
        drawn = keywords(draw_scene(setup, deck="tags", index=index), setup.topic)
        found |= dict.fromkeys(word for word in drawn if _is_thing(word))
    own = [word for word in about(setup).nouns if setup.dice.bans.allow(word)]
    return list(dict.fromkeys([*own[: max(1, count // 2)], *found]))[:count]


def hashtags(setup: Setup, count: int) -> list[str]:
    joined = ("#" + "".join(capital(part) for part in re.findall(r"\w+", tag)) for tag in tags(setup, count + 4))
    return list(dict.fromkeys(joined))[:count]


def scene_list(setup: Setup, count: int) -> list[str]:
    scenes = [draw_scene(setup, deck="scenes", index=index) for index in range(count)]
    return [
        f"{at}. {scene_title(scene, setup.topic)}. {description(scene, setup.topic)}"
        for at, scene in enumerate(scenes, 1)
    ]


def prompt_list(setup: Setup, count: int) -> list[str]:
    return [prompt(draw_scene(setup, deck="prompts", index=index), setup.topic) for index in range(count)]


def email(setup: Setup) -> str:
    topic, dice = setup.topic, setup.dice
    who = setup.request.audience.split(",")[0].strip()
    hello = f"Dear {who}," if who else "Hello,"
    opening = dice.pick([f"I am writing about {topic.phrase}.", f"A short note about {topic.phrase}."], "email opening")
    body = dice.pick(
        [
            "You will find what matters below, and nothing else.",
            "It takes two minutes to read, and it may save you an hour.",
            "We have worked on it for a while, and now it is time to show it.",
        ],
        "email body",
    )
    parts = (
        f"Subject: {capital(topic.short)}",
        hello,
        f"{opening} {body}",
        call_to_action(topic, dice),
        "Kind regards",
    )
    return "\n\n".join(parts)


def poem(setup: Setup) -> str:
    scene = draw_scene(setup, deck="poem", index=0)
    return "\n".join((f"{scene.opener},", f"{scene.place.phrase},", f"{scene.details[0]};", f"{scene.closing}."))


def caption(setup: Setup) -> str:
    scene = draw_scene(setup, deck="caption", index=0)
    return f"{hook(scene, setup.topic)} {' '.join(hashtags(setup, 4))}"


def post(setup: Setup) -> str:
    """Three short paragraphs: in a scene, what it is about, what the reader can do."""
    scene, topic, dice = draw_scene(setup, deck="post", index=0), setup.topic, setup.dice
    return "\n\n".join((_post_opening(scene, topic), _post_body(setup, scene), _post_ending(topic, dice)))


def _post_opening(scene: Scene, topic: Topic) -> str:
    described = scene.given.get("description")
    if described:
        lines = [_untied(line, topic) for line in sentences(described)[:2] if scene.dice.bans.allow(line)]
        return " ".join([*lines, f"That is where {topic.phrase} begins."])
    first = sentence(f"{scene.opener}, {scene.where}, {scene.details[0]}")
    return f"{first} {sentence(f'{scene.figure}, {scene.gesture}; {scene.closing}')}"


def _untied(line: str, topic: Topic) -> str:
    """A sentence of a scene without its clause about the topic, which the post itself comes to."""
    head, mark, tail = line.rpartition("; ")
    return f"{head}." if mark and topic.known[4:] in tail else line


def _post_body(setup: Setup, scene: Scene) -> str:
    topic, who = setup.topic, setup.request.audience.strip(" .")
    reader = f"For {who}, that" if who else "That"
    options = [
        f"{capital(topic.phrase)} rarely begins with a plan. {reader} is good news: anybody can start where they are.",
        f"It would be easy to make {topic.known} sound big. {reader} would miss the point, which is close at hand.",
        f"Ask ten people about {topic.known} and you get ten stories. {reader} is what makes it worth a closer look.",
    ]
    seen = [f"the {word}" for word in setup.request.keywords if _is_thing(word) and setup.dice.bans.allow(word)][:3]
    what = join_list(seen) or f"the {bare(scene.props[-1])}"
    extra = [f"What stays in the memory is not the idea but {what}.", f"Look twice and you notice {what}."]
    return f"{setup.dice.pick(options, 'post body')} {setup.dice.pick(extra, 'post extra')}"


def _is_thing(word: str) -> bool:
    """Not a time, a weather, a mood or a colour, which keywords also hold."""
    bank = words()
    cues = [
        cue
        for table in ("times", "weathers", "moods", "tones")
        for entry in bank[table].values()
        for cue in entry["cues"]
    ]
    colours = [colour for palette in bank["choices"]["palettes"] for colour in palette]
    moods = [word for entry in bank["moods"].values() for word in entry["adjectives"]]
    return find_cue(word, (*cues, *colours, *COLOURS, *moods)) is None


def _post_ending(topic: Topic, dice: Dice) -> str:
    small = [
        "Start with ten minutes.",
        "You need no equipment and no permission.",
        "Nothing has to be perfect for that.",
        "The best moment is this week.",
    ]
    return f"{dice.pick(small, 'post small')} {call_to_action(topic, dice)}"
