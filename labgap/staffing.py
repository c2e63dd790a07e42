"""From a staffing sheet to its offers: plays the sweep, prices every cell, writes the files."""

import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv

from labgap.atomic import write_atomic
from labgap.errors import NothingMeasured
from labgap.run_contents import read_metrics, scenario_of
from labgap.run_folder import RunFolder
from labgap.sweeping import SweepRequest, play_sweep
from metrics.catalogue import Better
from metrics.staffing import Offer, cheapest, metric_problem, priced
from scenarios.errors import InvalidScenario, Problem
from scenarios.staffing import Staffing, load_staffing
from scenarios.sweep_loading import load_sweep

__all__ = ["FinishedStaffing", "check_sheet", "play_staffing"]


@dataclass(frozen=True)
class FinishedStaffing:
    """A sheet whose every cell is priced.

    Attributes
    ----------
    path : Path
        Folder of the sweep; holds ``staffing.csv``, ``staffing.md``, ``staffing.svg`` and
        ``staffing.png``.
    sheet : Staffing
    offers : list of Offer
        In the order of the sweep, arm by arm.
    """

    path: Path
    sheet: Staffing
    offers: list[Offer]

    @property
    def best(self) -> Offer | None:
        """The cheapest that serves."""
        return cheapest(self.offers)


def check_sheet(file: str) -> tuple[Staffing, str]:
    """Load a sheet and check it against its sweep and the metrics there are.

    Returns
    -------
    tuple
        The sheet, and its sweep by library name or path.

    Raises
    ------
    InvalidScenario
    """
    sheet, sweep = load_staffing(file)
    axes = {axis.name: axis for axis in load_sweep(sweep).sweep.axes}
    problems = []
    wanted = [("service.metric", sheet.service.metric, Better.HIGHER)]
    wanted += [
        (f"costs.parcels.{number}.metric", price.metric, Better.LOWER)
        for number, price in enumerate(sheet.costs.parcels)
    ]
    for key, metric, good in wanted:
        if (why := metric_problem(metric, good)) is not None:
            problems.append(Problem(why, file, key, "see `labgap list metrics`"))
    known = f"the sweep varies {', '.join(axes)}"
    if sheet.operators not in axes:
        problems.append(Problem(f"{sheet.operators} is no axis", file, "operators", known))
    for number, price in enumerate(sheet.costs.axes):
        where = f"costs.axes.{number}"
        if price.key not in axes:
            problems.append(Problem(f"{price.key} is no axis", file, where, known))
        elif (values := axes[price.key].values) is not None and price.value not in values:
            fix = f"it takes {', '.join(map(str, values))}"
            what = f"{price.key} never takes {price.value}"
            problems.append(Problem(what, file, where, fix))
    if problems:
        raise InvalidScenario(problems)
    return sheet, sweep


def play_staffing(file: str, request: SweepRequest, *, quiet: bool = False) -> FinishedStaffing:
    """Play the sheet's sweep, price its cells, write table, chart and text.

    Raises
    ------
    InvalidScenario, InvalidUse, Interrupted, NothingMeasured, SystemUnderTestFailed
        As `labgap.sweeping.play_sweep`.
    """
    sheet, sweep = check_sheet(file)
    finished = play_sweep(replace(request, sweep=sweep), quiet=quiet)
    offers = []
    for name, state in finished.states.items():
        if state["status"] != "complete":
            continue
        folder = RunFolder(finished.path / "cells" / name)
        manifest = folder.read_manifest()
        sorting = scenario_of(manifest).sorting
        measured = read_metrics(folder)
        for arm in manifest["arms"]:
            offers.append(priced(sheet, sorting, measured, arm, state["point"], name))
    if not offers:
        raise NothingMeasured("no cell of the sheet measured anything", where=str(finished.path))
    played = FinishedStaffing(finished.path, sheet, offers)
    _write(played)
    return played


def _write(played: FinishedStaffing) -> None:
    from reports.staffing import staffing_chart, staffing_markdown

    sink = io.BytesIO()
    pyarrow.csv.write_csv(pa.Table.from_pylist([_row(offer) for offer in played.offers]), sink)
    write_atomic(played.path / "staffing.csv", sink.getvalue())
    png, svg = staffing_chart(played.sheet, played.offers)
    write_atomic(played.path / "staffing.png", png)
    write_atomic(played.path / "staffing.svg", svg)
    write_atomic(played.path / "staffing.md", staffing_markdown(played.sheet, played.offers))


def _row(offer: Offer) -> dict[str, Any]:
    return {
        "arm": offer.arm,
        **offer.point,
        "service": offer.service.value,
        "level": offer.level,
        "level_low": offer.low,
        "level_high": offer.high,
        "people_h": offer.people_h,
        "overtime_h": offer.overtime_h,
        "cost_per_h": offer.per_h,
        "cost_per_h_low": offer.per_h_low,
        "cost_per_h_high": offer.per_h_high,
        "cost_per_1000": offer.per_1000,
        **{f"cost.{name}": cost for name, cost in offer.parts.items()},
        "run": offer.run,
    }
