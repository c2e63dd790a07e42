"""Main effects of factorial designs."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.factors import main_effects

EFFECT = st.floats(-10.0, 10.0)


@given(base=EFFECT, effects=st.lists(EFFECT, min_size=1, max_size=4))
def test_effects_that_add_up_come_out_again(base: float, effects: list[float]) -> None:
    values = {
        levels: base + sum(effect for effect, on in zip(effects, levels, strict=True) if on)
        for levels in product((False, True), repeat=len(effects))
    }
    assert main_effects(values) == pytest.approx(effects, abs=1e-9)


def test_a_factor_that_helps_one_way_and_hurts_the_other_has_no_main_effect() -> None:
    crossed = {(a, b): float(a == b) for a in (False, True) for b in (False, True)}
    assert main_effects(crossed) == (0.0, 0.0)


def test_a_missing_combination_is_refused() -> None:
    for values in ({}, {(True,): 1.0}, {(True, True): 1.0, (False, False): 0.0}):
        with pytest.raises(ValueError, match="every combination"):
            main_effects(values)
