"""The topic as the grammar needs it: a noun phrase, its words, its subject areas, and who may stand for it."""

import re
from dataclasses import dataclass

from backend.server.modules.api.offline_text.bank import Domain, domains_of
from backend.server.modules.api.offline_text.grammar import lower_first, with_article

STOP = frozenset(
    "a an and are as at be but by can do for from has have how i if in into is it its like make more my new no not of on "
    "or our out over so some than that the their them they this to up us use using was we what when where which who why "
    "will with without you your about after before between every all any very one two three first that's it's who's "
    "small big good best little old young".split()
)
VERBS = frozenset(
    "launch build create write promote design plan grow sell teach learn start open run find make introduce announce "
    "celebrate explain improve reduce save protect discover explore understand cook bake grow host organise organize "
    "live work sleep eat travel move manage show tell share help give get keep bring choose raise read play fix repair "
    "restore brew paint draw sing dance ride climb swim".split()
)
PERSON = frozenset(
    "keeper girl boy woman man child kid family baker chef cook couple friend team runner dancer musician teacher nurse "
    "farmer robot dog cat fox grandmother grandfather mother father sister brother student founder artist painter "
    "fisherman sailor pilot astronaut witch wizard knight detective singer gardener beekeeper engineer doctor writer poet "
    "photographer courier cyclist traveller traveler stranger neighbour neighbor kids children women men people twins "
    "barista waiter driver shepherd carpenter dragon wolf bear horse scientist librarian tailor athlete climber".split()
)
SPLIT = re.compile(r"[.:;!?\n(]| [-–—] |, | (?:that|which|who|whose|because|so that|while|when|where)\b")
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


def read_topic(text: str) -> Topic:
    """A topic from a line of input. Empty text gives an everyday topic."""
    cleaned = " ".join(text.strip(" \"'.").split()) or "an ordinary day"
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
    found = (word.strip("'’-") for word in re.findall(r"[^\W\d_][\w'’-]+", text))
    kept = {word.lower(): None for word in found if word.lower() not in STOP and len(word) > 2}
    return tuple(kept)


def _phrase(text: str) -> str:
    whole = text if len(text.split()) <= 12 else ""
    phrase = (whole or SPLIT.split(text, maxsplit=1)[0]).strip()
    if len(phrase.split()) < 2 and not whole:
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
    return phrase.split()[0] in PERSON or (len(phrase.split()) == 2 and phrase.split()[-1] in PERSON)


def gerund(verb: str) -> str:
    if verb.endswith("e") and not verb.endswith("ee"):
        return verb[:-1] + "ing"
    doubled = ("run", "plan", "get", "swim", "cut", "set", "put", "win", "begin", "sit")
    return verb + verb[-1] + "ing" if verb in doubled else verb + "ing"


def _figure(phrase: str) -> str | None:
    head = re.split(r"\s(?:in|on|at|for|from|to|by|about|near|under|that|which|who|without)\s", phrase, maxsplit=1)[0]
    tokens = re.findall(r"[\w'’-]+", head.lower())
    named = any(token in PERSON or token.rstrip("s") in PERSON for token in tokens)
    if not named or len(tokens) > 8 or tokens[0].endswith("ing"):
        return None
    last = re.split(r"\s(?:and|with|of|his|her)\s", head.lower())[0].split()[-1]
    return with_article(head) if last in PERSON or last.rstrip("s") in PERSON else None
