"""Replacing words in a sentence: plain ones for long ones, none for fillers."""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

from backend.server.modules.api.offline_text.bank import HERE
from backend.server.modules.api.offline_text.grammar import capital


@lru_cache(maxsize=1)
def wording() -> Mapping[str, Any]:
    """`rewrite_words.toml`."""
    return tomllib.loads((HERE / "rewrite_words.toml").read_text("utf-8"))


def without_fillers(line: str) -> str:
    pattern = rf"\b(?:{'|'.join(wording()['fillers']['words'])})\b,?\s+(?=[a-z])"
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


def contract(line: str) -> str:
    """'it is new' -> 'it's new'; at the end of a clause ('where they are.') nothing is contracted."""
    table = wording()["contractions"]
    return replace_words(line, table, follow=r"(?=\s+\w)")


def replace_words(line: str, table: Mapping[str, str], *, follow: str = "") -> str:
    for old, new in table.items():
        pattern = rf"(?<![\w-]){re.escape(old)}" + (r"(?![\w-])" if old[-1].isalnum() else "") + follow
        line = re.sub(pattern, partial(_in_case, new), line, flags=re.IGNORECASE)
    return " ".join(line.split())


def _in_case(new: str, found: re.Match[str]) -> str:
    return capital(new) if found[0][:1].isupper() and found[0] != "I am" else new
