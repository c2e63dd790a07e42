"""The OCR reader: what it decides from lines of text, and that it reads real pictures, offline."""

import itertools
import socket
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import pytest

from labgap.replication import replication_of
from scenarios.loading import load_scenario
from sim.sorting.parcel import Parcel
from systems.conformance.samples.captures import ArrayView
from systems.contracts.vision import CameraView, Capture, Reading, ReadingDecision
from systems.errors import SystemFailure
from systems.registry import resolve
from systems.vision import text_engine
from systems.vision.ocr import Ocr
from systems.vision.text_engine import TextEngine, TextLine, model_files
from tests.unit.systems.vision.test_label_text import GOOD, check, label, line

OTHER = "99000000001" + check("99000000001")
WRONG = GOOD[:-1] + str((int(GOOD[-1]) + 1) % 10)


class Script(TextEngine):
    """An engine that has read already: lines for each look, and for quads read in one go."""

    def __init__(self, *looks: Sequence[TextLine], whole: str = "") -> None:
        super().__init__()
        self.looks = list(looks)
        self.whole = whole
        self.asked: list[int] = []

    def lines(self, view: CameraView, detect_side_px: int) -> list[TextLine]:
        self.asked.append(detect_side_px)
        return list(self.looks[min(len(self.asked), len(self.looks)) - 1])

    def line(self, view: CameraView, quad: np.ndarray) -> TextLine:
        return TextLine(self.whole, 0.98, tuple((float(x), float(y)) for x, y in quad))


def decided(*looks: Sequence[TextLine], whole: str = "", **params: float) -> Reading:
    reader = Ocr(**params)
    reader._engine = Script(*looks, whole=whole)
    view = ArrayView("top", np.zeros((1280, 1600, 3), np.uint8))
    (reading,) = reader.read([Capture("c", (view,), (300.0, 200.0, 100.0), 500.0)])
    return reading


def test_both_fields_are_accepted() -> None:
    reading = decided(label())
    assert reading.decision is ReadingDecision.ACCEPT
    assert reading.fields == {"tracking_id": GOOD, "sort_code": "7KX2QD"}
    assert {box.name for box in reading.boxes} == {"tracking_id", "sort_code"}
    assert [stage.name for stage in reading.stages] == ["text_detector", "tracking_id", "sort_code"]
    assert reading.stages[0].proposed["looks"] == "1"


def test_a_wrong_check_digit_is_never_accepted_and_stays_a_guess() -> None:
    reading = decided(label(0.0, WRONG), accept_code_alone=2.0)
    assert reading.decision is ReadingDecision.REVIEW
    assert reading.fields["tracking_id"] == WRONG
    assert reading.confidence <= 0.3
    assert reading.stages[1].proposed == {"bad_check_digit": WRONG}


def test_a_doubtful_sort_code_is_left_out_beside_a_good_id() -> None:
    lines = [line("7KX2QD", 0.0, 0.0, 22.0, score=0.85), line(GOOD, 0.0, 60.0)]
    assert decided(lines).fields == {"tracking_id": GOOD}
    assert decided(lines, accept_code=0.8).fields == {"tracking_id": GOOD, "sort_code": "7KX2QD"}


def test_a_doubtful_id_goes_to_review_with_everything_as_the_guess() -> None:
    lines = [line("7KX2QD", 0.0, 0.0, 22.0), line(GOOD, 0.0, 60.0, score=0.5)]
    reading = decided(lines)
    assert reading.decision is ReadingDecision.REVIEW
    assert reading.fields == {"tracking_id": GOOD, "sort_code": "7KX2QD"}
    assert decided(lines, accept_id=0.4).decision is ReadingDecision.ACCEPT


def test_a_sort_code_alone_needs_to_be_surer() -> None:
    sure = [line("7KX2QD", 0.0, 0.0, 22.0, score=0.9999)]
    assert decided(sure).decision is ReadingDecision.ACCEPT
    assert decided(sure).fields == {"sort_code": "7KX2QD"}
    assert decided(sure, accept_code_alone=1.1).decision is ReadingDecision.REVIEW
    unsure = [line("7KX2QD", 0.0, 0.0, 22.0, score=0.95)]
    assert decided(unsure).decision is ReadingDecision.REVIEW


