"""The parcels of one replication, the same in every cell and arm."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.model import Manifest, Sorting
from sim.identifiers import identifier
from sim.sorting.arrivals import calm_arrivals, draw_cohorts, loaded_arrivals
from sim.sorting.body import draw_bodies
from sim.sorting.cohort import Cohort, per_parcel
from sim.sorting.label_styles import draw_label_styles
from sim.sorting.parcel import Parcel
from sim.sorting.sort_plan import SortPlan
from sim.sorting.symbols import SORT_CODE_LENGTH, SYMBOLS
from sim.sorting.tracking_ids import draw_tracking_ids
from sim.streams import Streams

__all__ = ["Population", "draw_population"]


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Parcels and their arrival times.

    Attributes
    ----------
    parcels : tuple of Parcel
        Base parcels first, then those of the surges; ``parcels[i].number == i``.
    n_base : int
    calm_arrival_s : ndarray, shape (n_base,)
    loaded_arrival_s : ndarray, shape (n,)
    cohorts : tuple of Cohort
        The groups whose draws stand on streams of their own, in population order.
    """

    parcels: tuple[Parcel, ...]
    n_base: int
    calm_arrival_s: NDArray[np.float64]
    loaded_arrival_s: NDArray[np.float64]
    cohorts: tuple[Cohort, ...]

    def present(self, loaded: bool) -> tuple[Parcel, ...]:
        """Parcels that exist in a loaded or a calm cell."""
        return self.parcels if loaded else self.parcels[: self.n_base]

    def arrival_s(self, loaded: bool) -> NDArray[np.float64]:
        """Arrival times of `present`, aligned with it."""
        return self.loaded_arrival_s if loaded else self.calm_arrival_s


def draw_population(sorting: Sorting, streams: Streams) -> Population:
    """Draw a replication's parcels; each attribute stands on its own named stream.

    Parameters
    ----------
    sorting : Sorting
    streams : Streams
        Of the replication.
    """
    cohorts = draw_cohorts(sorting.arrivals, sorting.lanes, streams)
    plan = SortPlan(sorting.lane.chutes)
    codes = _sort_codes(cohorts, streams)
    states, delays = _manifest_states(sorting.manifest, cohorts, streams)
    bodies = draw_bodies(cohorts, streams)
    columns = zip(
        [cohort.lane for cohort in cohorts for _ in range(cohort.count)],
        [cohort.surge for cohort in cohorts for _ in range(cohort.count)],
        draw_tracking_ids(cohorts, streams),
        codes,
        states,
        delays,
        bodies.material,
        bodies.length_mm.tolist(),
        bodies.width_mm.tolist(),
        bodies.height_mm.tolist(),
        bodies.weight_g.tolist(),
        _conveyable(sorting.lane.non_conveyable_share, cohorts, streams),
        draw_label_styles(sorting.labels, cohorts, streams),
        strict=True,
    )
    parcels = []
    for number, (lane, surge, tracking_id, code, state, delay, *body) in enumerate(columns):
        chute = plan.chute(code)
        assert chute is not None
        parcel_id = identifier("parcel", streams.replication, number)
        parcels.append(
            Parcel(parcel_id, number, lane, surge, tracking_id, code, chute, state, delay, *body)
        )
    return Population(
        parcels=tuple(parcels),
        n_base=sum(cohort.count for cohort in cohorts if not cohort.surge),
        calm_arrival_s=calm_arrivals(sorting.arrivals, cohorts, streams),
        loaded_arrival_s=loaded_arrivals(sorting.arrivals, cohorts, streams),
        cohorts=cohorts,
    )


def _sort_codes(cohorts: Sequence[Cohort], streams: Streams) -> list[str]:
    """Uniform codes: no lexicon that a reader could learn."""
    symbols: NDArray[np.int64] = per_parcel(
        cohorts,
        streams,
        ("population", "sort_code"),
        lambda rng, count: rng.integers(len(SYMBOLS), size=(count, SORT_CODE_LENGTH)),
    )
    return ["".join(SYMBOLS[value] for value in row) for row in symbols.tolist()]


def _conveyable(
    non_conveyable_share: float, cohorts: Sequence[Cohort], streams: Streams
) -> list[bool]:
    if non_conveyable_share == 0.0:
        return [True] * sum(cohort.count for cohort in cohorts)
    drawn: NDArray[np.float64] = per_parcel(
        cohorts, streams, ("population", "conveyable"), lambda rng, count: rng.random(count)
    )
    conveyable: list[bool] = (drawn >= non_conveyable_share).tolist()
    return conveyable


def _manifest_states(
    manifest: Manifest, cohorts: Sequence[Cohort], streams: Streams
) -> tuple[list[str], list[float]]:
    def draw(attribute: str, law: Any) -> list[float]:
        values: list[float] = per_parcel(cohorts, streams, ("population", attribute), law).tolist()
        return values

    shares = draw("manifest_state", lambda rng, count: rng.random(count))
    delays = draw("manifest_delay", lambda rng, count: rng.standard_exponential(count))
    states: list[str] = []
    waits: list[float] = []
    for share, delay in zip(shares, delays, strict=True):
        if share < manifest.missing_share:
            states.append("missing")
            waits.append(float("inf"))
        elif share < manifest.missing_share + manifest.late_share:
            states.append("late")
            waits.append(delay * manifest.late_mean_s)
        else:
            states.append("on_time")
            waits.append(0.0)
    return states, waits
