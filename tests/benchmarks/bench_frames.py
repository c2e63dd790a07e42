"""Frames and parcels a second on one thread: ``pytest tests/benchmarks/bench_frames.py``."""

from collections.abc import Iterator
from itertools import count

import cv2
import pytest

from scenarios.camera_model import VIEWS
from sim.frames.capture import capture
from sim.frames.scene import Scene
from sim.frames.sensor import Sensor
from sim.frames.staging import stage
from sim.streams import Streams
from systems.vision.barcode import Barcode
from tests.unit.sim.frames.frame_specimen import FIELD_CAMERA, parcel

STREAMS = Streams(1, 0)
LONG_CAMERA = FIELD_CAMERA.model_copy(
    update={"pixels_per_m": 1000.0, "sensor_width_px": 1280, "sensor_height_px": 960}
)
PLACES_MM = ((-320.0, -190.0), (280.0, -180.0), (-300.0, 240.0), (300.0, 230.0))


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(threads)


def test_overview_with_four_new_parcels(benchmark) -> None:
    numbers = count()

    def frame() -> None:
        staged = tuple(
            stage(parcel(next(numbers)), 1, (), LONG_CAMERA, STREAMS, place)[0]
            for place in PLACES_MM
        )
        Sensor(Scene(staged, LONG_CAMERA, 2.5, 0.06, (0, 0)), LONG_CAMERA, (0, 0)).overview()

    benchmark.pedantic(frame, rounds=40, warmup_rounds=3)


def test_overview_with_four_parcels_in_stock(benchmark) -> None:
    staged = tuple(
        stage(parcel(n), 1, (), LONG_CAMERA, STREAMS, place)[0] for n, place in enumerate(PLACES_MM)
    )

    def frame() -> None:
        Sensor(Scene(staged, LONG_CAMERA, 2.5, 0.06, (0, 0)), LONG_CAMERA, (0, 0)).overview()

    benchmark.pedantic(frame, rounds=40, warmup_rounds=3)


def test_whole_sensor(benchmark) -> None:
    numbers = count()

    def frame() -> None:
        view = capture(parcel(next(numbers)), 1, (), FIELD_CAMERA, 2.5, STREAMS).views[0]
        view.window([[0, 0], [320, 0], [320, 256], [0, 256]], (1600, 1280))

    benchmark.pedantic(frame, rounds=40, warmup_rounds=6)


@pytest.mark.parametrize("views", [VIEWS[:1], ("top", "left", "right", "bottom"), VIEWS])
def test_parcel_drawn_and_read(benchmark, views) -> None:
    numbers, reader = count(), Barcode()
    camera = FIELD_CAMERA.model_copy(update={"views": views})

    def read() -> None:
        reader.read([capture(parcel(next(numbers)), 1, (), camera, 2.5, STREAMS)])

    benchmark.pedantic(read, rounds=40, warmup_rounds=6)
