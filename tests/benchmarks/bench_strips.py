"""Strips of 4 to 24 symbols read right: ``pytest tests/benchmarks/bench_strips.py -s``."""

import cv2
import numpy as np
import pytest

from labgap.photo_capture import photo_capture
from sim.frames.typesetting import FONTS
from systems.registry import resolve
from tests.strip_specimen import SYMBOLS, printed

LENGTHS = (4, 6, 8, 10, 12, 14, 16, 18, 20, 24)
KINDS = ("digits", "digits and letters", "dots", "upside down")


def strips(kind):
    """Texts and pictures, eight fonts of every length."""
    for place, (font, length) in enumerate((f, n) for f in FONTS[:8] for n in LENGTHS):
        seed = 1000 * KINDS.index(kind) + place
        alphabet = SYMBOLS if kind == "digits and letters" else SYMBOLS[:10]
        text = "".join(np.random.default_rng(seed).choice(list(alphabet), length))
        strip = printed(text, font, seed, dots=kind == "dots")
        yield text, np.ascontiguousarray(strip[::-1, ::-1]) if kind == "upside down" else strip


@pytest.mark.parametrize("name", ["cascade", "imagenet", "ocr"])
def test_strips(name, benchmark):
    reader = resolve("vision", name, {}, allow_dotted=False).system
    asked = {
        kind: [
            (text, photo_capture(f"{place:064x}", cv2.cvtColor(strip, cv2.COLOR_GRAY2RGB)))
            for place, (text, strip) in enumerate(strips(kind))
        ]
        for kind in KINDS
    }
    right, offered = dict.fromkeys(KINDS, 0), 0

    def read():
        nonlocal offered
        for kind, questions in asked.items():
            for text, capture in questions:
                (said,) = reader.read_text([capture])
                offered += bool(said.texts)
                right[kind] += bool(said.texts) and said.texts[0].text == text

    benchmark.pedantic(read, rounds=1)
    told = ", ".join(f"{kind} {count}" for kind, count in right.items())
    print(
        f"\n{name}: of {len(FONTS[:8]) * len(LENGTHS)} each right: {told}; nothing said "
        f"{sum(map(len, asked.values())) - offered}"
    )
    assert sum(right.values()) > 0
