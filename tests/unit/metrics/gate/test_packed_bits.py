"""Outcomes as text."""

import base64
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from metrics.gate.packed_bits import pack, unpack

SHAPES = st.tuples(st.integers(0, 30), st.integers(1, 3))


@given(arrays.arrays(np.bool_, SHAPES))
def test_what_is_packed_comes_back(bits) -> None:
    assert np.array_equal(unpack(pack(bits), bits.shape), bits)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "%%%",
        "AAAA",
        base64.b64encode(zlib.compress(b"\x00" * 7)).decode(),
        base64.b64encode(zlib.compress(b"\x00" * 9)).decode(),
        base64.b64encode(zlib.compress(b"\x00" * 8)[:-5]).decode(),
        base64.b64encode(zlib.compress(b"\x00" * 50_000_000)).decode(),  # a bomb
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="packed outcomes"):
        unpack(text, (64,))
