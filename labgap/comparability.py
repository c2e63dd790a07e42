"""Whether two arms may be compared at all."""

from dataclasses import replace

from labgap.errors import NothingMeasured
from labgap.evidence_source import READABLE, Source, groups_digest, without_readable

__all__ = ["check_comparable", "comparable_groups", "remarks"]

_RERUN = "run both with the same scenario, seed and --reps, or bless a new baseline"


def comparable_groups(base: Source, candidate: Source) -> tuple[Source, Source]:
    """Drop the group of readable parcels where two arms have different cameras.

    What is readable depends on where the cameras are, so that group would hold other parcels on
    either side; all others are of the world.  A baseline of arms that differ so has none.
    """
    both = [READABLE in side.evidence.population.groups for side in (base, candidate)]
    if base.views == candidate.views and both[0] == both[1]:
        return base, candidate
    return _without_readable(base), _without_readable(candidate)


def _without_readable(source: Source) -> Source:
    population = without_readable(source.evidence.population)
    return replace(
        source,
        evidence=replace(source.evidence, population=population),
        groups_sha256=groups_digest(population),
    )


def check_comparable(base: Source, candidate: Source) -> None:
    """Refuse what cannot be paired.

    Raises
    ------
    NothingMeasured
        Naming what differs; the process ends with exit 4.
    """
    where = f"{base.name} and {candidate.name}"
    for key, words in (
        ("seed", "seeds"),
        ("replications", "numbers of replications"),
        ("fidelity", "fidelities"),
        ("world_sha256", "scenarios (everything but arms, title and description)"),
    ):
        ours, theirs = getattr(base, key), getattr(candidate, key)
        if ours != theirs:
            shown = (
                str(value)[:12] if key == "world_sha256" else value for value in (ours, theirs)
            )
            raise NothingMeasured(
                f"they have different {words}: {' and '.join(map(str, shown))}",
                where=where,
                fix=_RERUN,
            )
    ours_population, theirs_population = base.evidence.population, candidate.evidence.population
    if ours_population.truth != theirs_population.truth:
        number = next(
            n
            for n, pair in enumerate(
                zip(ours_population.truth, theirs_population.truth, strict=True)
            )
            if pair[0] != pair[1]
        )
        raise NothingMeasured(
            f"their parcels differ, first in replication {number}: another labgap drew them",
            where=where,
            fix="run both with the same labgap, or bless a new baseline",
        )
    if base.groups_sha256 != candidate.groups_sha256:
        raise NothingMeasured(
            "their parcels are the same and their groups are not: another labgap degraded them",
            where=where,
            fix="run both with the same labgap, or bless a new baseline",
        )
    if sum(ours_population.parcels) == 0:
        raise NothingMeasured(
            "no parcel was scored in either", where=where, fix="check the scenario's arrivals"
        )


def remarks(base: Source, candidate: Source) -> list[str]:
    """What a reader of the verdict should know and the verdict cannot."""
    found = []
    if base.world_code_sha256 != candidate.world_code_sha256:
        found.append(
            "The two were run with different code of the world, so a difference may be labgap's "
            "and not the system's; run the base again with this labgap to tell."
        )
    if base.views != candidate.views:
        found.append(
            f"They have different cameras: {' '.join(base.views)} and {' '.join(candidate.views)}. "
            "What is readable differs with them, so there is no group of readable parcels."
        )
    for source in (base, candidate):
        if source.silence:
            found.append(
                f"{source.name}: {source.silence} The verdict is on system and server together."
            )
    if base.fidelity.startswith("sampled"):
        found.append(
            "Sampled fidelity: shares rest on the parcels the real model read; stations also feel "
            "outcomes drawn from theirs."
        )
    return found
