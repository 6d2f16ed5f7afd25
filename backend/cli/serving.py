"""An HTTP server around the app: its socket first, then the engine, and a plain sentence when either fails."""

import errno
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn

from backend.core.config import Settings
from backend.core.errors import InterludeError, SetupError

GRACE_SECONDS = 10
START_SECONDS = 60.0

App = Callable[[Any, Any, Any], Any]


def bind(host: str, port: int) -> socket.socket:
    """A listening socket, so that a taken port is known before a database is started.

    Raises:
        SetupError: the address cannot be had; names the settings that choose it.
    """
    try:
        # asyncio turns Nagle's algorithm off (else 40 ms an answer) only where the socket itself says that it is TCP.
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except socket.gaierror:
        raise SetupError(
            f"INTERLUDE_HOST: there is no address '{host}'. Use 127.0.0.1, or one of this machine."
        ) from None
    family, kind, protocol, _, address = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise SetupError(_why_not_bound(error, host, port)) from None
    return listener


def _why_not_bound(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken, perhaps by another Interlude server. "
            "Stop that one, or choose another port with --port or INTERLUDE_PORT."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has. Choose one above 1023 with --port or INTERLUDE_PORT."
    return f"INTERLUDE_HOST: cannot listen on {host}: {error.strerror}. Use an address of this machine."


class StartupGuard:
    """Wraps an app so that an error of ours at start becomes a value, where uvicorn would log its traceback."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.error: InterludeError | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, receive, lambda message: self._without_traceback(message, send))
        except InterludeError as error:
            self.error = error
            await send({"type": "lifespan.startup.failed", "message": ""})

    @staticmethod
    async def _without_traceback(message: Any, send: Any) -> None:
        # Starlette says "failed" with a traceback and then raises, and what it raises is what we report.
        if message["type"] != "lifespan.startup.failed":
            await send(message)


class Server(uvicorn.Server):
    """uvicorn with a call when it is ready, and errors of the start as exceptions."""

    def __init__(self, app: App, settings: Settings, *, on_ready: Callable[[], None]) -> None:
        self.guard = StartupGuard(app)
        self._on_ready = on_ready
        super().__init__(
            uvicorn.Config(
                self.guard,
                log_config=None,
                log_level="debug"
                if settings.log_level == "debug"
                else "warning",  # its info lines only tell that it starts
                access_log=False,
                server_header=False,
                ws="none",
                lifespan="on",
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._on_ready()

    def serve_until_stopped(self, listener: socket.socket) -> None:
        """Serves until a signal or `should_exit`.

        Raises:
            InterludeError: the app refused to start.
            KeyboardInterrupt: a person stopped it; everything is closed by then.
        """
        with _quiet_exit_line(), suppress(SystemExit):  # uvicorn leaves by exit(3) when the start fails
            self.run(sockets=[listener])
        if self.guard.error is not None:
            raise self.guard.error
        if not self.started:
            raise SetupError("The server did not start; the log above says why.")


@contextmanager
def _quiet_exit_line() -> Iterator[None]:
    """Leaves out uvicorn's "Application startup failed": the error that follows says more."""
    logger = logging.getLogger("uvicorn.error")

    def keep(record: logging.LogRecord) -> bool:
        return "startup failed" not in record.getMessage()

    logger.addFilter(keep)
    try:
        yield
    finally:
        logger.removeFilter(keep)


@contextmanager
def served_in_thread(app: App, settings: Settings) -> Iterator[str]:
    """Serves on a free loopback port while the block runs; gives the address.

    Raises:
        InterludeError: the app refused to start.
    """
    listener = bind("127.0.0.1", 0)
    settled = threading.Event()
    failures: list[InterludeError] = []
    server = Server(app, settings, on_ready=settled.set)

    def serve() -> None:
        try:
            server.serve_until_stopped(listener)
        except InterludeError as error:
            failures.append(error)
        finally:
            settled.set()

    thread = threading.Thread(target=serve, name="interlude-server", daemon=True)
    thread.start()
    try:
        if not settled.wait(START_SECONDS):
            raise SetupError(f"The engine did not start within {START_SECONDS:g} s. See 'interlude doctor'.")
        if failures:
            raise failures[0]
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(GRACE_SECONDS * 2)
        listener.close()
