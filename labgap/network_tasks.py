"""A network run, and the pure pieces of work it is cut into: some centres of one replication."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from labgap.code_identity import played_code_hash
from labgap.run_folder import RunFolder
from labgap.tasks import Failure
from scenarios.network_scenario import NetworkScenario

__all__ = ["CENTRES_A_PART", "NetworkSpec", "PartTask"]

CENTRES_A_PART = 50
"""A part of a national night takes a fraction of a second and little memory."""


@dataclass(frozen=True)
class NetworkSpec:
    """A network run, as it travels to workers."""

    scenario: NetworkScenario
    path: Path

    @property
    def folder(self) -> RunFolder:
        """Where the run is written."""
        return RunFolder(self.path)

    @property
    def parts(self) -> int:
        """Into how many parts the centres are cut."""
        return -(-self.scenario.network.centres // CENTRES_A_PART)

    def question(self) -> str:
        """Hash of all that the tables depend on."""
        asked = [played_code_hash(), self.scenario.model_dump_json()]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()

    def tasks(self) -> "Iterator[PartTask]":
        """Every piece of work, whether done or not."""
        for replication in range(self.scenario.replications):
            for part in range(self.parts):
                yield PartTask(self, replication, part)

    def remaining(self) -> "list[PartTask]":
        """Pieces whose tables are not on disk yet."""
        question = self.question()
        return [task for task in self.tasks() if not self.folder.has_tables(task.path, question)]


@dataclass(frozen=True)
class PartTask:
    """Play one part of the centres of one replication in both worlds."""

    spec: NetworkSpec
    replication: int
    part: int

    @property
    def path(self) -> Path:
        """Folder the tables go to."""
        return self.spec.folder.centres_path(self.replication, self.part)

    def run(self) -> Failure | None:
        """Leave the tables in the run folder."""
        # Workers alone play: a report need not load the simulation.
        from sim.network.centres import draw_centres
        from sim.network.record import play_part
        from sim.streams import Streams

        scenario = self.spec.scenario
        first = self.part * CENTRES_A_PART
        centres = draw_centres(scenario.network, scenario.seed)[first : first + CENTRES_A_PART]
        tables = play_part(scenario.network, centres, Streams(scenario.seed, self.replication))
        self.spec.folder.write_tables(self.path, tables, self.spec.question())
        return None

    def failed(self, message: str) -> Failure:
        """Say which centres could not be played; no system is to blame."""
        return Failure(f"labgap itself {message}", "", self.replication, f"part {self.part}")
