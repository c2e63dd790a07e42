"""Systems under test: contracts, registry, boundary, conformance, and the systems that come along."""
