"""A server in a process of its own, with its embedded database, as `interlude serve` starts it."""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from urllib.parse import quote

import httpx

from backend.db.mongod_process import REPLICA_SET

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60.0
OURS = ("-m", "backend.cli.main", "serve")
BARE = ("-m", "bench.bare_server")


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers. `ready_ms` is from the start of the process to the first 200 of /readyz."""

    url: str
    pid: int
    mongodb_uri: str
    ready_ms: float


@asynccontextmanager
async def served(folder: Path, *, command: Sequence[str] = OURS, **environment: str) -> AsyncIterator[Served]:
    """Starts a server on the data folder, with the settings that are the default, and the bench's modules.

    Args:
        environment: variables beside those.
    """
    _make(folder)
    port = _free_port()
    began = perf_counter()
    process = await _start(command, folder, port, environment)
    try:
        url = f"http://127.0.0.1:{port}"
        await _until_ready(process, url, log=folder / "server.log")
        ready_ms = (perf_counter() - began) * 1000
        address = quote(str(folder / "mongo.sock"), safe="")
        yield Served(url, process.pid, f"mongodb://{address}/?replicaSet={REPLICA_SET}", ready_ms)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _start(command: Sequence[str], folder: Path, port: int, more: Mapping[str, str]) -> Process:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INTERLUDE_")}
    environment.pop("MONGODB_URI", None)
    environment |= {
        "PYTHONPATH": str(ROOT),
        "INTERLUDE_PORT": str(port),
        "INTERLUDE_DATA_DIR": str(folder),
        "INTERLUDE_WORKFLOWS_DIR": str(folder / "workflows"),
        "INTERLUDE_MODULES": "bench.workload",
        **more,
    }
    with (folder / "server.log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable, *command, cwd=folder, env=environment, stdin=DEVNULL, stdout=log, stderr=log
        )


async def _until_ready(process: Process, url: str, *, log: Path) -> None:
    async with httpx.AsyncClient(base_url=url) as client, asyncio.timeout(START_SECONDS):
        while process.returncode is None:
            try:
                if (await client.get("/readyz")).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.01)
    raise RuntimeError(f"The server ended with {process.returncode} before it was ready. It said:\n{_end_of(log)}")


def _make(folder: Path) -> None:
    (folder / "workflows").mkdir(parents=True, exist_ok=True)


def _end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
