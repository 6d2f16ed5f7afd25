"""What is wrong in a definition: a place, a sentence, and whether it stops saving."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Literal

Severity = Literal["error", "warning"]

MAX_PROBLEMS = 200
"""More are no help to a person, and a hostile document could ask for a million."""

LISTED = 8
"""So many known names are spelled out when none is close."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`pointer` is a JSON pointer into the document as it was checked; it always leads to something there."""

    pointer: str
    message: str
    severity: Severity = "error"


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, in document order, at most MAX_PROBLEMS of them and a line that there are more."""
    unique: dict[Problem, None] = {}
    for problem in problems:
        unique[problem] = None
        if len(unique) > MAX_PROBLEMS:  # not looked for any further
            break
    found = sorted(islice(unique, MAX_PROBLEMS), key=_position)
    if len(unique) > MAX_PROBLEMS:
        found.append(Problem("", f"There are more than {MAX_PROBLEMS} problems. Correct these first."))
    return found


def _position(problem: Problem) -> tuple[list[tuple[int, str]], str]:
    parts = problem.pointer.split("/")[1:]
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], problem.message


def suggestion(word: str, known: Collection[str]) -> str:
    """` Did you mean 'x'?`, or what there is, or nothing: to be put after a sentence."""
    names = sorted(known)
    close = get_close_matches(word[:200], names, n=1) if len(names) <= 1000 else []
    if close:
        return f" Did you mean '{close[0]}'?"
    if not names:
        return ""
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f" There is: {', '.join(names[:LISTED])}{more}."
