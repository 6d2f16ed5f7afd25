"""The commands with the real server and engine behind them, in memory."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.fixtures.window import Window, closed_at_the_end

HELLO = str(Path(__file__).resolve().parents[2] / "workflows" / "hello")
IN_MEMORY = {"MONGODB_URI": "memory://", "INTERLUDE_SERVER": "", "INTERLUDE_API_TOKENS": "", "INTERLUDE_PORT": "1"}


@pytest.fixture
def windows() -> Iterator[list[Window]]:
    with closed_at_the_end() as opened:
        yield opened


def test_workflow_runs_in_the_terminal_without_a_server(tmp_path: Path, windows: list[Window]) -> None:
    window = Window("run", HELLO, folder=tmp_path, **IN_MEMORY)
    windows.append(window)
    window.wait_for("What is your name?")
    window.wait_for("> ")
    window.type("Ada")
    window.wait_for("Hello, Ada!")
    assert window.close() == 0


def test_interrupted_run_is_cancelled_when_the_person_says_so(tmp_path: Path, windows: list[Window]) -> None:
    window = Window("run", HELLO, folder=tmp_path, **IN_MEMORY)
    windows.append(window)
    window.wait_for("What is your name?")
    window.wait_for("> ")
    window.press_ctrl_c_until("cancel it [c]")
    window.type("c")
    window.wait_for("cancelled")
    assert window.close() == 1


def test_server_greets_answers_and_stops_at_ctrl_c(tmp_path: Path, windows: list[Window]) -> None:
    window = Window("serve", "--port", "0", folder=tmp_path, **IN_MEMORY)
    windows.append(window)
    window.wait_for("is ready")
    window.wait_for("Address")
    window.wait_for("/docs")
    url = window.seen.partition("Address")[2].split()[0]
    assert httpx.get(f"{url}/readyz").json() == {"status": "ready"}
    window.press_ctrl_c()
    window.wait_for("Stopped.")
    assert window.close() == 0


def test_server_stops_while_a_client_follows_a_run(tmp_path: Path, windows: list[Window]) -> None:
    server = Window("serve", "--port", "0", folder=tmp_path, **IN_MEMORY)
    windows.append(server)
    server.wait_for("/docs")
    url = server.seen.partition("Address")[2].split()[0]
    run = httpx.post(f"{url}/api/v1/workflows/hello/run", json={}).json()["workflow_run_id"]
    follower = Window("runs", "events", run, "--follow", "--json", "--server", url, folder=tmp_path, **IN_MEMORY)
    windows.append(follower)
    follower.wait_for("interaction_requested")
    server.press_ctrl_c()
    server.wait_for("Stopped.")
    assert server.close() == 0
