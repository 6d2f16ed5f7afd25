"""A mongod of its own for a test that breaks it: `python -m tests.crash.mongod_owner FOLDER`.

Prints its process id and its MONGODB_URI, and starts it again when it dies, unless this process is stopped meanwhile.
"""

import asyncio
import sys
from pathlib import Path

from backend.core.config import load_settings
from backend.db.embedded import EmbeddedMongod


async def main(folder: Path) -> None:
    embedded = await EmbeddedMongod.start(load_settings(mongodb_uri=None, data_dir=folder))
    sys.stdout.write(f"{embedded.pid} {embedded.uri}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
