"""A server that lacks a module type which another server of the same database has."""

from backend.core.config import Settings
from backend.db.records import RunStatus
from backend.server.modules.registry import Registry
from backend.server.workflow.engine import Engine
from tests.fixtures.lab import Lab, lab_registry, module, open_lab, question, workflow
from tests.fixtures.lab_modules import Calls


def poorer(*missing: str) -> Registry:
    return Registry(type(known) for known in lab_registry() if known.module_id not in missing)


async def test_step_that_a_takeover_cannot_run_fails_with_what_to_do(shared_settings: Settings, calls: Calls) -> None:
    lab = await open_lab(shared_settings, calls)
    run_id = await lab.start(workflow(module("g", "lab.gated")))
    await lab.called("g")
    await lab.engine.close()

    other = Lab(await Engine.create(shared_settings, registry=poorer("lab.gated")), calls)
    try:
        ended = await other.ended(run_id)
        assert (ended.status, (ended.error or {})["code"]) == (RunStatus.ERROR, "module_not_installed")
        assert "lab.gated" in (ended.error or {})["message"]
        await other.check(run_id)
    finally:
        await other.engine.close()


async def test_step_after_an_answer_that_cannot_be_run_here_fails_with_what_to_do(
    shared_settings: Settings, calls: Calls
) -> None:
    lab = await open_lab(shared_settings, calls)
    definition = question()
    definition["steps"][-1]["modules"].append(module("last", "lab.plain"))
    run_id, asked = await lab.at_question(definition)
    await lab.engine.close()

    other = Lab(await Engine.create(shared_settings, registry=poorer("lab.plain")), calls)
    try:
        await other.engine.respond(run_id, asked.interaction_id, {"pick": 1}, actor="ana")
        ended = await other.ended(run_id)
        assert (ended.error or {})["code"] == "module_not_installed"
    finally:
        await other.engine.close()
