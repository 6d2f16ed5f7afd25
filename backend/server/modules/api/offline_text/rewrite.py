"""Rewrites a text as feedback asks: real edits of the given words, not new ones about the same topic."""

import re
from collections.abc import Callable
from functools import cache

from backend.server.modules.api.offline_text import edits
from backend.server.modules.api.offline_text.draft import Draft
from backend.server.modules.api.offline_text.grammar import sentence
from backend.server.modules.api.offline_text.wording import replace_words, without_fillers, wording

Edit = Callable[[Draft, re.Match[str]], None]

EDITS: tuple[Edit, ...] = (
    edits.swap,
    edits.at_most,
    edits.call,
    edits.no_emoji,
    edits.no_marks,
    edits.friendlier,
    edits.formal,
    edits.shorter,
    edits.longer,
    edits.simpler,
    edits.exciting,
    edits.funnier,
    edits.poetic,
    edits.bullets,
    edits.question,
    edits.headline,
    edits.emoji,
    edits.remove,
    edits.mention,
)
"""In order: the particular before the general, since each takes its words out of the feedback. How feedback says
it stands under the function's name in `rewrite_words.toml`."""

END = r"(?=\s*(?:[,;.!\n]|\band\b|\bbut\b|$))"
COUNT = r"(?P<number>\d+|one|two|three|four|five|six|seven|eight|nine|ten)"
EMPTY = re.compile(
    r"\b(?:please|and|but|also|it|the text|make|a bit|a little|more|be|should|very|much|too)\b|[\W_]+", re.IGNORECASE
)
READINGS: dict[str, Edit] = {
    "begin with a question": edits.question,
    "more energy": edits.exciting,
    "more feeling": edits.poetic,
}
MAX_FEEDBACK = 2000
"""Characters that are read: the patterns are bounded, but not linear."""


def rewrite(draft: Draft, feedback: str) -> Draft:
    """Applies every wish that is understood, and always tidies. Changes the draft and gives it back."""
    _tidy(draft)
    rest = feedback[:MAX_FEEDBACK]
    wanted: list[tuple[Edit, re.Match[str]]] = []
    for edit in EDITS:
        wanted += [(edit, found) for found in _said(edit.__name__).finditer(rest)]
        rest = _said(edit.__name__).sub(" ; ", rest)
    for edit, found in sorted(wanted, key=lambda pair: _turn(pair[0])):
        edit(draft, found)
    if not wanted and EMPTY.sub(" ", rest).split():
        _take_in(draft, rest.strip())
    return draft


def _turn(edit: Edit) -> int:
    """Cuts come before additions, which they would cut again; a limit on the length comes last."""
    first, last = (edits.swap, edits.remove, edits.shorter), (edits.bullets, edits.headline, edits.at_most)
    return first.index(edit) - len(first) if edit in first else last.index(edit) + 1 if edit in last else 0


@cache
def _said(name: str) -> re.Pattern[str]:
    alternatives = "|".join(wording()["said"][name]).replace("{end}", END).replace("{count}", COUNT)
    return re.compile(rf"\b(?:{alternatives})", re.IGNORECASE)


def _tidy(draft: Draft) -> None:
    """Plain words for long ones, no fillers, no doubled words, sentences that begin and end as they should."""
    before = draft.text
    draft.map(lambda line: sentence(without_fillers(replace_words(line, wording()["plain"]))))
    if draft.text != before:
        draft.changes.append("Cut filler words and long-winded phrases")


def _take_in(draft: Draft, feedback: str) -> None:
    """Feedback in words that are not understood still changes the text, and the changes say how it was read."""
    about = re.search(r"\b(?:about|on|for)\s+(?:the\s+)?(?P<what>[^,.;!?]+)", feedback)
    if about:
        edits.mention(draft, about)
        return
    reading = draft.dice.pick(list(READINGS), f"reading {feedback}")
    for anything in re.finditer(r"^", feedback):
        READINGS[reading](draft, anything)
    draft.changes.append(f"Read the remark “{feedback[:80]}” as: {reading}")
