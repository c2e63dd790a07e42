"""``labgap bench``: the measurements that labgap publishes of its own systems."""

import json
from pathlib import Path
from typing import Annotated

import typer

from labgap.atomic import write_atomic
from labgap.commands.options import Json, Quiet, Smoke
from labgap.console import emit, emit_json, note
from labgap.errors import InvalidUse

__all__ = ["bench"]

WORK = Path("runs/.bench")
RESULTS = Path("docs/results")
CHARTED = 6
"""Arms in a chart; more would hide one another."""


def bench(
    kind: Annotated[str, typer.Argument(help="vision.")] = "vision",
    mix: Annotated[
        list[str] | None, typer.Option("--mix", help="This mix only: vision_production, ...")
    ] = None,
    arm: Annotated[
        list[str] | None, typer.Option("--arm", help="This arm only; repeatable.")
    ] = None,
    photos: Annotated[
        Path | None,
        typer.Option(help="Folder of real photographs with expected texts to read as well."),
    ] = None,
    work: Annotated[Path, typer.Option(help="Folder of runs and cached answers.")] = WORK,
    out: Annotated[
        Path, typer.Option(help="Folder of the page, its figures and its pictures.")
    ] = RESULTS,
    replications: Annotated[
        int | None,
        typer.Option(
            "--reps", min=1, help="The first so many replications of each mix (default: all)."
        ),
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, max=256, help="Tasks at a time.")] = 2,
    smoke: Smoke = False,
    quiet: Quiet = False,
    json_output: Json = False,
) -> None:
    """Measure our own systems on the mixes that were fixed before they were trained."""
    if kind != "vision":
        raise InvalidUse(
            f"there is no bench of {kind!r} systems",
            where="labgap bench",
            fix="labgap bench vision",
        )
    # pandas and figures are loaded once something is to be measured
    from labgap.misread_sheet import misread_sheet
    from labgap.vision_bench import VisionBench
    from labgap.vision_mixes import MIXES, OTHER_PARCELS, PRODUCTION, SAME_PARCELS, UNSEEN
    from reports.charted_arms import charted_arms
    from reports.figures.deadlines import deadline_chart
    from reports.figures.reader_curves import risk_chart, severity_chart
    from reports.figures.reader_sizes import sizes_chart
    from reports.figures.robustness import robustness_chart
    from reports.vision_bench import vision_bench_markdown

    offered = (*MIXES, *SAME_PARCELS, *OTHER_PARCELS)
    mixes = tuple(mix or (MIXES if smoke else offered))
    for name in mixes:
        if name not in offered:
            raise InvalidUse(
                f"{name!r} is not a mix that was fixed before the training",
                where="--mix",
                fix=" or ".join(offered),
            )
    bench = VisionBench(work, mixes, tuple(arm or ()), jobs, replications, smoke, quiet, photos)
    runs = bench.played()
    figures = bench.figures(runs)
    if json_output:
        emit_json(figures)
        return
    arms = charted_arms(figures, CHARTED)
    pictures: dict[str, tuple[str, bytes]] = {}
    if PRODUCTION in mixes:
        pictures["vision-severity.png"] = (
            "Accuracy by severity of each kind of damage",
            severity_chart(figures["damage"], arms, PRODUCTION),
        )
        pictures["vision-risk.png"] = (
            "Risk against coverage, and accuracy against confidence, in production",
            risk_chart(figures["answers"], arms, PRODUCTION),
        )
    if PRODUCTION in mixes and (sheet := misread_sheet(runs[PRODUCTION], arms)):
        pictures["vision-misread.jpg"] = (
            "What each arm gets wrong in production though the label is in view",
            sheet,
        )
    if UNSEEN in mixes:
        pictures["vision-unseen.png"] = (
            "Accuracy by severity of damage that no training saw",
            severity_chart(figures["damage"], arms, UNSEEN),
        )
    if figures["robustness"] is not None and figures["robustness"]["line"] is not None:
        pictures["vision-robustness.png"] = (
            "Accuracy in production against accuracy in the lab, reader by reader",
            robustness_chart(figures["robustness"]),
        )
    if any(row["milliseconds"] is not None for row in figures["sizes"]):
        pictures["vision-sizes.png"] = (
            "Accuracy in production against time for a parcel, for networks of several sizes",
            sizes_chart(figures["sizes"]),
        )
    pictures["vision-deadlines.png"] = (
        "Share of reads in time against the speed of the belt",
        deadline_chart(figures["deadlines"], arms),
    )
    charts = [(name, description) for name, (description, _) in pictures.items()]
    page = vision_bench_markdown(figures, charts)
    if smoke:
        emit(page)
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, (_, picture) in pictures.items():
        write_atomic(out / name, picture)
    write_atomic(out / "vision.json", json.dumps(figures, indent=1, sort_keys=True) + "\n")
    write_atomic(out / "vision.md", page)
    emit(page)
    note(f"written: {out / 'vision.md'}")
