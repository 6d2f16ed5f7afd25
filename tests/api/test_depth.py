"""The depth scanner against the parser of the standard library."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.errors import BodyTooDeep
from backend.server.api.middleware.depth import DepthScanner

TEXT = st.text(alphabet=st.sampled_from('[]{}"\\/né \n'), max_size=12) | st.text(max_size=5)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def depth_of(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth_of, value), default=0)
    return 0


def refuses(text: bytes, *, limit: int, cuts: tuple[int, ...] = ()) -> bool:
    scanner = DepthScanner(limit)
    edges = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    try:
        for start, end in pairwise(edges):
            scanner.feed(text[start:end])
    except BodyTooDeep:
        return True
    return False


@settings(max_examples=300, deadline=None)
@given(
    value=JSON,
    limit=st.integers(0, 5),
    ascii_only=st.booleans(),
    cuts=st.lists(st.integers(0, 10_000), max_size=6).map(tuple),
)
def test_valid_json_in_any_chunks_refused_exactly_when_deeper_than_limit(
    value: Any, limit: int, ascii_only: bool, cuts: tuple[int, ...]
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert refuses(text, limit=limit, cuts=cuts) == (depth_of(value) > limit)


@settings(max_examples=200, deadline=None)
@given(
    text=st.text(alphabet=st.sampled_from('[]{}"\\a'), max_size=40).map(str.encode),
    limit=st.integers(0, 4),
    cuts=st.lists(st.integers(0, 40), max_size=6).map(tuple),
)
def test_any_text_is_judged_the_same_however_it_is_cut(text: bytes, limit: int, cuts: tuple[int, ...]) -> None:
    assert refuses(text, limit=limit, cuts=cuts) == refuses(text, limit=limit)


def test_one_byte_at_a_time_strings_with_brackets_do_not_count() -> None:
    text = b'{"a[[[[\\"[[[": "\\\\", "b": [1]}'
    assert not refuses(text, limit=2, cuts=tuple(range(len(text))))


def test_unclosed_brackets_refused_before_any_parser_recurses() -> None:
    assert refuses(b"[" * 33, limit=32)


@pytest.mark.parametrize(
    "hostile",
    [b'"' + b'\\"' * 500_000, b'""' * 500_000, b"[]" * 500_000, b'"' * 999_999, b"\\" * 1_000_000, b'"a' * 500_000],
    ids=["escapes", "empty strings", "brackets", "quotes", "backslashes", "short strings"],
)
@pytest.mark.timeout(5)
def test_a_megabyte_of_hostile_text_takes_linear_time(hostile: bytes) -> None:
    scanner = DepthScanner(32)
    for start in range(0, len(hostile), 65_536):
        scanner.feed(hostile[start : start + 65_536])
