"""What holds of weights for other mixes whatever parcels were played."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from metrics.drawn_mixes import mix_weights, spread_over_mixes

hits = hnp.arrays(np.bool_, st.tuples(st.integers(1, 30), st.integers(1, 4)))


@given(hits, st.lists(st.floats(1 / 3, 3.0), min_size=4, max_size=4))
def test_weights_are_shares_and_parcels_hit_alike_weigh_alike(hit, factors):
    weights = mix_weights(hit, [factors[: hit.shape[1]]])
    assert weights.sum() == 1.0 or abs(weights.sum() - 1.0) < 1e-9
    assert (weights >= 0.0).all()
    for row in np.unique(hit, axis=0):
        alike = weights[0, (hit == row).all(axis=1)]
        assert np.ptp(alike) < 1e-12


@given(hits, st.lists(st.floats(1 / 3, 3.0), min_size=4, max_size=4))
def test_a_gap_under_any_mix_is_within_what_parcels_lose(hit, factors):
    lost = hit[:, 0]
    found = spread_over_mixes(np.ones(len(hit)), ~lost, hit, [factors[: hit.shape[1]]])
    assert float(lost.min()) - 1e-9 <= found.low <= found.worst <= float(lost.max()) + 1e-9
    assert 1.0 - 1e-9 <= found.least_parcels <= len(hit) + 1e-6
