"""Runs, events and trees as tables, or as JSON lines."""

from collections.abc import Iterable
from typing import Any

from rich.text import Text
from rich.tree import Tree

from backend.cli.screen import one_line, out, plain, print_json, short_time, status_text, table

JsonObject = dict[str, Any]

VALUE_WIDTH = 100


def print_runs(runs: Iterable[JsonObject], *, as_json: bool) -> None:
    if as_json:
        for run in runs:
            print_json(run)
        return
    rows = [_row(run) for run in runs]
    if rows:
        out().print(table("Run", "Workflow", "Status", "At", "Updated", rows=rows))
    else:
        out().print("No runs.")


def _row(run: JsonObject) -> tuple[str | Text, ...]:
    status, updated = status_text(run["status"]), short_time(run["updated_at"])
    return run["workflow_run_id"], run["workflow_id"], status, _place(run), updated


def print_run(run: JsonObject, state: JsonObject, questions: list[JsonObject], *, as_json: bool) -> None:
    if as_json:
        print_json({**run, "state": state, "interactions": questions})
        return
    console = out()
    console.print(table("", "", rows=_facts(run)))
    for question in questions:
        console.print(Text.assemble(("Asks      ", "bold cyan"), plain(question["title"])))
        console.print(plain(f"          answer: interlude runs resume {run['workflow_run_id']}", "dim"), soft_wrap=True)
    if state:
        rows = ((name, one_line(value, VALUE_WIDTH)) for name, value in state.items())
        console.print("", table("State", "", rows=rows))


def _facts(run: JsonObject) -> Iterable[tuple[str, Text | str]]:
    yield "Run", run["workflow_run_id"]
    yield "Workflow", f"{run['workflow_id']} (version {run['version']})"
    yield "Status", status_text(run["status"])
    if run.get("parent_workflow_id"):
        yield "Parent", run["parent_workflow_id"]
    if _place(run):
        yield "At", _place(run)
    if run.get("wait"):
        yield "Waits for", _wait(run["wait"])
    yield "Started", short_time(run["created_at"])
    yield "Updated", short_time(run["updated_at"])
    if run.get("error"):
        yield "Error", plain(run["error"].get("message", ""), "red")
    if run.get("output") is not None:
        yield "Output", one_line(run["output"], VALUE_WIDTH)


def _place(run: JsonObject) -> str:
    return " / ".join(part for part in (run.get("current_step"), run.get("current_module")) if part)


def _wait(wait: JsonObject) -> str:
    until = f", until {short_time(wait['until'])}" if wait.get("until") else ""
    key = f" ({wait['wait_key']})" if wait.get("wait_key") else ""
    return f"{wait['reason']}{key}{until}"


def print_event(event: JsonObject, *, as_json: bool) -> None:
    """One line, written at once so that a reader can follow."""
    if as_json:
        print_json(event)
        return
    where = event.get("module_name") or event.get("step_id") or ""
    line = Text(f"{event['seq']:>5}  {short_time(event['timestamp']):<12}  ")
    line.append(f"{event['event_type']:<24}  ", style="bold")
    line.append_text(plain(f"{where:<24}  "))
    line.append_text(one_line(event["data"], VALUE_WIDTH) if event.get("data") else Text())
    line.rstrip()
    out().print(line, soft_wrap=True)


def print_tree(node: JsonObject, *, as_json: bool) -> None:
    if as_json:
        print_json(node)
    else:
        out().print(_branch(node))


def _branch(node: JsonObject) -> Tree:
    label = plain(f"{node.get('name') or node['workflow_id']}  ", "bold")
    tree = Tree(Text.assemble(label, status_text(node["status"]), "  ", plain(node["workflow_run_id"], "dim")))
    for child in node.get("children", ()):
        tree.add(_branch(child))
    return tree
