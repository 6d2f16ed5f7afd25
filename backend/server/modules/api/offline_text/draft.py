"""A text in paragraphs of sentences, while it is being rewritten."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from backend.server.modules.api.offline_text.dice import Dice, stems
from backend.server.modules.api.offline_text.grammar import sentence, sentences
from backend.server.modules.api.offline_text.topic import Topic, content_words

DANGLING = frozenset(("a", "an", "the", "of", "and", "to", "in", "for", "with", "on", "or", "that"))


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
        return float(sum(meaning) / (len(line.split()) ** 0.5 + 1) - at * 0.01)

    return weight


def _trim(line: str, limit: int) -> str:
    """A sentence that is too long alone: cut at a clause, or at the limit."""
    tokens = line.split()
    if len(tokens) <= limit:
        return line
    head = re.split(r"\s*[;\u2013—(]\s*|,\s+(?:and|but|which|so|because|where|while)\b", line, maxsplit=1)[0]
    kept = head.split()[:limit]
    while len(kept) > 3 and kept[-1].lower().strip(",;") in DANGLING:
        kept.pop()
    return sentence(" ".join(kept).rstrip(",;:-"))


def into_middle(draft: Draft, line: str) -> None:
    at = max(0, len(draft.paragraphs) // 2 - (0 if len(draft.paragraphs) > 1 else 1))
    at = min(at, max(0, len(draft.paragraphs) - 1))
    draft.paragraphs = [[*block, line] if index == at else block for index, block in enumerate(draft.paragraphs)] or [
        [line]
    ]
