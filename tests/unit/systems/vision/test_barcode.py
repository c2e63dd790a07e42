from collections.abc import Sequence

import numpy as np
import pytest
import zxingcpp

from systems.contracts.vision import Capture, ReadingDecision
from systems.vision.barcode import Barcode


def check(body: str) -> str:
    """ISO 7064 mod 11,10 by its definition, apart from the library the reader uses."""
    state = 10
    for digit in body:
        total = (state + int(digit)) % 10 or 10
        state = 2 * total % 11
    return str((11 - state) % 10)


ID_A = "12345678901" + check("12345678901")
ID_B = "99000000001" + check("99000000001")


class Picture:
    """A camera view of a fixed sensor picture, scale 2."""

    name = "top"
    sensor_scale = 2.0

    def __init__(self, sensor: np.ndarray) -> None:
        self._sensor = np.repeat(sensor[:, :, None], 3, axis=2)
        self.overview = self._sensor[::2, ::2]
        self.asked: list[tuple[np.ndarray, tuple[int, int]]] = []

    def window(self, quad: np.ndarray, size: tuple[int, int]) -> np.ndarray:
        self.asked.append((quad, size))
        return self._sensor


def picture(symbols: Sequence[tuple[str, str]], turns: int = 0) -> Picture:
    sensor = np.full((600, 900), 235, np.uint8)
    for row, (kind, text) in enumerate(symbols):
        symbol = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
        image = np.array(symbol.to_image(scale=4, add_quiet_zones=True))
        image = image[:140, :880]
        sensor[10 + 145 * row :][: image.shape[0], 10 : 10 + image.shape[1]] = image
    return Picture(np.ascontiguousarray(np.rot90(sensor, turns)))


def read(*symbols: tuple[str, str], turns: int = 0, **params: bool):
    view = picture(symbols, turns)
    capture = Capture("c", (view,), (300.0, 200.0, 100.0), 500.0)
    (reading,) = Barcode(**params).read([capture])
    assert reading.capture_id == "c"
    return reading


def bars(text: str) -> tuple[str, str]:
    return "Code128", text


def matrix(text: str) -> tuple[str, str]:
    return "DataMatrix", text


@pytest.mark.parametrize("turns", range(4))
def test_both_symbols_agree(turns: int) -> None:
    reading = read(bars(ID_A), matrix(f"LG17KX2QD{ID_A}"), turns=turns)
    assert reading.decision is ReadingDecision.ACCEPT
    assert reading.fields == {"tracking_id": ID_A, "sort_code": "7KX2QD"}
    assert reading.confidence > 0.99
    assert [stage.name for stage in reading.stages] == ["code128", "datamatrix"]
    assert reading.stages[0].proposed == {"tracking_id": ID_A}
    assert {box.name for box in reading.boxes} == {"code128", "datamatrix"}


def test_one_symbol_is_enough_and_says_less() -> None:
    alone = read(bars(ID_A))
    assert alone.decision is ReadingDecision.ACCEPT
    assert alone.fields == {"tracking_id": ID_A}
    both = read(bars(ID_A), matrix(f"LG17KX2QD{ID_A}"))
    assert alone.confidence < read(matrix(f"LG17KX2QD{ID_A}")).confidence < both.confidence


def test_symbols_that_contradict_go_to_review() -> None:
    reading = read(bars(ID_A), matrix(f"LG17KX2QD{ID_B}"))
    assert reading.decision is ReadingDecision.REVIEW
    assert reading.confidence < 0.5
    assert reading.fields["tracking_id"] in (ID_A, ID_B)


def test_two_labels_in_view_go_to_review_with_the_more_frequent_first() -> None:
    reading = read(bars(ID_B), bars(ID_A), matrix(f"LG17KX2QD{ID_B}"))
    assert reading.decision is ReadingDecision.REVIEW
    assert reading.fields["tracking_id"] == ID_B


def test_one_id_with_two_sort_codes_goes_to_review() -> None:
    reading = read(matrix(f"LG17KX2QD{ID_A}"), matrix(f"LG1000000{ID_A}"))
    assert reading.decision is ReadingDecision.REVIEW


@pytest.mark.parametrize(
    "symbol",
    [
        bars("HELLO WORLD"),
        bars(ID_A[:-1]),
        bars(ID_A + "0"),
        matrix(f"LG27KX2QD{ID_A}"),  # another version
        matrix(f"LG17KX2QI{ID_A}"),  # not of the alphabet
        matrix(f"LG17KX2QD{ID_A}X"),
        matrix(f"XX LG17KX2QD{ID_A}"),
    ],
)
def test_malformed_contents_are_no_read_and_are_named(symbol: tuple[str, str]) -> None:
    reading = read(symbol)
    assert reading.decision is ReadingDecision.NO_READ
    assert reading.fields == {}
    assert reading.confidence == 0.0
    assert any("malformed" in stage.proposed for stage in reading.stages)


def test_check_digit_is_verified_unless_told_otherwise() -> None:
    wrong = ID_A[:-1] + str((int(ID_A[-1]) + 1) % 10)
    assert read(bars(wrong)).decision is ReadingDecision.NO_READ
    lenient = read(bars(wrong), verify_check_digit=False)
    assert lenient.decision is ReadingDecision.ACCEPT
    assert lenient.fields == {"tracking_id": wrong}


def test_a_malformed_symbol_beside_a_good_one_does_no_harm() -> None:
    reading = read(bars("HELLO"), matrix(f"LG17KX2QD{ID_A}"))
    assert reading.decision is ReadingDecision.ACCEPT
    assert reading.stages[0].proposed == {"malformed": "HELLO"}


def test_an_empty_belt_is_no_read() -> None:
    reading = read()
    assert reading.decision is ReadingDecision.NO_READ
    assert reading.boxes == ()
    assert all(stage.proposed == {} and stage.confidence is None for stage in reading.stages)


def test_without_rotation_a_quarter_turn_loses_the_bars() -> None:
    assert read(bars(ID_A), turns=1).decision is ReadingDecision.ACCEPT
    assert read(bars(ID_A), turns=1, try_rotate=False).decision is ReadingDecision.NO_READ


def test_boxes_are_in_overview_pixels() -> None:
    (box,) = read(matrix(f"LG17KX2QD{ID_A}")).boxes
    corners = np.array(box.quad)
    assert corners.min() > 5.0 / 2.0
    assert corners.max() < 150.0 / 2.0
    assert box.view == "top"


def test_asks_for_every_sensor_pixel_once() -> None:
    view = picture([bars(ID_A)])
    Barcode().read([Capture("c", (view,), (1.0, 1.0, 1.0), 1.0)])
    ((quad, size),) = view.asked
    assert size == (900, 600)
    assert quad.tolist() == [[0, 0], [450, 0], [450, 300], [0, 300]]


def test_captures_are_answered_in_order_and_none_is_fine() -> None:
    captures = [
        Capture(str(n), (picture([bars(i)]),), (1.0, 1.0, 1.0), 1.0)
        for n, i in enumerate((ID_A, ID_B, ID_A))
    ]
    readings = Barcode().read(captures)
    assert [r.capture_id for r in readings] == ["0", "1", "2"]
    assert [r.fields["tracking_id"] for r in readings] == [ID_A, ID_B, ID_A]
    assert list(Barcode().read([])) == []


def test_fingerprint_names_versions_and_parameters() -> None:
    assert "zxing-cpp 3." in Barcode().fingerprint()
    assert Barcode().fingerprint() != Barcode(try_rotate=False).fingerprint()
