import pytest

from metrics.groups import group_order


def test_families_then_values_with_numbers_as_numbers() -> None:
    ordered = [
        "all",
        "readable=yes",
        "factor=load",
        "kind=glare",
        "kind=torn",
        "kind=glare,alone=yes",
        "kind=torn,alone=yes",
        "kind=glare,severity=1",
        "kind=glare,severity=5",
        "kind=torn,severity=2",
        "kind=glare,severity=5,alone=yes",
        "kind=torn,severity=2,alone=yes",
        "lane=2",
        "lane=10",
        "lane=2,hour=9",
        "lane=2,hour=11",
        "lane=10,hour=0",
    ]
    assert sorted(ordered, key=group_order) == ordered


def test_unknown_family_is_an_error() -> None:
    with pytest.raises(ValueError, match="weather"):
        group_order("weather=rain")
