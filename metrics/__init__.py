"""Pure functions from the event log and the truth of a run to numbers with intervals."""
