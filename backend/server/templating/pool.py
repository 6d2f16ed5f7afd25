"""A few template processes, always as many as wanted: one that dies is replaced."""

import asyncio
from contextlib import suppress

from backend.core.errors import SetupError, TemplateBudget, TemplateError
from backend.server.templating.process import Child, ChildEnded, start_child

WAIT_SECONDS = 60.0
"""How long a request waits for a process while others render."""

_AGAIN_SECONDS = 0.5
"""Pause after a process did not start."""


class Pool:
    """Processes that render, and the requests that wait for one."""

    def __init__(self, *, workers: int, seconds: float, memory_bytes: int) -> None:
        self._workers = workers
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._children: set[Child] = set()
        self._idle: asyncio.LifoQueue[Child | None] = asyncio.LifoQueue()
        self._idle.put_nowait(None)  # stands for: not running
        self._keepers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Starts the processes; returns when all are ready.

        Raises:
            SetupError: they do not start.
        """
        self._idle = asyncio.LifoQueue()
        results = await asyncio.gather(*(self._start_child() for _ in range(self._workers)), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                await self.close()
                raise result
            self._keepers.append(asyncio.create_task(self._keep(result)))

    async def close(self) -> None:
        """Ends the processes; what still waits or renders fails."""
        self._idle.put_nowait(None)
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        self._keepers.clear()
        for child in list(self._children):
            await self._end(child)

    async def ask(self, request: bytes) -> bytes:
        """The answer of some process.

        A process that was found dead is no fault of the request, so it is tried once more.

        Raises:
            TemplateBudget: it took too long, or two processes died of it.
            TemplateError: no process came free.
            SetupError: there are no processes: not started, or closed.
        """
        with suppress(ChildEnded):
            return await (await self._take()).ask(request)
        try:
            return await (await self._take()).ask(request)
        except ChildEnded:
            raise TemplateBudget("the process that renders it died, most likely for want of memory") from None

    async def _take(self) -> Child:
        """An idle process, which is the caller's alone until it has answered."""
        while True:
            child = await self._next() if self._idle.empty() else self._idle.get_nowait()
            if child is None:
                self._idle.put_nowait(None)  # for the next who asks
                raise SetupError("The template renderer is not running; its start() must come first.")
            if not child.gone.done():
                return child

    async def _next(self) -> Child | None:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                return await self._idle.get()
        except TimeoutError:
            raise TemplateError("all template processes are busy with other templates; try again") from None

    async def _start_child(self) -> Child:
        child = await start_child(seconds=self._seconds, memory_bytes=self._memory_bytes, on_idle=self._idle.put_nowait)
        self._children.add(child)
        return child

    async def _end(self, child: Child) -> None:
        child.kill()
        await asyncio.to_thread(child.reap)
        self._children.discard(child)

    async def _keep(self, child: Child) -> None:
        """Looks after one place: replaces whatever process dies there."""
        while True:
            await asyncio.shield(child.gone)
            await self._end(child)
            child = await self._start_again()

    async def _start_again(self) -> Child:
        while True:
            try:
                return await self._start_child()
            except (OSError, SetupError):
                await asyncio.sleep(_AGAIN_SECONDS)
