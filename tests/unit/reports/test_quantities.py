import math

import pytest

from reports.quantities import Unit, count, difference, interval, value


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (0.9965, Unit.SHARE, "99.7%"),
        (0.99947, Unit.SHARE, "99.95%"),
        (0.0004, Unit.SHARE, "0.04%"),
        (0.00001, Unit.SHARE, "< 0.01%"),
        (0.99999, Unit.SHARE, "> 99.99%"),
        (0.0, Unit.SHARE, "0.0%"),
        (1.0, Unit.SHARE, "100.0%"),
        (4210.4, Unit.PER_HOUR, "4,210 /h"),
        (37.25, Unit.PER_HOUR, "37.2 /h"),
        (3.149, Unit.SECONDS, "3.15 s"),
        (46.03, Unit.SECONDS, "46.0 s"),
        (12.0, Unit.NUMBER, "12.0"),
        (None, Unit.SHARE, "not measured"),
        (math.nan, Unit.SECONDS, "not measured"),
    ],
)
def test_levels(number, unit, text):
    assert value(number, unit) == text


@pytest.mark.parametrize("number", [1e-9, 1 - 1e-9, 0.99995, 0.00004])
def test_a_share_short_of_certain_never_reads_as_certain(number):
    assert value(number, Unit.SHARE) not in ("0.0%", "0.00%", "100.0%", "100.00%")


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (0.066, Unit.SHARE, "+6.6 pp"),
        (-0.0033, Unit.SHARE, "\u22120.33 pp"),
        (0.0, Unit.SHARE, "0.00 pp"),
        (-0.0, Unit.SHARE, "0.00 pp"),
        (-0.00000001, Unit.SHARE, "0.00 pp"),
        (-15.26, Unit.SECONDS, "\u221215.3 s"),
        (295.2, Unit.PER_HOUR, "+295 /h"),
        (None, Unit.SHARE, "not measured"),
    ],
)
def test_differences(number, unit, text):
    assert difference(number, unit) == text


def test_a_difference_without_its_sign():
    assert difference(-0.066, Unit.SHARE, signed=False) == "6.6 pp"


def test_intervals_use_one_precision_and_say_points():
    assert interval(0.062, 0.07, Unit.SHARE, is_difference=True) == "6.2 to 7.0 pp"
    assert interval(0.062, 0.07, Unit.SHARE, is_difference=False) == "6.2 to 7.0%"
    assert interval(-2.0, 14.0, Unit.SECONDS, is_difference=True) == "\u22122.0 to 14.0 s"


def test_a_flipped_interval_swaps_its_ends():
    assert interval(-0.07, -0.062, Unit.SHARE, True, flip=True) == "6.2 to 7.0 pp"


@pytest.mark.parametrize("ends", [(None, 1.0), (0.0, None), (None, None), (math.nan, 1.0)])
def test_half_an_interval_is_none(ends):
    assert interval(*ends, Unit.SHARE, is_difference=True) == "no interval"


def test_counts():
    assert count(120000) == "120,000"
    assert count(None) == "not measured"
