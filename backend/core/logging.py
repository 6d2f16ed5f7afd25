"""Logging: one line an entry, structlog and the standard library alike, with the ids of what is being worked on.

`structlog.get_logger(__name__)` gives a logger; ids bound with `structlog.contextvars` (request_id, workflow_run_id,
sub_action_id) are on every line written while they are bound. Tracebacks show no local variables: those hold state.
"""

import logging
import sys
from typing import Any

import orjson
import structlog
from structlog.typing import Processor

from backend.core.config import Settings

CHATTY = ("httpx", "httpcore", "openai", "pymongo", "sse_starlette", "asyncio", "uvicorn.access")
"""Libraries whose lines below a warning say what ours say better, or show the content of streams."""


def configure_logging(settings: Settings) -> None:
    """Sends all logging to stderr at `INTERLUDE_LOG_LEVEL`. May be called again; the last call holds.

    `INTERLUDE_LOG_FORMAT`: `json`, `console`, or `auto`: console where stderr is a terminal.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(console=_wants_console(settings)))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    _take_over_libraries()


def _wants_console(settings: Settings) -> bool:
    if settings.log_format == "auto":
        return sys.stderr.isatty()
    return settings.log_format == "console"


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _formatter(*, console: bool) -> logging.Formatter:
    rendering: list[Processor]
    if console:
        rendering = [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    else:
        rendering = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_to_json)]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering],
    )


def _take_over_libraries() -> None:
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = True
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _to_json(entry: Any, **_: Any) -> str:
    return orjson.dumps(entry, default=str, option=orjson.OPT_NON_STR_KEYS).decode("utf-8", "replace")
