"""What running modules report, carried from any thread to whoever watches."""

import asyncio
import math
from collections.abc import Mapping

from backend.server.workflow.contexts import Report
from backend.server.workflow.feeds import Feeds
from backend.server.workflow.live import LiveRun
from backend.server.workflow.values import Redactor

MAX_MESSAGE = 500


class Reports:
    """Sends reports of modules in sub-actions to their streams; a root run has no watcher of single modules."""

    def __init__(self, feeds: Feeds, secrets: Mapping[str, str]) -> None:
        self._feeds = feeds
        self._redactor = Redactor(secrets)

    def report(self, run: LiveRun, module_name: str, sub_action_id: str | None) -> Report:
        """The `context.report` of one module call."""
        origin = run.view.parent or {}
        target = sub_action_id or (origin.get("sub_action_id") if run.view.kind == "sub_action" else None)
        if target is None:
            return _to_nobody
        watched_run = run.run_id if sub_action_id else str(origin["workflow_run_id"])
        loop = asyncio.get_running_loop()

        def send(progress: float | None, message: str | None) -> None:
            text = self._redactor.text(str(message))[:MAX_MESSAGE] if message is not None else None
            if loop.is_closed():
                return
            loop.call_soon_threadsafe(self._feeds.report, watched_run, target, module_name, _share(progress), text)

        return send


def _to_nobody(progress: float | None, message: str | None) -> None:
    return None


def _share(progress: float | None) -> float | None:
    """A share of the whole, whatever the module said."""
    if not isinstance(progress, int | float) or not math.isfinite(progress):
        return None
    return min(max(float(progress), 0.0), 1.0)
