"""One replication's world before it moves: who comes, in what state, and which are sampled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from labgap.resting_poses import chooser_of
from scenarios.camera_model import View
from scenarios.degradations import Scope
from scenarios.events import TRUTH_CONDITIONS, TRUTH_PARCELS
from scenarios.model import Camera, Sampled, Scenario
from sim.degradations.link import Link
from sim.degradations.mix import Condition, Occasion, draw_conditions
from sim.degradations.registry import degrade_link, in_picture
from sim.degradations.shippers import draw_shippers
from sim.flow.choosing import PoseChooser
from sim.flow.feeding import PosedFeeding
from sim.frames.capture import capture, is_readable
from sim.frames.ground_truth import true_quads
from sim.frames.legible import legible_lines
from sim.frames.lying import Lying
from sim.frames.pose import AS_IT_SHOULD
from sim.sorting.parcel import STANDARD_LABEL, Parcel
from sim.sorting.population import Population, draw_population
from sim.streams import Streams
from systems.contracts.vision import Capture

__all__ = ["BLOCK_SIZE", "Replication", "replication_of"]

BLOCK_SIZE = 32
"""Items a model sees at once: fixed, because batch composition can change a model's last digits."""


@dataclass(frozen=True)
class Replication:
    """Everything that is the same for every arm and cell of one replication."""

    scenario: Scenario
    number: int
    streams: Streams
    population: Population
    sampled: frozenset[int]
    shippers: tuple[str, ...]
    """Whose parcel it is, in population order."""
    poses: PoseChooser | None = None
    """What lays parcels in production; None draws them upright."""
    _drawn: dict[tuple[int, int], tuple[Condition, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def conditions(self, parcel: Parcel, lap: int, degraded: bool) -> tuple[Condition, ...]:
        """Degradations that hit a parcel on a lap; none in the lab.

        Faults with a time of their own are looked up at the moment at which the parcel is due
        under load, on every lap and in every cell: that moment is fixed before any system acts,
        so arms and cells, which turn parcels round at times of their own, share the draws.
        """
        if not degraded:
            return ()
        key = (parcel.number, lap)
        if key not in self._drawn:
            occasion = Occasion(
                parcel.parcel_id,
                lap,
                self.shippers[parcel.number],
                parcel.lane,
                float(self.population.loaded_arrival_s[parcel.number]),
            )
            shares = self.scenario.sorting.degradations
            self._drawn[key] = draw_conditions(shares, occasion, self.streams)
        return self._drawn[key]

    def seen(self, parcel: Parcel, lap: int, degraded: bool) -> tuple[Condition, ...]:
        """Those of the conditions that change the picture."""
        strobe = self.scenario.sorting.camera.strobe
        return in_picture(self.conditions(parcel, lap, degraded), strobe)

    def link(self, parcel: Parcel, lap: int, degraded: bool) -> Link:
        """Whether a picture arrives, and how much later than usual its answer comes."""
        return degrade_link(
            self.conditions(parcel, lap, degraded), parcel.parcel_id, lap, self.streams
        )

    def lain(self, parcel: Parcel, lap: int, degraded: bool) -> tuple[Parcel, Lying]:
        """How physics left a parcel, with the size that it has so; in the lab it is laid by hand.

        Poses off the chute are part of production: the lab has the same items, laid one by one.
        """
        if self.poses is None or not degraded:
            return parcel, AS_IT_SHOULD
        return self.poses.lain(parcel, lap, self.streams)

    def feeding(self, degraded: bool) -> PosedFeeding | None:
        """How parcels come onto the belt: as they lie in that world's pictures."""
        flow = self.scenario.sorting.flow
        if self.poses is None or flow is None or not degraded:
            return None
        return PosedFeeding(flow, self.poses, self.streams)

    def strata(self, parcel: Parcel, lap: int, degraded: bool) -> tuple[Condition, ...]:
        """What a parcel's outcome is akin to others' by: conditions, how it lies, its label."""
        strata = list(self.seen(parcel, lap, degraded))
        _, rest = self.lain(parcel, lap, degraded)
        if rest.over_edge >= 1.0 or rest.cover is not None:
            strata.append(Condition("resting", 5 if rest.over_edge >= 1.0 else 1, Scope.PASS))
        if parcel.label != STANDARD_LABEL:
            style = f"label {parcel.label.template} {parcel.label.font}"
            strata.append(Condition(style, 1, Scope.ITEM))
        return tuple(strata)

    def camera(self, views: Sequence[View] | None = None) -> Camera:
        """The scenario's camera, looking from the sides of one arm (None: from its own)."""
        camera = self.scenario.sorting.camera
        return camera if views is None else camera.model_copy(update={"views": tuple(views)})

    def capture(
        self, parcel: Parcel, lap: int, degraded: bool, views: Sequence[View] | None = None
    ) -> Capture:
        """What the cameras see of a parcel on a lap; `views` as for `camera`."""
        conditions = self.seen(parcel, lap, degraded)
        lain, rest = self.lain(parcel, lap, degraded)
        speed = self.scenario.sorting.lane.belt_speed_mps
        return capture(lain, lap, conditions, self.camera(views), speed, self.streams, rest)

    def true_quads(
        self, parcel: Parcel, lap: int, degraded: bool
    ) -> Mapping[str, NDArray[np.float64]]:
        """Where parcel, label and print truly are to the camera over the belt, for who may know.

        As `sim.frames.ground_truth.true_quads` has them.
        """
        conditions = self.seen(parcel, lap, degraded)
        lain, rest = self.lain(parcel, lap, degraded)
        camera = self.scenario.sorting.camera
        return true_quads(lain, lap, conditions, camera, self.streams, rest)

    def legible(self, parcel: Parcel, lap: int, degraded: bool) -> frozenset[str]:
        """Lines of the print of which every needed symbol is left, for who may know.

        As `sim.frames.legible.legible_lines` has them; without a picture there are none.
        """
        if not self.link(parcel, lap, degraded).picture:
            return frozenset()
        conditions = self.seen(parcel, lap, degraded)
        lain, rest = self.lain(parcel, lap, degraded)
        camera = self.scenario.sorting.camera
        return legible_lines(lain, lap, conditions, camera, self.streams, rest)

    def readable(
        self, parcel: Parcel, lap: int, degraded: bool, views: Sequence[View] | None = None
    ) -> bool:
        """Whether geometry alone leaves the label readable to one of the cameras.

        Without a picture nothing is; `views` as for `camera`.
        """
        if not self.link(parcel, lap, degraded).picture:
            return False
        conditions = self.seen(parcel, lap, degraded)
        lain, rest = self.lain(parcel, lap, degraded)
        return is_readable(lain, lap, conditions, self.camera(views), self.streams, rest)

    def blocks(self, degraded: bool) -> list[tuple[Parcel, ...]]:
        """Parcels the real model reads on their first pass in one world, in fixed blocks.

        A parcel whose picture nothing degrades is read once, in the lab's blocks, and has that
        answer in production too.  Base and surge parcels never share a block, so a change of
        load leaves the base blocks, and with them their cached answers, as they were.
        """
        parcels = self.population.parcels
        read = [
            parcel
            for parcel in parcels
            if parcel.number in self.sampled
            and (
                not degraded
                or self.poses is not None
                or self.seen(parcel, 1, degraded)
                or not self.link(parcel, 1, degraded).picture
            )
        ]
        base = [parcel for parcel in read if not parcel.surge]
        surge = [parcel for parcel in read if parcel.surge]
        return [
            tuple(group[start : start + BLOCK_SIZE])
            for group in (base, surge)
            for start in range(0, len(group), BLOCK_SIZE)
        ]

    def truth_tables(self) -> dict[str, pa.Table]:
        """Truth of every parcel, and the conditions of its first pass in the degraded cells."""
        parcels = [
            _truth_row(parcel, parcel.number in self.sampled)
            | {"shipper": self.shippers[parcel.number]}
            for parcel in self._parcels
        ]
        conditions = [
            {
                "parcel_id": parcel.parcel_id,
                "lap": 1,
                "kind": condition.kind,
                "severity": condition.severity,
                "scope": condition.scope.value,
            }
            for parcel in self._parcels
            for condition in self.conditions(parcel, 1, degraded=True)
        ]
        return {
            "parcels": pa.Table.from_pylist(parcels, schema=TRUTH_PARCELS),
            "conditions": pa.Table.from_pylist(conditions, schema=TRUTH_CONDITIONS),
        }

    @property
    def _parcels(self) -> Sequence[Parcel]:
        return self.population.parcels


def _truth_row(parcel: Parcel, sampled: bool) -> dict[str, object]:
    row: dict[str, object] = {
        name: getattr(parcel, name) for name in TRUTH_PARCELS.names if hasattr(parcel, name)
    }
    return row | {"population": "surge" if parcel.surge else "base", "sampled": sampled}


def replication_of(scenario: Scenario, number: int) -> Replication:
    """Draw replication `number` of a scenario; every process draws the same."""
    return _drawn(scenario.model_dump_json(), number)


@lru_cache(maxsize=4)
def _drawn(scenario_json: str, number: int) -> Replication:
    # Keyed by the text: a scenario holds parameter mappings and so has no hash of its own.
    scenario = Scenario.model_validate_json(scenario_json)
    streams = Streams(scenario.seed, number)
    population = draw_population(scenario.sorting, streams)
    if isinstance(scenario.fidelity, Sampled):
        size = min(scenario.fidelity.parcels, population.n_base)
        chosen = streams.generator("sample").choice(population.n_base, size=size, replace=False)
        sampled = frozenset(int(index) for index in chosen)
    else:
        sampled = frozenset(range(len(population.parcels)))
    shippers = draw_shippers(population.cohorts, streams)
    poses = chooser_of(scenario.sorting.flow)
    return Replication(scenario, number, streams, population, sampled, shippers, poses)
