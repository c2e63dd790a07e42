"""What can be wrong with the tables of a run."""

__all__ = ["InconsistentRunError", "MetricsError", "MissingTableError", "WrongSchemaError"]


class MetricsError(ValueError):
    """A run's tables cannot be scored; the message says which, why and what to do."""


class MissingTableError(MetricsError):
    """A table, arm or replication that the run should have is not there."""


class WrongSchemaError(MetricsError):
    """A table is foreign to labgap, of another schema version, or its columns differ."""


class InconsistentRunError(MetricsError):
    """Tables with the right columns contradict each other or the scenario."""
