"""An engine inside this command, where no server answers at this machine's address."""

from collections.abc import Iterator
from contextlib import contextmanager

from backend.cli.client import Client, ServerUnreachable
from backend.cli.connection import Target, find_target, own_token
from backend.cli.screen import err
from backend.core.config import Settings, load_settings


@contextmanager
def connected_or_local(server: str | None) -> Iterator[Client]:
    """A client of the server that answers, else of one that lives as long as the block.

    Raises:
        ServerUnreachable: a person named a server, and it does not answer.
        SetupError: the engine cannot start as it is set up.
    """
    target = find_target(server)
    with Client(target) as client:
        if _answers(client, target):
            yield client
            return
    settings = load_settings()
    with (
        _local_url(settings, instead_of=target.url) as url,
        Client(Target(url, own_token(settings), chosen=True)) as client,
    ):
        yield client


def _answers(client: Client, target: Target) -> bool:
    try:
        client.check()
    except ServerUnreachable:
        if target.chosen:
            raise
        return False
    return True


@contextmanager
def _local_url(settings: Settings, *, instead_of: str) -> Iterator[str]:
    # Heavy imports: only who runs an engine pays for them.
    from backend.cli.serving import served_in_thread
    from backend.core.logging import configure_logging
    from backend.server.app import create_app

    # The terminal is for the questions; and whatever INTERLUDE_HOST opens, this engine is for this command alone.
    settings = settings.model_copy(update={"log_level": "error", "host": "127.0.0.1"})
    configure_logging(settings)
    note = "nothing is kept" if settings.in_memory else f"runs are kept in {_database(settings)}"
    err().print(f"No server answers at {instead_of}; running the engine here ({note}).", style="dim")
    with served_in_thread(create_app(settings), settings) as url:
        yield url


def _database(settings: Settings) -> str:
    return str(settings.data_dir) if settings.embedded else settings.mongodb_database
