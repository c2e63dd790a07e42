"""The beam search against every path there is."""

import itertools
from collections import defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_10

from systems.vision.cascade.alphabet import CLASSES, SYMBOLS_OF
from systems.vision.cascade.spelling import Spelling, log_softmax, spell

SYMBOLS = "ABC"


def every_text(chances: np.ndarray, length: int) -> dict[str, float]:
    """Chances of all texts of a length: CTC's definition, path by path."""
    totals: defaultdict[str, float] = defaultdict(float)
    for path in itertools.product(range(chances.shape[1]), repeat=chances.shape[0]):
        heard = [symbol for symbol, _ in itertools.groupby(path) if symbol]
        if len(heard) == length:
            chance = float(np.exp(sum(chances[i, symbol] for i, symbol in enumerate(path))))
            totals["".join(SYMBOLS[symbol - 1] for symbol in heard)] += chance
    return dict(totals)


def exact(seed: int, columns: int, length: int) -> tuple[Spelling, dict[str, float]]:
    """What the search finds on random columns, and every text's chance."""
    logits = np.random.default_rng(seed).normal(0.0, 2.0, (columns, len(CLASSES)))
    classes = [0, *(CLASSES.index(symbol) for symbol in SYMBOLS)]
    texts = every_text(log_softmax(logits.astype(np.float32)[:, classes]), length)
    return spell(logits.astype(np.float32), SYMBOLS, length), texts


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), columns=st.integers(1, 5), length=st.integers(1, 2))
def test_the_likeliest_text_is_the_likeliest_of_all(seed: int, columns: int, length: int) -> None:
    # so few prefixes that the beam keeps them all
    found, texts = exact(seed, columns, length)
    if not texts:
        assert found.text == ""
        assert found.log_odds == float("-inf")
        return
    best = max(texts.values())
    assert abs(texts[found.text] - best) < 1e-9
    assert np.isclose(found.log_odds, np.log(best / max(1.0 - best, 1e-9)), atol=1e-4)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), columns=st.integers(4, 6))
def test_what_the_beam_drops_makes_an_answer_less_sure_and_never_surer(
    seed: int, columns: int
) -> None:
    found, texts = exact(seed, columns, 3)
    chance = texts[found.text]
    assert chance > 0.5 * max(texts.values())
    own = np.log(chance / max(1.0 - chance, 1e-9))
    assert own - 0.5 < found.log_odds < own + 1e-4


@settings(max_examples=30, deadline=None)
@given(number=st.integers(0, 10**11 - 1), lost=st.integers(0, 11))
def test_a_check_digit_restores_a_digit_that_nobody_can_see(number: int, lost: int) -> None:
    body = f"{number:011d}"
    text = body + mod_11_10.calc_check_digit(body)
    logits = np.zeros((32, len(CLASSES)), np.float32)
    logits[:, 0] = 18.0
    for place, digit in enumerate(text):
        column = 2 + 2 * place
        logits[column, 0] = 0.0
        logits[column, CLASSES.index(digit)] = 18.0
        if place == lost:
            logits[column, 1:11] = 18.0
    digits = SYMBOLS_OF["tracking_id"]
    assert spell(logits, digits, 12, mod_11_10.is_valid).text == text
    assert spell(logits, digits, 12, mod_11_10.is_valid).log_odds > 5.0
    assert spell(logits, digits, 12).log_odds < 0.0


def test_nothing_readable_is_no_text() -> None:
    blank = np.full((32, len(CLASSES)), -30.0, np.float32)
    blank[:, 0] = 30.0
    assert spell(blank, "0123456789", 12).text == ""
