"""The server's end of one template process."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

from backend.core.errors import SetupError, TemplateBudget

START_SECONDS = 30.0

MAX_ANSWER = 256 * 1024 * 1024
"""Bytes. Far more than the process may send: one that sends it is no longer ours."""

_ROOT = Path(__file__).resolve().parents[3]


class ChildEnded(Exception):
    """The process ended while it rendered, and nobody here ended it."""


class Child(asyncio.Protocol):
    """One process: one request at a time. Made by `start_child`.

    Attributes:
        ready: done when the process can take requests, or failed when it ended before.
        gone: done when the process has closed its end; it is dead or dying then.
    """

    def __init__(self, process: subprocess.Popen[bytes], *, seconds: float, on_idle: Callable[["Child"], None]) -> None:
        loop = asyncio.get_running_loop()
        self._loop = loop
        self._process = process
        self._seconds = seconds
        self._on_idle = on_idle
        self._received = bytearray()
        self._answer: asyncio.Future[bytes] = loop.create_future()
        self._timer: asyncio.TimerHandle | None = None
        self.ready = self._answer
        self.gone: asyncio.Future[None] = loop.create_future()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, request: bytes) -> "asyncio.Future[bytes]":
        """Sends a request; the process must be idle.

        Returns:
            The answer to come. It fails with TemplateBudget when it takes too long (the process is killed then), and
            with ChildEnded when the process dies.
        """
        self._answer = self._loop.create_future()
        self._timer = self._loop.call_later(self._seconds, self._too_slow)
        self._transport.write(len(request).to_bytes(4) + request)
        return self._answer

    def kill(self) -> None:
        """Ends the process now; `gone` follows."""
        self._process.kill()
        self._transport.abort()

    def reap(self) -> None:
        """Waits for the process to be gone from the table. Blocks for a moment; call it after `gone`."""
        self._process.kill()
        self._process.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # other event loops have classes of their own

    def data_received(self, data: bytes) -> None:
        self._received += data
        if len(self._received) < 4:
            return
        size = int.from_bytes(self._received[:4])
        if size > MAX_ANSWER:
            self.kill()
        elif len(self._received) >= 4 + size:
            message = bytes(self._received[4 : 4 + size])
            self._received.clear()
            self._finish(message)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        if not self._answer.done():
            self._answer.set_exception(ChildEnded())
        self.gone.set_result(None)

    def _finish(self, message: bytes) -> None:
        self._stop_timer()
        if not self._answer.done():  # whoever waited may have been cancelled
            self._answer.set_result(message)
        self._on_idle(self)

    def _too_slow(self) -> None:
        if not self._answer.done():
            self._answer.set_exception(TemplateBudget(f"it takes longer than {self._seconds:g} s"))
        self.kill()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


async def start_child(*, seconds: float, memory_bytes: int, on_idle: Callable[[Child], None]) -> Child:
    """Starts a process and waits until it is ready; it calls `on_idle` then, and after each answer.

    Raises:
        SetupError: it does not start.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        process = _spawn(theirs, seconds=seconds, memory_bytes=memory_bytes)
    loop = asyncio.get_running_loop()
    ours.setblocking(False)
    _, child = await loop.create_unix_connection(lambda: Child(process, seconds=seconds, on_idle=on_idle), sock=ours)
    await _until_ready(child)
    return child


def _spawn(channel: socket.socket, *, seconds: float, memory_bytes: int) -> subprocess.Popen[bytes]:
    """Takes about a millisecond, as it does not copy this process."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "backend.server.templating.child", str(seconds), str(memory_bytes)],
        stdin=channel.fileno(),
        stdout=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,  # Ctrl-C in the terminal is for the server alone
    )


async def _until_ready(child: Child) -> None:
    is_ready = False
    try:
        async with asyncio.timeout(START_SECONDS):
            await child.ready
        is_ready = True
    except (ChildEnded, TimeoutError):
        raise SetupError(
            "The process that renders templates does not start; its error output says why. "
            "INTERLUDE_TEMPLATE_MEMORY_BYTES may be too small for this machine."
        ) from None
    finally:
        if not is_ready:
            child.kill()
            await asyncio.to_thread(child.reap)


def _environment() -> dict[str, str]:
    """What the process needs to find its modules. No setting and no secret of the server reaches it."""
    path = os.pathsep.join([str(_ROOT), *filter(None, sys.path)])
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return {**kept, "PYTHONPATH": path, "PYTHONUTF8": "1"}
