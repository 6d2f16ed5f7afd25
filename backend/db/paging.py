"""Cursors: opaque to callers, a sort key inside."""

import base64
import binascii
from collections.abc import Callable
from typing import TypeVar

from backend.core.errors import InvalidQuery
from backend.db.records import Page

T = TypeVar("T")


def encode_cursor(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> str:
    """The sort key in a cursor.

    Raises:
        InvalidQuery: the text is no cursor of ours.
    """
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        raise InvalidQuery("'cursor' is not one that this server gave. Start again without it.") from None


def page_of(items: list[T], limit: int, *, key: Callable[[T], str]) -> Page[T]:
    """A page from `limit + 1` found items: the one too many says that there is a next page."""
    kept = items[:limit]
    more = len(items) > limit and bool(kept)
    return Page(items=kept, next_cursor=encode_cursor(key(kept[-1])) if more else None)
