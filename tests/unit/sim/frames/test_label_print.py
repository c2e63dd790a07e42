import cv2
import numpy as np
import pytest
import zxingcpp

from sim.frames.article import label_article, visible_glyph_share
from sim.frames.label import LabelText, datamatrix_payload
from sim.frames.printing import DOTS_PER_MM, print_label
from sim.frames.typesetting import FONTS, draw_text, text_width
from sim.sorting.symbols import SORT_CODE_LENGTH, SYMBOLS

TEXT = LabelText("7KWMQD", "123456789015")


def test_symbols_are_32_and_leave_out_the_ones_print_confuses() -> None:
    assert len(set(SYMBOLS)) == len(SYMBOLS) == 32
    assert not set(SYMBOLS) & set("ILOU")
    assert SORT_CODE_LENGTH == 6


@pytest.mark.parametrize("number", range(12))
def test_printed_symbols_decode_to_the_standard(number: int) -> None:
    printed = print_label(TEXT, np.random.default_rng(number))
    seen = cv2.resize(255 - printed.ink, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    found = {code.text for code in zxingcpp.read_barcodes(seen)}
    assert found == {TEXT.tracking_id, datamatrix_payload(TEXT)}


def test_every_symbol_of_the_alphabet_prints_ink() -> None:
    for font in FONTS:
        seen = set()
        for symbol in SYMBOLS:
            ink = np.zeros((60, 60), np.uint8)
            draw_text(ink, symbol, (5.0, 50.0), font, 40)
            assert ink.max() > 200
            seen.add(ink.tobytes())
        assert len(seen) == 32


def test_same_stream_same_label_and_another_stream_another_label() -> None:
    a, b, c = (print_label(TEXT, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(a.ink, b.ink)
    assert a.density == b.density
    assert not np.array_equal(a.ink, c.ink)


def test_print_does_not_depend_on_what_was_set_before() -> None:
    first = print_label(TEXT, np.random.default_rng(5)).ink
    print_label(LabelText("ZZZZZZ", "999999999999"), np.random.default_rng(6))
    assert np.array_equal(first, print_label(TEXT, np.random.default_rng(5)).ink)


@pytest.mark.parametrize("number", range(8))
def test_sort_code_stays_on_the_label_and_off_the_symbols(number: int) -> None:
    printed = print_label(LabelText("WMQWMQ", "123456789015"), np.random.default_rng(number))
    rows, columns = np.nonzero(printed.glyphs)
    assert columns.min() > 2 * DOTS_PER_MM
    assert columns.max() < 98 * DOTS_PER_MM
    bars = printed.ink[93 * DOTS_PER_MM : 117 * DOTS_PER_MM]
    assert not printed.glyphs[93 * DOTS_PER_MM : 117 * DOTS_PER_MM].any()
    assert bars.max() == 255
    assert rows.max() < 132 * DOTS_PER_MM


def test_text_is_cut_at_the_border_and_width_adds_up() -> None:
    ink = np.zeros((20, 30), np.uint8)
    draw_text(ink, "WWWWWW", (-10.0, 15.0), "DejaVuSans", 18)
    assert ink.any()
    assert text_width("ab", "DejaVuSans", 20, spacing=1.0) == pytest.approx(
        text_width("a", "DejaVuSans", 20) + text_width("b", "DejaVuSans", 20) + 2.0
    )


def test_article_has_margin_rounded_corners_and_all_glyphs() -> None:
    article = label_article(print_label(TEXT, np.random.default_rng(0)), (235, 233, 228))
    assert article.rgb.shape == (800, 600, 3)
    assert article.alpha[400, 300] == 255
    assert article.alpha[:99].max() == 0
    assert article.alpha[101, 101] == 0  # rounded corner, 2 mm
    assert visible_glyph_share(article) == 1.0
    half = np.zeros_like(article.hidden)
    half[article.glyphs.nonzero()[0][: article.glyphs.sum() // 2].max() :] = True
    assert 0.3 < visible_glyph_share(article, half) < 0.7