def test_two_labels_in_view_go_to_review() -> None:
    reading = decided([line(GOOD, 0.0, 0.0), line(OTHER, 0.0, 60.0)])
    assert reading.decision is ReadingDecision.REVIEW
    assert reading.confidence <= 0.3


def test_an_id_in_pieces_that_do_not_fit_is_read_again_in_one_go() -> None:
    overlapping = [line(GOOD[:5], 0.0, 0.0), line(GOOD[4:], 30.0, 0.0)]
    assert decided(overlapping, whole="").fields == {}
    assert decided(overlapping, whole=GOOD).fields == {"tracking_id": GOOD}


def test_a_second_look_is_taken_only_where_the_first_lacked_something() -> None:
    found = decided([], label())
    assert found.stages[0].proposed["looks"] == "2"
    assert found.decision is ReadingDecision.ACCEPT
    assert decided(label()).stages[0].proposed["looks"] == "1"


def test_nothing_in_view_is_a_no_read() -> None:
    reading = decided([])
    assert (reading.decision, reading.confidence, reading.fields) == (
        ReadingDecision.NO_READ,
        0.0,
        {},
    )


def test_a_surer_line_never_lowers_the_confidence() -> None:
    scores = np.linspace(0.9, 1.0, 6)
    sure = [decided([line(GOOD, 0.0, 0.0, score=float(score))]).confidence for score in scores]
    assert sure == sorted(sure)
    assert sure[0] < sure[-1] < 1.0


@cache
def drawn() -> tuple[Parcel, np.ndarray]:
    """A parcel of the bench and every pixel of its picture."""
    scenario = load_scenario("sorting_lab", ("seed=772",)).scenario
    replication = replication_of(scenario, 0)
    parcel = replication.population.parcels[0]
    (view,) = replication.capture(parcel, 1, degraded=False).views
    height, width = view.overview.shape[:2]
    quad = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    return parcel, view.window(quad, (width * 4, height * 4))


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refused(*arguments: object) -> None:
        raise AssertionError("the reader opened a socket")

    monkeypatch.setattr(socket.socket, "connect", refused)
    return


@pytest.mark.usefixtures("no_network")
def test_a_label_is_read_in_every_turn_without_a_network_and_the_same_each_time() -> None:
    parcel, sensor = drawn()
    reader = Ocr()
    turned = [
        Capture(
            f"turn {turn}",
            (ArrayView("top", np.ascontiguousarray(np.rot90(sensor, turn))),),
            (1.0, 1.0, 1.0),
            1.0,
        )
        for turn in range(4)
    ]
    readings = reader.read(turned)
    fields = {"tracking_id": parcel.tracking_id, "sort_code": parcel.sort_code}
    assert [dict(reading.fields) for reading in readings] == [fields] * 4
    assert all(reading.decision is ReadingDecision.ACCEPT for reading in readings)
    angles = [float(reading.stages[0].proposed["turn_deg"]) for reading in readings]
    steps = [(before - after) % 360.0 for before, after in itertools.pairwise(angles)]
    assert steps == pytest.approx([90.0] * 3, abs=3.0)
    assert Ocr().read(turned[:1]) == [readings[0]]


def test_the_fingerprint_names_models_threads_and_thresholds() -> None:
    text = Ocr().fingerprint()
    assert "PP-OCRv6" in text
    assert "1 thread" in text
    assert text != Ocr(accept_id=0.5).fingerprint()


def test_missing_models_are_named_and_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(file.is_file() for file in model_files().values())
    monkeypatch.setattr(text_engine, "find_spec", lambda name: None)
    with pytest.raises(SystemFailure, match="rapidocr is not installed"):
        resolve("vision", "ocr", {}, allow_dotted=False)


def test_pieces_of_scribble_that_cross_are_no_text_and_no_error() -> None:
    view = ArrayView("top", np.full((60, 80, 3), 200, np.uint8))
    crossed = np.array([[10.0, 10.0], [60.0, 40.0], [60.0, 10.0], [10.0, 40.0]])
    assert TextEngine().line(view, crossed).text == ""
