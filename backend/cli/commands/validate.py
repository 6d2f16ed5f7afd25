"""`interlude validate`: checks definitions without a server."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backend.cli.options import AsJson

if TYPE_CHECKING:
    from backend.cli.checking import Report


def validate(
    path: Annotated[Path, typer.Argument(help="A workflow's folder, its workflow.json, or a folder of such folders.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Check workflow definitions and print every problem with its place. Exit code 1 where one is an error."""
    from backend.cli.checking import check_path
    from backend.core.config import load_settings
    from backend.server.modules.registry import load_registry

    reports = check_path(path, load_registry(load_settings().modules))
    for report in reports:
        _print(report, as_json=as_json)
    if not all(report.valid for report in reports):
        raise typer.Exit(1)


def _print(report: "Report", *, as_json: bool) -> None:
    from rich.text import Text

    from backend.cli.screen import out, plain, print_json

    if as_json:
        print_json(report.to_json())
        return
    console = out()
    verdict = ("✓ ", "green") if report.valid else ("✗ ", "red")
    console.print(Text.assemble(verdict, plain(report.folder, "bold")), soft_wrap=True)
    for problem in report.problems:
        style = "red" if problem.severity == "error" else "yellow"
        place = plain(f"{problem.file}#{problem.place or '/'}")
        line = Text.assemble("  ", (problem.severity, style), "  ", place, "  ", plain(problem.message))
        console.print(line, soft_wrap=True)
