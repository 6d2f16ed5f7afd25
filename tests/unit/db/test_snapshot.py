"""Views as documents. That a walked view survives is in test_projections.py; here are the odd corners."""

from datetime import datetime
from typing import Any, get_type_hints

import pytest

from backend.db import claims
from backend.db.claims import Claim
from backend.db.records import RunStatus
from backend.db.snapshot import view_from_json, view_to_json
from backend.db.view import InteractionView, ModuleView, Part, RunView, StepView, SubActionView
from tests.fixtures.records import make_question, moment


def through_the_database(view: RunView) -> RunView:
    return view_from_json(claims.decode(*claims.encode(view_to_json(view))))


def test_empty_view_survives() -> None:
    view = RunView(workflow_run_id="wf_1", branch_id="br_1")

    assert through_the_database(view) == view


def test_claims_in_state_outputs_payload_and_answers_survive() -> None:
    large = Claim("sha256:aa", 100_000)
    question = make_question("int_1", status="answered")
    question.response, question.answered_at = large, moment(1)
    view = RunView(
        workflow_run_id="wf_1",
        branch_id="br_1",
        payload=large,
        state={"a": {"b": large, "c.d": large}, "e": None},
        outputs={"m": {"value": large}},
        output=large,
        interactions={"int_1": question},
    )

    assert through_the_database(view) == view


def test_finished_view_survives_with_its_times() -> None:
    view = RunView(
        workflow_run_id="wf_1",
        branch_id="br_1",
        ended=RunStatus.ERROR,
        error={"code": "x", "message": "y"},
        created_at=moment(0),
        updated_at=moment(1.5),
        completed_at=moment(1.5),
        deadline=moment(60),
    )

    restored = through_the_database(view)

    assert restored == view
    assert restored.ended is RunStatus.ERROR


def test_text_that_looks_like_a_time_stays_text() -> None:
    view = RunView(workflow_run_id="wf_1", branch_id="br_1", payload="2026-11-21T10:00:00.000Z")
    view.state = {"deadline": "2026-11-21T10:00:00.000Z", "ended": "completed"}

    assert through_the_database(view) == view


@pytest.mark.parametrize("part", [StepView, ModuleView, InteractionView, SubActionView])
def test_every_time_of_a_part_is_read_back_as_one(part: type[Part]) -> None:
    hints: dict[str, Any] = get_type_hints(part)
    times = {name for name, hint in hints.items() if datetime in (hint, *getattr(hint, "__args__", ()))}

    assert part._times == times
