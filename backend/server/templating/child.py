"""The process that renders: reads requests on file 0, answers there. `python -m ...child SECONDS MEMORY_BYTES`.

It holds nothing of the server: no settings, no connections, only what one request brings. It ends when the other
side of file 0 closes, and by itself a moment after the time in which the server would have killed it.

A message is its length (4 bytes, big-endian), then JSON. The first one says that the process is ready. Request:
`{"templates": [source], "scope": {}}`. Answer: `{"values": [value]}` or `{"error": {"index", "code", "message",
"path"}}`, where `index` is that of the template and `path` the unknown name.
"""

import gc
import io
import resource
import signal
import socket
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson
from jinja2 import TemplateError as JinjaError
from jinja2 import UndefinedError
from jinja2.utils import missing

from backend.core.errors import TemplateBudget, TemplateError, TemplateSyntax, TemplateUndefined
from backend.server.templating.language import lone_expression, parse, read
from backend.server.templating.limits import MAX_COMPILED
from backend.server.templating.sandbox import Compiled, Sandbox
from backend.server.templating.values import UnknownName

_SELF_END_SECONDS = 1.0
"""How long after the server's limit the process ends itself, for the case that no server is left to kill it."""

_SOFT_PART = 0.5
"""The part of the time after which the budget stops a rendering by itself, with a better message than a kill."""

_STOPS = (
    *(TemplateError, JinjaError, MemoryError, SyntaxError),
    *(ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError),
)
"""What ends a template with a message. Anything else ends the process."""

_WARM_UP = {"templates": ["a {{ b }}", "{{ b.c }}", "{{ '\\n' }}"], "scope": {"b": {"c": 1}}}
"""Makes Python load what it loads at first use, while it may still open files and take memory."""


class Rendering:
    """Renders requests one after another, and keeps what it compiled."""

    def __init__(self, seconds: float) -> None:
        self._sandbox = Sandbox()
        self._seconds = seconds
        self._compiled = lru_cache(maxsize=MAX_COMPILED)(self._compile)

    def answer(self, request: bytes) -> tuple[bytes, bool]:
        """The answer's bytes, and whether the process is fit for more."""
        content = orjson.loads(request)
        self._sandbox.budget.start(seconds=self._seconds * _SOFT_PART)
        values: list[orjson.Fragment] = []
        for source in content["templates"]:
            try:
                values.append(orjson.Fragment(self._render(source, content["scope"])))
            except _STOPS as error:
                told = _explained(error, source)
                path = _path(error, source, content["scope"]) if isinstance(error, UnknownName) else None
                return _failure(len(values), told, path), not isinstance(error, MemoryError)
        return orjson.dumps({"values": values}), True

    def _render(self, source: str, scope: Mapping[str, Any]) -> bytes:
        value = self._compiled(source)(scope)
        self._sandbox.budget.measure_result(value)
        try:
            return orjson.dumps(value, default=_plain)
        except orjson.JSONEncodeError as error:
            raise TemplateError(f"its value cannot be stored: {error}") from None

    def _compile(self, source: str) -> Compiled:
        tree = parse(source)
        expression = lone_expression(source, tree)
        return self._sandbox.compile_text(tree) if expression is None else self._sandbox.compile_value(expression)


def _plain(value: Any) -> Any:
    """What `measure_result` lets through beside JSON: a group, and an `if` without `else` that was false."""
    return list(value) if isinstance(value, tuple) else None


def _failure(index: int, error: TemplateError, path: list[str] | None) -> bytes:
    return orjson.dumps({"error": {"index": index, "code": error.code, "message": error.message, "path": path}})


def _explained(error: BaseException, source: str) -> TemplateError:
    if isinstance(error, TemplateError):
        return error
    match error:
        case MemoryError():
            return TemplateBudget("it needs more memory than a template may have")
        case RecursionError() | SyntaxError():
            return TemplateBudget("it is nested too deeply")
        case UndefinedError():
            return _undefined(error, source)
        case JinjaError():
            return TemplateSyntax(str(error))
        case _:
            return _mistake(error)


def _undefined(error: UndefinedError, source: str) -> TemplateError:
    wanted = error.unknown.wanted if isinstance(error, UnknownName) else None
    if wanted is not None:
        # A name that the template computes may be a secret.
        return TemplateUndefined(f"'{wanted}' does not exist" if wanted in source else "a name in [ ] does not exist")
    return TemplateUndefined(error.message or "it uses something that does not exist")


def _mistake(error: BaseException) -> TemplateError:
    """Python's own words for operands that do not fit name types; other exceptions may quote values, so they do not."""
    if isinstance(error, TypeError) or str(error).startswith(("not enough values", "too many values")):
        return TemplateError(f"it does something that does not fit the values: {error}")
    return TemplateError("it does something that does not fit the values")


def _path(error: UnknownName, source: str, scope: Mapping[str, Any]) -> list[str] | None:
    """The whole dotted name behind an unknown one, where it was read from the scope."""
    wanted, parent = error.unknown.wanted, error.unknown.parent
    if wanted is None or parent is missing:
        return None if wanted is None else [wanted]
    for reference in read(source).references:
        node: Any = scope
        for index, name in enumerate(reference):
            if node is parent and name == wanted:
                return list(reference[: index + 1])
            node = node.get(name) if isinstance(node, dict) else None
    return None


def serve(channel: socket.socket, rendering: Rendering, *, seconds: float) -> None:
    """Answers until the other side closes, or memory ran out once."""
    with channel.makefile("rb") as reader:
        fit = True
        while fit and (request := _receive(reader)) is not None:
            signal.setitimer(signal.ITIMER_REAL, seconds + _SELF_END_SECONDS)  # SIGALRM's default ends the process
            answer, fit = rendering.answer(request)
            _send(channel, answer)
            signal.setitimer(signal.ITIMER_REAL, 0)


def _receive(reader: io.BufferedReader) -> bytes | None:
    size = int.from_bytes(reader.read(4))
    return reader.read(size) or None


def _send(channel: socket.socket, message: bytes) -> None:
    channel.sendall(len(message).to_bytes(4) + message)


def _close_doors(memory_bytes: int) -> None:
    """What a template process never needs: memory without end, files that grow, core dumps, processes."""
    for limit, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (allowed, allowed))


def main() -> None:
    """Runs the process."""
    seconds, memory_bytes = float(sys.argv[1]), int(sys.argv[2])
    rendering = Rendering(seconds)
    rendering.answer(
        b'{"templates": ["a {{ b }}", "{{ b.c }}", "{{ \'\\\\n\' }}"], "scope": {"b": {}}}'
    )  # loads codecs
    gc.freeze()
    _close_doors(memory_bytes)
    with socket.socket(fileno=0) as channel:
        _send(channel, b'{"ready": true}')
        serve(channel, rendering, seconds=seconds)


if __name__ == "__main__":
    main()
