"""What the projector keeps of a run until it writes."""

from dataclasses import fields

from backend.db.view import CallView, RunView
from backend.server.workflow.projector import _frozen
from tests.fixtures.records import moment


def test_frozen_view_shares_nothing_that_the_fold_changes() -> None:
    call = CallView("wf_2", "child", "one", "sub", "sync", 1, "cancel", moment())
    view = RunView(workflow_run_id="wf_1", branch_id="br_1", calls={"wf_2": call}, fans={"sub": {"next": 1}})

    frozen = _frozen(view)

    assert frozen == view
    shared = [item.name for item in fields(view) if type(getattr(view, item.name)) is dict]
    assert [name for name in shared if getattr(view, name) is getattr(frozen, name)] == []
    assert frozen.calls["wf_2"] is not call
