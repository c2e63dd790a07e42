"""From a staffing sheet to its offers: plays the sweep, prices every cell, writes the files."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv

from labgap.atomic import write_atomic
from labgap.errors import InvalidUse, NothingMeasured
from labgap.run_contents import read_metrics, scenario_of
from labgap.run_folder import RunFolder
from labgap.sweep_cells import Cell, cells_of, check_cells
from labgap.sweeping import FinishedSweep, SweepRequest, play_sweep
from metrics.accumulation import ArmSums
from metrics.catalogue import Better
from metrics.estimates import Estimate
from metrics.staffing import (
    Offer,
    UnpricedError,
    cheapest,
    judged,
    metric_problem,
    missing_part,
    priced,
)
from metrics.tables import RunTables
from scenarios.errors import InvalidScenario, Problem
from scenarios.loading import load_scenario
from scenarios.model import Sorting
from scenarios.staffing import Staffing, load_staffing
from scenarios.sweep import Axis
from scenarios.sweep_loading import LoadedSweep, load_sweep

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


def check_sheet(file: str, overrides: Sequence[str] = ()) -> tuple[Staffing, str]:
    """Load a sheet and check it against its sweep and what the sweep's scenario measures.

    Parameters
    ----------
    file : str
    overrides : sequence of str
        Laid upon every cell.

    Returns
    -------
    tuple
        The sheet, and its sweep by library name or path.

    Raises
    ------
    InvalidScenario
    """
    sheet, sweep = load_staffing(file)
    loaded = load_sweep(sweep)
    axes = {axis.name: axis for axis in loaded.sweep.axes}
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
    elif not _is_of_numbers(axes[sheet.operators]):
        numbers = ", ".join(name for name, axis in axes.items() if _is_of_numbers(axis))
        what = f"{sheet.operators} takes words, and the chart lays numbers along its bottom"
        fix = f"name an axis of numbers: {numbers}" if numbers else "add an axis of numbers"
        problems.append(Problem(what, file, "operators", fix))
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
    if missing := _unmeasured(
        file, loaded, [(key, metric) for key, metric, _ in wanted], overrides
    ):
        raise InvalidScenario(missing)
    return sheet, sweep


def _is_of_numbers(axis: Axis) -> bool:
    return axis.values is None or not any(isinstance(value, (str, bool)) for value in axis.values)


def _unmeasured(
    file: str, loaded: LoadedSweep, wanted: Sequence[tuple[str, str]], overrides: Sequence[str]
) -> list[Problem]:
    """Metrics that the poorest cell cannot measure: else that is known only once all is played."""
    poorest = min(cells_of(loaded, overrides), key=_turned_away)
    check_cells(loaded, [poorest])
    sorting = load_scenario(loaded.scenario, poorest.overrides).scenario.sorting
    return [
        Problem(
            f"{metric} is not measured in this sweep: its scenario has no {part}",
            file,
            key,
            "add that to the sweep's overrides or its scenario, or use another metric",
        )
        for key, metric in wanted
        if (part := missing_part(metric, sorting)) is not None
    ]


def _turned_away(cell: Cell) -> float:
    """The only number of an axis that can take a whole part out of a scenario."""
    share = cell.point.get("sorting.lane.non_conveyable_share", 0.0)
    return share if isinstance(share, (int, float)) else 0.0


def play_staffing(file: str, request: SweepRequest, *, quiet: bool = False) -> FinishedStaffing:
    """Play the sheet's sweep, price its cells, write table, chart and text.

    Raises
    ------
    InvalidScenario, InvalidUse, Interrupted, NothingMeasured, SystemUnderTestFailed
        As `labgap.sweeping.play_sweep`; also InvalidUse if a cell cannot be priced.
    """
    sheet, sweep = check_sheet(file, request.overrides)
    finished = play_sweep(replace(request, sweep=sweep), quiet=quiet)
    offers = _offers(sheet, finished)
    if not offers:
        raise NothingMeasured("no cell of the sheet measured anything", where=str(finished.path))
    played = FinishedStaffing(finished.path, sheet, offers)
    _write(played)
    return played


def _offers(sheet: Staffing, finished: FinishedSweep) -> list[Offer]:
    """Price every arm of every cell; how many there are widens each one's interval."""
    cells = []
    for name, state in finished.states.items():
        if state["status"] == "complete":
            folder = RunFolder(finished.path / "cells" / name)
            cells.append((folder, folder.read_manifest(), state["point"]))
    looked_at = sum(len(manifest["arms"]) for _, manifest, _ in cells)
    offers = []
    for folder, manifest, point in cells:
        sorting = scenario_of(manifest).sorting
        measured, tables = read_metrics(folder), RunTables.open(folder.path)
        for arm in manifest["arms"]:
            try:
                service = _judged(sheet, tables, arm, sorting, looked_at)
                offers.append(
                    priced(
                        sheet, sorting, measured, service, looked_at, arm, point, folder.path.name
                    )
                )
            except UnpricedError as error:
                raise InvalidUse(
                    f"the cell cannot be priced: {error}",
                    where=str(folder.path),
                    fix="take that metric out of the sheet, then the same command with --resume "
                    f"and --out {finished.path}: no cell is played again",
                ) from None
    return offers


def _judged(
    sheet: Staffing, tables: RunTables, arm: str, sorting: Sorting, looked_at: int
) -> Estimate:
    """Count the service metric again: an interval that was reported cannot be widened exactly."""
    sums = ArmSums(tables, arm, sorting)
    metric = sheet.service.metric
    if "all" not in sums.groups(metric):
        raise UnpricedError(f"{metric} was not measured for arm {arm}")
    return judged(sums.sums(metric, "all"), looked_at)


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
        "looked_at": offer.looked_at,
        "people_h": offer.people_h,
        "overtime_h": offer.overtime_h,
        "cost_per_h": offer.per_h,
        "cost_per_h_low": offer.per_h_low,
        "cost_per_h_high": offer.per_h_high,
        "cost_per_1000": offer.per_1000,
        **{f"cost.{name}": cost for name, cost in offer.parts.items()},
        "run": offer.run,
    }
