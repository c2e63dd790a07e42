"""``labgap init``: a scenario and a system to start from."""

from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from labgap.atomic import write_atomic
from labgap.commands.options import Smoke
from labgap.console import emit
from labgap.errors import InvalidUse

__all__ = ["init"]

FILES = {"scenario.yaml": "scenario.yaml", "my_reader.py.txt": "my_reader.py"}


def init(
    folder: Annotated[Path, typer.Argument(help="Where to put the files.")] = Path(),
    smoke: Smoke = False,
) -> None:
    """Write a scenario and a vision system of your own to start from."""
    if smoke:
        with TemporaryDirectory() as temporary:
            _write(Path(temporary))
    else:
        _write(folder)


def _write(folder: Path) -> None:
    present = [name for name in FILES.values() if (folder / name).exists()]
    if present:
        raise InvalidUse(
            f"{' and '.join(present)} would be overwritten",
            where=str(folder),
            fix="choose an empty folder",
        )
    folder.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        text = resources.files("labgap.templates").joinpath(source).read_text("utf-8")
        write_atomic(folder / name, text)
        emit(f"wrote {folder / name}")
    emit("next, in that folder:")
    emit("  labgap check-system vision my_reader:MyReader")
    emit("  labgap run scenario.yaml --system vision=my_reader:MyReader --smoke")
