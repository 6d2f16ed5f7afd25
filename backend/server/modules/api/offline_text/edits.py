"""The single edits that feedback may ask for. Each changes the draft and notes what it did."""

import re

from backend.server.modules.api.offline_text.dice import Bans, Dice, stems
from backend.server.modules.api.offline_text.draft import Draft, into_middle, keep_to
from backend.server.modules.api.offline_text.grammar import capital, lower_first, sentence, with_article
from backend.server.modules.api.offline_text.topic import Topic
from backend.server.modules.api.offline_text.wording import contract, replace_words, wording


def shorter(draft: Draft, found: re.Match[str]) -> None:
    keep_to(draft, max(8, round(draft.word_count * 0.6)))
    draft.changes.append("Shortened it to what matters")


def longer(draft: Draft, found: re.Match[str]) -> None:
    about, nouns = draft.topic.phrase, draft.topic.nouns or ("detail",)
    noun = draft.dice.pick(nouns, "longer noun")
    options = [
        f"Take {noun}: it is the part people notice first and remember longest",
        f"What makes the difference is not size but care, and {about} has been thought through to the end",
        f"It begins with something small: a question about {noun}, asked by somebody who wanted an answer",
        f"There is more behind {about} than fits into one line, and every part of it has a reason",
    ]
    for line in draft.dice.shuffled(options, "longer")[:2]:
        into_middle(draft, sentence(line))
    draft.changes.append("Added detail")


def friendlier(draft: Draft, found: re.Match[str]) -> None:
    draft.map(contract)
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


def formal(draft: Draft, found: re.Match[str]) -> None:
    expand = {short: full for full, short in wording()["contractions"].items()}
    draft.map(
        lambda line: replace_words(replace_words(line.replace("\u2019", "'"), expand), wording()["casual"]).replace(
            "!", "."
        )
    )
    draft.changes.append("Made it formal: no contractions, no exclamation marks")


def simpler(draft: Draft, found: re.Match[str]) -> None:
    draft.map(lambda line: _split_long(replace_words(line, wording()["simple"])))
    draft.changes.append("Used simpler words and shorter sentences")


def _split_long(line: str) -> str:
    if len(line.split()) <= 14:
        return line
    parts = re.split(r";\s+|,\s+(?:and|but|so)\s+(?=(?:it|we|you|they|he|she|there|this|that|the)\b)", line)
    return " ".join(sentence(part) for part in parts)


def exciting(draft: Draft, found: re.Match[str]) -> None:
    draft.map(lambda line: replace_words(line, wording()["strong"]))
    openers = ["This is the one.", "Here it comes.", "Stop scrolling for a second.", "You will want to see this."]
    draft.first(draft.dice.pick(openers, "exciting"))
    draft.paragraphs[-1][-1] = re.sub(r"\.$", "!", draft.paragraphs[-1][-1])
    draft.changes.append("Gave it more energy")


def funnier(draft: Draft, found: re.Match[str]) -> None:
    jokes = [
        f"No {draft.topic.nouns[0] if draft.topic.nouns else 'punctuation'} was harmed in the making of this text.",
        "(Yes, we counted. Twice. We got different numbers.)",
        "If you have read this far, you are now officially an expert.",
    ]
    draft.last(draft.dice.pick(jokes, "joke"))
    draft.changes.append("Added a light touch of humour")


def poetic(draft: Draft, found: re.Match[str]) -> None:
    lines = [
        "Some things are best said quietly.",
        "It smells of rain and beginnings.",
        "The rest is light, and a little patience.",
    ]
    draft.first(draft.dice.pick(lines, "poetic"))
    draft.changes.append("Gave it a more poetic opening")


def call_to_action(topic: Topic, dice: Dice, *, beside: str = "") -> str:
    """One thing that the reader can do, and not one that the text says already."""
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
    return dice.pick([option for option in options if option not in beside], "call to action")


def call(draft: Draft, found: re.Match[str]) -> None:
    draft.last(call_to_action(draft.topic, draft.dice, beside=draft.text))
    draft.changes.append("Added a call to action")


def question(draft: Draft, found: re.Match[str]) -> None:
    options = [
        f"What if {draft.topic.short} were closer than you think?",
        f"When did you last think about {draft.topic.short}?",
    ]
    draft.first(draft.dice.pick(options, "question"))
    draft.changes.append("Began with a question")


def bullets(draft: Draft, found: re.Match[str]) -> None:
    lines = [line for block in draft.paragraphs for line in block]
    head = lines[0]
    points = "\n".join(f"- {line.rstrip('.')}" for line in lines[1:]) or f"- {head.rstrip('.')}"
    draft.paragraphs = [[head], [points]] if len(lines) > 1 else [[points]]
    draft.changes.append("Turned it into bullet points")


def headline(draft: Draft, found: re.Match[str]) -> None:
    draft.paragraphs = [[capital(draft.topic.short)], *draft.paragraphs]
    draft.changes.append("Added a headline")


def emoji(draft: Draft, found: re.Match[str]) -> None:
    signs = draft.dice.shuffled(["✨", "🙌", "🌿", "☀️", "💡", "🎉"], "emoji")
    draft.paragraphs = [
        [*block[:-1], f"{block[-1]} {signs[at % len(signs)]}"] for at, block in enumerate(draft.paragraphs)
    ]
    draft.changes.append("Added emoji")


def no_emoji(draft: Draft, found: re.Match[str]) -> None:
    draft.map(lambda line: re.sub(r"[\U0001F300-\U0001FAFF\u2600-\u27BF\uFE0F]", "", line))
    draft.changes.append("Took the emoji out")


def no_marks(draft: Draft, found: re.Match[str]) -> None:
    draft.map(lambda line: line.replace("!", "."))
    draft.changes.append("Took the exclamation marks out")


def at_most(draft: Draft, found: re.Match[str]) -> None:
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


def swap(draft: Draft, found: re.Match[str]) -> None:
    old, new = (found["old"] or found["old2"]).strip(" \"'“”"), (found["new"] or found["new2"]).strip(" \"'“”")
    draft.map(lambda line: sentence(re.sub(rf"\b{re.escape(old)}\b", new, line, flags=re.IGNORECASE)))
    draft.changes.append(f"Replaced “{old}” with “{new}”")


def remove(draft: Draft, found: re.Match[str]) -> None:
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


def mention(draft: Draft, found: re.Match[str]) -> None:
    what = found["what"].strip(" \"'“”.")
    if stems(what) and not Bans.of([what]).allow(draft.text):
        return
    into_middle(draft, sentence(_mention_line(draft, re.sub(r"^(?:that|the fact that)\s+", "that ", what))))
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
