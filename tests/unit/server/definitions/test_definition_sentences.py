"""What pydantic finds, in plain words."""

from datetime import datetime
from typing import Any

import pytest
from pydantic import BaseModel, Field, ValidationError

from backend.server.definitions.problems import suggestion
from backend.server.definitions.sentences import sentence


class Wait(BaseModel):
    until: datetime | None = None
    seconds: float = Field(0, ge=0, le=1.5)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"until": "tomorrow"}, "This is no time. Write it like 2026-11-21T14:30:00Z."),
        ({"seconds": -1}, "Use 0 or more."),
        ({"seconds": 2}, "Use 1.5 or less."),
    ],
)
def test_misfit_says_what_to_write(inputs: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Wait.model_validate(inputs)
    (error,) = caught.value.errors()
    assert sentence(error, error["input"]) == said


def test_long_list_of_names_ends_with_how_many_more_there_are() -> None:
    names = [f"demo.m{number}" for number in range(10)]
    assert suggestion("zoo", names).endswith("demo.m7 and 2 more.")
