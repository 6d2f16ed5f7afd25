"""Runs, events and trees as tables, or as JSON lines."""

import json
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
    tree = Tree(_label(node))
    for child in node["children"]:
        tree.add(_branch(child))
    return tree


def _label(node: JsonObject) -> Text:
    label = Text()
    if node["parent_node_id"]:
        note = " (sub-action)" if node["kind"] == "sub_action" else ""
        label.append_text(plain(f"{node['parent_node_id']}{note}: "))
    label.append_text(plain(f"{node['name']}  ", "bold"))
    return label.append_text(status_text(node["status"])).append_text(plain(f"  {node['workflow_run_id']}", "dim"))


WAITS = {
    "person": "It waits for a person",
    "child": "It waits for a sub-workflow",
    "time": "It waits for a time",
    "event": "It waits for an event",
    "retry": "It waits for its next attempt",
    "queue": "It waits for its turn",
}


def print_why(why: JsonObject, *, as_json: bool) -> None:
    if as_json:
        print_json(why)
        return
    leaf = why["path"][-1]["workflow_run_id"]
    for depth, place in enumerate(why["path"]):
        where = f" / {place['module_name']}" if place["module_name"] else ""
        out().print(plain(f"{'  ' * depth}{place['workflow_run_id']}{where}"), soft_wrap=True)
    out().print(plain(_reason(why)), soft_wrap=True)
    if why["reason"] == "person":
        out().print(plain(f"Answer: interlude runs resume {leaf}", "dim"), soft_wrap=True)
    elif why["reason"] == "event" and not str(why["wait_key"]).startswith("subworkflow:"):
        body = json.dumps({"wait_key": why["wait_key"]}, ensure_ascii=False)
        out().print(plain(f"Post it: POST /api/v1/runs/{leaf}/events {body}", "dim"), soft_wrap=True)


def _reason(why: JsonObject) -> str:
    status = why["status"].replace("_", " ")
    if why["reason"] not in WAITS:
        return f"It waits for nothing: it is {status}."
    key = f" ({why['wait_key']})" if why["wait_key"] else ""
    since = f", since {short_time(why['since'])}" if why["since"] else ""
    return f"{WAITS[why['reason']]}{key}{since}."
