"""Runs a function of JSON values in a warm child process, where it can be stopped.

For work whose cost the caller cannot bound in advance: patterns, pipelines and expressions from definitions.
A thread cannot be stopped and shares its memory with the server; a child can be killed, and owns a limit.
"""

import atexit
import importlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from backend.core.errors import InterludeError, ModuleError, WorkLimit

WORK_SECONDS = 10.0
MEMORY_BYTES = 2**30
MAX_CHILDREN = 4
_START_SECONDS = 30.0
_OUT_OF_MEMORY = 77
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
_ROOT = str(Path(__file__).resolve().parents[2])


def run_killable(function: Callable[..., Any], *, seconds: float = WORK_SECONDS, **arguments: Any) -> Any:
    """Calls a function of the top level of one of our modules in a child process. Blocks: call it from a thread.

    Args:
        function: takes keyword arguments and gives a value, all JSON.
        seconds: after so long the child is killed.

    Raises:
        WorkLimit: more time or memory than allowed.
        ModuleError: what the function raised, as message and code.
        RuntimeError: the function crashed.
    """
    request = orjson.dumps({"call": f"{function.__module__}:{function.__qualname__}", "arguments": arguments})
    with _slots:
        child = _take()
        answer = child.ask(request, seconds)
        _give_back(child)
    if "failure" in answer:
        raise ModuleError(**answer["failure"])
    return answer["result"]


def close_children() -> None:
    """Ends the idle children; later calls start new ones."""
    while _idle:
        _idle.pop().kill()


class _Child:
    """One process: a JSON line in, a JSON line out."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "backend.core.killable"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,  # Ctrl-C in a terminal is for the server, which ends the child by its pipe
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("A helper process for transforms has no pipes.")
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        if not self._read(None, _START_SECONDS):
            raise RuntimeError("A helper process for transforms did not start.")

    def ask(self, request: bytes, seconds: float) -> dict[str, Any]:
        line = self._read(request, seconds)
        if line:
            return orjson.loads(line)  # type: ignore[no-any-return]  # any JSON
        if self._process.returncode == _OUT_OF_MEMORY:
            raise WorkLimit(f"needs more than {MEMORY_BYTES >> 20} MiB")
        if self._process.returncode < 0:
            raise WorkLimit(f"ran longer than {seconds:g} s")
        raise RuntimeError("A transform crashed in its process; its traceback is in the server's error output.")

    def _read(self, request: bytes | None, seconds: float) -> bytes:
        """One line of the child; b"" once it is dead, killed for its time or by itself."""
        timer = threading.Timer(seconds, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            if request is not None:
                self._stdin.write(request + b"\n")
                self._stdin.flush()
            line = self._stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            self.kill(wait_seconds=1.0)
            return b""
        return line

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self, *, wait_seconds: float = 0.0) -> None:
        """Ends it; `wait_seconds` gives one that is about to exit the time to say why by its exit code."""
        try:
            self._process.wait(wait_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
        for stream in (self._stdin, self._stdout):
            with suppress(BrokenPipeError):
                stream.close()
        self._process.wait()


def _environment() -> dict[str, str]:
    """What Python needs to start, and no more: no setting, hence no secret, reaches the child."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join([_ROOT, *filter(None, sys.path)]), "PYTHONUTF8": "1"}


_idle: list[_Child] = []
_slots = threading.BoundedSemaphore(MAX_CHILDREN)
atexit.register(close_children)


def _take() -> _Child:
    while True:
        try:
            child = _idle.pop()
        except IndexError:
            return _Child()
        if child.alive:
            return child
        child.kill()


def _give_back(child: _Child) -> None:
    if child.alive:
        _idle.append(child)


def _answer(line: bytes) -> bytes:
    request = orjson.loads(line)
    module, _, name = request["call"].partition(":")
    function = getattr(importlib.import_module(module), name)
    try:
        return orjson.dumps({"result": function(**request["arguments"])})
    except InterludeError as error:
        return orjson.dumps({"failure": {"message": error.message, "code": error.code, "retryable": error.retryable}})
    except RecursionError:
        limit = WorkLimit("is nested too deeply")
        return orjson.dumps({"failure": {"message": limit.message, "code": limit.code, "retryable": False}})


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _limit_cpu() -> None:
    """Ends the child even where the parent died and nobody is left to kill it."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 60, hard))


def _serve() -> None:
    _limit_memory()
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not end up between the lines
    output.write(b"ready\n")
    output.flush()
    for line in sys.stdin.buffer:
        _limit_cpu()
        output.write(_answer(line) + b"\n")
        output.flush()


if __name__ == "__main__":
    try:
        _serve()
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
