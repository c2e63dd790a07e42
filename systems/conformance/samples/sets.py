"""The samples of each kind."""

from systems.conformance.samples.captures import odd_captures, ordinary_captures
from systems.conformance.samples.catalogue import odd_items, ordinary_items
from systems.conformance.samples.problems import odd_problems, ordinary_problems
from systems.conformance.samples.queries import SampleState, odd_queries, ordinary_queries
from systems.conformance.samples.sample_set import SampleSet
from systems.kinds import kind_named

__all__ = ["samples"]


def samples(kind: str) -> SampleSet:
    """Make the samples of a kind, fresh each time.

    Raises
    ------
    UnknownKind
        If there is no such kind.
    """
    match kind_named(kind).name:
        case "vision":
            return SampleSet(
                ordinary_captures(), tuple((name, one, None) for name, one in odd_captures())
            )
        case "service":
            return SampleSet(ordinary_queries(), odd_queries(), SampleState())
        case "routing":
            return SampleSet(
                ordinary_problems(), tuple((name, one, None) for name, one in odd_problems())
            )
        case _:
            return SampleSet(
                ordinary_items(), tuple((name, one, None) for name, one in odd_items())
            )
