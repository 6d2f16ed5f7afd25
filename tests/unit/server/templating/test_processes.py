"""The processes that render: stopped, killed, replaced, never left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from backend.core.errors import SetupError, TemplateBudget
from backend.server.templating.renderer import Renderer
from tests.fixtures.polling import eventually
from tests.unit.server.templating.conftest import MIB

SCOPE = {"state": {"x": "1"}}


@asynccontextmanager
async def running(
    *, workers: int = 1, seconds: float = 0.5, memory_bytes: int = 512 * MIB
) -> AsyncIterator[tuple[Renderer, Callable[[], set[psutil.Process]]]]:
    """A renderer and a look at its processes."""
    before = set(psutil.Process().children())
    renderer = Renderer(workers=workers, seconds=seconds, memory_bytes=memory_bytes)
    await renderer.start()
    yield renderer, lambda: set(psutil.Process().children()) - before
    await renderer.close()


async def test_process_that_hangs_is_killed_and_replaced() -> None:
    async with running() as (renderer, processes):
        (stuck,) = processes()
        stuck.suspend()
        began = time.monotonic()
        with pytest.raises(TemplateBudget, match=r"/a: it takes longer than 0.5 s"):
            await renderer.render({"a": "{{ state.x }}!"}, SCOPE)
        assert time.monotonic() - began < 1.0
        assert await renderer.render("{{ state.x }}!", SCOPE) == "1!"
        assert stuck not in processes()


async def test_requests_behind_a_hanging_one_go_on() -> None:
    async with running() as (renderer, processes):
        (stuck,) = processes()
        stuck.suspend()
        results = await asyncio.gather(
            *(renderer.render(f"{{{{ state.x }}}}{index}", SCOPE) for index in range(20)), return_exceptions=True
        )
        assert [isinstance(result, TemplateBudget) for result in results] == [True] + [False] * 19
        assert results[1:] == [f"1{index}" for index in range(1, 20)]


async def test_other_processes_render_while_one_hangs() -> None:
    async with running(workers=2, seconds=5.0) as (renderer, processes):
        stuck = next(iter(processes()))
        stuck.suspend()
        tasks = [asyncio.create_task(renderer.render("{{ state.x }}!", SCOPE)) for _ in range(20)]
        done, hanging = await asyncio.wait(tasks, timeout=2.0)
        assert (len(done), len(hanging)) == (19, 1)
        assert {task.result() for task in done} == {"1!"}
        stuck.resume()
        assert await hanging.pop() == "1!"


async def test_idle_process_that_was_killed_is_not_noticed() -> None:
    async with running() as (renderer, processes):
        (first,) = processes()
        first.kill()
        assert await renderer.render("{{ state.x }}!", SCOPE) == "1!"
        assert first not in processes()


async def test_process_killed_while_rendering_is_replaced_and_asked_again() -> None:
    async with running(seconds=10.0) as (renderer, processes):
        (first,) = processes()
        first.suspend()
        task = asyncio.create_task(renderer.render("{{ state.x }}!", SCOPE))
        await asyncio.sleep(0)
        first.kill()
        assert await task == "1!"


async def test_rendering_that_kills_its_process_twice_is_over_budget() -> None:
    async with running(seconds=10.0, memory_bytes=128 * MIB) as (renderer, _):
        with pytest.raises(TemplateBudget, match="memory"):
            await renderer.render("{{ state.x|length }}!", {"state": {"x": [0] * 12_000_000}})
        assert await renderer.render("{{ state.x }}!", SCOPE) == "1!"


async def test_cancelled_rendering_leaves_its_process_usable() -> None:
    async with running(seconds=10.0) as (renderer, processes):
        (process,) = processes()
        process.suspend()
        task = asyncio.create_task(renderer.render("{{ state.x }}!", SCOPE))
        await asyncio.sleep(0)
        task.cancel()
        process.resume()
        assert await renderer.render("{{ state.x }}?", SCOPE) == "1?"
        assert processes() == {process}


async def test_closing_ends_the_processes_and_what_waits() -> None:
    async with running(seconds=10.0) as (renderer, processes):
        (process,) = processes()
        process.suspend()
        tasks = [asyncio.create_task(renderer.render("{{ state.x }}!", SCOPE)) for _ in range(3)]
        await asyncio.sleep(0)
        await renderer.close()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [SetupError] * 3
        assert not processes()


async def test_closed_renderer_can_start_again() -> None:
    async with running() as (renderer, _):
        await renderer.close()
        await renderer.start()
        assert await renderer.render("{{ state.x }}!", SCOPE) == "1!"


async def test_renderer_that_was_not_started_says_so() -> None:
    with pytest.raises(SetupError, match="start"):
        await Renderer(workers=1, seconds=1.0, memory_bytes=512 * MIB).render("{{ state.x }}!", SCOPE)


async def test_process_knows_nothing_of_the_server() -> None:
    os.environ["INTERLUDE_LLM_API_KEY"] = "a secret of the server"
    try:
        async with running() as (_, processes):
            (process,) = processes()
            assert "INTERLUDE_LLM_API_KEY" not in process.environ()
            assert open_files(process) == ["0", "1", "2"]
    finally:
        del os.environ["INTERLUDE_LLM_API_KEY"]


_OWNER = """
import asyncio, os, sys
from backend.server.templating.renderer import Renderer
async def main():
    renderer = Renderer(workers=2, seconds=1.0, memory_bytes=2**29)
    await renderer.start()
    print("ready", flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


def open_files(process: psutil.Process) -> list[str]:
    return sorted(file.name for file in Path(f"/proc/{process.pid}/fd").iterdir())


def start_owner() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _OWNER],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


@pytest.mark.parametrize("suspended", [False, True])
async def test_processes_die_with_a_killed_server(suspended: bool) -> None:
    with start_owner() as owner:
        assert owner.stdout is not None
        assert await asyncio.to_thread(owner.stdout.readline) == b"ready\n"
        processes = psutil.Process(owner.pid).children()
        assert len(processes) == 2
        for process in processes if suspended else []:
            process.suspend()
        owner.send_signal(signal.SIGKILL)
    for process in processes if suspended else []:
        process.resume()

    async def alive() -> list[int]:
        return [process.pid for process in processes if process.is_running() and process.status() != "zombie"]

    assert await eventually(alive, wanted=lambda pids: not pids, seconds=5.0) == []
