"""What one task may take of a machine before it counts as hung or as eating memory."""

from dataclasses import dataclass

import psutil

__all__ = ["DEFAULT_TASK_TIMEOUT_S", "Budgets", "default_memory_gb"]

DEFAULT_TASK_TIMEOUT_S = 900.0
MEMORY_SHARE = 0.8
"""Share of the machine's memory that all workers together may take by default."""


@dataclass(frozen=True)
class Budgets:
    """Limits of one task: a block of at most 32 parcels, or one arm's replication.

    They end runs that would otherwise never end or take the machine down; no result depends on
    them.

    Attributes
    ----------
    seconds : float
        Wall time.
    memory_gb : float
        Resident memory of the process that does it, in 10^9 bytes.
    """

    seconds: float
    memory_gb: float

    def breach(self, elapsed_s: float, resident_bytes: int) -> str | None:
        """Say in words which limit is passed, or None."""
        if elapsed_s > self.seconds:
            return (
                f"gave no answer within {self.seconds:g} s: it hangs, or it needs a larger "
                "--task-timeout"
            )
        if resident_bytes > self.memory_gb * 1e9:
            return (
                f"has its process at {resident_bytes / 1e9:.2f} GB of memory, past the "
                f"{self.memory_gb:.3g} GB of --task-memory"
            )
        return None


def default_memory_gb(jobs: int) -> float:
    """Each worker's part of most of the machine's memory, in 10^9 bytes."""
    return float(MEMORY_SHARE * psutil.virtual_memory().total / 1e9 / jobs)
