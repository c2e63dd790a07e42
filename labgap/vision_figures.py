"""What runs of the vision bench say, table by table."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from labgap.first_answers import first_answers
from labgap.loaded_run import LoadedRun
from labgap.right_answers import FIELDS, right_answers
from labgap.run_contents import read_metrics
from labgap.run_folder import RunFolder
from labgap.vision_mixes import ACCEPTED, FACTORS, OUTSIDE, PRODUCTION
from metrics.crossed_means import crossed_mean
from metrics.drawn_mixes import drawn_factors, spread_over_mixes
from metrics.effective_robustness import RightCounts
from metrics.estimates import share
from metrics.selective import calibration_error, reliability, risk_coverage
from scenarios.loading import load_scenario
from scenarios.vision_protocol import FROZEN

__all__ = [
    "PROMISED",
    "accepted_rows",
    "accepted_wrong_interval",
    "answer_rows",
    "drawn_mix_rows",
    "factor_figures",
    "forced_by_replication",
    "headline_rows",
    "line_rows",
    "method_rows",
    "mix_figures",
    "outside_figures",
    "redrawn_rows",
    "right_counts",
]

PROMISED = 0.001
"""Most wrong among accepted answers that a threshold is to promise."""
HEADLINE = (
    ("accuracy.forced", "all"),
    ("accuracy.forced", "readable=yes"),
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


def line_rows(name: str, run: LoadedRun) -> Iterator[dict[str, Any]]:
    """Of first answers in production to readable parcels, how many name which line as printed."""
    truth = run.truth("parcels").set_index(["rep", "parcel_id"])[list(FIELDS)]
    readings = run.readings()
    first = readings[(readings["lap"] == 1) & readings["degraded"]]
    answered = {
        arm: rows.set_index(["rep", "parcel_id"])[list(FIELDS)]
        for arm, rows in first.groupby("arm", sort=False)
    }
    for each in first_answers(run):
        told, printed = answered[each.arm].reindex(each.parcels), truth.reindex(each.parcels)
        right = told.to_numpy() == printed.to_numpy()
        yield {
            "mix": name,
            "arm": each.arm,
            "parcels": len(right),
            **dict(zip(FIELDS, right.sum(axis=0).tolist(), strict=True)),
            "both": int(right.all(axis=1).sum()),
            "neither": int((~right.any(axis=1)).sum()),
        }


def right_counts(run: LoadedRun) -> Iterator[tuple[str, RightCounts]]:
    """Each arm's right first answers to readable parcels, in both worlds."""
    for told in first_answers(run):
        yield (
            told.arm,
            RightCounts(int(told.lab.sum()), int(told.production.sum()), len(told.parcels)),
        )


def forced_by_replication(run: LoadedRun) -> Iterator[tuple[str, list[float]]]:
    """Share of right first answers to readable parcels, arm by arm and by replication."""
    for told in first_answers(run):
        wrong, parcels = told.counted(np.ones(len(told.parcels), bool))
        yield told.arm, (1.0 - wrong / parcels).tolist()


def method_rows(
    name: str, run: LoadedRun, methods: Sequence[Sequence[str]], reference: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Right answers in production of a way to train less those of the reference's.

    Parameters
    ----------
    name : str
        Of the mix.
    run : LoadedRun
    methods : sequence of sequence of str
        Arms that differ in the seed of their training alone.
    reference : sequence of str
        The same of what they are held against.
    """
    right = {arm: np.array(shares) for arm, shares in forced_by_replication(run)}
    for arms in methods:
        seeds = min(len(arms), len(reference))
        if list(arms) == list(reference) or seeds < 2 or not {*arms, *reference} <= right.keys():
            continue
        pairs = list(zip(arms[:seeds], reference[:seeds], strict=True))
        values = np.array([right[ours] - right[theirs] for ours, theirs in pairs]).T
        found = crossed_mean(values)
        yield {
            "mix": name,
            "arms": list(arms[:seeds]),
            "reference": list(reference[:seeds]),
            "value": found.value,
            "low": found.low,
            "high": found.high,
            "replications": len(values),
        }


def redrawn_rows(run: LoadedRun, again: LoadedRun) -> Iterator[dict[str, Any]]:
    """Right first answers to the same readable parcels, drawn by one renderer and by another."""
    of_other = {told.arm: told for told in first_answers(again)}
    for told in first_answers(run):
        if told.arm not in of_other:
            continue
        other = of_other[told.arm]
        both = told.parcels.intersection(other.parcels)
        one, two = told.parcels.get_indexer(both), other.parcels.get_indexer(both)
        production = told.production[one], other.production[two]
        yield {
            "arm": told.arm,
            "parcels": len(both),
            "lab": [int(told.lab[one].sum()), int(other.lab[two].sum())],
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
    for told in first_answers(run):
        hit = hits.reindex(told.parcels, fill_value=False).to_numpy(bool)
        if not len(told.parcels) or not kinds:
            continue
        spread = spread_over_mixes(told.lab, told.production, hit, factors)
        worst = dict(zip(kinds, spread.worst_factors.tolist(), strict=True))
        yield {
            "mix": name,
            "arm": told.arm,
            "drawn": DRAWN_MIXES,
            "gap": float(told.lab.mean() - told.production.mean()),
            "low": spread.low,
            "median": spread.median,
            "high": spread.high,
            "worst": spread.worst,
            "worst_factors": worst,
            "least_parcels": spread.least_parcels,
        }


def accepted_rows(played: Mapping[str, LoadedRun]) -> list[dict[str, Any]]:
    """First answers in production, over the production mix's parcels and more of the same."""
    of_arm: dict[str, Counter[str]] = {}
    of_replications: dict[str, list[tuple[int, int]]] = {}
    counted = ("parcels", "accepted", "accepted_wrong", "forced_wrong")
    mixes = [name for name in (PRODUCTION, ACCEPTED) if name in played]
    for name in mixes:
        for row in answer_rows(name, played[name]):
            if row["world"] == "production":
                counts = of_arm.setdefault(row["arm"], Counter())
                counts.update({key: row[key] for key in counted})
                counts["mixes"] += 1
                of_replications.setdefault(row["arm"], []).extend(row["accepted_by_replication"])
    return [
        {
            "arm": arm,
            **{key: counts[key] for key in counted},
            "accepted_wrong_interval": accepted_wrong_interval(of_replications[arm]),
        }
        for arm, counts in of_arm.items()
        if ACCEPTED in mixes and counts["mixes"] == len(mixes)
    ]


def factor_figures(run: LoadedRun) -> dict[str, Any]:
    """What every combination of parts came to in production."""
    values: dict[str, dict[str, float | None]] = {}
    for row in headline_rows(FACTORS, run):
        of_all = row["metric"] != "accuracy.forced"
        if (row["condition"], row["group"]) == ("production", "all" if of_all else "readable=yes"):
            values.setdefault(row["arm"], {})[row["metric"]] = row["value"]
    parcels = run.truth("parcels")
    return {
        "parcels": len(parcels),
        "replications": int(parcels["rep"].nunique()),
        "lab": {arm: counts.lab / counts.items for arm, counts in right_counts(run)},
        "values": values,
        "forced": dict(forced_by_replication(run)),
    }


def outside_figures(run: LoadedRun) -> dict[str, Any]:
    """What readers off the shelf were worth, on the few parcels that they had time for."""
    return {
        "parcels": len(run.truth("parcels")),
        "records": list(headline_rows(OUTSIDE, run)),
        "answers": list(answer_rows(OUTSIDE, run)),
        "arms": list(run.manifest["arms"]),
    }
