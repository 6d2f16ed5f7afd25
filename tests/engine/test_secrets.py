"""Secrets: usable in module inputs, and nowhere to be found afterwards."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from backend.core.config import Settings
from tests.fixtures.lab import Lab, module, open_lab, workflow
from tests.fixtures.lab_modules import Calls

CANARY = "canary-4711-do-not-print"


@pytest.fixture
async def secret_lab(memory_settings: Settings, calls: Calls, empty_folder: Path) -> AsyncIterator[Lab]:
    changes = {"workflows_dir": empty_folder, "secrets": {"token": SecretStr(CANARY)}}
    opened = await open_lab(memory_settings.model_copy(update=changes), calls)
    yield opened
    await opened.engine.close()


async def test_secret_reaches_the_module_and_never_the_log(secret_lab: Lab) -> None:
    run_id = await secret_lab.start(workflow(module("a", inputs={"value": "key {{ secrets.token }}"})))

    run = await secret_lab.ended(run_id)

    assert run.output == {"a": "key [secret:token]"}
    assert secret_lab.calls.contexts[0].secrets["token"] == CANARY
    assert CANARY not in repr(await secret_lab.events(run_id))
