"""Two sides of a comparison, found from what the user typed."""

from pathlib import Path

from labgap.baseline import Baseline, load_baseline
from labgap.errors import InvalidUse
from labgap.evidence_source import RunEvidence, Source, is_baseline, read_run

__all__ = ["find_sides", "read_side"]

CANDIDATE = "candidate"


def read_side(name: str) -> Baseline | RunEvidence:
    """Read a baseline file or a run.

    Raises
    ------
    InvalidUse, NothingMeasured
    """
    return load_baseline(Path(name)) if is_baseline(name) else read_run(name)


def find_sides(
    base: str, candidate: str, base_arm: str | None, candidate_arm: str | None
) -> tuple[Source, Source]:
    """Choose the arms to compare.

    One arm on both sides, or the same name on both, is found by itself; so is the arm
    ``candidate``, which ``--system`` makes.

    Raises
    ------
    InvalidUse
        If the arms must be named.
    NothingMeasured
        If a named arm is missing.
    """
    ours, theirs = read_side(base), read_side(candidate)
    base_arm, candidate_arm = _arms(ours, theirs, base_arm, candidate_arm, f"{base}, {candidate}")
    return _source(ours, base_arm, base), _source(theirs, candidate_arm, candidate)


def _arms(
    ours: Baseline | RunEvidence,
    theirs: Baseline | RunEvidence,
    base_arm: str | None,
    candidate_arm: str | None,
    where: str,
) -> tuple[str, str]:
    if base_arm and candidate_arm:
        return base_arm, candidate_arm
    if base_arm or candidate_arm:
        named = base_arm or candidate_arm
        assert named is not None
        return named, named
    shared = [arm for arm in theirs.arms if arm in ours.arms]
    if CANDIDATE in shared:
        return CANDIDATE, CANDIDATE
    if len(shared) == 1:
        return shared[0], shared[0]
    if len(ours.arms) == len(theirs.arms) == 1:
        return next(iter(ours.arms)), next(iter(theirs.arms))
    raise InvalidUse(
        f"which arms? The base has {', '.join(ours.arms)}; the candidate {', '.join(theirs.arms)}",
        where=where,
        fix="add --base-arm NAME --cand-arm NAME",
    )


def _source(side: Baseline | RunEvidence, arm: str, path: str) -> Source:
    return side.source(arm, path) if isinstance(side, Baseline) else side.source(arm)
