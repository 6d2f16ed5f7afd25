"""How workflows are listed: filters, orders, and what cursors hold."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from backend.core.errors import InvalidQuery
from backend.db.paging import decode_cursor
from backend.db.records import Workflow

Filter = dict[str, Any]
Order = tuple[list[tuple[str, int]], Callable[[str], Filter], Callable[[Workflow], str]]
"""What to sort by, the filter of what comes after a key, and the key of a workflow."""

MAX_SEARCH = 200

STATUSES: dict[str | None, Filter] = {
    None: {"archived": False},
    "active": {"archived": False},
    "archived": {"archived": True},
    "all": {},
}


def listing_key(name: str, workflow_id: str) -> str:
    return f"{name.casefold()}\n{workflow_id}"


def filter_of(*, status: str | None, owner: str | None, search: str | None) -> Filter:
    """Raises InvalidQuery, which names the parameter."""
    query = _status_filter(status)
    if owner is not None:
        query["owner"] = owner
    if search:
        query["searchable"] = {"$regex": _search_pattern(search)}
    return query


def _status_filter(status: str | None) -> Filter:
    try:
        return dict(STATUSES[status])
    except KeyError:
        raise InvalidQuery(f"'status' is one of active, archived, all; not '{status}'.") from None


def _search_pattern(search: str) -> str:
    if len(search) > MAX_SEARCH or "\x00" in search:
        raise InvalidQuery(f"'search' takes up to {MAX_SEARCH} characters, and no NUL.")
    return re.escape(search.casefold())


def order_of(sort: str) -> Order:
    """By name or by the last change. Raises InvalidQuery."""
    if sort == "name":
        return [("listing", 1)], _after_name, lambda item: listing_key(item.name, item.workflow_id)
    if sort == "changed":
        return [("updated_at", -1), ("_id", -1)], _after_change, _change_key
    raise InvalidQuery(f"'sort' is one of name, changed; not '{sort}'.")


def _after_name(key: str) -> Filter:
    return {"listing": {"$gt": key}}


def _change_key(item: Workflow) -> str:
    return f"{item.updated_at.isoformat()}\n{item.workflow_id}"


def _after_change(key: str) -> Filter:
    text, _, workflow_id = key.partition("\n")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidQuery("'cursor' belongs to a list in another order. Start again without it.") from None
    return {"$or": [{"updated_at": {"$lt": at}}, {"updated_at": at, "_id": {"$lt": workflow_id}}]}


def version_in(cursor: str) -> int:
    """The version that a cursor of a list of versions holds. Raises InvalidQuery."""
    key = decode_cursor(cursor)
    if not re.fullmatch(r"[0-9]{1,9}", key):
        raise InvalidQuery("'cursor' is not one that this server gave. Start again without it.")
    return int(key)
