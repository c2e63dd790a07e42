"""What runs of the vision bench say, table by table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from labgap.loaded_run import LoadedRun
from labgap.right_answers import FIELDS, right_answers
from labgap.run_contents import read_metrics
from labgap.run_folder import RunFolder
from metrics.corruption import corruption_errors
from metrics.drawn_mixes import drawn_factors, spread_over_mixes
from metrics.effective_robustness import RightCounts
from metrics.estimates import share
from metrics.selective import calibration_error, reliability, risk_coverage
from scenarios.loading import load_scenario
from scenarios.vision_protocol import FROZEN

__all__ = [
    "PROMISED",
    "REFERENCE",
    "accepted_wrong_interval",
    "answer_rows",
    "corruption_rows",
    "damage_rows",
    "drawn_mix_rows",
    "headline_rows",
    "mix_figures",
    "redrawn_rows",
    "right_counts",
]

REFERENCE = "imagenet"
"""Arm in whose errors the others' are counted."""
PROMISED = 0.001
"""Most wrong among accepted answers that a threshold is to promise."""
HEADLINE = (
    ("accuracy.forced", "all"),
    ("accuracy.forced", "readable=yes"),
    ("accuracy.reader", "all"),
    ("rate.read", "all"),
    ("rate.misread", "all"),
    ("rate.hand_off", "all"),
    ("rate.no_read", "all"),
    ("rate.to_desk", "all"),
    ("rate.right_chute", "all"),
    ("rate.misroute", "all"),
    ("rate.exception", "all"),
    ("throughput.per_lane_h", "all"),
)
DRAWN_MIXES, DRAWN_SEED = 1000, 20261121
"""Mixes in which every kind is up to three times more or less frequent, the same for all arms."""


def mix_figures(name: str, run: LoadedRun) -> dict[str, Any]:
    """How much of a mix was played, and how much of it was damaged."""
    conditions = run.truth("conditions")
    parcels = run.truth("parcels")
    hit = conditions.groupby("rep")["parcel_id"].nunique().sum()
    return {
        "frozen_sha256": FROZEN[name],
        "parcels": len(parcels),
        "replications": int(parcels["rep"].nunique()),
        "fixed_replications": load_scenario(name).scenario.replications,
        "damaged_share": float(hit / len(parcels)),
    }


def headline_rows(name: str, run: LoadedRun) -> Iterator[dict[str, Any]]:
    """Records of a mix that the page shows, as `metrics.records` has them."""
    for record in read_metrics(RunFolder(run.path)).records:
        if (record.metric, record.group) in HEADLINE:
            yield {"mix": name, **asdict(record)}


def damage_rows(name: str, run: LoadedRun) -> Iterator[dict[str, Any]]:
    """Accuracy by kind and severity, on parcels that nothing else hits."""
    for record in read_metrics(RunFolder(run.path)).records:
        if (record.metric, record.condition) != ("accuracy.forced", "production"):
            continue
        if record.group == "all":
            continue
        parts = dict(part.split("=") for part in record.group.split(","))
        if parts.keys() == {"kind", "severity", "alone"}:
            yield {
                "mix": name,
                "arm": record.arm,
                "kind": parts["kind"],
                "severity": int(parts["severity"]),
                "value": record.value,
                "n": record.n,
            }


def accepted_wrong_interval(
    of_replications: Sequence[tuple[int, int]],
) -> tuple[float, float] | None:
    """Interval of the share of wrong answers among accepted ones; None where none was accepted.

    Parameters
    ----------
    of_replications : sequence of (accepted, wrong)
        One a replication: parcels of one share episodes of damage and are no independent draws.
    """
    accepted, wrong = np.asarray(of_replications, np.float64).reshape(-1, 2).T
    estimate = share(wrong, accepted)
    return None if estimate.low is None or estimate.high is None else (estimate.low, estimate.high)


def answer_rows(name: str, run: LoadedRun) -> Iterator[dict[str, Any]]:
    """What each arm's first answers were worth, in the lab and in production."""
    truth = run.truth("parcels").set_index(["rep", "parcel_id"])[list(FIELDS)]
    readings = run.readings()
    first = readings[readings["lap"] == 1]
    for (arm, degraded), rows in first.groupby(["arm", "degraded"], sort=False):
        told = rows.set_index(["rep", "parcel_id"])
        right = right_answers(told, truth.reindex(told.index))
        accepted = (told["decision"] == "accept").to_numpy()
        counted = pd.DataFrame({"accepted": accepted, "wrong": accepted & ~right}, told.index)
        summed = counted.groupby(level="rep").sum().to_numpy()
        of_replications = [(int(taken), int(wrong)) for taken, wrong in summed]
        confidence = told["confidence"].to_numpy(np.float64)
        curve = risk_coverage(confidence, right)
        at = np.unique(np.linspace(0, curve.coverage.size - 1, 120).round().astype(int))
        yield {
            "mix": name,
            "arm": arm,
            "world": "production" if degraded else "lab",
            "parcels": len(told),
            "forced_wrong": int((~right).sum()),
            "accepted": int(accepted.sum()),
            "accepted_wrong": int((accepted & ~right).sum()),
            "accepted_wrong_interval": accepted_wrong_interval(of_replications),
            "accepted_by_replication": of_replications,
            "review": int((told["decision"] == "review").sum()),
            "no_read": int((told["decision"] == "no_read").sum()),
            "area_under_risk_coverage": curve.area,
            "coverage_at_promised": curve.coverage_at(PROMISED),
            "calibration_error": calibration_error(confidence, right),
            "reliability": [
                [each.parcels, each.confidence, each.accuracy]
                for each in reliability(confidence, right)
            ],
            "risk_coverage": [[float(curve.coverage[i]), float(curve.risk[i])] for i in at],
        }


