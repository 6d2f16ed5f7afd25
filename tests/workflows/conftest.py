"""Engines that know the bundled workflows, and a person who answers."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from backend.core.config import Settings, bundled_workflows
from backend.db.records import Interaction, Run, SubAction
from backend.server.modules.registry import load_registry
from backend.server.workflow.engine import Engine
from tests.fixtures.polling import eventually

EXAMPLES = bundled_workflows().parent / "docs" / "examples"


@dataclass(frozen=True)
class Person:
    """Starts runs, answers what they ask, and uses the sub-actions of open questions."""

    engine: Engine

    async def starts(self, workflow_id: str, payload: dict[str, Any] | None = None) -> Run:
        return await self.engine.start_run(workflow_id, payload or {}, actor="ada")

    async def is_asked(self, run: Run | Interaction, module_name: str) -> Interaction:
        """The open question of that module, as soon as the run has come to it."""
        await self._stopped_at(run, module_name)
        return (await self.engine.list_interactions(run.workflow_run_id))[0]

    async def _stopped_at(self, run: Run | Interaction, module_name: str) -> None:
        async def look() -> tuple[Run, list[str]]:
            now = await self.engine.get_run(run.workflow_run_id)
            questions = await self.engine.list_interactions(run.workflow_run_id)
            return now, [question.module_name for question in questions]

        seen, open_now = await eventually(look, wanted=lambda seen: seen[0].status.terminal or seen[1] == [module_name])
        assert open_now == [module_name], seen.error

    async def answers(self, question: Interaction, response: dict[str, Any]) -> None:
        await self.engine.respond(
            question.workflow_run_id,
            question.interaction_id,
            response,
            revision=question.revision,
            actor="ada",
        )

    async def uses(self, question: Interaction, action_id: str, **params: Any) -> tuple[SubAction, Interaction]:
        """The ended sub-action, and the question as it is then."""
        run_id = question.workflow_run_id
        started = await self.engine.start_sub_action(
            run_id, interaction_id=question.interaction_id, action_id=action_id, params=params, actor="ada"
        )
        async for _ in self.engine.stream_sub_action(run_id, started.sub_action_id):
            pass
        ended = await self.engine.get_sub_action(run_id, started.sub_action_id)
        return ended, await self.engine.get_interaction(run_id, question.interaction_id)

    async def sees_end(self, run: Run | Interaction) -> Run:
        return await eventually(
            lambda: self.engine.get_run(run.workflow_run_id), wanted=lambda now: now.status.terminal
        )


@pytest.fixture
async def person(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Person]:
    """The engine knows the bundled workflows, and the example modules of the docs."""
    monkeypatch.syspath_prepend(EXAMPLES)
    settings = Settings(mongodb_uri="memory://")
    async with _at_work(settings, tmp_path, modules=["shout", "name_it"]) as opened:
        yield opened


@pytest.fixture
async def memory_person(memory_settings: Settings, tmp_path: Path) -> AsyncIterator[Person]:
    async with _at_work(memory_settings, tmp_path) as opened:
        yield opened


@pytest.fixture
async def real_person(real_settings: Settings, real_connection: object, tmp_path: Path) -> AsyncIterator[Person]:
    """On a real MongoDB, whose database is dropped after the test."""
    async with _at_work(real_settings, tmp_path) as opened:
        yield opened


@pytest.fixture(params=["memory", pytest.param("real", marks=pytest.mark.mongo)])
def any_person(request: pytest.FixtureRequest) -> Person:
    """Both, one after the other: for whole stories."""
    found: Person = request.getfixturevalue(f"{request.param}_person")
    return found


@asynccontextmanager
async def _at_work(settings: Settings, folder: Path, *, modules: Sequence[str] = ()) -> AsyncIterator[Person]:
    changes = {"workflows_dir": bundled_workflows(), "data_dir": folder, "log_level": "error", "template_workers": 1}
    engine = await Engine.create(settings.model_copy(update=changes), registry=load_registry(modules))
    try:
        yield Person(engine)
    finally:
        await engine.close()
