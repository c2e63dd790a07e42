"""Examples for trainers of vision readers, off a floor that a scenario describes."""

from collections.abc import Mapping

from labgap.reading_cache import world_code_hash
from labgap.replication import Replication, replication_of
from scenarios.loading import canonical_json
from scenarios.model import Scenario
from sim.frames.capture import ONE_CAMERA
from sim.sorting.parcel import Parcel
from systems.contracts.training import AppliedDegradation, Example
from systems.contracts.vision import Box, Capture, Reading, ReadingDecision

__all__ = ["EXAMPLES_PER_REPLICATION", "FloorExamples"]

EXAMPLES_PER_REPLICATION = 512
"""A replication gives so many examples, whatever its size, so that numbers never shift."""


class FloorExamples:
    """The first passes of a floor's parcels, with what a perfect reader would answer.

    Every example is of the camera over the belt, whatever the floor's tunnel has: where things are
    is known for that picture.

    Parameters
    ----------
    scenario : Scenario
        Its replications follow one another without end; its own count of them does not matter.
    degraded : bool
        Whether its degradations hold: False gives the same parcels as the lab has them.
    """

    def __init__(self, scenario: Scenario, degraded: bool) -> None:
        self._scenario = scenario
        self._degraded = degraded

    def fingerprint(self) -> str:
        """What an example follows from."""
        world = "degraded" if self._degraded else "lab"
        # other readers look at the same pictures
        shown = self._scenario.model_copy(update={"arms": ()})
        return f"{world_code_hash()} {world} {canonical_json(shown)}"

    def texts(self, number: int) -> Mapping[str, str]:
        """What the label of example `number` says, whether or not it is to be seen.

        A label mostly over the edge is nothing to learn from, and yet may be read.
        """
        parcel, _ = self._pass(number)
        return {"sort_code": parcel.sort_code, "tracking_id": parcel.tracking_id}

    def example(self, number: int) -> Example[Capture, Reading]:
        """Make example `number`, from 0."""
        replication = self._replication(number)
        parcel, lap = self._pass(number)
        conditions = replication.seen(parcel, lap, self._degraded)
        quads = replication.true_quads(parcel, lap, self._degraded)
        capture = replication.capture(parcel, lap, self._degraded, ONE_CAMERA)
        there = "label" in quads
        target = Reading(
            capture_id=capture.capture_id,
            decision=ReadingDecision.ACCEPT if there else ReadingDecision.NO_READ,
            confidence=1.0,
            fields=self.texts(number) if there else {},
            boxes=tuple(
                Box(name, capture.views[0].name, tuple((float(x), float(y)) for x, y in quad), 1.0)
                for name, quad in quads.items()
            ),
        )
        done = tuple(AppliedDegradation(each.kind, each.severity) for each in conditions)
        return Example(number, capture, target, done)

    def readable(self, number: int) -> bool:
        """Whether geometry leaves the label of example `number` readable."""
        parcel, lap = self._pass(number)
        return self._replication(number).readable(parcel, lap, self._degraded, ONE_CAMERA)

    def _replication(self, number: int) -> Replication:
        return replication_of(self._scenario, number // EXAMPLES_PER_REPLICATION)

    def _pass(self, number: int) -> tuple[Parcel, int]:
        """Parcel and lap of an example."""
        population = self._replication(number).population
        # a small floor repeats its parcels: on later laps, so that no picture comes twice
        lap, index = divmod(number % EXAMPLES_PER_REPLICATION, population.n_base)
        return population.parcels[index], lap + 1
