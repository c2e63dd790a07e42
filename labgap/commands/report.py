"""``labgap report``: write a run's report again."""

from typing import Annotated

import typer

from labgap.commands.options import Json, Smoke
from labgap.conclusion import write_reports
from labgap.console import emit, emit_json
from labgap.run_folder import RunFolder
from labgap.run_lookup import find_run
from labgap.smoke import smoke_run

__all__ = ["report"]


def report(
    run: Annotated[str, typer.Argument(metavar="RUN")] = "latest",
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the Markdown report on standard output.")
    ] = False,
    smoke: Smoke = False,
    json_output: Json = False,
) -> None:
    """Write report.html and report.md of a finished run."""
    if smoke:
        with smoke_run() as folder:
            _write(folder, markdown, json_output)
    else:
        _write(find_run(run), markdown, json_output)


def _write(folder: RunFolder, markdown: bool, json_output: bool) -> None:
    path = write_reports(folder)
    if json_output:
        emit_json({"html": str(path), "markdown": str(path.with_suffix(".md"))})
    elif markdown:
        emit(path.with_suffix(".md").read_text("utf-8"))
    else:
        emit(f"report: {path}")
