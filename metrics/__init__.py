"""Pure functions from the event log and the truth of a run to numbers with intervals."""

from metrics.catalogue import CATALOGUE
from metrics.records import Metrics, Note, Record
from metrics.scoring import compute
from metrics.tables import RunTables

__all__ = ["CATALOGUE", "Metrics", "Note", "Record", "RunTables", "compute"]
