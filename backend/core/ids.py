"""Identifiers: a prefix that says what it names, then a time-ordered uuid7 in hex."""

import hashlib
import re

from uuid6 import uuid7

ID_PATTERN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,199}$")
"""What an id from outside may look like; anything else is unknown by definition."""


def new_id(prefix: str) -> str:
    """`new_id("evt")` -> `evt_0193...`; ids made later sort later."""
    return f"{prefix}_{uuid7().hex}"


def new_run_id() -> str:
    return new_id("wf")


def derived_id(prefix: str, *parts: object) -> str:
    """The same parts give the same id, so a repeated start finds what the first one made."""
    text = "\x1f".join(str(part) for part in parts)
    return f"{prefix}_{hashlib.sha256(text.encode()).hexdigest()[:32]}"
