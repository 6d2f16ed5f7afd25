"""Rewrites a text as feedback asks: real edits of the given words, not new ones about the same topic."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from backend.server.modules.api.offline_text.bank import HERE
from backend.server.modules.api.offline_text.dice import Bans, Dice, stems
from backend.server.modules.api.offline_text.grammar import capital, lower_first, sentence, sentences, with_article
from backend.server.modules.api.offline_text.topic import Topic, content_words


@lru_cache(maxsize=1)
def bank() -> Mapping[str, Any]:
    return tomllib.loads((HERE / "rewrite_words.toml").read_text("utf-8"))


@dataclass(slots=True)
class Draft:
    """A text in paragraphs of sentences, and what was done to it."""

    paragraphs: list[list[str]]
    topic: Topic
    audience: str
    dice: Dice
    changes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, *, topic: Topic, audience: str, dice: Dice) -> "Draft":
        blocks = [block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]
        return cls([sentences(block) for block in blocks], topic, audience, dice)

    @property
    def text(self) -> str:
        return "\n\n".join(" ".join(block) for block in self.paragraphs if block)

    @property
    def word_count(self) -> int:
        return len(self.text.split())

    def map(self, edit: Callable[[str], str]) -> None:
        edited = [[after for line in block if (after := edit(line).strip())] for block in self.paragraphs]
        self.paragraphs = [block for block in edited if block]

    def first(self, line: str) -> None:
        self.paragraphs = [[line, *self.paragraphs[0]], *self.paragraphs[1:]] if self.paragraphs else [[line]]

    def last(self, line: str) -> None:
        self.paragraphs = [*self.paragraphs[:-1], [*self.paragraphs[-1], line]] if self.paragraphs else [[line]]


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that feedback may ask for: how it is said, and what is done."""

    said: re.Pattern[str]
    apply: Callable[[Draft, re.Match[str]], None]


def rewrite(draft: Draft, feedback: str) -> Draft:
    """Applies every wish that is understood, and always tidies. Changes the draft and gives it back."""
    _tidy(draft)
    rest, understood = feedback, False
    for edit in EDITS:
        while found := edit.said.search(rest):
            edit.apply(draft, found)
            understood = True
            rest = f"{rest[: found.start()]} ; {rest[found.end() :]}"
    leftover = re.sub(
        r"\b(?:please|and|but|also|it|the text|make|a bit|a little|more|be|should|very|much|too)\b|[\W_]+", " ", rest
    ).split()
    if feedback.strip() and not understood and leftover:
        _take_in(draft, feedback)
    return draft


def _tidy(draft: Draft) -> None:
    """Plain words for long ones, no fillers, no doubled words, sentences that begin and end as they should."""
    before = draft.text
    draft.map(lambda line: sentence(_without_fillers(replace_words(line, bank()["plain"]))))
    if draft.text != before:
        draft.changes.append("Cut filler words and long-winded phrases")


def _without_fillers(line: str) -> str:
    pattern = rf"\b(?:{'|'.join(bank()['fillers']['words'])})\b,?\s+(?=[a-z])"
    line = re.sub(pattern, "", line, flags=re.IGNORECASE)
    line = re.sub(r"\b(\w+)\s+\1\b", r"\1", line, flags=re.IGNORECASE)
    return re.sub(r"\b([Aa])n?\s+(?=([A-Za-z]))", _article, line)


def _article(found: re.Match[str]) -> str:
    """Leaves 'a'/'an' as it is unless the letter after it makes it surely wrong."""
    vowel = found[2].lower() in "aeio"
    if (
        found[0].strip().lower() == "a"
        and vowel
        and found.string[found.end() : found.end() + 3].lower() not in ("one", "eur", "ewe")
    ):
        return f"{found[1]}n "
    return found[0]


def replace_words(line: str, table: Mapping[str, str]) -> str:
    for old, new in table.items():
        pattern = rf"(?<![\w-]){re.escape(old)}" + (r"(?![\w-])" if old[-1].isalnum() else "")
        line = re.sub(pattern, lambda found, new=new: _in_case(found[0], new), line, flags=re.IGNORECASE)
    return " ".join(line.split())


def _in_case(old: str, new: str) -> str:
    return capital(new) if old[:1].isupper() and old != "I am" else new


