"""The terminal as such: a real one on both sides."""

from pathlib import Path

from tests.fixtures.fake_api import FakeApi
from tests.fixtures.window import Window
from tests.unit.cli.questions import new_scenes, sub_action
from tests.unit.cli.questions import select as select_question


def test_sub_action_shows_its_modules_and_the_answer_ends_the_run(
    api: FakeApi, url: str, folder: Path, windows: list[Window]
) -> None:
    api.questions = [select_question(sub_actions=[sub_action()])]
    api.work["again"] = new_scenes()
    window = Window("run", "story", folder=folder, INTERLUDE_SERVER=url)
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
    window = Window("run", "story", folder=folder, INTERLUDE_SERVER=url)
    windows.append(window)
    window.wait_for("Which one?")
    window.wait_for("> ")
    window.press_ctrl_c_until("cancel it [c]")
    window.type("c")
    window.wait_for("cancelled")
    assert window.close() == 1
    assert api.runs["wf_1"]["status"] == "cancelled"
