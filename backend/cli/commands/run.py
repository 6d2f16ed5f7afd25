"""`interlude run`: a whole run in the terminal."""

from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from backend.cli.options import AsJson, Server

if TYPE_CHECKING:
    from backend.cli.client import Client
    from backend.cli.session import Person

Answers = Annotated[
    str | None, typer.Option(help='JSON file with answers: {"module_name": {...response...}}.', metavar="FILE")
]


def run(
    workflow: Annotated[
        str, typer.Argument(help="A workflow's id, or the folder of a definition, which is saved first.")
    ],
    *,
    inputs: Annotated[
        list[str] | None, typer.Option("--input", "-i", help="One input; repeatable.", metavar="KEY=VALUE|KEY=@FILE")
    ] = None,
    payload: Annotated[str | None, typer.Option(help="All inputs as JSON, or @file.", metavar="JSON|@FILE")] = None,
    version: Annotated[int | None, typer.Option(help="Run this version instead of the newest.", min=1)] = None,
    answers: Answers = None,
    server: Server = None,
    as_json: AsJson = False,
) -> None:
    """Run a workflow here: questions are asked, sub-actions offered, progress shown.

    Where no server answers at this machine's address, the engine runs inside this command.
    """
    from backend.cli.local import connected_or_local
    from backend.cli.payload import read_payload
    from backend.cli.workflow_source import find_workflow

    with connected_or_local(server) as client:
        person = person_for(client, answers, as_json=as_json)  # before there is a run: its file may not be readable
        document = find_workflow(client, workflow, version)
        values = read_payload(payload, inputs or [], document["inputs"])
        if payload is None and not as_json:
            values = _completed(values, document["inputs"])
        body = {"payload": values, **({"version": version} if version else {})}
        started = client.post(f"/workflows/{document['workflow_id']}/run", body, key=uuid4().hex)
        play(client, started["workflow_run_id"], person, as_json=as_json)


def play(client: "Client", run_id: str, person: "Person", *, as_json: bool) -> None:
    """Follows the run to its end; leaves by the exit code that its end means."""
    from backend.cli.result import print_result
    from backend.cli.session import Session

    _announce(run_id, as_json=as_json)
    final = Session(client, run_id, person).play()
    print_result(final, as_json=as_json)
    if final["status"] in ("error", "cancelled"):
        raise typer.Exit(1)


def person_for(client: "Client", answers: str | None, *, as_json: bool) -> "Person":
    """Whoever answers: the file of answers, and beside it the terminal or, with `as_json`, nobody.

    Raises:
        WrongUsage: the file cannot be used.
    """
    from backend.cli.person import TerminalPerson
    from backend.cli.script import Answers, JsonPerson, ScriptedPerson
    from backend.cli.terminal import Terminal

    person: Person = JsonPerson() if as_json else TerminalPerson(client, Terminal())
    return ScriptedPerson(Answers(answers), person) if answers else person


def _announce(run_id: str, *, as_json: bool) -> None:
    from backend.cli.screen import out, plain, print_json

    if as_json:
        print_json({"type": "run", "workflow_run_id": run_id})
    else:
        out().print(plain(f"Run {run_id}", "dim"), soft_wrap=True)


def _completed(values: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Asks for the inputs that are needed and were not given."""
    from backend.cli.schema_form import ask_object
    from backend.cli.terminal import Terminal

    missing = [name for name in schema.get("required", ()) if name not in values]
    properties = {name: part for name, part in schema.get("properties", {}).items() if name in missing}
    if not properties:
        return values
    return {**values, **ask_object(Terminal(), {**schema, "properties": properties, "required": missing})}
