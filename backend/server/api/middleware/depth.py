"""How deep JSON nests, found while it arrives: a parser that recurses must never see a document that is too deep."""

import re
from itertools import accumulate

from backend.core.errors import BodyTooDeep

# Possessive quantifiers: each byte is looked at once, whatever the text, so no input makes this slow.
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_STRINGS = re.compile(_STRING, re.DOTALL)
_UP_TO_OPEN_STRING = re.compile(rb'(?:[^"]++|' + _STRING + rb")*+", re.DOTALL)
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


class DepthScanner:
    """Counts the levels of a JSON text that comes in chunks of any size.

    Brackets inside strings do not count. The text need not be valid: up to the first place where a parser would
    stop, the count is right.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._depth = 0
        self._carry = b""

    def feed(self, chunk: bytes) -> None:
        """Takes the next part of the text.

        Raises:
            BodyTooDeep: it opens more than `limit` levels.
        """
        # A string that was cut is begun anew: its opening quote, and a backslash that still waits for its partner.
        text = self._carry + chunk
        whole = _UP_TO_OPEN_STRING.match(text)
        end = whole.end() if whole else 0
        self._carry = _cut(text[end:])
        self._count(_STRINGS.sub(b"", text[:end]).translate(None, _NO_BRACKET))

    def _count(self, brackets: bytes) -> None:
        depths = list(accumulate(map(_STEPS.__getitem__, brackets), initial=self._depth))
        if max(depths) > self._limit:
            raise BodyTooDeep(self._limit)
        self._depth = depths[-1]


def _cut(open_string: bytes) -> bytes:
    backslashes = len(open_string) - len(open_string.rstrip(b"\\"))
    return open_string[:1] + b"\\" * (backslashes % 2)
