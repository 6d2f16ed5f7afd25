"""Options that several commands have, and the connection that they lead to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from backend.cli.client import Client

Server = Annotated[
    str | None,
    typer.Option(help="The server's address; default: INTERLUDE_SERVER, else this machine's.", metavar="URL"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one document a line.")]


@contextmanager
def connected(server: str | None) -> Iterator["Client"]:
    """A client of a server that answers.

    Raises:
        ServerUnreachable: none does.
    """
    from backend.cli.client import Client
    from backend.cli.connection import find_target

    with Client(find_target(server)) as client:
        client.check()
        yield client
