"""The terminal as such: a real one on both sides."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.fake_api import FakeApi
from tests.unit.cli.questions import new_scenes, select as select_question, sub_action

SECONDS = 30.0


class Window:
    """A command in a pseudo-terminal."""

    def __init__(self, *arguments: str, folder: Path, server: str) -> None:
        self._end, inner = pty.openpty()
        root = str(Path(__file__).resolve().parents[3])
        settings = {"INTERLUDE_SERVER": server, "TERM": "xterm", "COLUMNS": "120", "PYTHONPATH": root}
        command = [sys.executable, "-m", "backend.cli.main", *arguments]
        streams = {"stdin": inner, "stdout": inner, "stderr": inner}
        self.process = subprocess.Popen(
            command, cwd=folder, env=os.environ | settings, start_new_session=True, **streams
        )
        os.close(inner)
        self.seen = ""

    def wait_for(self, text: str) -> None:
        """Reads until the text is on the screen."""
        start, deadline = len(self.seen), time.monotonic() + SECONDS
        while text not in self.seen[start:]:
            ready, _, _ = select.select([self._end], [], [], max(deadline - time.monotonic(), 0))
            assert ready, f"no {text!r} in {self.seen!r}"
            self.seen += os.read(self._end, 65536).decode(errors="replace")

    def type(self, line: str) -> None:
        os.write(self._end, f"{line}\n".encode())

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def close(self) -> int:
        code = self.process.wait(SECONDS)
        os.close(self._end)
        return code


@pytest.fixture
def windows() -> Iterator[list[Window]]:
    opened: list[Window] = []
    yield opened
    for window in opened:
        if window.process.poll() is None:
            window.process.kill()
            window.process.wait()


def test_sub_action_shows_its_modules_and_the_answer_ends_the_run(
    api: FakeApi, url: str, folder: Path, windows: list[Window]
) -> None:
    api.questions = [select_question(sub_actions=[sub_action()])]
    api.work["again"] = new_scenes()
    window = Window("run", "story", folder=folder, server=url)
    windows.append(window)
    window.wait_for("Which one?")
    window.type("a")
    window.wait_for("Glacier")
    window.wait_for("Which one?")
    window.type("3")
    window.wait_for("completed")
    assert window.close() == 0
    assert "Thinking of scenes" in window.seen
    assert "tidy" in window.seen


def test_interrupt_asks_what_to_do_with_the_run(api: FakeApi, url: str, folder: Path, windows: list[Window]) -> None:
    api.questions = [select_question()]
    window = Window("run", "story", folder=folder, server=url)
    windows.append(window)
    window.wait_for("Which one?")
    window.interrupt()
    window.wait_for("cancel it [c]")
    window.type("c")
    window.wait_for("cancelled")
    assert window.close() == 1
    assert api.runs["wf_1"]["status"] == "cancelled"