def _readable_right(
    run: LoadedRun,
) -> Iterator[tuple[str, pd.Index, dict[bool, NDArray[np.bool_]]]]:
    """By arm: the readable parcels, and which first answers to them were right in each world."""
    truth = run.truth("parcels").set_index(["rep", "parcel_id"])[list(FIELDS)]
    readings = run.readings()
    first = readings[readings["lap"] == 1]
    for arm, rows in first.groupby("arm", sort=False):
        worlds = {
            bool(degraded): part.set_index(["rep", "parcel_id"])
            for degraded, part in rows.groupby("degraded")
        }
        readable = worlds[True].index[worlds[True]["readable"]]
        yield (
            str(arm),
            readable,
            {
                degraded: right_answers(told.loc[readable], truth.reindex(readable))
                for degraded, told in worlds.items()
            },
        )


def right_counts(run: LoadedRun) -> Iterator[tuple[str, RightCounts]]:
    """Each arm's right first answers to readable parcels, in both worlds."""
    for arm, readable, right in _readable_right(run):
        yield arm, RightCounts(int(right[False].sum()), int(right[True].sum()), len(readable))


def redrawn_rows(run: LoadedRun, again: LoadedRun) -> Iterator[dict[str, Any]]:
    """Right first answers to the same readable parcels, drawn by one renderer and by another."""
    of_other = {arm: (readable, right) for arm, readable, right in _readable_right(again)}
    for arm, readable, right in _readable_right(run):
        if arm not in of_other:
            continue
        other_readable, other_right = of_other[arm]
        both = readable.intersection(other_readable)
        one, other = readable.get_indexer(both), other_readable.get_indexer(both)
        production = right[True][one], other_right[True][other]
        yield {
            "arm": arm,
            "parcels": len(both),
            "lab": [int(right[False][one].sum()), int(other_right[False][other].sum())],
            "production": [int(each.sum()) for each in production],
            "lost": int((production[0] & ~production[1]).sum()),
            "gained": int((~production[0] & production[1]).sum()),
        }


def drawn_mix_rows(name: str, run: LoadedRun) -> Iterator[dict[str, Any]]:
    """Each arm's gap on readable parcels, first answers, under mixes drawn around the fixed one."""
    conditions = run.truth("conditions")
    hits = conditions.pivot_table(
        index=["rep", "parcel_id"], columns="kind", values="severity", aggfunc="count"
    ).notna()
    kinds = list(hits.columns)
    factors = drawn_factors(np.random.default_rng(DRAWN_SEED), DRAWN_MIXES, len(kinds))
    for arm, readable, right in _readable_right(run):
        hit = hits.reindex(readable, fill_value=False).to_numpy(bool)
        if not len(readable) or not kinds:
            continue
        spread = spread_over_mixes(right[False], right[True], hit, factors)
        worst = dict(zip(kinds, spread.worst_factors.tolist(), strict=True))
        yield {
            "mix": name,
            "arm": arm,
            "drawn": DRAWN_MIXES,
            "gap": float(right[False].mean() - right[True].mean()),
            "low": spread.low,
            "median": spread.median,
            "high": spread.high,
            "worst": spread.worst,
            "worst_factors": worst,
            "least_parcels": spread.least_parcels,
        }


def corruption_rows(
    damage: Sequence[Mapping[str, Any]], records: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Corruption errors of every arm against the reference, mix by mix."""
    rows = []
    for mix in sorted({row["mix"] for row in records}):
        clean = {
            row["arm"]: 1.0 - row["value"]
            for row in records
            if (row["mix"], row["metric"], row["group"], row["condition"])
            == (mix, "accuracy.forced", "all", "lab")
        }
        errors: dict[str, dict[str, dict[int, float]]] = {}
        for row in damage:
            if row["mix"] == mix and row["value"] is not None:
                kinds = errors.setdefault(row["arm"], {})
                kinds.setdefault(row["kind"], {})[row["severity"]] = 1.0 - row["value"]
        if REFERENCE not in errors:
            continue
        for arm, of_arm in errors.items():
            found = corruption_errors(of_arm, clean[arm], errors[REFERENCE], clean[REFERENCE])
            rows.append(
                {
                    "mix": mix,
                    "arm": arm,
                    "mean": _number(found.mean),
                    "relative_mean": _number(found.relative_mean),
                    "of_kind": dict(found.of_kind),
                }
            )
    return rows


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
