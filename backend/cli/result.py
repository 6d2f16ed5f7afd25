"""How a run ended, for people and for programs."""

from typing import Any

from backend.cli.screen import out, plain, pretty, print_json
from backend.cli.streams import TERMINAL_STATUSES


def print_result(run: dict[str, Any], *, as_json: bool) -> None:
    """The output as it is, so that it can be copied; an error; or how to go on with a run that was left."""
    if as_json:
        keys = ("workflow_run_id", "status", "output", "error")
        print_json({"type": "result", **{key: run.get(key) for key in keys}})
    elif run["status"] not in TERMINAL_STATUSES:
        status, go_on = run["status"].replace("_", " "), f"interlude runs resume {run['workflow_run_id']}"
        out().print(plain(f"The run is left {status}. Go on with: {go_on}"), soft_wrap=True)
    elif run.get("error"):
        error = run["error"]
        where = f" (in {error['module_name']})" if error.get("module_name") else ""
        out().print(plain(f"{error.get('message', 'It failed.')}{where}", "red"), soft_wrap=True)
    elif run.get("output"):
        out().print(pretty(run["output"]), soft_wrap=True)
