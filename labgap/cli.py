"""The command line: one module a verb in `labgap.commands`, gathered here by name."""

import importlib.metadata
from typing import Annotated, Any

import typer

from labgap.lazy_verbs import LazyVerb, VerbGroup

__all__ = ["VERBS", "app", "main"]

VERBS = {
    "run": "run",
    "sweep": "sweep",
    "staff": "staff",
    "validate": "validate",
    "list": "list_names",
    "show": "show",
    "metrics": "metrics_of",
    "report": "report",
    "replay": "replay",
    "compare": "compare",
    "gate": "gate",
    "flake": "flake",
    "power": "power",
    "schema": "schema",
    "check-system": "check_system",
    "calibrate": "calibrate",
    "train": "train",
    "bench": "bench",
    "camera": "camera",
    "degradations": "degradations",
    "doctor": "doctor",
    "init": "init",
    "survive": "survive",
    "baseline": "baseline",
    "poses": "poses",
    "runs": "runs",
}
"""What is typed -> module that holds a function of the module's name."""


class _Verbs(VerbGroup):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, module in VERBS.items():
            self.add_command(LazyVerb(name, module))


app = typer.Typer(
    name="labgap",
    cls=_Verbs,
    help="Will the model that shone in the lab hold up on the floor?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(importlib.metadata.version("labgap"))
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
