"""Counts what a rendering does, and stops it before it is too much."""

import math
import time
from typing import Any, NoReturn

from jinja2 import Undefined

from backend.core.errors import TemplateBudget, TemplateError
from backend.server.templating.limits import (
    MAX_BYTES,
    MAX_INT_BITS,
    MAX_RESULT_BYTES,
    MAX_RESULT_NODES,
    MAX_STEPS,
    MIB,
)
from backend.server.templating.values import Group, refuse

LOOK_EVERY = 512
"""Steps between two looks at the clock."""

BYTES_A_STEP = 2048
"""Long texts take time, too."""


class Budget:
    """The account of one rendering. Every hook of the sandbox books here first and works afterwards.

    All methods raise TemplateBudget when the account is empty.
    """

    __slots__ = ("_bytes", "_deadline", "_next_look", "_result_bytes", "_result_nodes", "_steps")

    def __init__(self) -> None:
        self.start(seconds=math.inf)

    def start(self, *, seconds: float) -> None:
        """Opens the account anew; the rendering must end within `seconds`."""
        self._steps = 0
        self._next_look = LOOK_EVERY
        self._bytes = 0
        self._result_nodes = 0
        self._result_bytes = 0
        self._deadline = time.monotonic() + seconds

    def step(self, count: int = 1) -> None:
        """Books operations, loop rounds or items."""
        self._steps += count
        if self._steps >= self._next_look:
            self._look()

    def hold(self, size: int) -> None:
        """Books bytes that are about to be built or read through."""
        self._bytes += size
        if self._bytes > MAX_BYTES:
            raise TemplateBudget(f"it builds more than {MAX_BYTES // MIB} MB of text and lists on the way")
        if size > BYTES_A_STEP:
            self.step(size // BYTES_A_STEP)

    def measure(self, value: Any) -> int:
        """Books walking through a whole value, which may hold the same part many times.

        Returns:
            Its size as text, roughly.
        """
        nodes, size = _walk(value, limit=MAX_STEPS)
        self.step(nodes)
        self.hold(size)
        return size

    def measure_result(self, value: Any) -> None:
        """Books a native result, which may be as large as what was put in.

        Raises:
            TemplateError: a number in it is not finite.
        """
        nodes, size = _walk(value, limit=MAX_RESULT_NODES - self._result_nodes, finite=True)
        self._result_nodes += nodes
        self._result_bytes += size
        if self._result_bytes > MAX_RESULT_BYTES:
            _too_large()

    def integer(self, value: Any) -> Any:
        """The value, unless it is an integer of absurd length."""
        if type(value) is int and value.bit_length() > MAX_INT_BITS:
            raise TemplateBudget(f"it computes an integer of more than {MAX_INT_BITS:,} bits")
        return value

    def _look(self) -> None:
        if self._steps > MAX_STEPS:
            raise TemplateBudget(f"it takes more than {MAX_STEPS:,} steps; loop over less")
        self._next_look = self._steps + LOOK_EVERY
        if time.monotonic() > self._deadline:
            raise TemplateBudget("it takes too long")


def _too_large() -> NoReturn:
    raise TemplateBudget("it handles a value that is too large")


def _walk(value: Any, *, limit: int, finite: bool = False) -> tuple[int, int]:
    """How many values are in it and how many characters; stops at `limit` values.

    The number of values ahead is checked before they are put on the stack: a list of a thousand times the same
    list of a thousand must not take memory either.
    """
    stack = [value]
    nodes = size = 0
    while stack:
        item = stack.pop()
        nodes += 1
        kind = type(item)
        if kind is str:
            size += len(item) + 2
        elif kind is dict or kind is list or kind is tuple or kind is Group:
            if nodes + len(stack) + len(item) > limit:
                _too_large()
            size += 2 + 2 * len(item)
            if kind is dict:
                size += sum(len(key) if type(key) is str else 8 for key in item)
                item = item.values()
            stack.extend(item)
        else:
            size += _scalar(item, finite=finite)
    return nodes, size


def _scalar(item: Any, *, finite: bool) -> int:
    if item is None or item is True or item is False:
        return 5
    if type(item) is int:
        return 2 + item.bit_length() // 3
    if type(item) is float:
        if finite and not math.isfinite(item):
            raise TemplateError("it computes a number that is not finite")
        return 20
    if type(item) is not Undefined:
        refuse(item)
    return 4
