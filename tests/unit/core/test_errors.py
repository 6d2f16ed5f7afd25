"""The tree of errors."""

import copy
import inspect
import pickle
import re

import pytest

from backend.core import errors
from backend.core.errors import (
    FieldError,
    InterludeError,
    InvalidPayload,
    MappingSourceMissing,
    ModuleError,
    PositionTaken,
    RunNotFound,
    TemplateError,
    ValueNotStorable,
)

ALL = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, InterludeError) and kind is not InterludeError
]

EXAMPLES = [
    RunNotFound("wf_1"),
    ModuleError("no paint", code="no_paint", retryable=False, module_name="m"),
    InvalidPayload([FieldError("/a", "is required")]),
    TemplateError("no 'x'", template="{{ x }}", pointer="/inputs/a"),
    MappingSourceMissing("a.b"),
    ValueNotStorable("/a", "a number that is not finite"),
    PositionTaken(written=3),
]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_tree_in_the_docstring_shows_every_error(kind: type[InterludeError]) -> None:
    assert re.search(rf"\b{kind.__name__}\b", errors.__doc__ or "")


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_codes_are_snake_case_and_statuses_are_errors(kind: type[InterludeError]) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", kind.code)
    assert 400 <= kind.status <= 599


def test_codes_of_errors_that_stand_for_themselves_are_unique() -> None:
    leaves = [kind for kind in ALL if not kind.__subclasses__()]
    codes = [kind.code for kind in leaves]

    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_copy_says_all_that_the_original_says(error: InterludeError) -> None:
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(other) is type(error)
        assert str(other) == str(error)
        assert vars(other) == vars(error)


def test_ids_that_are_not_known_are_left_out() -> None:
    assert InterludeError("x", a=None, b=1).ids == {"b": 1}
