"""`interlude serve` and a mongod in processes of their own, to be killed, stopped and started again."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.fixtures.polling import eventually

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30.0


class Served:
    """A server on a data folder. After `kill`, `start` makes another one on the same folder, at another address."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.lease_seconds = float(settings.get("INTERLUDE_LEASE_SECONDS", "10"))
        self._log = folder / "serve.log"
        self._folder = folder
        workflows = folder / "workflows"
        workflows.mkdir()
        self._environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "MONGODB_URI": "",
            "INTERLUDE_DATA_DIR": str(folder / "data"),
            "INTERLUDE_WORKFLOWS_DIR": str(workflows),
            "INTERLUDE_MODULES": "tests.crash.modules",
            "INTERLUDE_TEMPLATE_WORKERS": "1",
            **settings,
        }
        self._process: Process | None = None

    async def start(self) -> str:
        """Gives the address of its API when it is ready."""
        self._log.write_bytes(b"")
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "backend.cli.main", "serve", "--port", "0"),
                cwd=self._folder,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        text = await eventually(self._said, wanted=lambda said: "/docs" in said, seconds=START_SECONDS)
        return f"{text.partition('Address')[2].split()[0]}/api/v1"

    async def _said(self) -> str:
        return self._log.read_text()

    async def kill(self) -> None:
        """As a power cut for this process: nothing of it runs any more, its database neither."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@dataclass(slots=True)
class Mongod:
    """A mongod and the process that starts it again."""

    owner: Process
    pid: int
    uri: str

    def kill(self) -> None:
        """It stays dead until `revive`."""
        self.owner.send_signal(signal.SIGSTOP)
        os.kill(self.pid, signal.SIGKILL)

    def revive(self) -> None:
        self.owner.send_signal(signal.SIGCONT)

    def pause(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)


@asynccontextmanager
async def own_mongod(folder: Path) -> AsyncIterator[Mongod]:
    """A mongod that nothing else uses."""
    owner = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.crash.mongod_owner",
        str(folder),
        cwd=ROOT,
        stdout=PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert owner.stdout is not None
        pid, uri = (await asyncio.wait_for(owner.stdout.readline(), START_SECONDS)).decode().split()
        yield Mongod(owner, int(pid), uri)
    finally:
        owner.kill()
        await owner.wait()


@asynccontextmanager
async def browser(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client whose streams may be silent for long."""
    async with httpx.AsyncClient(base_url=address, timeout=30, trust_env=False) as client:
        yield client


async def post(client: httpx.AsyncClient, url: str, body: Any) -> Any:
    answer = await client.post(url, json=body)
    assert answer.is_success, answer.text
    return answer.json()


async def get(client: httpx.AsyncClient, url: str) -> Any:
    answer = await client.get(url)
    assert answer.is_success, answer.text
    return answer.json()
