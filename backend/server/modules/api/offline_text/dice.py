"""Choices that depend on nothing but what they are made for.

Hashes rather than `random`: the same text gives the same answer on every Python version.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


def stem(word: str) -> str:
    """A rough singular, so that 'boats' also bans 'boat'."""
    word = word.lower().strip("'\u2019-")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def stems(text: str) -> list[str]:
    return [stem(word) for word in re.findall(r"[^\W_]+(?:['\u2019-][^\W_]+)*", text)]


@dataclass(frozen=True, slots=True)
class Bans:
    """Words and phrases that must not appear."""

    phrases: frozenset[tuple[str, ...]] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Bans":
        return cls(frozenset(phrase for text in texts if (phrase := tuple(stems(text)))))

    def allow(self, text: str) -> bool:
        if not self.phrases:
            return True
        found = stems(text)
        found += [part for word in found if "-" in word for part in word.split("-")]
        return not any(
            tuple(found[start : start + len(phrase)]) == phrase
            for phrase in self.phrases
            for start in range(len(found) - len(phrase) + 1)
        )


@dataclass(frozen=True, slots=True)
class Dice:
    """Seeded choices. `salt` names what is chosen, so that two choices do not move together."""

    seed: str
    bans: Bans = field(default_factory=Bans)

    def number(self, salt: object) -> int:
        return int.from_bytes(hashlib.sha256(f"{self.seed}\x1f{salt}".encode("utf-8", "replace")).digest()[:8])

    def fraction(self, salt: object) -> float:
        """0 <= x < 1."""
        return self.number(salt) / 2**64

    def shuffled(self, options: Sequence[T], salt: object, text: Callable[[T], str] = str) -> list[T]:
        """The allowed options in a drawn order; all of them where every one is banned."""
        allowed = [option for option in options if self.bans.allow(text(option))] or list(options)
        keyed = sorted(enumerate(allowed), key=lambda pair: self.number(f"{salt}\x1f{pair[0]}\x1f{text(pair[1])}"))
        return [option for _, option in keyed]

    def pick(self, options: Sequence[T], salt: object, text: Callable[[T], str] = str) -> T:
        return self.shuffled(options, salt, text)[0]

    def deal(self, options: Sequence[T], salt: object, index: int, text: Callable[[T], str] = str) -> T:
        """The `index`-th card of one shuffled deck: neighbours differ until the deck is through."""
        deck = self.shuffled(options, salt, text)
        return deck[index % len(deck)]
