"""``labgap power``: what a policy can see, and whether its intervals hold."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from labgap.commands.design import Accuracy, Parcels, Replications, Seed
from labgap.commands.options import Json, Smoke
from labgap.console import emit, emit_json
from labgap.errors import InvalidUse
from metrics.gate.characteristics import Coverage, Design, Power, coverage
from metrics.gate.characteristics import power as play
from metrics.gate.policy_file import default_policy, load_policy

__all__ = ["power"]

ACCURACIES = (0.95, 0.99, 0.999)
GAPS = (0.0, 0.006, 0.03)


def power(
    policy: Annotated[Path | None, typer.Option(help="Policy (default: built in).")] = None,
    trials: Annotated[int, typer.Option("-n", "--trials", min=1, help="Gates a row.")] = 300,
    replications: Replications = 10,
    parcels: Parcels = 500,
    accuracy: Accuracy = 0.95,
    seed: Seed = 1,
    intervals: Annotated[
        bool, typer.Option("--coverage", help="Measure interval coverage instead.")
    ] = False,
    smoke: Smoke = False,
    json_output: Json = False,
) -> None:
    """Gate candidates of known harm, and count how often each verdict comes."""
    trials = min(trials, 20) if smoke else trials
    if intervals:
        design = Design(replications, parcels)
        covered = [
            coverage(level, gap, trials, seed=seed, design=design)
            for level in ACCURACIES
            for gap in GAPS
        ]
        emit_json([asdict(row) for row in covered]) if json_output else _say_covered(covered)
        return
    chosen = default_policy()[0] if policy is None else load_policy(policy)
    design = Design(replications, parcels, accuracy)
    rows = list(play(chosen, trials, seed=seed, design=design))
    if not rows:
        raise InvalidUse(
            "the policy blocks on no share of parcels; only those can be played",
            where=str(policy),
            fix="give a share a margin and level: error",
        )
    emit_json([asdict(row) for row in rows]) if json_output else _say(rows)


def _say(rows: list[Power]) -> None:
    emit("| metrics | condition | margin | true harm | pass | fail | inconclusive |")
    emit("|---|---|---|---|---|---|---|")
    for row in rows:
        emit(
            f"| {', '.join(row.metrics)} | {row.condition} | {100 * row.margin:.2g} pp | "
            f"{100 * row.harm:.3g} pp | {row.passed:.3f} | {row.failed:.3f} | "
            f"{row.inconclusive:.3f} |"
        )


def _say_covered(rows: list[Coverage]) -> None:
    emit("| accuracy | gap | covered | mean width | exact rule |")
    emit("|---|---|---|---|---|")
    for row in rows:
        emit(
            f"| {100 * row.accuracy:g} % | {100 * row.gap:g} pp | {row.covered:.3f} | "
            f"{100 * row.width:.2f} pp | {100 * row.exact:.0f} % |"
        )
