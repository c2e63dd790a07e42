"""``labgap show``: draw any parcel of a run again, and tell its story."""

from pathlib import Path
from typing import Annotated

import typer

from labgap.commands.options import Json, Out, Smoke
from labgap.console import emit, emit_json
from labgap.network_story import centre_lines, centre_story
from labgap.photo_story import is_photo, photo_lines, photo_story
from labgap.picture import write_png
from labgap.run_folder import RunFolder
from labgap.run_kind import is_network
from labgap.run_lookup import find_run
from labgap.smoke import smoke_run
from labgap.story import draw_story, parcel_story, story_lines

__all__ = ["show"]


def show(
    run: Annotated[str, typer.Argument(metavar="RUN")] = "latest",
    parcel: Annotated[
        str,
        typer.Argument(
            metavar="PARCEL",
            help="A parcel, e.g. P003-000042, a centre of a network, or a real photograph.",
        ),
    ] = "P000-000000",
    lap: Annotated[int, typer.Option(min=1, max=10, help="Which pass of the camera.")] = 1,
    out: Out = None,
    smoke: Smoke = False,
    json_output: Json = False,
) -> None:
    """Draw a parcel in both worlds, with what each arm read, and print what became of it."""
    if smoke:
        with smoke_run() as folder:
            _show(folder, parcel, lap, folder.path / "show.png", json_output)
    else:
        folder = find_run(run)
        _show(folder, parcel, lap, out or Path(f"{parcel}.png"), json_output)


def _show(folder: RunFolder, parcel: str, lap: int, out: Path, json_output: bool) -> None:
    if is_network(folder.read_manifest()):
        _show_centre(folder, parcel, json_output)
        return
    if is_photo(folder, parcel):
        photo = photo_story(folder, parcel)
        if json_output:
            emit_json(photo)
        else:
            for line in photo_lines(photo):
                emit(line)
        return
    story = parcel_story(folder, parcel, lap)
    write_png(out, draw_story(folder, story))
    if json_output:
        emit_json({**story.record(), "picture": str(out)})
        return
    for line in story_lines(story):
        emit(line)
    emit(f"picture: {out}")


def _show_centre(folder: RunFolder, centre: str, json_output: bool) -> None:
    story = centre_story(folder, centre)
    if json_output:
        emit_json(story)
        return
    for line in centre_lines(story):
        emit(line)
