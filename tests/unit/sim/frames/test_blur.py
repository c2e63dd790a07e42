from itertools import pairwise

import numpy as np
import pytest

from sim.frames.blur import blur_along_belt, blur_kernel, blur_modules, blur_px


def test_lengths_follow_from_physics() -> None:
    assert blur_px(2.5, 0.2, 3200.0) == pytest.approx(1.6)
    assert blur_modules(2.5, 0.2, 0.75) == pytest.approx(2.0 / 3.0)


@pytest.mark.parametrize("length", [0.0, 0.2, 0.5, 1.0, 1.7, 3.0, 8.0, 25.3])
def test_kernel_is_a_box_of_that_length(length: float) -> None:
    kernel = blur_kernel(length).astype(np.float64)
    taps = np.arange(kernel.size) - kernel.size // 2
    assert kernel.sum() == pytest.approx(1.0, abs=1e-6)
    assert (kernel >= 0.0).all()
    assert kernel == pytest.approx(kernel[::-1])
    # variance of a box is length^2 / 12; linear interpolation adds at most 1/4
    assert (kernel * taps**2).sum() >= length**2 / 12.0 - 1e-6
    assert (kernel * taps**2).sum() <= length**2 / 12.0 + 0.25


def test_longer_blur_always_spreads_more() -> None:
    lengths = np.linspace(0.05, 9.0, 40)
    peaks = [float(blur_kernel(length).max()) for length in lengths]
    assert all(a >= b for a, b in pairwise(peaks))


@pytest.mark.parametrize("length", [-0.1, float("nan"), float("inf")])
def test_impossible_lengths_are_refused(length: float) -> None:
    with pytest.raises(ValueError, match="blur length"):
        blur_kernel(length)


def test_blur_runs_along_the_belt_only() -> None:
    image = np.zeros((9, 21, 3), np.uint8)
    image[4, 10] = 250
    blurred = blur_along_belt(image, 5.0)
    assert blurred[4, 8:13].min() > 0
    assert not np.delete(blurred, 4, axis=0).any()
    assert image[4, 9].max() == 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 1, 3), (1, 40, 3), (40, 1, 3), (2, 3, 3)])
def test_tiny_and_grey_pictures_keep_shape_and_type(shape: tuple[int, ...]) -> None:
    image = np.full(shape, 77, np.uint8)
    blurred = blur_along_belt(image, 12.0)
    assert blurred.shape == shape
    assert blurred.dtype == np.uint8
    assert (blurred == 77).all()
