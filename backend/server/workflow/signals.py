"""In-process wake-ups: who waits for news of a run or sub-action is told; what the news is stands in the log."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

ALL_RUNS = "*"
"""The topic of every change of any run."""


class Signals:
    """Topics are ids. A subscriber holds one event, set at each publication until it looks."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)

    def publish(self, topic: str) -> None:
        for event in self._waiting.get(topic, ()):
            event.set()

    @contextmanager
    def subscribe(self, *topics: str) -> Iterator[asyncio.Event]:
        """Clear the event, read, then wait for it: nothing published in between is missed."""
        event = asyncio.Event()
        for topic in topics:
            self._waiting[topic].add(event)
        try:
            yield event
        finally:
            for topic in set(topics):
                self._waiting[topic].discard(event)
                if not self._waiting[topic]:
                    del self._waiting[topic]


async def wait_for(event: asyncio.Event, seconds: float) -> None:
    """Until the event is set, or so long."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
