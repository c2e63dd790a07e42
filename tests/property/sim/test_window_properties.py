import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.frames.capture import _sensor, capture
from sim.streams import Streams
from tests.unit.sim.frames.frame_specimen import SMALL_CAMERA, condition, parcel

STREAMS = Streams(4, 0)
DAMAGE = (condition("torn", 3), condition("glare", 2), condition("motion_blur", 4))
WIDTH, HEIGHT = SMALL_CAMERA.sensor_width_px, SMALL_CAMERA.sensor_height_px


def view(number: int):
    return capture(parcel(number), 1, DAMAGE, SMALL_CAMERA, 2.5, STREAMS).views[0]


def whole(number: int) -> np.ndarray:
    return view(number).window([[0, 0], [100, 0], [100, 86], [0, 86]], (WIDTH, HEIGHT))


@given(
    number=st.integers(0, 2),
    x=st.tuples(st.integers(0, WIDTH - 1), st.integers(1, WIDTH)),
    y=st.tuples(st.integers(0, HEIGHT - 1), st.integers(1, HEIGHT)),
    forget=st.booleans(),
)
def test_sensor_pixels_are_the_same_whichever_window_asks(number, x, y, forget) -> None:
    x0, x1 = min(x), max(x[1], min(x) + 1)
    y0, y1 = min(y), max(y[1], min(y) + 1)
    if forget:
        _sensor.cache_clear()  # only the tiles under this window are painted
    quad = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) / 5.0
    part = view(number).window(quad, (x1 - x0, y1 - y0))
    assert np.array_equal(part, whole(number)[y0:y1, x0:x1])


finite = st.floats(-300.0, 400.0)


@given(
    quad=st.lists(st.tuples(finite, finite), min_size=4, max_size=4),
    size=st.tuples(st.integers(1, 64), st.integers(1, 64)),
)
def test_any_quad_is_either_refused_or_answered_in_shape(quad, size) -> None:
    try:
        window = view(0).window(quad, size)
    except ValueError:
        return
    assert window.shape == (size[1], size[0], 3)
    assert window.dtype == np.uint8
    assert not window.flags.writeable


@given(
    kinds=st.lists(
        st.tuples(st.sampled_from(["torn", "taped", "glare", "motion_blur"]), st.integers(1, 5)),
        max_size=4,
        unique_by=lambda pair: pair[0],
    ),
    number=st.integers(0, 20),
)
def test_overviews_are_the_same_for_any_order_of_conditions(kinds, number) -> None:
    conditions = [condition(kind, severity) for kind, severity in kinds]
    one, two = (
        capture(parcel(number), 1, order, SMALL_CAMERA, 2.5, STREAMS)
        for order in (conditions, conditions[::-1])
    )
    first = one.views[0].overview
    _sensor.cache_clear()
    assert one.capture_id == two.capture_id
    assert np.array_equal(first, two.views[0].overview)
