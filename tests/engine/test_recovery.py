"""An engine that is closed or lost in the middle, and the next one on the same database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from backend.core.config import Settings
from backend.db.event_types import DbEventType as T
from backend.db.records import RunStatus
from tests.fixtures.lab import ME, Lab, makes, module, open_lab, paints, question, target, workflow
from tests.fixtures.lab_modules import Calls
from tests.fixtures.polling import eventually

pytestmark = pytest.mark.mongo

Reopen = Callable[[], Awaitable[Lab]]


@asynccontextmanager
async def opened(settings: Settings, calls: Calls) -> AsyncIterator[Lab]:
    lab = await open_lab(settings, calls)
    try:
        yield lab
    finally:
        await lab.engine.close()


async def test_sub_action_resumes_from_its_last_finished_module(shared_settings: Settings, calls: Calls) -> None:
    modules = (makes(["one"], name="one"), makes(["two"], "lab.gated", name="two"))
    async with opened(shared_settings, calls) as lab:
        run_id, asked = await lab.at_question(question(target(*modules)))
        started = await lab.begin(asked)
        await lab.called("two")

    calls.gate("two").set()
    async with opened(shared_settings, calls) as lab:
        frames = await lab.frames(started)
        assert frames[-1].event == "complete"
        assert (await lab.state(run_id))["scenes"] == ["two"]
        assert calls.names.count("one") == 1
        assert len(await lab.events(started.child_workflow_id or "", T.MODULE_STARTED)) == 2
        await lab.check(run_id, started.child_workflow_id or "")


async def test_self_sub_action_runs_again_after_a_restart(shared_settings: Settings, calls: Calls) -> None:
    async with opened(shared_settings, calls) as lab:
        run_id, asked = await lab.at_question(question(paints()))
        started = await lab.begin(asked, "paint", gate=True)
        await lab.called("ask")

    calls.gate("self").set()
    async with opened(shared_settings, calls) as lab:
        assert (await lab.frames(started))[-1].event == "complete"
        assert len({context.idempotency_key for context in calls.contexts}) == 1
        await lab.check(run_id)


async def test_stream_goes_on_after_a_restart_from_the_last_id(shared_settings: Settings, calls: Calls) -> None:
    modules = (makes(["one"], name="one"), makes(["two"], "lab.gated", name="two"))
    async with opened(shared_settings, calls) as lab:
        _, asked = await lab.at_question(question(target(*modules)))
        started = await lab.begin(asked)
        await lab.called("two")
        seen = await lab.frames(started, follow=False)

    calls.gate("two").set()
    async with opened(shared_settings, calls) as lab:
        rest = await lab.frames(started, after_id=seen[-1].id)
        whole = await lab.frames(started, follow=False)
        assert [frame.id for frame in [*seen, *rest]] == [frame.id for frame in whole]


async def test_run_in_the_middle_of_a_module_runs_it_again(shared_settings: Settings, calls: Calls) -> None:
    async with opened(shared_settings, calls) as lab:
        run_id = await lab.start(workflow(module("a", inputs={"value": 1}), module("g", "lab.gated")))
        await lab.called("g")

    calls.gate("g").set()
    async with opened(shared_settings, calls) as lab:
        assert (await lab.ended(run_id)).status is RunStatus.COMPLETED
        assert calls.names == ["a", "g", "g"]
        await lab.check(run_id)


async def test_waiting_question_survives_a_restart(shared_settings: Settings, calls: Calls) -> None:
    async with opened(shared_settings, calls) as lab:
        run_id, asked = await lab.at_question(question())

    async with opened(shared_settings, calls) as lab:
        assert [item.interaction_id for item in (await lab.engine.list_inbox()).items] == [asked.interaction_id]
        await lab.engine.respond(run_id, asked.interaction_id, {"pick": 1}, actor=ME)
        assert (await lab.ended(run_id)).status is RunStatus.COMPLETED


async def test_retry_that_falls_due_while_nobody_runs_is_made_later(shared_settings: Settings, calls: Calls) -> None:
    flaky = module("flaky", "lab.fails", inputs={"times": 1}, retry={"max_attempts": 2, "initial_seconds": 0.3})
    async with opened(shared_settings, calls) as lab:
        run_id = await lab.start(workflow(flaky))
        await eventually(lambda: lab.engine.get_run(run_id), wanted=lambda run: run.status is RunStatus.WAITING)

    async with opened(shared_settings, calls) as lab:
        run = await lab.ended(run_id)
        assert run.output == {"flaky": 2}
        assert [context.attempt for context in calls.contexts] == [1, 2]


async def test_deadline_of_a_module_is_not_reset_by_a_restart(shared_settings: Settings, calls: Calls) -> None:
    async with opened(shared_settings, calls) as lab:
        run_id = await lab.start(workflow(module("g", "lab.gated", timeout_seconds=0.4)))
        await lab.called("g")
    await asyncio.sleep(0.5)  # the deadline passes while no server is there: that is what is tested

    async with opened(shared_settings, calls) as lab:
        run = await lab.ended(run_id)
        assert (run.error or {})["code"] == "module_timeout"
        assert calls.names == ["g"]


async def test_two_servers_share_runs_and_one_answer_wins(shared_settings: Settings, calls: Calls) -> None:
    async with opened(shared_settings, calls) as one, opened(shared_settings, calls) as two:
        run_id, asked = await one.at_question(question(target(makes(["x"]))))
        frames = await two.frames(await two.begin(asked))
        assert frames[-1].event == "complete"
        assert (await one.engine.get_interaction(run_id, asked.interaction_id)).data["scenes"] == ["x"]

        answers = [lab.engine.respond(run_id, asked.interaction_id, {"pick": 1}, actor=ME) for lab in (one, two)]
        results = await asyncio.gather(*answers, return_exceptions=True)

        assert sorted(type(result).__name__ for result in results) == ["Interaction", "InteractionNotOpen"]
        await one.ended(run_id)
        await two.check(run_id)


async def test_stream_of_another_servers_sub_action_is_followed(shared_settings: Settings, calls: Calls) -> None:
    async with opened(shared_settings, calls) as one, opened(shared_settings, calls) as two:
        _, asked = await one.at_question(question(target(makes(["x"], "lab.gated"))))
        started = await one.begin(asked)
        reader = asyncio.ensure_future(two.frames(started))
        await one.called("make")

        calls.gate("make").set()

        assert [frame.id for frame in await reader] == [frame.id for frame in await one.frames(started)]


async def test_cancel_on_another_server_stops_the_module(shared_settings: Settings, calls: Calls) -> None:
    settings = shared_settings.model_copy(update={"lease_seconds": 0.6})
    async with opened(settings, calls) as one, opened(settings, calls) as two:
        run_id = await one.start(workflow({"module_id": "lab.hang", "name": "hang"}))
        await one.called("hang")

        await two.engine.cancel_run(run_id, actor=ME)

        async def stopped() -> bool:
            return calls.contexts[0].cancelled

        await eventually(stopped, wanted=bool)
        await two.check(run_id)
