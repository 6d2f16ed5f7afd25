"""Judges a text by what can be counted in it, and says so."""

import re
from dataclasses import dataclass

from backend.server.modules.api.offline_text.grammar import sentences
from backend.server.modules.api.offline_text.wording import wording

CALLS = re.compile(
    r"\b(?:join|try|visit|buy|come|call|book|order|sign up|subscribe|save the date|find out|learn more|"
    r"get in touch|reply|start|tell us)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Review:
    """`score` is 0..1. Strengths and suggestions are sentences."""

    score: float
    sentiment: str
    strengths: tuple[str, ...]
    suggestions: tuple[str, ...]
    summary: str


def review_text(text: str) -> Review:
    """Length, sentence length, fillers, address, a call to act: the things an editor counts first."""
    lines, tokens = sentences(text), re.findall(r"[\w'\u2019-]+", text.lower())
    longest = max((len(line.split()) for line in lines), default=0)
    mean = len(tokens) / max(1, len(lines))
    fillers = [word for word in tokens if word in wording()["fillers"]["words"]]
    good: list[str] = []
    better: list[str] = []
    _judge(
        mean <= 18,
        "The sentences are short enough to read aloud.",
        f"The sentences average {mean:.0f} words; aim at 15.",
        good,
        better,
    )
    _judge(
        longest <= 28,
        "No sentence loses its way.",
        f"Split the longest sentence, which has {longest} words.",
        good,
        better,
    )
    _judge(
        len(fillers) == 0,
        "There are no filler words.",
        f"Cut fillers such as “{fillers[0] if fillers else ''}” ({len(fillers)} in all).",
        good,
        better,
    )
    _judge(
        "you" in tokens or "your" in tokens,
        "It speaks to the reader directly.",
        "Speak to the reader: there is no “you” in it.",
        good,
        better,
    )
    _judge(
        bool(CALLS.search(text)),
        "It tells the reader what to do next.",
        "End with one thing that the reader can do.",
        good,
        better,
    )
    _judge(
        40 <= len(tokens) <= 220,
        f"At {len(tokens)} words it has a good length.",
        _length_advice(len(tokens)),
        good,
        better,
    )
    _judge(
        bool(re.search(r"\d", text)),
        "It has a concrete figure.",
        "Add one concrete figure, date or name.",
        good,
        better,
    )
    score = round(0.35 + 0.6 * len(good) / 7, 2)
    return Review(score, sentiment_of(tokens), tuple(good), tuple(better), _summary(len(tokens), len(lines), better))


def _judge(holds: bool, praise: str, advice: str, good: list[str], better: list[str]) -> None:
    (good if holds else better).append(praise if holds else advice)


def _length_advice(count: int) -> str:
    return (
        f"At {count} words it is too thin; say one thing more."
        if count < 40
        else f"At {count} words it is long; cut a third."
    )


def _summary(count: int, lines: int, better: list[str]) -> str:
    first = f"{count} words in {lines} sentence{'s' if lines != 1 else ''}."
    return (
        f"{first} The most useful change: {better[0][0].lower() + better[0][1:]}"
        if better
        else f"{first} Ready to publish as it is."
    )


def sentiment_of(tokens: list[str]) -> str:
    lexicon = wording()["sentiment"]
    balance = sum(token in lexicon["positive"] for token in tokens) - sum(
        token in lexicon["negative"] for token in tokens
    )
    return "positive" if balance > 0 else "negative" if balance < 0 else "neutral"
