"""A database that several processes of one machine may use at once."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anyio.from_thread import start_blocking_portal

from backend.core.config import Settings, load_settings
from backend.db.embedded import EmbeddedMongod


@contextmanager
def shared_database(folder: Path | None = None) -> Iterator[str]:
    """The address of a MongoDB: MONGODB_URI where that is set, else one that runs until the block ends.

    Args:
        folder: where that one keeps its data; default: nothing is kept.

    Raises:
        SetupError: there is no mongod, or it does not start.
    """
    settings = load_settings()
    if settings.mongodb_uri is not None and not settings.in_memory:
        yield settings.mongodb_uri
        return
    with tempfile.TemporaryDirectory(prefix="interlude-") as temporary:
        own = settings.model_copy(update={"data_dir": folder or Path(temporary), "mongodb_uri": None})
        with start_blocking_portal(name="interlude-database") as portal:
            mongod = portal.call(_start, own)
            try:
                yield mongod.uri
            finally:
                portal.call(mongod.stop)


async def _start(settings: Settings) -> EmbeddedMongod:
    return await EmbeddedMongod.start(settings)
