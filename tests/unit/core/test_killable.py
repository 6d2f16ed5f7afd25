import os
import time
from typing import Any

import pytest

from backend.core import killable
from backend.core.errors import ModuleError, WorkLimit
from backend.core.killable import run_killable


def double(*, value: Any) -> Any:
    return value * 2


def environment() -> list[str]:
    return sorted(os.environ)


def pid() -> int:
    return os.getpid()


def spin() -> None:
    while True:
        pass


def grow() -> str:
    return "x" * (4 * killable.MEMORY_BYTES)


def recurse() -> Any:
    return recurse()


def refuse() -> None:
    raise ModuleError("No.", code="refused", retryable=False)


def print_loudly() -> int:
    print('{"result": "not this"}')  # noqa: T201  # printing is what is tested
    return 1


def not_json() -> Any:
    return {1, 2}


def test_result_comes_back() -> None:
    assert run_killable(double, value="ab") == "abab"


def test_large_values_pass_both_ways() -> None:
    assert run_killable(double, value=[1] * 500_000) == [1] * 1_000_000


def test_work_without_end_is_killed_in_time() -> None:
    started = time.monotonic()
    with pytest.raises(WorkLimit, match="longer than"):
        run_killable(spin, seconds=0.5)
    assert time.monotonic() - started < 30


def test_after_a_kill_the_next_call_works() -> None:
    with pytest.raises(WorkLimit):
        run_killable(spin, seconds=0.3)
    assert run_killable(double, value=2) == 4


def test_memory_has_a_limit() -> None:
    with pytest.raises(WorkLimit, match="MiB"):
        run_killable(grow)


def test_recursion_without_end_is_an_answer() -> None:
    with pytest.raises(ModuleError, match="nested too deeply") as caught:
        run_killable(recurse)
    assert caught.value.code == "work_limit"


def test_module_errors_keep_message_code_and_retryable() -> None:
    with pytest.raises(ModuleError, match=r"No\.") as caught:
        run_killable(refuse)
    assert (caught.value.code, caught.value.retryable) == ("refused", False)


def test_a_crash_is_told_from_a_limit_and_its_traceback_shown(capfd: pytest.CaptureFixture[str]) -> None:
    killable.close_children()  # the next child writes to the error output of this test
    with pytest.raises(RuntimeError, match="crashed"):
        run_killable(not_json)
    assert "TypeError" in capfd.readouterr().err


def test_printed_text_does_not_become_the_answer() -> None:
    assert run_killable(print_loudly) == 1


def test_children_are_reused() -> None:
    assert run_killable(pid) == run_killable(pid) != os.getpid()


def test_no_setting_reaches_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERLUDE_LLM_API_KEY", "canary")
    killable.close_children()
    assert not [name for name in run_killable(environment) if "INTERLUDE" in name]
