"""Ending things: a run with all that is open in it, a sub-action with its child.

Every `*_started` and `*_requested` gets its one end here when a run is cancelled or fails.
"""

from backend.core.errors import RunNotFound
from backend.db.event_types import (
    InteractionCancelled,
    ModuleCancelled,
    Payload,
    RunCancelled,
    StepFailed,
    SubActionCancelled,
    SubWorkflowCancelled,
    WaitCancelled,
)
from backend.db.view import CallView, SubActionView
from backend.server.workflow.live import ENGINE, LiveRun
from backend.server.workflow.store import Section


async def close_run(section: Section, run: LiveRun, *, reason: str, end: Payload, actor: str = ENGINE) -> None:
    """Records the end of everything open in the run and below it, then `end`.

    Modules first: where a crash leaves the beginning of the write, a cancelled module says that the rest is to follow.
    """
    view = run.view
    for module in [module for module in view.modules.values() if module.open]:
        run.record(ModuleCancelled(reason=reason), step_id=module.step_id, module_name=module.module_name, actor=actor)
    for item in list(view.sub_actions.values()):
        await cancel_sub_action(section, run, item, reason=reason, actor=actor)
    for call in list(view.calls.values()):
        await cancel_call(section, run, call, reason=reason, actor=actor)
    for wait in list(view.waits.values()):
        run.record(
            WaitCancelled(wait_key=wait["wait_key"], reason=reason), module_name=wait["module_name"], actor=actor
        )
    for question in view.open_interactions:
        run.record(
            InteractionCancelled(interaction_id=question.interaction_id, reason=reason),
            step_id=question.step_id,
            module_name=question.module_name,
            actor=actor,
        )
    for step in [step for step in view.steps.values() if step.status == "running"]:
        run.record(
            StepFailed(error={"code": reason, "message": f"The step was ended: {reason}."}), step_id=step.step_id
        )
    run.record(end, actor=actor)


async def cancel_call(section: Section, run: LiveRun, call: CallView, *, reason: str, actor: str = ENGINE) -> None:
    """Records that a sub-workflow was cancelled, in the run and, unless it is to be left alone, in the child."""
    run.record(
        SubWorkflowCancelled(sub_run_id=call.sub_run_id, index=call.index, reason=reason),
        step_id=call.step_id or None,
        module_name=call.module_name or None,
        actor=actor,
    )
    if call.on_parent_cancel == "abandon":
        return
    try:
        child = await section.hold(call.sub_run_id, fresh=True)
    except RunNotFound:
        return  # a crash came before it began
    if not child.view.terminal:
        await close_run(section, child, reason=reason, end=RunCancelled(reason=reason), actor=actor)


async def cancel_sub_action(
    section: Section, run: LiveRun, item: SubActionView, *, reason: str, actor: str = ENGINE
) -> None:
    """Records that the sub-action was cancelled, in the run and in the child."""
    wait_key = f"retry:{item.sub_action_id}"
    if wait_key in run.view.waits:
        run.record(
            WaitCancelled(wait_key=wait_key, reason=reason),
            step_id=item.step_id,
            module_name=item.module_name,
            actor=actor,
        )
    run.record(
        SubActionCancelled(sub_action_id=item.sub_action_id, child_workflow_id=item.child_workflow_id, reason=reason),
        step_id=item.step_id,
        module_name=item.module_name,
        actor=actor,
    )
    if item.child_workflow_id is None:
        return
    try:
        child = await section.hold(item.child_workflow_id, fresh=True)
    except RunNotFound:
        return  # queued: it never began
    if not child.view.terminal:
        await close_run(section, child, reason=reason, end=RunCancelled(reason=reason), actor=actor)
