"""What a line of the log holds."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from backend.core.config import Settings
from backend.core.logging import configure_logging


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, known = root.handlers, root.level, structlog.get_config() if structlog.is_configured() else None
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    if known:
        structlog.configure(**known)
    structlog.contextvars.clear_contextvars()


def configure(**changes: Any) -> None:
    configure_logging(Settings(_env_file=None, log_format="json", **changes))


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_line_has_event_level_time_and_the_bound_run(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    structlog.contextvars.bind_contextvars(workflow_run_id="wf_1")
    structlog.get_logger("tests").info("module_started", module_name="scenes")
    (line,) = lines(capsys)
    assert (line["event"], line["level"], line["logger"]) == ("module_started", "info", "tests")
    assert (line["workflow_run_id"], line["module_name"]) == ("wf_1", "scenes")
    assert line["timestamp"].endswith("Z")


def test_library_line_has_the_same_shape(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    logging.getLogger("uvicorn.error").warning("Port %d is busy", 8000)
    (line,) = lines(capsys)
    assert (line["event"], line["level"]) == ("Port 8000 is busy", "warning")


def test_line_below_the_level_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure(log_level="warning")
    structlog.get_logger("tests").info("quiet")
    assert lines(capsys) == []


def test_content_of_streams_is_not_logged_at_debug(capsys: pytest.CaptureFixture[str]) -> None:
    configure(log_level="debug")
    logging.getLogger("sse_starlette.sse").debug("chunk: %s", b"secret")
    assert lines(capsys) == []


def test_exception_is_one_line_without_local_variables(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    try:
        _fail_with_a_local("hunter" + "2")
    except ValueError:
        structlog.get_logger("tests").exception("login_failed")
    (line,) = lines(capsys)
    assert "ValueError: wrong length: 7" in line["exception"]
    assert "hunter2" not in line["exception"]


def _fail_with_a_local(password: str) -> None:
    raise ValueError(f"wrong length: {len(password)}")


def test_value_that_is_no_json_is_written_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    structlog.get_logger("tests").info("odd", value={1, 2})
    assert lines(capsys)[0]["value"] == "{1, 2}"


def test_console_format_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Settings(_env_file=None, log_format="console"))
    structlog.get_logger("tests").info("hello")
    written = capsys.readouterr().err
    assert "hello" in written
    assert not written.startswith("{")
