"""`interlude runs`: look at runs, follow them, go on with them, stop them, go back in them."""

from typing import Annotated

import typer

from backend.cli.commands.run import Answers, person_for, play
from backend.cli.options import AsJson, Server, connected

app = typer.Typer(
    help="List runs, look into them, go on with them, go back in them, cancel them.", no_args_is_help=True
)

RunId = Annotated[str, typer.Argument(metavar="RUN", help="The run's id.")]


@app.command("ls")
def ls(
    *,
    workflow: Annotated[str | None, typer.Option(help="Only runs of this workflow.", metavar="ID")] = None,
    status: Annotated[str | None, typer.Option(help="Only runs with this status, such as awaiting_input.")] = None,
    parent: Annotated[str | None, typer.Option(help="Only children of this run.", metavar="RUN")] = None,
    hidden: Annotated[bool, typer.Option("--all", help="Runs of sub-actions too.")] = False,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 20,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """List runs, newest first."""
    from backend.cli.run_views import print_runs

    with connected(server) as client:
        filters = {"workflow_id": workflow, "status": status, "parent_workflow_id": parent}
        print_runs(client.listed("/runs", limit=limit, include_hidden=hidden, **filters), as_json=as_json)


@app.command("show")
def show(run: RunId, *, server: Server = None, as_json: AsJson = False) -> None:
    """Show where a run stands: its state, open questions, output or error."""
    from backend.cli.run_views import print_run

    with connected(server) as client:
        document = client.get(f"/runs/{run}")
        state = client.get(f"/runs/{run}/state")["state"]
        questions = client.get(f"/runs/{run}/interactions")["items"]
        print_run(document, state, questions, as_json=as_json)


@app.command("tree")
def tree(run: RunId, *, server: Server = None, as_json: AsJson = False) -> None:
    """Show a run with its sub-workflows and sub-actions."""
    from backend.cli.run_views import print_tree

    with connected(server) as client:
        print_tree(client.get(f"/runs/{run}/tree"), as_json=as_json)


@app.command("why")
def why(run: RunId, *, server: Server = None, as_json: AsJson = False) -> None:
    """Explain what a run waits for, down to the run that holds it up."""
    from backend.cli.run_views import print_why

    with connected(server) as client:
        print_why(client.get(f"/runs/{run}/why"), as_json=as_json)


@app.command("events")
def events(
    run: RunId,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the run has ended.")] = False,
    types: Annotated[list[str] | None, typer.Option("--type", help="Only these types; repeatable.")] = None,
    after: Annotated[int, typer.Option("--after", help="Begin after this position.", min=0)] = 0,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Print a run's events, oldest first."""
    from backend.cli.run_views import print_event
    from backend.cli.streams import events_after, tail_events

    with connected(server) as client:
        client.get(f"/runs/{run}")
        found = tail_events(client, run, after) if follow else events_after(client, run, after, types=types)
        for event in found:
            if not types or event["event_type"] in types:
                print_event(event, as_json=as_json)


@app.command("cancel")
def cancel(
    run: RunId,
    *,
    reason: Annotated[str | None, typer.Option(help="Why; kept in its history.")] = None,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Cancel a run, with its children, questions and sub-actions."""
    from backend.cli.screen import out, plain, print_json

    with connected(server) as client:
        document = client.post(f"/runs/{run}/cancel", {"reason": reason})
    if as_json:
        print_json(document)
    else:
        out().print(plain(f"Cancelled {run}."))


@app.command("resume")
def resume(run: RunId, *, answers: Answers = None, server: Server = None, as_json: AsJson = False) -> None:
    """Go on with a run in this terminal: answer its questions, watch it to its end."""
    from backend.cli.local import connected_or_local

    with connected_or_local(server) as client:
        client.get(f"/runs/{run}")
        play(client, run, person_for(client, answers, as_json=as_json), as_json=as_json)


@app.command("fork")
def fork(
    run: RunId,
    *,
    seq: Annotated[int, typer.Option(help="The last event to keep; see 'runs events'.", min=1, metavar="N")],
    keep_children: Annotated[bool, typer.Option("--keep-children", help="Leave later sub-workflows running.")] = False,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Go on from an earlier event, on a new branch. What came after it is kept on the old one."""
    from backend.cli.screen import out, plain, print_json

    with connected(server) as client:
        body = {"seq": seq, "children": "keep" if keep_children else "cancel"}
        document = client.post(f"/runs/{run}/fork", body)
    if as_json:
        print_json(document)
    else:
        out().print(plain(f"{run} goes on after event {seq}, on branch {document['branch_id']}."), soft_wrap=True)


@app.command("retry")
def retry(run: RunId, *, server: Server = None, as_json: AsJson = False) -> None:
    """Do the failed module of a run again, and go on from there."""
    from backend.cli.screen import out, plain, print_json

    with connected(server) as client:
        document = client.post(f"/runs/{run}/retry")
    if as_json:
        print_json(document)
    else:
        out().print(plain(f"{run} goes on from the module that failed."), soft_wrap=True)
