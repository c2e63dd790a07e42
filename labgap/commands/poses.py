"""``labgap poses``: drop parcels with a physics engine, and look at how they came to lie."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labgap.atomic import write_atomic
from labgap.commands.options import Json, Out, Quiet, Smoke
from labgap.console import emit, emit_json
from labgap.errors import InvalidUse
from labgap.outcome import ends_clearly

if TYPE_CHECKING:
    from sim.flow.pose_library import PoseLibrary

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False)

SMOKE_PARCELS = 24


@app.callback()
def poses() -> None:
    """Drop parcels with a physics engine; look at how they lie."""


@app.command("generate")
@ends_clearly
def generate(
    out: Annotated[Path, typer.Option(help="File of poses to write; its card goes beside it.")] = (
        Path("poses.npy")
    ),
    seed: Annotated[int, typer.Option(min=0, help="Root of every draw.")] = 1,
    parcels: Annotated[
        int, typer.Option("-n", "--parcels", min=1, max=200_000, help="Parcels to let go.")
    ] = 3600,
    picture: Annotated[
        Path | None, typer.Option(help="Also draw the last tipped burst as it lies (.png).")
    ] = None,
    smoke: Smoke = False,
    quiet: Quiet = False,
    json_output: Json = False,
) -> None:
    """Let parcels go on a chute, wait until they lie still, and keep how they lie."""
    if smoke:
        parcels = SMOKE_PARCELS
    with TemporaryDirectory(prefix="labgap-smoke-") as scratch:
        path = Path(scratch) / "poses.npy" if smoke else out
        if path.suffix != ".npy" or not path.resolve().parent.is_dir():
            raise InvalidUse(
                "poses go into a .npy file in a folder that exists",
                where=str(path),
                fix="name it like --out poses.npy",
            )
        card = _write(path, seed, parcels, picture, quiet)
        if json_output:
            emit_json({"file": str(path), **card})
            return
        _say(card)
        if not smoke:
            emit(f"poses: {path} (sha256 {card['sha256']})")


@app.command("show")
@ends_clearly
def show(
    poses: Annotated[
        Path | None, typer.Argument(metavar="POSES", help="A file (default: the shipped poses).")
    ] = None,
    out: Out = None,
    smoke: Smoke = False,
    json_output: Json = False,
) -> None:
    """Say what is in a file of poses; with --out, draw some as the camera sees them (.png)."""
    from labgap.resting_poses import opened_poses

    library = opened_poses(None if smoke else poses)
    if json_output:
        emit_json(library.card)
    else:
        _say(library.card)
    if out is not None:
        _draw(out, library)


def _write(
    path: Path, seed: int, parcels: int, picture: Path | None, quiet: bool
) -> dict[str, Any]:
    from sim.flow.chute import Chute
    from sim.flow.generation import burst_picture, card_of, settled_poses
    from sim.flow.pose_library import CARD_SUFFIX, library_bytes

    def said(count: int) -> None:
        if not quiet and count % 600 == 0:
            typer.echo(f"{count} of {parcels} parcels", err=True)

    chute = Chute()
    try:
        poses = settled_poses(seed, parcels, chute, said)
    except ModuleNotFoundError as error:
        if error.name != "pybullet":
            raise
        raise InvalidUse(
            "pybullet is not installed; only this command needs it, runs use the shipped poses",
            where="labgap poses generate",
            fix="pip install 'labgap[train]' -c constraints.txt",
        ) from error
    card = card_of(poses, seed, parcels, chute)
    write_atomic(path, library_bytes(poses))
    write_atomic(path.with_name(path.name + CARD_SUFFIX), json.dumps(card, indent=2) + "\n")
    if picture is not None:
        from labgap.picture import write_png

        # the last burst that is tipped: those that are laid lie one after the other
        last = max((-(-parcels // chute.parcels) - 2) // 2 * 2 + 1, 1)
        write_png(picture, burst_picture(seed, last, chute))
        emit(f"picture: {picture}")
    return card


def _say(card: dict[str, Any]) -> None:
    """Print a line for parcels laid on the chute and one for those tipped onto it."""
    for name in ("laid", "tipped"):
        found = card["figures"].get(name)
        if found is None:
            continue
        faces = ", ".join(
            f"{face} {100 * share:.1f} %" for face, share in found["face_up"].items() if share
        )
        emit(f"{name}: {found['poses']} poses; face up: {faces}")
        emit(
            f"  median yaw {found['median_yaw_deg']} deg; leaning over 5 deg "
            f"{100 * found['leaning_over_5_deg']:.1f} %, on another parcel "
            f"{100 * found['off_the_belt']:.1f} %, label up but covered "
            f"{100 * found['label_up_and_covered']:.1f} %, next parcel within 100 mm "
            f"{100 * found['gap_below_100_mm']:.1f} %"
        )
    emit(f"never at rest: {card['figures']['never_at_rest']} of {card['parcels']}")


def _draw(path: Path, library: "PoseLibrary") -> None:
    from labgap.picture import write_png
    from labgap.replication import replication_of
    from scenarios.loading import load_scenario
    from sim.flow.pose_sheet import pose_sheet

    scenario = load_scenario("quickstart").scenario
    replication = replication_of(scenario, 0)
    sorting = scenario.sorting
    sheet = pose_sheet(
        library.poses,
        replication.population.parcels,
        sorting.camera,
        sorting.lane.belt_speed_mps,
        replication.streams,
    )
    write_png(path, sheet)
    emit(f"poses drawn: {path}")
