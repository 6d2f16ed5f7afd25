"""Cursors and pages."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.errors import InvalidQuery
from backend.db.paging import decode_cursor, encode_cursor, page_of


@given(st.text())
def test_cursor_gives_its_key_back(key: str) -> None:
    assert decode_cursor(encode_cursor(key)) == key


@given(st.text())
def test_cursor_needs_no_escaping_in_a_url(key: str) -> None:
    assert set(encode_cursor(key)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(st.text(st.characters()))
def test_text_of_a_caller_gives_a_key_or_a_clear_error(cursor: str) -> None:
    with suppress(InvalidQuery):
        decode_cursor(cursor).encode()


@pytest.mark.parametrize("cursor", ["a", "é", "_w", "%%%%x", "\ud800"])
def test_text_that_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidQuery, match="Start again without it"):
        decode_cursor(cursor)


@given(st.lists(st.integers(0, 999), unique=True).map(sorted), st.integers(1, 7))
def test_pages_one_after_the_other_give_every_item_once(items: list[int], limit: int) -> None:
    seen: list[int] = []
    cursor: str | None = None
    while True:
        after = int(decode_cursor(cursor)) if cursor else -1
        found = [item for item in items if item > after][: limit + 1]
        page = page_of(found, limit, key=str)
        assert len(page.items) <= limit
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == items


def test_exactly_full_page_is_the_last() -> None:
    assert page_of([1, 2], 2, key=str).next_cursor is None
