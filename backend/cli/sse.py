"""Server-sent events that survive a broken connection: they go on after the last one that arrived."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import httpx
from httpx_sse import EventSource

from backend.cli.client import ApiError, ServerUnreachable, reason

PATIENCE_SECONDS = 30.0
FIRST_DELAY, LAST_DELAY = 0.2, 2.0

GATEWAY_TROUBLE = (502, 503, 504)


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    event: str
    data: dict[str, Any]


class _StreamBroke(Exception):
    """The server says that it cannot go on with this stream; the work that it shows does."""


Opener = Callable[[Message | None], AbstractContextManager[httpx.Response]]
"""Opens the stream so that it goes on after the message, or from its beginning."""


def follow(
    open_stream: Opener, *, is_last: Callable[[Message], bool], is_over: Callable[[], bool], url: str
) -> Iterator[Message]:
    """The messages, each once, up to and including the one that is the last.

    Args:
        open_stream: called again after every break.
        is_last: says that nothing comes after this message.
        is_over: asked when a stream closes without having said anything; True ends the iteration.
        url: the server, for the error.

    Raises:
        ServerUnreachable: the connection was away for 30 s.
        ApiError: the server refuses the stream.
    """
    seen: Message | None = None
    delay, gives_up_at = FIRST_DELAY, time.monotonic() + PATIENCE_SECONDS
    while True:
        before, trouble = seen, "the stream ended early"
        try:
            for message in _messages(open_stream, seen):
                seen = message
                delay, gives_up_at = FIRST_DELAY, time.monotonic() + PATIENCE_SECONDS
                yield message
                if is_last(message):
                    return
            if seen is before and is_over():
                return
        except httpx.TransportError as error:
            trouble = reason(error)
        except _StreamBroke as error:
            trouble = str(error)
        except ApiError as error:
            if seen is None or error.status not in GATEWAY_TROUBLE:
                raise
            trouble = error.message
        if time.monotonic() + delay > gives_up_at:
            raise ServerUnreachable(url, trouble)
        time.sleep(delay)
        delay = min(delay * 2, LAST_DELAY)


def _messages(open_stream: Opener, seen: Message | None) -> Iterator[Message]:
    with open_stream(seen) as response:
        for item in EventSource(response).iter_sse():
            data = item.json() if item.data else None  # keep-alive comments come out as messages without data
            if not isinstance(data, dict):
                continue
            if item.event == "error" and "sub_action_id" not in data:
                raise _StreamBroke(str(data.get("message", "the stream broke")))
            if seen is None or not item.id or item.id != seen.id:  # a resumed stream may repeat the last one
                yield Message(item.id, item.event, data)
