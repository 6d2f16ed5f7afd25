"""Every published call with generated requests: none fails inside, and every answer is one that the contract names."""

import base64
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.cli.serving import served_in_thread
from backend.server.app import create_app
from tests.api.conftest import API, Json, MakeSettings
from tests.fixtures.definitions import painting, question

OPTIONS = (
    *("--phases", "examples,coverage,fuzzing", "--max-examples", "8", "--generation-deterministic"),
    # CPython 3.11 fails at times when two threads parse Python at once.
    *("--workers", "1", "--request-timeout", "10", "--no-color"),
    # It asks that whatever fits the schemas is taken. What they cannot say (a cursor, a whole definition) is refused
    # with 422, which is published too.
    *("--exclude-checks", "positive_data_acceptance"),
)


def wait_for(look: Callable[[], Any], *, seconds: float = 10) -> Any:
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, "the seeded runs did not get where they should"
        time.sleep(0.01)
    return seen


@dataclass(frozen=True)
class Gardener:
    """Makes what generated requests are about: without it all of them would find nothing."""

    client: httpx.Client

    def _post(self, url: str, body: Json) -> httpx.Response:
        return self.client.post(url, json=body).raise_for_status()

    def _get(self, url: str) -> Json:
        found: Json = self.client.get(url).raise_for_status().json()
        return found

    def _run(self, workflow_id: str, payload: Json) -> str:
        return str(self._post(f"{API}/workflows/{workflow_id}/run", {"payload": payload}).json()["workflow_run_id"])

    def plant(self) -> dict[str, str]:
        """The ids of an open question, a finished sub-action and a stored file, by the names of path parameters."""
        for definition in (question(), painting(), painting("unwanted")):
            self._post(f"{API}/workflows", definition)
        run_id = self._run("question", {"topic": "sea"})
        asked = wait_for(lambda: self._get(f"{API}/runs/{run_id}/interactions")["items"])[0]["interaction_id"]
        self._post(f"{API}/runs/{run_id}/sub-action", {"interaction_id": asked, "action_id": "again"})
        done = self._get(f"{API}/runs/{run_id}/sub-actions")["items"][0]["sub_action_id"]
        content = base64.b64encode(b"paint").decode()
        painted = self._run("painting", {"content": content, "media_type": "text/plain", "name": None})
        output = wait_for(lambda: self._get(f"{API}/runs/{painted}")["output"])
        return {
            "workflow_id": "question",
            "workflow_run_id": run_id,
            "interaction_id": asked,
            "sub_action_id": done,
            "artifact_id": output["picture"]["artifact_id"],
        }

    def weeds(self) -> dict[str, dict[str, str]]:
        """What may be ended, by the call that ends it."""
        return {
            "cancel_run": {"workflow_run_id": self._run("question", {"topic": "rain"})},
            "archive_workflow": {"workflow_id": "unwanted"},
        }


def parameters(ids: dict[str, str]) -> str:
    return "\n".join(f'"path.{name}" = {json.dumps(value)}' for name, value in ids.items())


def configuration(gardener: Gardener) -> str:
    """What schemathesis is told in its own file. A stream that follows would not end by itself."""
    lines = ["[parameters]", '"query.follow" = "false"', parameters(gardener.plant())]
    for call, ids in gardener.weeds().items():
        lines += ["[[operations]]", f'include-operation-id = "{call}"', "[operations.parameters]", parameters(ids)]
    return "\n".join(lines)


@pytest.fixture
def url(make_settings: MakeSettings) -> Iterator[str]:
    settings = make_settings(log_level="error")
    with served_in_thread(create_app(settings), settings) as address:
        yield address


def test_generated_requests_get_published_answers_and_no_failure(url: str, tmp_path: Path) -> None:
    config = tmp_path / "schemathesis.toml"
    with httpx.Client(base_url=url, timeout=20) as client:
        config.write_text(configuration(Gardener(client)))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "schemathesis.cli",
            "--config-file",
            str(config),
            "run",
            f"{url}/openapi.json",
            *OPTIONS,
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
