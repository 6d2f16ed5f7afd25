"""Types that requests and answers are made of."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer, ValidationInfo, WithJsonSchema

from backend.core.clock import iso
from backend.core.jsonvalue import check_json

JsonObject = dict[str, Any]

MAX_SEQ = 10**18
"""Above every position, and the same number in all readers of the contract: some read numbers as floats."""

Timestamp = Annotated[
    datetime,
    PlainSerializer(iso, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-01-02T03:04:05.678Z"]}),
]
"""RFC 3339 in UTC with milliseconds."""


def _storable(value: Any, info: ValidationInfo) -> Any:
    check_json(value, pointer=f"/{info.field_name}")
    return value


StorableValue = Annotated[Any, AfterValidator(_storable)]
"""Any JSON that can be stored as it is. Raises ValueNotStorable."""

StorableObject = Annotated[JsonObject, AfterValidator(_storable)]


class Closed(BaseModel):
    """Base of all shapes: unknown fields are refused in requests, and answers have no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)
