"""Systems under test: contracts, registry, boundary, conformance and systems that come along."""
