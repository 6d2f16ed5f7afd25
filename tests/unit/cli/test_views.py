"""What is printed about waits and errors."""

from io import StringIO
from typing import Any, cast

import pytest
from rich.console import Console

from backend.cli.client import ApiError
from backend.cli.person import TerminalPerson
from backend.cli.run_views import print_why
from backend.cli.screen import report
from backend.cli.terminal import Terminal


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        ({"reason": "subworkflow", "wait_key": "subworkflow:wf_2"}, "waiting for a sub-workflow (Ctrl-C"),
        ({"reason": "event", "wait_key": "paid"}, "waiting for an event (paid) (Ctrl-C"),
        (
            {"reason": "time", "wait_key": "time:pause", "until": "2020-11-21T14:30:00Z"},
            "waiting for a time, until Nov",
        ),
        ({}, "waiting for the engine (Ctrl-C"),
    ],
)
def test_person_is_told_what_the_run_waits_for(wait: dict[str, Any], said: str) -> None:
    written = StringIO()
    TerminalPerson(cast(Any, None), Terminal(Console(file=written))).waits({"wait": wait})
    assert said in written.getvalue()


@pytest.mark.parametrize(("key", "hinted"), [("paid", True), ("subworkflow:wf_2", False)])
def test_why_says_how_to_post_an_event_that_people_may_post(
    key: str, hinted: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    path = [{"workflow_run_id": "wf_1", "module_name": "deposit"}]
    print_why({"status": "waiting", "reason": "event", "since": None, "wait_key": key, "path": path}, as_json=False)
    post = 'Post it: POST /api/v1/runs/wf_1/events {"wait_key": "paid"}'
    assert (post in capsys.readouterr().out) is hinted


def test_error_whose_line_says_its_only_place_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    errors = [{"pointer": "/steps", "message": "Add it."}]
    report(ApiError({"detail": "One problem. /steps: Add it.", "errors": errors}, 422))
    assert capsys.readouterr().err == "error: One problem. /steps: Add it.\n"


def test_error_with_places_of_its_own_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    errors = [{"pointer": "/guests", "message": "is required"}]
    report(ApiError({"detail": "It does not fit.", "errors": errors}, 422))
    assert capsys.readouterr().err == "error: It does not fit.\n  /guests  is required\n"
