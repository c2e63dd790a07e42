import cv2
import numpy as np
import pytest
import zxingcpp

from scenarios.labels_model import LABEL_FONTS, TEMPLATE_NAMES, VARIED
from sim.frames.article import label_article, visible_glyph_share
from sim.frames.label import LabelText, datamatrix_payload
from sim.frames.label_templates import DOTS_PER_MM, TEMPLATES
from sim.frames.printing import print_label
from sim.frames.typesetting import FONTS, draw_text, text_width
from sim.sorting.parcel import STANDARD_LABEL, LabelStyle
from sim.sorting.symbols import SORT_CODE_LENGTH, SYMBOLS

TEXT = LabelText("7KWMQD", "123456789015")


def test_symbols_are_32_and_leave_out_the_ones_print_confuses() -> None:
    assert len(set(SYMBOLS)) == len(SYMBOLS) == 32
    assert not set(SYMBOLS) & set("ILOU")
    assert SORT_CODE_LENGTH == 6


def test_templates_have_the_names_that_scenarios_use() -> None:
    assert (*TEMPLATES, VARIED) == TEMPLATE_NAMES
    assert STANDARD_LABEL.template == TEMPLATE_NAMES[0]


@pytest.mark.parametrize("template", TEMPLATE_NAMES)
@pytest.mark.parametrize("number", range(12))
def test_printed_symbols_decode_to_the_standard(number: int, template: str) -> None:
    style = LabelStyle(template, ["", *LABEL_FONTS][number])
    printed = print_label(TEXT, np.random.default_rng(number), style)
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


@pytest.mark.parametrize("template", TEMPLATE_NAMES)
@pytest.mark.parametrize("font", ["", *LABEL_FONTS])
def test_fields_lie_where_the_print_says_and_on_nothing_else(template: str, font: str) -> None:
    printed = print_label(TEXT, np.random.default_rng(3), LabelStyle(template, font))
    inside = np.zeros(printed.glyphs.shape, np.bool_)
    for left, top, right, bottom in printed.lines_mm.values():
        assert 0.0 < left < right < 100.0
        assert 0.0 < top < bottom < 150.0
        # a Q may reach below the baseline, a round letter over the line of capitals
        room = 0.35 * (bottom - top)
        rows = slice(int((top - room) * DOTS_PER_MM), int((bottom + room) * DOTS_PER_MM))
        inside[rows, int(left * DOTS_PER_MM) - 1 : int(right * DOTS_PER_MM) + 1] = True
        line = printed.glyphs[
            int(top * DOTS_PER_MM) : int(bottom * DOTS_PER_MM),
            int(left * DOTS_PER_MM) : int(right * DOTS_PER_MM),
        ]
        assert line[:, :4].any()
        assert line[:, -4:].any()
        assert line.mean() > 0.1
    assert not (printed.glyphs & ~inside).any()


@pytest.mark.parametrize("template", TEMPLATE_NAMES)
@pytest.mark.parametrize("font", ["", *LABEL_FONTS])
@pytest.mark.parametrize("field", ["sort_code", "tracking_id"])
def test_every_symbol_of_a_line_lies_where_the_print_says(
    template: str, font: str, field: str
) -> None:
    text = LabelText("1WJ8MQ", TEXT.tracking_id)
    printed = print_label(text, np.random.default_rng(3), LabelStyle(template, font))
    line = printed.lines_mm[field]
    assert len(printed.symbols_mm[field]) == len(getattr(text, field))
    rows = slice(int(line[1] * DOTS_PER_MM), int(line[3] * DOTS_PER_MM))
    ends = [line[0] - 1.5]
    for left, top, right, bottom in printed.symbols_mm[field]:
        assert (top, bottom) == (line[1], line[3])
        assert ends[-1] < left + 1.6
        ends.append(right)
        columns = printed.glyphs[rows, int(left * DOTS_PER_MM) : int(right * DOTS_PER_MM)].any(0)
        inked = np.flatnonzero(columns)
        # its ink lies in the middle of it, give or take what a font leaves at either side
        middle = 0.5 * (inked[0] + inked[-1]) / columns.size
        assert 0.3 < middle < 0.7
    assert ends[-1] == pytest.approx(line[2], abs=1.5)
    assert ends == sorted(ends)


def test_a_style_changes_neither_addresses_nor_density() -> None:
    plain = print_label(TEXT, np.random.default_rng(4))
    styled = print_label(TEXT, np.random.default_rng(4), LabelStyle("standard", "cmtt10"))
    assert plain.density == styled.density
    top = slice(0, 55 * DOTS_PER_MM)
    assert np.array_equal(plain.ink[top], styled.ink[top])
    assert not np.array_equal(plain.ink, styled.ink)


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
