"""`interlude doctor`: what stands between this machine and a running server."""

import typer

from backend.cli.options import AsJson

MARKS = {"ok": ("✓", "green"), "warn": ("!", "yellow"), "fail": ("✗", "red")}


def doctor(*, as_json: AsJson = False) -> None:
    """Check this machine and the settings; say what to do about what is wrong. Exit code 5 where something is."""
    from rich.text import Text

    from backend.cli.examination import examine
    from backend.cli.screen import out, plain, print_json

    failed = False
    for finding in examine():
        failed = failed or finding.level == "fail"
        if as_json:
            print_json({"check": finding.check, "level": finding.level, "message": finding.message})
        else:
            line = Text.assemble(MARKS[finding.level], f" {finding.check:<12}", plain(finding.message))
            out().print(line, soft_wrap=True)
    if failed:
        raise typer.Exit(5)
