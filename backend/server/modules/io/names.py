"""What a data set may be called."""

from typing import Annotated

from pydantic import Field, StringConstraints

DatasetName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$"),
    Field(description="Name of the data set; all runs of this server share it."),
]
