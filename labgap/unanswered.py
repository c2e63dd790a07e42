"""How many readings got no answer from a server, and why."""

import json
from collections import Counter
from dataclasses import replace

from labgap.run_folder import RunFolder
from metrics.records import Metrics, Note
from systems.contracts.vision import Reading

__all__ = ["Unanswered", "cause_of", "is_unanswered", "unanswered", "with_notes"]

REMOTE_STAGE = "remote"
ANY = "*"


class Unanswered:
    """Counts of one arm's readings.

    Attributes
    ----------
    causes : Counter of str
        Readings without an answer, by cause.
    asked : int
        Readings that the model was asked for, in both worlds.
    """

    def __init__(self) -> None:
        self.causes: Counter[str] = Counter()
        self.asked = 0

    @property
    def is_all(self) -> bool:
        """Whether no reading at all got an answer."""
        return self.asked > 0 and self.causes.total() == self.asked

    def sentence(self) -> str:
        """Say it in a sentence."""
        by_cause = ", ".join(f"{cause} {count:,}" for cause, count in self.causes.most_common())
        return (
            f"{self.causes.total():,} of {self.asked:,} readings got no answer from the server and "
            f"count as no-reads ({by_cause})."
        )


def cause_of(stages: str) -> str | None:
    """Why a reading with this stage trace got no answer; None where it got one."""
    if f'"{REMOTE_STAGE}"' not in stages:
        return None
    for stage in json.loads(stages):
        if stage["name"] == REMOTE_STAGE and "failure" in stage["proposed"]:
            return str(stage["proposed"]["failure"])
    return None


def is_unanswered(reading: Reading) -> bool:
    """Whether a reading stands for a server's silence."""
    return any(
        stage.name == REMOTE_STAGE and "failure" in stage.proposed for stage in reading.stages
    )


def unanswered(folder: RunFolder) -> dict[str, Unanswered]:
    """Count them for every arm that is asked over a network."""
    found: dict[str, Unanswered] = {}
    for arm, system in sorted(folder.read_manifest()["arms"].items()):
        if "://" not in system["spec"]:
            continue
        counts = found[arm] = Unanswered()
        for path in sorted(folder.path.glob(f"events/arm={arm}/rep=*/readings.parquet")):
            rows = folder.read_table(path, [("source", "=", "model")])
            for stages in rows.column("stages").to_pylist():
                counts.asked += 1
                if (cause := cause_of(str(stages))) is not None:
                    counts.causes[cause] += 1
    return found


def with_notes(measured: Metrics, found: dict[str, Unanswered]) -> Metrics:
    """Say in the notes of a measurement how much of it is the server's silence."""
    notes = [
        Note(ANY, arm, ANY, "unanswered", f"Arm {arm}: {counts.sentence()}")
        for arm, counts in found.items()
        if counts.causes
    ]
    return replace(measured, notes=(*notes, *measured.notes))
