"""What the input asks for: labelled lines, a text in triple quotes, and the instruction around them."""

import json
import re
from dataclasses import dataclass, field

LABELS = (
    "task|topic|subject|brief|audience|tone|style|feedback|avoid|exclude|exclusions|keywords|count|scene|title|"
    "description|setting|place|mood|lighting|light|camera|weather|time|earlier|language|format"
)
LINE = re.compile(rf"^[ \t>*-]*(?P<label>{LABELS})[ \t]*:[ \t]*(?P<value>.*)$", re.IGNORECASE | re.MULTILINE)
TEXT = re.compile(r'(?:^|\n)[ \t]*(?:(?P<label>[A-Za-z][\w ]{0,30}):[ \t]*\n?)?"""(?P<body>.*?)"""', re.DOTALL)
INLINE = re.compile(r"\b(Title|Description|Setting|Place|Mood|Lighting|Light|Camera|Weather|Time): *", re.IGNORECASE)
NUMBER_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
NUMBER_WORDS |= {"ten": 10, "twelve": 12, "a dozen": 12}
COUNTED = re.compile(
    r"\b(\d{1,3}|" + "|".join(NUMBER_WORDS) + r")\s+(?:[a-z-]+\s+){0,2}"
    r"(?:scenes?|titles?|prompts?|ideas?|headlines?|concepts?|names?|options?|hashtags?|variants?|versions?)",
    re.IGNORECASE,
)
ALIASES = {
    "subject": "topic",
    "brief": "topic",
    "exclude": "avoid",
    "exclusions": "avoid",
    "place": "setting",
    "light": "lighting",
}
MAX_COUNT = 50
FIRST, SECOND = "about|on the topic of|regarding", "for|of"
ADDRESSED = re.compile(r"\bto (?:our |the |all )?([a-z ]{3,30}?) (?:about|on|regarding)\b")
UNQUOTED = re.compile(
    r"^(?P<asked>(?:please )?(?:summari[sz]e|improve|rewrite|make|review|shorten|polish|fix|edit|revise)\b[^:\n]{0,80})"
    r":\s+(?P<text>.{20,})$",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Request:
    """The parts of an input. `instruction` is what is left when labelled parts are taken out."""

    whole: str
    instruction: str
    task: str = ""
    topic: str = ""
    audience: str = ""
    tone: str = ""
    feedback: str = ""
    avoid: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    count: int | None = None
    text: str = ""
    given: dict[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> str:
        """What to do, in the writer's words."""
        return self.task or self.instruction

    @property
    def scene_text(self) -> str:
        return " ".join(self.given.values())


def read_request(text: str) -> Request:
    """Reads the conventions that `api.llm` documents; plain prose is an instruction and its own topic."""
    bodies = [match["body"].strip() for match in TEXT.finditer(text)]
    rest = TEXT.sub("\n", text)
    fields: dict[str, str] = {}
    for match in LINE.finditer(rest):
        label = match["label"].lower()
        key, value = ALIASES.get(label, label), match["value"].strip()
        fields[key] = f"{fields[key]}; {value}" if fields.get(key) and value else fields.get(key) or value
    instruction = " ".join(LINE.sub("", rest).split())
    unquoted = UNQUOTED.match(instruction) if not bodies else None
    if unquoted:
        instruction, bodies = unquoted["asked"], [unquoted["text"]]
    task = fields.get("task", "")
    addressed = ADDRESSED.search(f"{task} {instruction}")
    return Request(
        whole=text,
        instruction=instruction,
        task=task,
        topic=_topic(fields, task=task, instruction=instruction, text=bodies),
        audience=fields.get("audience") or (addressed[1] if addressed else ""),
        tone=", ".join(part for part in (fields.get("tone"), fields.get("style")) if part),
        feedback=fields.get("feedback", ""),
        avoid=_listed(fields.get("avoid", "")),
        keywords=_listed(fields.get("keywords", "")),
        count=_count(fields.get("count", ""), f"{task} {instruction}"),
        text="\n\n".join(bodies),
        given=_scene(fields),
    )


def _topic(fields: dict[str, str], *, task: str, instruction: str, text: list[str]) -> str:
    if fields.get("topic"):
        return fields["topic"]
    for source, words in ((task, FIRST), (instruction, FIRST), (task, SECOND), (instruction, SECOND)):
        about = re.search(rf"\b(?:{words})\s+(.+?)(?:[.!?\n]|$)", source)
        if about:
            return about[1].strip(" \"'")
    if text:
        return ""  # the text itself says what it is about
    return task or instruction


def _listed(value: str) -> tuple[str, ...]:
    value = value.strip().strip("[]")
    parts = (part.strip(" \t\"'.") for part in re.split(r"[,;|]", value))
    return tuple(dict.fromkeys(part for part in parts if part and part.lower() not in ("none", "-", "nothing")))


def _count(label: str, instruction: str) -> int | None:
    found = re.search(r"\d+", label)
    if found:
        return max(1, min(int(found[0][:6]), MAX_COUNT))
    counted = COUNTED.search(instruction)
    if not counted:
        return None
    word = counted[1].lower()
    number = NUMBER_WORDS[word] if word in NUMBER_WORDS else int(word)
    return max(1, min(number, MAX_COUNT))


def _scene(fields: dict[str, str]) -> dict[str, str]:
    """The parts of a scene that the input describes: in labelled lines, or in one `Scene:` line or JSON object."""
    names = ("title", "description", "setting", "mood", "lighting", "camera", "weather", "time")
    given = {name: fields[name] for name in names if fields.get(name)}
    scene = fields.get("scene", "")
    if scene.startswith("{"):
        return _json_scene(scene) | given
    if scene:
        head, *labelled = INLINE.split(scene)
        given = _described(head) | given
        for name, value in zip(labelled[::2], labelled[1::2], strict=False):
            given.setdefault(ALIASES.get(name.lower(), name.lower()), value.strip(" .;,"))
    return given


def _described(head: str) -> dict[str, str]:
    """'Title. Description.' where the first sentence is short enough to be a title."""
    head = head.strip()
    first, _, rest = head.partition(". ")
    if rest and len(first.split()) <= 8:
        return {"title": first.strip(" ."), "description": rest.strip()}
    return {"description": head} if head else {}


def _json_scene(scene: str) -> dict[str, str]:
    try:
        value = json.loads(scene)
    except ValueError:
        return {"description": scene}
    pairs = value.items() if isinstance(value, dict) else ()
    return {ALIASES.get(key.lower(), key.lower()): text for key, text in pairs if isinstance(text, str)}
