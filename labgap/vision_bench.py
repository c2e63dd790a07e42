"""``labgap bench vision``: the fixed mixes played by every arm, and what came of it in figures."""

import hashlib
import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from labgap.broken_parts import broken_part_rows
from labgap.code_identity import played_code_hash
from labgap.damage_alone import corruption_rows, damage_rows
from labgap.deadline_curve import reads_in_time
from labgap.errors import InvalidUse
from labgap.loaded_run import LoadedRun, load
from labgap.photo_bench import photo_bench
from labgap.photo_folder import scan_photos
from labgap.progress import progress_reporter
from labgap.provenance import machine_name
from labgap.reader_host import resolve_arm
from labgap.reader_pace import reader_pace
from labgap.reader_training import chain_seconds, reader_card, reader_training
from labgap.running import RunRequest, load_request, play
from labgap.smoke import SMOKE_OVERRIDES
from labgap.unseen_damage import unseen_rows
from labgap.vision_figures import (
    accepted_rows,
    answer_rows,
    drawn_mix_rows,
    factor_figures,
    headline_rows,
    line_rows,
    method_rows,
    mix_figures,
    outside_figures,
    redrawn_rows,
    right_counts,
)
from labgap.vision_mixes import (
    ACCEPTED,
    FACTORS,
    MIXES,
    OTHER_PARCELS,
    OUTSIDE,
    PRODUCTION,
    READERS,
    REDRAWN,
    SAME_PARCELS,
    SIZES,
    UNSEEN,
    as_fixed,
)
from metrics.effective_robustness import effective_robustness
from reports.vision_seeds import further_seeds, seed_groups
from scenarios.loading import load_scenario
from scenarios.vision_protocol import check_frozen

__all__ = ["VisionBench"]

