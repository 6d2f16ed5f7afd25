"""Identifiers: a prefix that says what it names, then a time-ordered uuid7 in hex."""

import hashlib
import os
import re
import secrets
import time

from uuid6 import uuid7

ID_PATTERN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,199}$")
"""What an id from outside may look like; anything else is unknown by definition."""


def new_id(prefix: str) -> str:
    """`new_id("int")` -> `int_0193...`; ids made later sort later."""
    return f"{prefix}_{uuid7().hex}"


class _EventIds:
    """uuid7 values whose random part is drawn once a process.

    An engine makes a dozen event ids for every write, and drawing randomness for each lets go of the interpreter
    lock each time. The time and a counter keep them apart and in order; the random part keeps processes apart.
    """

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        self._tail = 0b10 << 62 | secrets.randbits(62)
        self._last = 0

    def next(self) -> str:
        self._last = max(self._last + 1, time.time_ns() // 1_000_000 << 12)
        moment, count = self._last >> 12, self._last & 0xFFF
        return f"{moment << 80 | 0x7 << 76 | count << 64 | self._tail:032x}"


_event_ids = _EventIds()
os.register_at_fork(after_in_child=_event_ids.renew)


def new_event_id() -> str:
    """`evt_0193...`; of one process, each sorts after all made before it."""
    return f"evt_{_event_ids.next()}"


def new_run_id() -> str:
    return new_id("wf")


def derived_id(prefix: str, *parts: object) -> str:
    """The same parts give the same id, so a repeated start finds what the first one made."""
    text = "\x1f".join(str(part) for part in parts)
    return f"{prefix}_{hashlib.sha256(text.encode()).hexdigest()[:32]}"
