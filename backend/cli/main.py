"""`interlude`: every command, and the one place where errors become a line and an exit code."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from backend import __version__
from backend.cli.exits import EXPLANATION, exit_code
from backend.core.errors import InterludeError


class CommandGroup(TyperGroup):
    """Reports errors of ours instead of showing a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except InterludeError as error:
            from backend.cli.screen import report

            report(error)
            raise typer.Exit(int(exit_code(error))) from None


app = typer.Typer(
    cls=CommandGroup,
    help="Workflows in which people take part: open questions, and work inside them.",
    epilog=EXPLANATION,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"interlude {__version__}")
        raise typer.Exit


@app.callback()
def common(
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Workflows in which people take part: open questions, and work inside them."""


def _add_commands() -> None:
    from backend.cli.commands import doctor, run, runs, serve, validate

    app.command("serve")(serve.serve)
    app.command("run")(run.run)
    app.command("validate")(validate.validate)
    app.add_typer(runs.app, name="runs")
    app.command("doctor")(doctor.doctor)


_add_commands()


def main() -> None:
    """The entry point."""
    app(prog_name="interlude")


if __name__ == "__main__":
    main()