REFERENCE = "imagenet"
"""Arm whose training, with all its seeds, the others are held against."""
STANDARD = ("frozen", "imagenet", "scratch")
"""Recipes that do nothing for robustness; readers of these give the line to be held against."""
SMOKE_ARMS = ("cascade", "imagenet", "barcode")
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
        Of those of `labgap.vision_mixes`; the page says what was not measured.
    only_arms : sequence of str
        Of the arms of `MIXES`; empty for all, or for three where it is only tried.
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
        if not set(self.mixes) & set(MIXES):
            raise InvalidUse(
                "nothing to hold the readers against",
                where="--mix",
                fix=f"add {' or '.join(MIXES)}",
            )
        # what cannot be played is said before hours of playing the others
        for name in self.mixes:
            load_request(self._request(name))
        return {name: self._played(name) for name in self.mixes}

    def figures(self, played: Mapping[str, LoadedRun]) -> dict[str, Any]:
        """Every figure of the runs that `played` gave, as JSON-ready values."""
        runs = {name: run for name, run in played.items() if name in MIXES}
        first = next(iter(runs))
        figures: dict[str, Any] = {
            "labgap": metadata.version("labgap"),
            "machine": machine_name(),
            "smoke": self.smoke,
            "mixes": {name: mix_figures(name, run) for name, run in runs.items()},
            "arms": {
                arm: {
                    "system": told["spec"],
                    "params": told["params"],
                    "fingerprint": told["fingerprint"],
                }
                for arm, told in runs[first].manifest["arms"].items()
            },
            "training": self._training(first),
            "records": [
                row
                for name, run in played.items()
                if name in runs or name == ACCEPTED
                for row in headline_rows(name, run)
            ],
            "damage": [row for name, run in runs.items() for row in damage_rows(name, run)],
            "answers": [row for name, run in runs.items() for row in answer_rows(name, run)],
        }
        figures["lines"] = [row for name, run in runs.items() for row in line_rows(name, run)]
        figures["drawn_mixes"] = [
            row for name, run in runs.items() for row in drawn_mix_rows(name, run)
        ]
        figures["robustness"] = None if READERS not in played else self._robustness(played[READERS])
        figures["factors"] = None if FACTORS not in played else factor_figures(played[FACTORS])
        figures["accepted"] = accepted_rows(played)
        figures["outside"] = None if OUTSIDE not in played else outside_figures(played[OUTSIDE])
        figures["sizes"] = [] if SIZES not in played else list(self._sizes(played[SIZES]))
        figures["redrawn"] = (
            list(redrawn_rows(runs[PRODUCTION], played[REDRAWN]))
            if {PRODUCTION, REDRAWN} <= played.keys()
            else []
        )
        alike = seed_groups(figures)
        reference = next((arms for arms in alike if REFERENCE in arms), [REFERENCE])
        figures["methods"] = [
            row for name, run in runs.items() for row in method_rows(name, run, alike, reference)
        ]
        figures["corruption"] = [
            row for name, run in runs.items() for row in corruption_rows(name, run, reference)
        ]
        figures["unseen"] = (
            list(unseen_rows(runs[PRODUCTION], runs[UNSEEN])) if set(MIXES) <= runs.keys() else []
        )
        again = further_seeds(figures)
        figures["broken_parts"] = [
            row for name in runs for row in self._broken(name, runs[name], again)
        ]
        figures["photos"] = None if self.photos is None else self._photographed(first, figures)
        figures["deadlines"] = list(self._deadlines(first))
        figures["pace"] = [] if self.smoke else self._paces(first)
        return figures

    def _overrides(self, name: str) -> tuple[str, ...]:
        if self.smoke:
            return SMOKE_OVERRIDES
        most = SAME_PARCELS.get(name)
        if name in OTHER_PARCELS:
            most = load_scenario(name).scenario.replications
        if most is not None:
            return (f"replications={min(self.replications or most, most)}",)
        return () if self.replications is None else (f"replications={self.replications}",)

    def _request(self, name: str, out: Path | None = None) -> RunRequest:
        arms = tuple(self.only_arms) or (SMOKE_ARMS if self.smoke else ())
        return RunRequest(
            scenario=name,
            overrides=self._overrides(name),
            systems=(),
            only_arms=arms if name in MIXES else (),
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
            check_frozen(fixed if name in MIXES else as_fixed(fixed))
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

    def _training(self, name: str) -> dict[str, Any]:
        _, arms = load_request(self._request(name))
        return {arm.name: reader_training(arm) for arm in arms}

    def _robustness(self, run: LoadedRun) -> dict[str, Any]:
        """The line through readers of standard training, and all readers about it."""
        training = self._training(READERS)
        counts = dict(right_counts(run))
        standard = {
            arm: of_arm
            for arm, of_arm in counts.items()
            if (told := training[arm]) is not None and told["recipe"] in STANDARD
        }
        others = {arm: of_arm for arm, of_arm in counts.items() if arm not in standard}
        figures: dict[str, Any] = {
            "training": training,
            "counts": {arm: asdict(of_arm) for arm, of_arm in counts.items()},
            "standard": list(standard),
            "replications": int(run.truth("parcels")["rep"].nunique()),
        }
        try:
            found = effective_robustness(standard, others)
        except ValueError as error:
            return {**figures, "line": None, "why_not": str(error)}
        return {**figures, **asdict(found), "line": found.line.tolist(), "why_not": None}

    def _sizes(self, run: LoadedRun) -> Iterator[dict[str, Any]]:
        """What each network's training took, what it reads, and what a reading costs."""
        _, arms = load_request(self._request(SIZES))
        records = list(headline_rows(SIZES, run))
        for arm in arms:
            card = reader_card(arm)
            assert card, f"{arm.name} reads with weights of ours, which have cards"
            pace = None if self.smoke else reader_pace(arm, PACE_PICTURES, 1)["parcels_per_s"]
            of_world = {
                record["condition"]: {name: record[name] for name in ("value", "low", "high", "n")}
                for record in records
                if (record["arm"], record["metric"], record["group"])
                == (arm.name, "accuracy.forced", "readable=yes")
            }
            yield {
                "arm": arm.name,
                "trained": {name: card[name] for name in ("size", "steps", "seconds")},
                "chain_seconds": chain_seconds(arm),
                "milliseconds": None if pace is None else 1000.0 / pace,
                "lab": of_world["lab"],
                "production": of_world["production"],
            }

    def _broken(self, name: str, run: LoadedRun, left_out: Container[str]) -> list[dict[str, Any]]:
        """Of one training of each reader: the luck of others says nothing about parts."""
        _, arms = load_request(self._request(name))
        first = [arm for arm in arms if arm.name not in left_out]
        with progress_reporter(self.quiet) as reporter:
            return list(broken_part_rows(name, run, first, reporter))

    def _photographed(self, name: str, figures: Mapping[str, Any]) -> dict[str, Any]:
        """Photographs, read by the arms of a mix and by those that stand outside it, if played."""
        assert self.photos is not None
        request = self._request(name)
        arms = {arm.name: arm for arm in load_request(request)[1]}
        outside = figures["outside"] or {"records": []}
        if outside["records"]:
            for arm in load_request(self._request(OUTSIDE))[1]:
                arms.setdefault(arm.name, arm)
        # an arm of both is known by the mix, which has more parcels of it
        twin = {
            row["arm"]: row["value"]
            for row in (*outside["records"], *figures["records"])
            if (row["metric"], row["condition"], row["group"])
            == ("accuracy.forced", "production", "all")
            and row["mix"] in (PRODUCTION, OUTSIDE)
        }
        with progress_reporter(self.quiet) as reporter:
            photos = scan_photos(self.photos)
            found = photo_bench(
                list(arms.values()), photos, request.cache_path, twin, reporter, self.jobs
            )
        return {**found, "twin": twin}

    def _deadlines(self, name: str) -> Iterator[dict[str, Any]]:
        loaded, arms = load_request(self._request(name))
        distance_m = loaded.scenario.sorting.lane.diverter_distance_m
        for arm in arms:
            slow = float(arm.latency.quantile(0.99))
            for row in reads_in_time(arm.latency, distance_m):
                yield {
                    "arm": arm.name,
                    "p99_s": slow,
                    "timed": 0 if arm.latency.is_default else arm.latency.samples,
                    "diverter_distance_m": distance_m,
                    **row,
                }

    def _paces(self, name: str) -> list[dict[str, Any]]:
        _, arms = load_request(self._request(name))
        return [{"arm": arm.name, **reader_pace(arm, PACE_PICTURES, self.jobs)} for arm in arms]
