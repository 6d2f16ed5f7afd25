"""The two streams of the API: a run's events, and what happens in a sub-action."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

import httpx

from backend.cli.client import Client
from backend.cli.sse import Message, follow

TERMINAL_STATUSES = ("completed", "error", "cancelled")
RUN_ENDED = ("run_completed", "run_failed", "run_cancelled")
SUB_ACTION_ENDED = ("complete", "error", "cancelled")
EVENTS_PAGE = 200


def events_after(client: Client, run_id: str, seq: int, *, types: list[str] | None = None) -> Iterator[dict[str, Any]]:
    """The events that are there now, oldest first."""
    while True:
        page = client.get(f"/runs/{run_id}/events", after_seq=seq, limit=EVENTS_PAGE, event_type=types or None)
        yield from page["items"]
        if page.get("next_cursor") is None or not page["items"]:
            return
        seq = page["items"][-1]["seq"]


def tail_events(client: Client, run_id: str, seq: int) -> Iterator[dict[str, Any]]:
    """Events as they happen, until the run's last one."""
    path = f"/runs/{run_id}/events/stream"

    def open_stream(seen: Message | None) -> AbstractContextManager[httpx.Response]:
        headers = {"Last-Event-ID": seen.id} if seen else {}
        return client.opened_stream("GET", path, headers=headers, params={"after_seq": seq})

    def is_over() -> bool:
        status: str = client.get(f"/runs/{run_id}")["status"]
        return status in TERMINAL_STATUSES

    for message in follow(open_stream, is_last=_ends_run, is_over=is_over, url=client.url):
        if "event_type" in message.data:
            seq = message.data["seq"]
            yield message.data
    yield from events_after(client, run_id, seq)  # none, unless something on the way closed the stream politely


def _ends_run(message: Message) -> bool:
    return message.data.get("event_type") in RUN_ENDED


class SubActionCall:
    """One sub-action, from its start to its terminal message. A broken connection never starts a second one."""

    def __init__(self, client: Client, question: dict[str, Any], action_id: str, params: dict[str, Any]) -> None:
        self._client = client
        self._base = f"/runs/{question['workflow_run_id']}"
        self._body = {"interaction_id": question["interaction_id"], "action_id": action_id, "params": params}
        self._key = uuid4().hex
        self._last: Message | None = None
        self.sub_action_id: str | None = None

    def messages(self) -> Iterator[Message]:
        """Started, progress, then one of complete, error and cancelled. May be called again after an interruption."""
        for message in follow(self._open, is_last=_ends_sub_action, is_over=self._is_over, url=self._client.url):
            self._last = message
            self.sub_action_id = message.data.get("sub_action_id", self.sub_action_id)
            yield message

    def cancel(self, reason: str) -> None:
        """Asks for its end; the `cancelled` message says when it has come."""
        if self.sub_action_id is not None:
            self._client.post(f"{self._base}/sub-actions/{self.sub_action_id}/cancel", {"reason": reason})

    def _open(self, seen: Message | None) -> AbstractContextManager[httpx.Response]:
        last = seen or self._last
        if last is None or self.sub_action_id is None:
            headers = {"Idempotency-Key": self._key}
            return self._client.opened_stream("POST", f"{self._base}/sub-action", headers=headers, json=self._body)
        path = f"{self._base}/sub-actions/{self.sub_action_id}/stream"
        return self._client.opened_stream("GET", path, headers={"Last-Event-ID": last.id})

    def _is_over(self) -> bool:
        if self.sub_action_id is None:
            return False
        status = self._client.get(f"{self._base}/sub-actions/{self.sub_action_id}")["status"]
        return status not in ("queued", "running")


def _ends_sub_action(message: Message) -> bool:
    return message.event in SUB_ACTION_ENDED
