"""Small requests of every kind, made without the world: enough to see a contract broken."""

from systems.conformance.samples.queries import SampleState
from systems.conformance.samples.sample_set import SampleSet
from systems.conformance.samples.sets import samples

__all__ = ["SampleSet", "SampleState", "samples"]
