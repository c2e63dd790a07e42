"""The regression gate: two arms on the same parcels, a policy, and three verdicts."""
