"""``labgap bench vision``: the fixed mixes played by every arm, and what came of it in figures."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from labgap.code_identity import played_code_hash
from labgap.deadline_curve import reads_in_time
from labgap.errors import InvalidUse
from labgap.loaded_run import LoadedRun, load
from labgap.photo_bench import photo_bench
from labgap.photo_folder import scan_photos
from labgap.progress import progress_reporter
from labgap.provenance import machine_name
from labgap.reader_host import resolve_arm
from labgap.reader_pace import reader_pace
from labgap.right_answers import FIELDS, right_answers
from labgap.run_contents import read_metrics
from labgap.run_folder import RunFolder
from labgap.running import RunRequest, load_request, play
from labgap.smoke import SMOKE_OVERRIDES
from metrics.corruption import corruption_errors
from metrics.drawn_mixes import drawn_factors, spread_over_mixes
from metrics.intervals import clopper_pearson
from metrics.selective import calibration_error, reliability, risk_coverage
from scenarios.loading import load_scenario
from scenarios.vision_protocol import FROZEN, check_frozen

__all__ = ["MIXES", "PRODUCTION", "PROMISED", "REFERENCE", "UNSEEN", "VisionBench"]

PRODUCTION, UNSEEN = MIXES = ("vision_production", "vision_unseen")
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
PACE_PICTURES = 128
"""Of each process, four batches."""


@dataclass(frozen=True, slots=True)
class VisionBench:
    """What ``labgap bench vision`` was asked for.

    Attributes
    ----------
    work : Path
        Of run folders and cached answers; the same command goes on where it was.
    mixes : sequence of str
        Of `MIXES`; the page says what was not measured.
    only_arms : sequence of str
        Of the scenarios' arms; empty for all.
    jobs : int
    replications : int or None
        How many of the fixed ones to play, the first; None for all.
    smoke : bool
        Whether a dozen parcels do, which measure nothing.
    photos : Path or None
        Folder of real photographs with expected texts to read as well.
    """

    work: Path
    mixes: Sequence[str]
    only_arms: Sequence[str]
    jobs: int
    replications: int | None
    smoke: bool
    quiet: bool = False
    photos: Path | None = None

    def played(self) -> dict[str, LoadedRun]:
        """Play what is missing, and give the runs by the names of their mixes.

        Raises
        ------
        InvalidScenario
            If a mix is not the one that was fixed before the training.
        InvalidUse, SystemUnderTestFailed, Interrupted
            As a run does; what is finished is kept.
        """
        return {name: self._played(name) for name in self.mixes}

    def figures(self, runs: Mapping[str, LoadedRun]) -> dict[str, Any]:
        """Every figure of the runs that `played` gave, as JSON-ready values."""
        figures: dict[str, Any] = {
            "labgap": metadata.version("labgap"),
            "machine": machine_name(),
            "smoke": self.smoke,
            "mixes": {name: _mix(name, run) for name, run in runs.items()},
            "arms": {
                arm: {"system": told["spec"], "params": told["params"]}
                for arm, told in runs[self.mixes[0]].manifest["arms"].items()
            },
            "records": [row for name, run in runs.items() for row in _records(name, run)],
            "damage": [row for name, run in runs.items() for row in _damage(name, run)],
            "answers": [row for name, run in runs.items() for row in _answers(name, run)],
        }
        figures["drawn_mixes"] = [
            row for name, run in runs.items() for row in _drawn_mixes(name, run)
        ]
        figures["corruption"] = _corruption(figures["damage"], figures["records"])
        figures["photos"] = None if self.photos is None else self._photographed(figures["records"])
        figures["deadlines"] = list(self._deadlines())
        figures["pace"] = [] if self.smoke else self._paces()
        return figures

    @property
    def _overrides(self) -> tuple[str, ...]:
        if self.smoke:
            return SMOKE_OVERRIDES
        return () if self.replications is None else (f"replications={self.replications}",)

    def _request(self, name: str, out: Path | None = None) -> RunRequest:
        return RunRequest(
            scenario=name,
            overrides=self._overrides,
            systems=(),
            only_arms=tuple(self.only_arms),
            jobs=self.jobs,
            out=out,
            root=self.work,
            cache=None,
            resume=out is not None and out.exists(),
        )

    def _played(self, name: str) -> LoadedRun:
        loaded, arms = load_request(self._request(name))
        if not self.smoke:
            fixed = load_scenario(name).scenario
            check_frozen(fixed)
            if loaded.scenario.replications > fixed.replications:
                raise InvalidUse(
                    f"{name} has {fixed.replications} fixed replications, not "
                    f"{loaded.scenario.replications}",
                    where="--reps",
                    fix=f"give at most {fixed.replications}, or leave it out for all",
                )
        asked = [
            loaded.sha256,
            played_code_hash(),
            [
                [arm.name, arm.spec, arm.params, resolve_arm(arm).fingerprint, arm.latency.sha256]
                for arm in arms
            ],
        ]
        digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
        folder = self.work / f"{name}-{digest[:12]}"
        return load(play(self._request(name, folder), quiet=self.quiet).folder.path)

    def _photographed(self, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        assert self.photos is not None
        request = self._request(self.mixes[0])
        _, arms = load_request(request)
        twin = {
            row["arm"]: row["value"]
            for row in records
            if (row["mix"], row["metric"], row["condition"], row["group"])
            == (PRODUCTION, "accuracy.forced", "production", "all")
        }
        with progress_reporter(self.quiet) as reporter:
            return photo_bench(arms, scan_photos(self.photos), request.cache_path, twin, reporter)

    def _deadlines(self) -> Iterator[dict[str, Any]]:
        loaded, arms = load_request(self._request(self.mixes[0]))
        distance_m = loaded.scenario.sorting.lane.diverter_distance_m
        for arm in arms:
            slow = float(arm.latency.quantile(0.99))
            for row in reads_in_time(arm.latency, distance_m):
                yield {"arm": arm.name, "p99_s": slow, "diverter_distance_m": distance_m, **row}

    def _paces(self) -> list[dict[str, Any]]:
        _, arms = load_request(self._request(self.mixes[0]))
        return [{"arm": arm.name, **reader_pace(arm, PACE_PICTURES, self.jobs)} for arm in arms]


def _mix(name: str, run: LoadedRun) -> dict[str, Any]:
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


def _records(name: str, run: LoadedRun) -> Iterator[dict[str, Any]]:
    for record in read_metrics(RunFolder(run.path)).records:
        if (record.metric, record.group) in HEADLINE:
            yield {"mix": name, **asdict(record)}


def _damage(name: str, run: LoadedRun) -> Iterator[dict[str, Any]]:
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


def _answers(name: str, run: LoadedRun) -> Iterator[dict[str, Any]]:
    """What each arm's first answers were worth, in the lab and in production."""
    truth = run.truth("parcels").set_index(["rep", "parcel_id"])[list(FIELDS)]
    readings = run.readings()
    first = readings[readings["lap"] == 1]
    for (arm, degraded), rows in first.groupby(["arm", "degraded"], sort=False):
        told = rows.set_index(["rep", "parcel_id"])
        right = right_answers(told, truth.reindex(told.index))
        accepted = (told["decision"] == "accept").to_numpy()
        wrong = int((accepted & ~right).sum())
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
            "accepted_wrong": wrong,
            "accepted_wrong_interval": clopper_pearson(wrong, accepted.sum())
            if accepted.any()
            else None,
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


def _drawn_mixes(name: str, run: LoadedRun) -> Iterator[dict[str, Any]]:
    """Each arm's gap on readable parcels, first answers, under mixes drawn around the fixed one."""
    truth = run.truth("parcels").set_index(["rep", "parcel_id"])[list(FIELDS)]
    conditions = run.truth("conditions")
    hits = conditions.pivot_table(
        index=["rep", "parcel_id"], columns="kind", values="severity", aggfunc="count"
    ).notna()
    kinds = list(hits.columns)
    factors = drawn_factors(np.random.default_rng(DRAWN_SEED), DRAWN_MIXES, len(kinds))
    readings = run.readings()
    first = readings[readings["lap"] == 1]
    for arm, rows in first.groupby("arm", sort=False):
        worlds = {
            bool(degraded): part.set_index(["rep", "parcel_id"])
            for degraded, part in rows.groupby("degraded")
        }
        readable = worlds[True].index[worlds[True]["readable"]]
        right = {
            degraded: right_answers(told.loc[readable], truth.reindex(readable))
            for degraded, told in worlds.items()
        }
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


def _corruption(
    damage: Sequence[Mapping[str, Any]], records: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Corruption errors of every arm against the reference, mix by mix."""
    rows = []
    for mix in MIXES:
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