def _shorter(draft: Draft, found: re.Match[str]) -> None:
    keep_to(draft, max(8, round(draft.word_count * 0.6)))
    draft.changes.append("Shortened it to what matters")


def keep_to(draft: Draft, limit: int) -> None:
    """Keeps the sentences that carry most, in their order, within `limit` words; the first one always stays."""
    lines = [(block, line) for block, lines in enumerate(draft.paragraphs) for line in lines]
    weight = _weights(draft)
    ranked = sorted(range(len(lines)), key=lambda at: (at != 0, -weight(lines[at][1], at)))
    kept: set[int] = set()
    total = 0
    for at in ranked:
        size = len(lines[at][1].split())
        if not kept or total + size <= limit:
            kept.add(at)
            total += size
    blocks: list[list[str]] = [[] for _ in draft.paragraphs]
    for at in sorted(kept):
        blocks[lines[at][0]].append(lines[at][1])
    draft.paragraphs = [block for block in blocks if block]
    if total > limit:
        draft.map(lambda line: _trim(line, limit))


def _weights(draft: Draft) -> Callable[[str, int], float]:
    counted: dict[str, int] = {}
    for word in stems(draft.text):
        counted[word] = counted.get(word, 0) + 1

    def weight(line: str, at: int) -> float:
        meaning = [counted.get(word, 0) for found in content_words(line) for word in stems(found)]
        return sum(meaning) / (len(line.split()) ** 0.5 + 1) - at * 0.01

    return weight


def _trim(line: str, limit: int) -> str:
    """A sentence that is too long alone: cut at a clause, or at the limit."""
    tokens = line.split()
    if len(tokens) <= limit:
        return line
    head = re.split(r"\s*[;–—(]\s*|,\s+(?:and|but|which|so|because|where|while)\b", line, maxsplit=1)[0]
    kept = head.split()[:limit]
    while len(kept) > 3 and kept[-1].lower().strip(",;") in (
        "a",
        "an",
        "the",
        "of",
        "and",
        "to",
        "in",
        "for",
        "with",
        "on",
        "or",
        "that",
    ):
        kept.pop()
    return sentence(" ".join(kept).rstrip(",;:-"))


def _longer(draft: Draft, found: re.Match[str]) -> None:
    about, nouns = draft.topic.phrase, draft.topic.nouns or ("detail",)
    noun = draft.dice.pick(nouns, "longer noun")
    options = [
        f"Take {noun}: it is the part people notice first and remember longest",
        f"What makes the difference is not size but care, and {about} has been thought through from the first step to the last",
        f"It begins with something small: a question about {noun}, asked by somebody who wanted an answer",
        f"There is more behind {about} than fits into one line, and every part of it has a reason",
    ]
    for line in draft.dice.shuffled(options, "longer")[:2]:
        _into_middle(draft, sentence(line))
    draft.changes.append("Added detail")


