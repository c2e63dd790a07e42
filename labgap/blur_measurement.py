"""How much motion blur a reader really stands in this twin: clean labels, blur and nothing else."""

from dataclasses import dataclass

from labgap.replication import replication_of
from metrics.intervals import wilson
from scenarios.model import Scenario
from sim.frames.capture import capture
from sim.frames.label import CODE128_MODULE_MM
from systems.boundary import answer_batch
from systems.contracts.vision import ReadingDecision
from systems.registry import ResolvedSystem

__all__ = ["BLURS_MODULES", "BlurRow", "measure_blur"]

BLURS_MODULES = (0.2, 0.5, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.5, 3.0)
LONGEST_MS = 20.0
"""What a camera's exposure may be in a scenario."""


@dataclass(frozen=True, slots=True)
class BlurRow:
    """A reader's answers at one blur: labels, those accepted and right, accepted and wrong."""

    blur_modules: float
    exposure_ms: float
    labels: int
    right: int
    wrong: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share read right."""
        return wilson(self.right, self.labels)


def measure_blur(
    resolved: ResolvedSystem, scenario: Scenario, labels: int, speed_mps: float
) -> list[BlurRow]:
    """Ask a reader about the same clean labels at every blur of `BLURS_MODULES`.

    Parameters
    ----------
    resolved : ResolvedSystem
    scenario : Scenario
        Whose parcels and camera; the exposure follows from blur and speed.
    labels : int
    speed_mps : float

    Raises
    ------
    systems.errors.SystemFailure
        If the reader raises or breaks its contract.
    """
    parcels = []
    for number in range(scenario.replications):
        replication = replication_of(scenario, number)
        parcels += [(replication, parcel) for parcel in replication.population.parcels]
    rows = []
    for blur in BLURS_MODULES:
        exposure_ms = blur * CODE128_MODULE_MM / speed_mps
        if exposure_ms > LONGEST_MS:
            break
        camera = scenario.sorting.camera.over_belt.model_copy(update={"exposure_ms": exposure_ms})
        right = wrong = 0
        for replication, parcel in parcels[:labels]:
            seen = capture(parcel, 1, (), camera, speed_mps, replication.streams)
            (reading,) = answer_batch(resolved, [seen])
            if reading.decision is ReadingDecision.ACCEPT:
                same = all(getattr(parcel, name) == text for name, text in reading.fields.items())
                right += same
                wrong += not same
        rows.append(BlurRow(blur, exposure_ms, len(parcels[:labels]), right, wrong))
    return rows
