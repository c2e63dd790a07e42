"""``labgap compare``: what changed between two runs, without a verdict."""

from dataclasses import asdict
from typing import Annotated

import typer

from labgap.commands.arms import BaseArm, CandidateArm
from labgap.commands.options import Json, Smoke
from labgap.comparability import check_comparable, comparable_groups, remarks
from labgap.comparison import find_sides
from labgap.console import emit, emit_json
from labgap.errors import InvalidUse, NothingMeasured
from labgap.invented import smoke_pair
from metrics.gate.effects import Effect, effects
from metrics.intervals import LEVEL
from reports.gate.effects import render_effects

__all__ = ["compare"]


def compare(
    base: Annotated[str, typer.Argument(metavar="BASE", help="A run, or a baseline file.")] = "",
    candidate: Annotated[
        str, typer.Argument(metavar="CAND", help="A run, or a baseline file.")
    ] = "",
    base_arm: BaseArm = None,
    cand_arm: CandidateArm = None,
    by: Annotated[
        list[str] | None,
        typer.Option(help="Family of groups: all (default), lane, kind, readable; repeatable."),
    ] = None,
    smoke: Smoke = False,
    json_output: Json = False,
) -> None:
    """Print the effect of every metric with its 95 % interval.  Decides nothing."""
    if smoke:
        with smoke_pair() as (base, candidate):
            _compare(base, candidate, None, None, ("all",), json_output)
        return
    if not base or not candidate:
        raise InvalidUse(
            "there must be a base and a candidate",
            where="command line",
            fix="labgap compare BASE CAND: a run or a baseline file each",
        )
    _compare(base, candidate, base_arm, cand_arm, tuple(by or ("all",)), json_output)


def _compare(
    base: str,
    candidate: str,
    base_arm: str | None,
    cand_arm: str | None,
    families: tuple[str, ...],
    json_output: bool,
) -> None:
    ours, theirs = find_sides(base, candidate, base_arm, cand_arm)
    ours, theirs = comparable_groups(ours, theirs)
    check_comparable(ours, theirs)
    found: list[Effect] = list(effects(ours.evidence, theirs.evidence, families))
    if not found:
        raise NothingMeasured(
            f"nothing was measured by {', '.join(families)}",
            where="--by",
            fix="use all, readable, kind, lane, ...",
        )
    notes = remarks(ours, theirs)
    identical = ours.evidence.digest == theirs.evidence.digest
    if json_output:
        emit_json(
            {
                "base": ours.name,
                "candidate": theirs.name,
                "identical": identical,
                "interval_level": LEVEL,
                "remarks": notes,
                "effects": [asdict(effect) for effect in found],
            }
        )
        return
    emit(render_effects(found, ours.name, theirs.name, identical, notes))
