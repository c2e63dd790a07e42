"""A report on a centre with all its parts: one short evening that was played, figures invented."""

from dataclasses import replace
from functools import cache

import numpy as np

from metrics.exploration import Explored
from metrics.funnel import FunnelCount, funnel, reached
from metrics.lasting_faults import LastingFault
from metrics.noticing import Noticed, Watch
from metrics.records import Record
from metrics.watched_lane import WatchedLane
from reports.camera_figures import CameraFigures
from reports.shift.tables import ShiftTables
from tests import report_specimen as specimen
from tests.floor_world import everything, play, tables_of

CAMERA = CameraFigures(2.5, 3200.0, 0.75, 0.06, 2.4, 1.5, 0.48, 0.2, 1.4, 0.42, 17.5)
_DESK = {
    ("desk.pace_per_h", "all"): (590.0, 540.0),
    ("desk.error_rate", "all"): (0.01, 0.031),
    ("desk.overtime_s", "all"): (0.0, 1260.0),
    ("desk.breaks_missed", "all"): (0.0, 0.25),
    ("desk.break_delay_s", "all"): (0.0, 300.0),
    ("belt.stopped_share", "all"): (0.0, 0.061),
    ("recovery.mean_s", "all"): (None, 540.0),
    ("recovery.longest_s", "all"): (0.0, 3000.0),
    ("recovery.mean_s", "cause=camera_outage"): (None, 240.0),
    ("recovery.longest_s", "cause=camera_outage"): (None, 1200.0),
}


def evening():
    """A centre with breaks that are had late and lost, overtime, surges, jams and full chutes."""
    rest = ({"start_s": 200.0, "duration_s": 60.0}, {"start_s": 500.0, "duration_s": 90.0})
    return everything(
        arrivals={
            "rate_per_h": 1200.0,
            "duration_s": 900.0,
            "surges": ({"start_s": 300.0, "end_s": 500.0, "extra_per_h": 900.0},),
        },
        desk={
            "operators": 1,
            "images_per_h": 90.0,
            "shifts": (
                {
                    "start_s": 0.0,
                    "end_s": 700.0,
                    "operators": 2,
                    "breaks": rest,
                    "break_stagger_s": 30.0,
                    "overtime_max_s": 300.0,
                },
            ),
            "break_waits_at": 2,
            "break_grace_s": 60.0,
        },
    )


@cache
def shift(arm="barcode", seed=3):
    population, logs = play(evening(), seed)
    return ShiftTables(arm, 0, tables_of(population, logs))


def explored(arm="barcode"):
    return tuple(
        Explored(arm, family, member, pooled, 0.998, value, low, high, n, 10, 41)
        for family, member, pooled, value, low, high, n in (
            ("shipper", "S07", 0, 0.71, 0.55, 0.83, 180),
            ("lane", "1", 0, 0.81, 0.74, 0.87, 2000),
            ("hour", "3", 0, 0.90, 0.82, 0.95, 700),
            ("material", "polybag", 0, 0.92, 0.85, 0.96, 640),
            ("kind", "motion_blur", 0, 0.78, 0.69, 0.85, 500),
            ("shipper", "others", 4, 0.99, 0.96, 1.0, 400),
        )
    )


def funnel_counts(arm="barcode", seed=3):
    totals = reached(funnel(shift(seed=seed).tables, evening().line_haul))
    return tuple(
        FunnelCount(arm, cell, stage, parcels, 1)
        for (cell, stage), parcels in totals.items()
        if cell in ("lab", "production")
    )


def noticed(arm="barcode"):
    return (
        Noticed(
            *(arm, "camera_outage", 1, "same night", 10, 9, 94.0, 312.0, "no_read"),
            *(3, 212, 17, 10, 1, 10, 2),
        ),
        Noticed(
            *(arm, "outage", 1, "same night", 10, 0, None, None, ""),
            *(0, 0, 45, 10, 0, 0, 0),
        ),
    )


def watched(alarm_s=360.0):
    at_s = np.linspace(60.0, 900.0, 15)
    level = np.where((at_s > 300.0) & (at_s < 600.0), 0.9, 0.05)
    points = np.stack([0.5 * level, level, 4.0 * level], axis=1)
    fault = LastingFault("camera_outage", 1, 300.0, 600.0)
    signal = None if alarm_s is None else "no_read"
    seen = Watch(fault, "same night", alarm_s, signal, {"lab": False}, 3, 21, 2)
    return WatchedLane("barcode", 0, seen, at_s, points, (0.03, 0.06, 0.4))


def inputs(arms=("barcode",), **overrides):
    measured = specimen.metrics(arms)
    records = [
        Record(metric, arm, world, group, level, level, level, 100, 10)
        for (metric, group), levels in _DESK.items()
        for arm in arms
        for world, level in zip(("lab", "production"), levels, strict=True)
    ]
    fields = {
        "arms": arms,
        "scenario": replace_sorting(specimen.scenario(arms), evening()),
        "metrics": replace(
            measured,
            records=(*measured.records, *records),
            explored=tuple(each for arm in arms for each in explored(arm)),
            funnel=tuple(each for arm in arms for each in funnel_counts(arm)),
            noticed=tuple(each for arm in arms for each in noticed(arm)),
        ),
        "shift": shift(arms[0]),
        "camera": CAMERA,
        "watched": watched(),
    }
    return specimen.inputs(**(fields | overrides))


def replace_sorting(scenario, sorting):
    return scenario.model_copy(update={"sorting": sorting})
