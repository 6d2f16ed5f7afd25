"""How deep JSON nests, found while it arrives: a parser that recurses must never see a document that is too deep."""

import re
from itertools import accumulate

from backend.core.errors import BodyTooDeep

# What follows a backslash is never the end of a string. Removed first, so that every quote that is left is one.
_ESCAPES = re.compile(rb"\\.", re.DOTALL)
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
        self._in_string = False

    def feed(self, chunk: bytes) -> None:
        """Takes the next part of the text.

        Raises:
            BodyTooDeep: it opens more than `limit` levels.
        """
        text = self._carry + chunk
        backslashes = len(text) - len(text.rstrip(b"\\"))
        end = len(text) - backslashes % 2  # the last one waits for its partner
        self._carry = text[end:]
        parts = _ESCAPES.sub(b"", text[:end]).split(b'"')
        self._count(b"".join(parts[self._in_string :: 2]).translate(None, _NO_BRACKET))
        self._in_string ^= len(parts) % 2 == 0

    def _count(self, brackets: bytes) -> None:
        depths = list(accumulate(map(_STEPS.__getitem__, brackets), initial=self._depth))
        if max(depths) > self._limit:
            raise BodyTooDeep(self._limit)
        self._depth = depths[-1]