def _into_middle(draft: Draft, line: str) -> None:
    at = max(0, len(draft.paragraphs) // 2 - (0 if len(draft.paragraphs) > 1 else 1))
    at = min(at, max(0, len(draft.paragraphs) - 1))
    draft.paragraphs = [[*block, line] if index == at else block for index, block in enumerate(draft.paragraphs)] or [
        [line]
    ]


def _friendlier(draft: Draft, found: re.Match[str]) -> None:
    draft.map(lambda line: replace_words(line, bank()["contractions"]))
    who = draft.audience.split(",")[0].strip()
    hello = f"Hello {who}," if 0 < len(who.split()) <= 3 else "Hello,"
    if not draft.text.lower().startswith(("hello", "hi ", "hi,", "dear", "hey")):
        head = draft.paragraphs[0][0] if draft.paragraphs else ""
        rest = draft.paragraphs[0][1:] if draft.paragraphs else []
        draft.paragraphs = [[f"{hello} {lower_first(head)}", *rest], *draft.paragraphs[1:]]
    draft.last(
        draft.dice.pick(
            [
                "We're glad that you're here.",
                "It would be lovely to hear from you.",
                "Thank you for reading, and see you soon!",
            ],
            "friendly",
        )
    )
    draft.changes.append("Made it friendlier: a greeting, contractions and a warm ending")


def _formal(draft: Draft, found: re.Match[str]) -> None:
    expand = {short: full for full, short in bank()["contractions"].items()}
    draft.map(
        lambda line: replace_words(replace_words(line.replace("’", "'"), expand), bank()["casual"]).replace("!", ".")
    )
    draft.changes.append("Made it formal: no contractions, no exclamation marks")


def _simpler(draft: Draft, found: re.Match[str]) -> None:
    draft.map(lambda line: _split_long(replace_words(line, bank()["simple"])))
    draft.changes.append("Used simpler words and shorter sentences")


def _split_long(line: str) -> str:
    if len(line.split()) <= 14:
        return line
    parts = re.split(r";\s+|,\s+(?:and|but|so)\s+(?=(?:it|we|you|they|he|she|there|this|that|the)\b)", line)
    return " ".join(sentence(part) for part in parts)


def _exciting(draft: Draft, found: re.Match[str]) -> None:
    draft.map(lambda line: replace_words(line, bank()["strong"]))
    openers = ["This is the one.", "Here it comes.", "Stop scrolling for a second.", "You will want to see this."]
    draft.first(draft.dice.pick(openers, "exciting"))
    draft.paragraphs[-1][-1] = re.sub(r"\.$", "!", draft.paragraphs[-1][-1])
    draft.changes.append("Gave it more energy")


def _funnier(draft: Draft, found: re.Match[str]) -> None:
    jokes = [
        f"No {draft.topic.nouns[0] if draft.topic.nouns else 'punctuation'} was harmed in the making of this text.",
        "(Yes, we counted. Twice. We got different numbers.)",
        "If you have read this far, you are now officially an expert.",
    ]
    draft.last(draft.dice.pick(jokes, "joke"))
    draft.changes.append("Added a light touch of humour")


def _poetic(draft: Draft, found: re.Match[str]) -> None:
    lines = [
        "Some things are best said quietly.",
        "It smells of rain and beginnings.",
        "The rest is light, and a little patience.",
    ]
    draft.first(draft.dice.pick(lines, "poetic"))
    draft.changes.append("Gave it a more poetic opening")


def call_to_action(topic: Topic, dice: Dice) -> str:
    options = [
        f"Come and see {topic.known} for yourself.",
        f"Tell us what you think of {topic.known}.",
        f"Bring a friend, and find out more about {topic.known} today.",
        f"Take the first step now: find out more about {topic.known}.",
    ]
    if topic.is_doing:
        options = [
            "Try it this week, and tell us how it went.",
            "Take the first step today: ten minutes are enough.",
            f"Pass this on to somebody who thinks about {topic.phrase}.",
        ]
    return dice.pick(options, "call to action")


def _call(draft: Draft, found: re.Match[str]) -> None:
    draft.last(call_to_action(draft.topic, draft.dice))
    draft.changes.append("Added a call to action")


def _question(draft: Draft, found: re.Match[str]) -> None:
    options = [
        f"What if {draft.topic.short} were closer than you think?",
        f"When did you last think about {draft.topic.short}?",
    ]
    draft.first(draft.dice.pick(options, "question"))
    draft.changes.append("Began with a question")


def _bullets(draft: Draft, found: re.Match[str]) -> None:
    lines = [line for block in draft.paragraphs for line in block]
    head = lines[0]
    points = "\n".join(f"- {line.rstrip('.')}" for line in lines[1:]) or f"- {head.rstrip('.')}"
    draft.paragraphs = [[head], [points]] if len(lines) > 1 else [[points]]
    draft.changes.append("Turned it into bullet points")


def _headline(draft: Draft, found: re.Match[str]) -> None:
    draft.paragraphs = [[capital(draft.topic.short)], *draft.paragraphs]
    draft.changes.append("Added a headline")


def _emoji(draft: Draft, found: re.Match[str]) -> None:
    signs = draft.dice.shuffled(["✨", "🙌", "🌿", "☀️", "💡", "🎉"], "emoji")
    draft.paragraphs = [
        [*block[:-1], f"{block[-1]} {signs[at % len(signs)]}"] for at, block in enumerate(draft.paragraphs)
    ]
    draft.changes.append("Added emoji")


def _no_emoji(draft: Draft, found: re.Match[str]) -> None:
    draft.map(lambda line: re.sub(r"[\U0001F300-\U0001FAFF\u2600-\u27BF\uFE0F]", "", line))
    draft.changes.append("Took the emoji out")


def _no_marks(draft: Draft, found: re.Match[str]) -> None:
    draft.map(lambda line: line.replace("!", "."))
    draft.changes.append("Took the exclamation marks out")


def _at_most(draft: Draft, found: re.Match[str]) -> None:
    unit, number = found["unit"].lower(), _number(found["number"])
    if unit.startswith("word"):
        keep_to(draft, number)
    elif unit.startswith("paragraph"):
        flat = draft.paragraphs
        draft.paragraphs = [*flat[: number - 1], [line for block in flat[number - 1 :] for line in block]]
    else:
        lines = [line for block in draft.paragraphs for line in block][:number]
        draft.paragraphs = [lines]
    draft.changes.append(f"Kept it to {number} {unit}")


def _number(text: str) -> int:
    names = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return max(1, int(text[:5]) if text.isdigit() else names.index(text.lower()))


def _swap(draft: Draft, found: re.Match[str]) -> None:
    old, new = (found["old"] or found["old2"]).strip(" \"'“”"), (found["new"] or found["new2"]).strip(" \"'“”")
    draft.map(lambda line: sentence(re.sub(rf"\b{re.escape(old)}\b", new, line, flags=re.IGNORECASE)))
    draft.changes.append(f"Replaced “{old}” with “{new}”")


def _remove(draft: Draft, found: re.Match[str]) -> None:
    what = re.sub(
        r"^(?:the|a|an|any|all|about|mention of|mentioning|part about|sentence about|bit about|word)\s+",
        "",
        found["what"].strip(" \"'“”."),
    ).strip(" \"'“”")
    what = re.sub(r"^(?:the|a|an|about|mention of)\s+", "", what)
    bans = Bans.of([what])
    before = draft.text
    draft.map(lambda line: _drop(line, bans))
    if draft.text != before:
        draft.changes.append(f"Took out “{what}”")


def _drop(line: str, bans: Bans) -> str:
    """The sentence without its clause about the banned thing, or nothing."""
    if bans.allow(line):
        return line
    kept = [part for part in re.split(r"(?<=[,;])\s+", line) if bans.allow(part)]
    text = " ".join(kept).strip(" ,;")
    return sentence(text) if len(text.split()) >= 4 and len(kept) > 0 and bans.allow(text) else ""


def _mention(draft: Draft, found: re.Match[str]) -> None:
    what = found["what"].strip(" \"'“”.")
    if stems(what) and not Bans.of([what]).allow(draft.text):
        return
    _into_middle(draft, sentence(_mention_line(draft, re.sub(r"^(?:that|the fact that)\s+", "that ", what))))
    draft.changes.append(f"Mentioned {what}")


def _mention_line(draft: Draft, what: str) -> str:
    if what.startswith("that "):
        return what.removeprefix("that ")
    what = re.sub(r"^(?:something|a sentence|a line|a word|more|info|information|details?)\s+(?:about|on)\s+", "", what)
    named = what if re.match(r"(?:the|our|your|a|an|\d)\b", what) or what[:1].isupper() else with_article(what)
    options = [
        f"And do not miss {named}",
        f"{named} is part of it, too",
        f"Good to know: there is {named}",
        f"That includes {named}",
    ]
    if named.startswith(("the ", "our ", "your ")) or named[:1].isupper() or named.endswith("s"):
        options = [f"And do not miss {named}", f"That includes {named}"]
    return draft.dice.pick(options, f"mention {what}")


def _take_in(draft: Draft, feedback: str) -> None:
    """Feedback in words that are not understood still changes the text, and the changes say how it was read."""
    about = re.search(r"\b(?:about|on|for)\s+(?:the\s+)?(?P<what>[^,.;!?]+)", feedback)
    if about:
        _mention(draft, about)
        return
    readings = {
        "begin with a question": _question,
        "more energy": _exciting,
        "simpler words": _simpler,
        "more feeling": _poetic,
    }
    reading = draft.dice.pick(list(readings), f"reading {feedback}")
    readings[reading](draft, re.search("", feedback) or _nothing())
    draft.changes.append(f"Read the remark “{feedback.strip()[:80]}” as: {reading}")


def _nothing() -> re.Match[str]:
    raise AssertionError("the empty pattern matches everywhere")


def _says(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_END = r"(?=\s*(?:[,;.!\n]|\band\b|\bbut\b|$))"
_COUNT = r"(?P<number>\d+|one|two|three|four|five|six|seven|eight|nine|ten)"
EDITS: tuple[Edit, ...] = (
    Edit(
        _says(
            rf"(?:replace|change|swap)\s+(?P<old>.+?)\s+(?:with|to|by|for|into)\s+(?P<new>.+?){_END}|(?:use|say|write)\s+(?P<new2>.+?)\s+instead of\s+(?P<old2>.+?){_END}"
        ),
        _swap,
    ),
    Edit(
        _says(
            rf"(?:(?:in|to|under|below|within|max(?:imum)?(?: of)?|at most|no more than|up to|only|about|around)\s+)(?:the\s+)?{_COUNT}\s+(?P<unit>words?|sentences?|paragraphs?)(?:\s+(?:or less|at most))?"
        ),
        _at_most,
    ),
    Edit(
        _says(rf"\b{_COUNT}\s+(?P<unit>words?|sentences?|paragraphs?)(?:\s+(?:or less|at most|max|only))?\b"), _at_most
    ),
    Edit(
        _says(
            r"\b(?:call[ -]to[ -]action|cta|tell (?:them|people|readers) what to do|ask (?:them|people|readers) to act)\b"
        ),
        _call,
    ),
    Edit(_says(r"\b(?:no|without|remove|drop|fewer|less)\s+(?:the\s+|any\s+)?emojis?\b"), _no_emoji),
    Edit(_says(r"\b(?:no|without|remove|drop|fewer|less)\s+(?:the\s+|any\s+)?exclamation marks?\b"), _no_marks),
    Edit(
        _says(
            r"\b(?:less|not so|too)\s+formal\b|\b(?:more casual|informal|friend(?:ly|lier)|warm(?:er)?|more personal|welcoming|kinder|nicer|approachable|conversational)\b"
        ),
        _friendlier,
    ),
    Edit(_says(r"\b(?:formal|professional|serious|businesslike|too casual|less casual)\b"), _formal),
    Edit(
        _says(
            r"\b(?:too long|short(?:er|en)?|brief(?:er)?|concise|tight(?:er|en)?|cut (?:it )?down|trim|condense|less text|less wordy|crisp(?:er)?|punch(?:y|ier)|to the point)\b"
        ),
        _shorter,
    ),
    Edit(
        _says(r"\b(?:too short|longer|more details?|expand|elaborate|more text|in depth|flesh (?:it )?out)\b"), _longer
    ),
    Edit(
        _says(r"\b(?:simpl(?:e|er|ify)|plain(?:er)?|easier(?: to read)?|less jargon|no jargon|clear(?:er)?)\b"),
        _simpler,
    ),
    Edit(
        _says(r"\b(?:excit(?:ing|ed)|energetic|more energy|enthusiastic|bold(?:er)?|lively|livelier|punch)\b"),
        _exciting,
    ),
    Edit(_says(r"\b(?:fun(?:ny|nier)?|humou?r(?:ous)?|joke|wit(?:ty|tier)|playful)\b"), _funnier),
    Edit(_says(r"\b(?:poetic|lyrical|emotional|more feeling)\b"), _poetic),
    Edit(_says(r"\b(?:bullet(?:s| points?)?|as a list|list format)\b"), _bullets),
    Edit(
        _says(
            r"\b(?:(?:start|begin|open)(?:s|ing)? with a question|rhetorical question|as a question|add a question)\b"
        ),
        _question,
    ),
    Edit(_says(r"\b(?:headline|heading|(?:add|give it|with) a title)\b"), _headline),
    Edit(_says(r"\bemojis?\b"), _emoji),
    Edit(
        _says(
            rf"\b(?:remove|without|drop|delete|leave out|cut|no|don'?t mention|do not mention|avoid|lose|omit)\s+(?P<what>(?!longer\b)\S.*?){_END}"
        ),
        _remove,
    ),
    Edit(
        _says(
            rf"\b(?:mention|add|include|talk about|say|tell (?:them|people|readers)|refer to|point out|stress|emphasi[sz]e)\s+(?P<what>\S.*?){_END}"
        ),
        _mention,
    ),
)
"""In order: the particular before the general, since each takes its words out of the feedback."""
