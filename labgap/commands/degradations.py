"""``labgap degradations``: what the floor does to labels, to look at and measured."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labgap.commands.options import Json, Quiet, Smoke
from labgap.console import emit, emit_json
from labgap.errors import InvalidUse
from scenarios.degradations import KINDS, SEVERITIES
from scenarios.did_you_mean import did_you_mean
from scenarios.loading import load_scenario

if TYPE_CHECKING:
    from labgap.anchors import Anchor
    from labgap.replication import Replication

__all__ = ["degradation_rows", "degradations", "draw_sheet"]

READERS = ("barcode", "ocr")
SMOKE_KINDS = ("torn", "glare")


def degradations(
    anchors: Annotated[
        bool,
        typer.Option(
            "--anchors", help="Measure what each kind and severity costs outside readers."
        ),
    ] = False,
    sheet: Annotated[
        Path | None, typer.Option(help="Draw every kind and severity on a contact sheet (.png).")
    ] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind; repeat for more.")] = None,
    severity: Annotated[
        list[int] | None, typer.Option(min=1, max=5, help="Only this severity; repeat for more.")
    ] = None,
    reader: Annotated[
        list[str] | None,
        typer.Option(help="Measure with this reader; repeat for more (default: barcode, ocr)."),
    ] = None,
    parcels: Annotated[int, typer.Option("-n", "--parcels", min=1, help="Parcels a cell.")] = 100,
    cache: Annotated[
        Path, typer.Option(help="Folder that keeps what was measured, so that it resumes.")
    ] = Path("runs/.cache/anchors"),
    smoke: Smoke = False,
    quiet: Quiet = False,
    json_output: Json = False,
) -> None:
    """Show every degradation, draw them all, or measure what they cost two outside readers."""
    wanted = _kinds(kind)
    if smoke:
        anchors, parcels, wanted = True, 2, SMOKE_KINDS
        reader = reader or ["barcode"]
    if anchors:
        steps = tuple(s for s in SEVERITIES if not severity or s in severity)
        found = list(_measured(wanted, steps, reader, parcels, None if smoke else cache, quiet))
        if json_output:
            emit_json([asdict(anchor) for anchor in found])
        else:
            _say_anchors(found)
    elif json_output:
        emit_json(degradation_rows(wanted))
    else:
        width = max(map(len, wanted))
        for row in degradation_rows(wanted):
            emit(f"{row['name']:<{width}}  {row['summary']}")
    if sheet is not None:
        draw_sheet(sheet, wanted)


def degradation_rows(kinds: Iterable[str] = tuple(KINDS)) -> list[dict[str, Any]]:
    """What is known of each kind, for tables and JSON."""
    return [
        {
            "name": kind.name,
            "summary": f"{kind.summary} [{kind.scope}; {kind.unit}: "
            f"{', '.join(f'{level:g}' for level in kind.levels)}]",
            "family": kind.family,
            "scope": kind.scope.value,
            "unit": kind.unit,
            "levels": list(kind.levels),
        }
        for kind in (KINDS[name] for name in kinds)
    ]


def draw_sheet(path: Path, kinds: Iterable[str] = tuple(KINDS)) -> None:
    """Write a contact sheet of parcels of the quickstart scenario."""
    from labgap.anchors import anchored_kinds
    from labgap.picture import write_png
    from sim.frames.contact_sheet import contact_sheet

    replication = _replication("quickstart")
    sorting = replication.scenario.sorting
    drawn = [name for name in anchored_kinds() if name in set(kinds)]
    if not drawn:
        raise InvalidUse(
            "these kinds change no picture", where="--kind", fix="draw a kind that does"
        )
    picture = contact_sheet(
        replication.population.parcels,
        sorting.camera,
        sorting.lane.belt_speed_mps,
        replication.streams,
        kinds=drawn,
    )
    write_png(path, picture)
    emit(f"contact sheet: {path}")


def _replication(scenario: str) -> "Replication":
    from labgap.replication import replication_of

    return replication_of(load_scenario(scenario).scenario, 0)


def _kinds(named: list[str] | None) -> tuple[str, ...]:
    for name in named or ():
        if name not in KINDS:
            guess = did_you_mean(name, list(KINDS))
            raise InvalidUse(
                f"{name!r} is no degradation",
                where="--kind",
                fix=f"did you mean {guess}?" if guess else "see labgap degradations",
            )
    return tuple(name for name in KINDS if not named or name in named)


def _measured(
    wanted: tuple[str, ...],
    severities: tuple[int, ...],
    reader: list[str] | None,
    parcels: int,
    cache: Path | None,
    quiet: bool,
) -> Iterable["Anchor"]:
    from labgap.anchors import anchored_kinds, measure_anchors
    from systems import registry

    known = registry.names("vision")
    readers = reader or [name for name in READERS if name in known]
    replication = _replication("sorting_production")
    available = sum(not parcel.surge for parcel in replication.population.parcels)
    if parcels > available:
        raise InvalidUse(
            f"there are {available} parcels to show", where="--parcels", fix="ask for fewer"
        )
    systems = [
        registry.resolve("vision", name, {}, allow_dotted=False, connect=False) for name in readers
    ]
    kinds = [name for name in anchored_kinds() if name in wanted]

    def said(line: str) -> None:
        if not quiet:
            typer.echo(line, err=True)

    return measure_anchors(replication, systems, parcels, kinds, cache, said, severities)


def _say_anchors(anchors: list["Anchor"]) -> None:
    """Print a Markdown table: a line a kind and reader, a column a severity."""
    steps = sorted({anchor.severity for anchor in anchors if anchor.severity})
    emit("| kind | reader | n | lab | " + " | ".join(str(step) for step in steps) + " |")
    emit("|---|---|---|---|" + "---|" * len(steps))
    lab = {anchor.reader: anchor for anchor in anchors if anchor.severity == 0}
    lines: dict[tuple[str, str], list[str]] = {}
    for anchor in anchors:
        if anchor.severity:
            cells = lines.setdefault((anchor.kind, anchor.reader), [])
            cells.append(_cell(anchor))
    for (kind, reader), cells in lines.items():
        first = lab[reader]
        emit(f"| {kind} | {reader} | {first.parcels} | {_cell(first)} | {' | '.join(cells)} |")


def _cell(anchor: "Anchor") -> str:
    share = anchor.read / anchor.parcels
    return f"{100 * share:.0f} ({100 * anchor.low:.0f}-{100 * anchor.high:.0f})"
