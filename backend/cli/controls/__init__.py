"""How each kind of question is asked at a terminal."""

from typing import Any

from backend.cli.client import Client
from backend.cli.controls.approve import ApproveControl
from backend.cli.controls.base import Control
from backend.cli.controls.form import FormControl, PlainControl
from backend.cli.controls.media import MediaControl
from backend.cli.controls.review import ReviewControl
from backend.cli.controls.select import SelectControl

__all__ = ["Control", "control_for"]


def control_for(question: dict[str, Any], client: Client) -> Control:
    """The control of the question's kind; one that goes by the response schema alone for a kind not known here."""
    kind, data = question["kind"], question["data"]
    if kind == "media":
        return MediaControl(data, question["response_schema"], client)
    known: dict[str, type[Control]] = {
        "select": SelectControl,
        "form": FormControl,
        "approve": ApproveControl,
        "review": ReviewControl,
    }
    return known[kind](data) if kind in known else PlainControl(data, question["response_schema"])
