"""`interlude serve`: API and engine in one process."""

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from backend.core.config import Settings


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on; default: INTERLUDE_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port; 0 takes a free one; default: INTERLUDE_PORT.", min=0, max=65535)
    ] = None,
) -> None:
    """Start the server: web pages, API and engine. Ctrl-C stops it."""
    from backend.cli.serving import Server, bind
    from backend.core.collecting import collect_seldom
    from backend.core.config import load_settings
    from backend.core.logging import configure_logging

    chosen = {name: value for name, value in {"host": host, "port": port}.items() if value is not None}
    settings = load_settings(**chosen)
    configure_logging(settings)
    from backend.server.app import create_app  # takes a second: a wrong setting is said before

    app = create_app(settings)
    listener = bind(settings.host, settings.port)
    address = listener.getsockname()

    def when_ready() -> None:
        collect_seldom()
        _greet(settings, address)

    server = Server(app, settings, on_ready=when_ready)
    with listener, suppress(KeyboardInterrupt):
        server.serve_until_stopped(listener)
    typer.echo("Stopped. Runs are kept and go on with the next start." if not settings.in_memory else "Stopped.")


def _greet(settings: "Settings", address: Any) -> None:
    from rich.text import Text

    from backend import __version__
    from backend.cli.screen import out
    from backend.core.config import workflows_folder

    if settings.log_format == "json":
        return  # a machine reads this output
    host = f"[{address[0]}]" if ":" in address[0] else address[0]
    count = len(settings.api_tokens)
    access = f"{count} token{'s' if count != 1 else ''}" if count else "no token needed, this machine only"
    lines = {
        "Address": f"http://{host}:{address[1]}  (API: /docs)",
        "Database": database_name(settings),
        "Workflows": str(workflows_folder(settings)),
        "Access": access,
    }
    console = out()
    console.print(Text(f"Interlude {__version__} is ready. Ctrl-C stops it.", style="bold"))
    for name, value in lines.items():
        console.print(Text.assemble(f"  {name:<11}", value), soft_wrap=True)


def database_name(settings: "Settings") -> str:
    """The database in words, without the password that its address may hold."""
    from urllib.parse import urlsplit

    if settings.in_memory:
        return "in memory: nothing is kept"
    if settings.embedded:
        return f"a mongod of its own, data in {settings.data_dir}"
    hosts = urlsplit(settings.mongodb_uri or "").netloc.rpartition("@")[2]
    return f"{settings.mongodb_database} on {hosts}"
