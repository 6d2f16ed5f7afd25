"""Small helpers for English: articles, capitals, sentences, lengths."""

import re

from backend.server.modules.api.offline_text.bank import word_set

VOWEL = re.compile(r"^(?:[aeiou](?!ni[cvq]|se|ur|te)|ho(?:ur|nest)|heir|x-ray)", re.IGNORECASE)
DETERMINER = re.compile(
    r"^(?:the|a|an|some|two|three|four|five|six|seven|eight|nine|ten|many|several|his|her|their|its|our|my|your|one|no|every|\d+)\b",
    re.IGNORECASE,
)
MASS, SMALL = word_set("mass"), word_set("small")
SENTENCE = re.compile(r"(?<=[.!?…])[\"'”\u2019)]*\s+(?=[\"'“\u2018(]?[A-Z0-9À-Þ])")


def with_article(noun: str) -> str:
    """'umbrella' -> 'an umbrella'; plurals, masses, names and what has an article stay."""
    head = noun.rsplit(maxsplit=1)[-1] if noun.split() else ""
    plural = head.endswith("s") and not head.endswith(("ss", "us"))
    irregular = ("children", "people", "men", "women", "mice", "geese", "fish", "sheep", "deer")
    if DETERMINER.match(noun) or plural or head.lower() in irregular or head.lower() in MASS or noun[:1].isupper():
        return noun
    return f"{article(noun)} {noun}"


def article(word: str) -> str:
    return "an" if VOWEL.match(word) else "a"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Lower case at the start, except for names and abbreviations."""
    first = text.split(" ", 1)[0]
    return text if first[1:] != first[1:].lower() or first == "I" else text[:1].lower() + text[1:]


def sentence(text: str) -> str:
    text = " ".join(text.split()).strip()
    text = re.sub(r"\s+([,.;:!?])", r"\1", text)
    return capital(text) if text.endswith((".", "!", "?", "…")) else capital(text) + "."


def title_case(text: str) -> str:
    tokens = text.split()
    last = len(tokens) - 1
    return " ".join(
        token if token != token.lower() or (token in SMALL and 0 < index < last) else _capital_parts(token)
        for index, token in enumerate(tokens)
    )


def _capital_parts(token: str) -> str:
    return "-".join(capital(part) for part in token.split("-"))


def sentences(text: str) -> list[str]:
    return [part.strip() for part in SENTENCE.split(" ".join(text.split())) if part.strip()]


def join_list(items: list[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1] if items else ""


def cut_words(text: str, limit: int) -> str:
    """At most `limit` characters, ended at a sentence where one is near, else at a word."""
    text = text.strip()
    if len(text) <= limit:
        return text
    short = text[:limit]
    stop = max(short.rfind(". "), short.rfind("! "), short.rfind("? "), -1)
    if text[limit - 1 : limit] in ".!?" and (limit == len(text) or text[limit : limit + 1] == " "):
        return short
    if stop >= limit * 0.6:
        return short[: stop + 1]
    cut = short if text[limit : limit + 1] == " " else short.rsplit(" ", 1)[0]
    dangling = re.compile(
        r"(?:[\s,;:\u2013—-]|\b(?:a|an|and|the|of|in|on|at|to|with|for|by|or|from|into)\b)+$", re.IGNORECASE
    )
    trimmed = dangling.sub("", cut)
    return trimmed or cut.strip() or short.strip() or short
