"""How a run ended, for people and for programs."""

from typing import Any

from rich.panel import Panel
from rich.text import Text

from backend.cli.screen import out, plain, pretty, print_json, status_text
from backend.cli.streams import TERMINAL_STATUSES


def print_result(run: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        keys = ("workflow_run_id", "status", "output", "error")
        print_json({"type": "result", **{key: run.get(key) for key in keys}})
    elif run["status"] not in TERMINAL_STATUSES:
        status, go_on = run["status"].replace("_", " "), f"interlude runs resume {run['workflow_run_id']}"
        out().print(plain(f"The run is left {status}. Go on with: {go_on}"), soft_wrap=True)
    else:
        out().print(Panel(_body(run), title=status_text(run["status"]), title_align="left"))


def _body(run: dict[str, Any]) -> Text:
    error = run.get("error")
    if error:
        where = f" (in {error['module_name']})" if error.get("module_name") else ""
        return plain(f"{error.get('message', 'It failed.')}{where}", "red")
    return pretty(run.get("output"))
