"""The topic as the grammar needs it: a noun phrase, its words, its subject areas, and who may stand for it."""

import re
from dataclasses import dataclass

from backend.server.modules.api.offline_text.bank import Domain, domains_of, word_set
from backend.server.modules.api.offline_text.grammar import lower_first, with_article

STOP, VERBS, PERSON = word_set("stop"), word_set("verbs"), word_set("persons")
SPLIT = re.compile(r"[.:;!?\n(]| [-\u2013—] |, | (?:that|which|who|whose|because|so that|while|when|where)\b")
HEAD_END = re.compile(
    r"\s(?:of|in|on|at|for|with|from|to|by|about|near|under|over|into|that|which|who|and|without|between)\s"
)


@dataclass(frozen=True, slots=True)
class Topic:
    """`phrase` fits after "about"; `short` is its head; `figure` is set where the topic names somebody."""

    phrase: str
    short: str
    nouns: tuple[str, ...]
    domains: tuple[Domain, ...]
    figure: str | None = None

    @property
    def known(self) -> str:
        """`short` as something that was spoken of before: 'a bakery' -> 'the bakery'."""
        return re.sub(r"^an?\s", "the ", self.short)

    @property
    def is_doing(self) -> bool:
        """'sleeping better', which one tries, rather than 'a bakery', which one visits."""
        return self.short.split()[0].endswith("ing")


def read_topic(text: str) -> Topic:
    """A topic from a line of input. Empty text gives an everyday topic."""
    cleaned = " ".join(text.strip(" \"'.").split())
    cleaned = cleaned if re.search(r"\w", cleaned) else "an ordinary day"
    phrase = _phrase(cleaned)
    short = HEAD_END.split(phrase, maxsplit=1)[0]
    return Topic(
        phrase=phrase,
        short=short if len(short) >= 4 else phrase,
        nouns=content_words(cleaned),
        domains=domains_of(cleaned),
        figure=_figure(phrase),
    )


def content_words(text: str) -> tuple[str, ...]:
    """Words that carry meaning, in order, each once."""
    found = (word.strip("'\u2019-") for word in re.findall(r"[^\W\d_][\w'\u2019-]+", text))
    kept = {word.lower(): None for word in found if len(word) > 2 and not _is_empty(word.lower())}
    return tuple(kept)


def _is_empty(word: str) -> bool:
    return word in STOP or word in VERBS or word.removesuffix("s") in VERBS


def _phrase(text: str) -> str:
    whole = text if len(text.split()) <= 12 else ""
    phrase = (whole or SPLIT.split(text, maxsplit=1)[0]).strip()
    if not phrase or (len(phrase.split()) < 2 and not whole):
        phrase = text
    phrase = " ".join(phrase.split()[:12]).rstrip(",;:")
    phrase = re.sub(r"^(?:how (?:to|we|you|i)|why|what)\s+", "", phrase, flags=re.IGNORECASE) or phrase
    first, _, rest = phrase.partition(" ")
    if first.lower() in VERBS and rest:
        return f"{gerund(first.lower())} {rest}"
    phrase = lower_first(phrase)
    return with_article(phrase) if _is_countable(phrase) else phrase


def _is_countable(phrase: str) -> bool:
    """'neighbourhood bakery' takes an article, 'sleep hygiene' would too; one word is left alone."""
    return phrase.split(maxsplit=1)[0] in PERSON or (
        len(phrase.split()) == 2 and phrase.rsplit(maxsplit=1)[-1] in PERSON
    )


def gerund(verb: str) -> str:
    if verb.endswith("e") and not verb.endswith("ee"):
        return verb[:-1] + "ing"
    doubled = ("run", "plan", "get", "swim", "cut", "set", "put", "win", "begin", "sit")
    return verb + verb[-1] + "ing" if verb in doubled else verb + "ing"


def _figure(phrase: str) -> str | None:
    head = re.split(r"\s(?:in|on|at|for|from|to|by|about|near|under|that|which|who|without)\s", phrase, maxsplit=1)[0]
    tokens = re.findall(r"[\w'\u2019-]+", head.lower())
    named = any(token in PERSON or token.rstrip("s") in PERSON for token in tokens)
    if not named or len(tokens) > 8 or tokens[0].endswith("ing"):
        return None
    last = re.split(r"\s(?:and|with|of|his|her)\s", head.lower())[0].split()[-1]
    return with_article(head) if last in PERSON or last.rstrip("s") in PERSON else None
