"""The command line: one module a verb in `labgap.commands`, gathered here."""

from collections.abc import Callable
from typing import Annotated

import typer

from labgap.commands import baseline, poses, runs
from labgap.commands.calibrate import calibrate
from labgap.commands.camera import camera
from labgap.commands.check_system import check_system
from labgap.commands.compare import compare
from labgap.commands.degradations import degradations
from labgap.commands.doctor import doctor
from labgap.commands.flake import flake
from labgap.commands.gate import gate
from labgap.commands.init import init
from labgap.commands.list_names import list_names
from labgap.commands.metrics_of import metrics_of
from labgap.commands.power import power
from labgap.commands.replay import replay
from labgap.commands.report import report
from labgap.commands.run import run
from labgap.commands.schema import schema
from labgap.commands.show import show
from labgap.commands.staff import staff
from labgap.commands.survive import survive
from labgap.commands.sweep import sweep
from labgap.commands.validate import validate
from labgap.outcome import ends_clearly
from labgap.provenance import version

__all__ = ["app", "main"]

app = typer.Typer(
    name="labgap",
    help="Will the model that shone in the lab hold up on the floor?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

VERBS: dict[str, Callable[..., None]] = {
    "run": run,
    "sweep": sweep,
    "staff": staff,
    "validate": validate,
    "list": list_names,
    "show": show,
    "metrics": metrics_of,
    "report": report,
    "replay": replay,
    "compare": compare,
    "gate": gate,
    "flake": flake,
    "power": power,
    "schema": schema,
    "check-system": check_system,
    "calibrate": calibrate,
    "camera": camera,
    "degradations": degradations,
    "doctor": doctor,
    "init": init,
    "survive": survive,
}
for name, verb in VERBS.items():
    app.command(name)(ends_clearly(verb))
app.add_typer(baseline.app, name="baseline")
app.add_typer(poses.app, name="poses")
app.add_typer(runs.app, name="runs")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version())
        raise typer.Exit


@app.callback()
def _root(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    pass


def main() -> None:
    """Entry point of the ``labgap`` command."""
    app()
