"""Lines of text become fields by the label standard, and nothing else does."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from systems.vision.label_text import printed_rows, rows_of, sort_codes, tracking_ids
from systems.vision.text_engine import TextLine


def check(body: str) -> str:
    """ISO 7064 mod 11,10 by its definition, apart from the library the reader uses."""
    state = 10
    for digit in body:
        total = (state + int(digit)) % 10 or 10
        state = 2 * total % 11
    return str((11 - state) % 10)


GOOD = "12345678901" + check("12345678901")


def line(
    text: str,
    x: float,
    y: float,
    height: float = 8.0,
    score: float = 0.99,
    turn_deg: float = 0.0,
) -> TextLine:
    """A line at (x, y) of the upright label, which is then turned about the origin."""
    width = 0.6 * height * max(len(text), 1)
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    c, s = math.cos(math.radians(turn_deg)), math.sin(math.radians(turn_deg))
    return TextLine(text, score, tuple((c * u - s * v, s * u + c * v) for u, v in corners))


def label(turn_deg: float = 0.0, tracking_id: str = GOOD) -> list[TextLine]:
    groups = [tracking_id[start : start + 4] for start in (0, 4, 8)]
    return [
        line("12345 Dunmere", 20.0, 40.0, turn_deg=turn_deg),
        line("7KX2QD", 10.0, 60.0, 22.0, turn_deg=turn_deg),
        *(line(group, 30.0 + 35.0 * n, 128.0, turn_deg=turn_deg) for n, group in enumerate(groups)),
        line("EXPRESS 24", 6.0, 140.0, turn_deg=turn_deg),
    ]


@given(
    digits=st.text("0123456789", min_size=11, max_size=11),
    turn=st.floats(0.0, 359.0),
    order=st.randoms(use_true_random=False),
)
def test_a_printed_id_is_found_in_any_turn_and_order(
    digits: str, turn: float, order: object
) -> None:
    tracking_id = digits + check(digits)
    lines = label(turn, tracking_id)
    order.shuffle(lines)  # type: ignore[attr-defined]
    ids, codes = tracking_ids(lines), sort_codes(lines)
    assert [(found.text, found.is_valid) for found in ids] == [(tracking_id, True)]
    assert [found.text for found in codes] == ["7KX2QD"]


@given(st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_never_passes_for_a_good_id(at: int, step: int) -> None:
    """ISO 7064 mod 11,10 finds every single substitution."""
    wrong = GOOD[:at] + str((int(GOOD[at]) + step) % 10) + GOOD[at + 1 :]
    assert [found.is_valid for found in tracking_ids(label(0.0, wrong))] == [False]


def test_a_found_field_is_as_sure_as_its_weakest_piece_and_boxed_whole() -> None:
    lines = [
        line(GOOD[:4], 0.0, 0.0, score=0.99),
        line(GOOD[4:8], 40.0, 0.0, score=0.91),
        line(GOOD[8:], 80.0, 0.0, score=0.97),
    ]
    (found,) = tracking_ids(lines)
    assert found.score == 0.91
    assert found.quad[0] == (0.0, 0.0)
    assert found.quad[2] == lines[2].quad[2]


@pytest.mark.parametrize(
    "texts",
    [
        (GOOD[:4], GOOD[4:8]),  # a group is missing
        (GOOD + "0",),
        ("S" * 3 + GOOD[3:],),  # too many letters to be taken for digits
        ("１２３４５６７８９０１２",),  # digits of another script
    ],
)
def test_no_id_where_there_are_not_twelve_digits(texts: tuple[str, ...]) -> None:
    assert tracking_ids([line(text, 50.0 * n, 0.0) for n, text in enumerate(texts)]) == []


def test_letters_that_look_like_digits_are_read_as_such() -> None:
    assert tracking_ids([line("O0" + "0" * 9 + "I", 0.0, 0.0)])[0].text == "0" * 11 + "1"


def test_lines_of_two_rows_are_never_joined() -> None:
    lines = [line(GOOD[:6], 0.0, 0.0), line(GOOD[6:], 40.0, 12.0)]
    assert len(rows_of(lines)) == 2
    assert tracking_ids(lines) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [("7KX2QD", "7KX2QD"), ("7kx2qd:", "7KX2QD"), ("OIL2QD", "0112QD"), ("7KX 2QD", "7KX2QD")],
)
def test_sort_codes_are_decoded_as_crockford_says(text: str, code: str) -> None:
    assert [found.text for found in sort_codes([line(text, 0.0, 0.0, 20.0)])] == [code]


@pytest.mark.parametrize("text", ["7KX2Q", "7KX2QDA", "7KX2QU", "7KÄ2QD", ""])
def test_what_is_no_code_is_none(text: str) -> None:
    assert sort_codes([line(text, 0.0, 0.0, 20.0)]) == []


def test_small_print_of_six_symbols_is_no_sort_code() -> None:
    lines = [line("PARCEL", 0.0, 0.0, 8.0), line("7KX2QD", 0.0, 40.0, 22.0)]
    assert [found.text for found in sort_codes(lines)] == ["7KX2QD"]


def test_nothing_read_is_nothing_found() -> None:
    assert (rows_of([]), tracking_ids([]), sort_codes([])) == ([], [], [])


def test_rows_of_print_lead_with_the_most_digits_and_digits_lose_what_stands_between() -> None:
    lines = [
        line("ISBN 0-596", 0.0, 0.0),
        line('9"780596', 0.0, 40.0, score=0.9),
        line("008574'", 60.0, 40.0, score=0.95),
    ]
    found = printed_rows(lines)
    assert [(one.text, one.kind) for one in found] == [
        ("9780596008574", "print"),
        ("ISBN 0-596", "print"),
    ]
    assert found[0].confidence == 0.9
