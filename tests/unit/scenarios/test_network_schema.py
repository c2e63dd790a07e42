"""Rules of a network's schema."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.network_specimen import network


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"centres": 0}, "centres"),
        ({"centres": 5001}, "centres"),
        ({"unkeyed_share": 1.5}, "unkeyed_share"),
        ({"belts": 4}, "belts"),
        ({"docks": {"planned_load": 1.0}}, "planned_load"),
        ({"docks": {"reason": ""}}, "reason"),
        ({"docks": {"rate_per_h": float("nan")}}, "rate_per_h"),
        ({"reader": {"lab": {"hand_off": 0.7, "no_read": 0.4}}}, "sum to more than 1"),
        ({"load": {"peaks": [{"start_s": 9.0, "end_s": 9.0, "extra_share": 1.0}]}}, "lasts from"),
        ({"load": {"peaks": [{"start_s": 9.0, "end_s": 9e3, "extra_share": 1.0}]}}, "lasts from"),
        ({"load": {"profile": [{"start_s": 5.0, "factor": 1.0}]}}, "follow each other"),
        ({"load": {"profile": [{"start_s": 0.0, "factor": 0.0}]}}, "factor above 0"),
        ({"load": {"duration_s": 1700.0, "peaks": []}}, "follow each other"),
        (
            {"load": {"profile": [{"start_s": t, "factor": 1.0} for t in (0.0, 9.0, 9.0)]}},
            "follow each other",
        ),
    ],
)
def test_what_is_no_network_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        network(**changes)


def test_peaks_follow_the_size_of_the_centre() -> None:
    arrivals = network().load.arrivals(500.0)
    assert arrivals.rate_per_h == 500.0
    assert [surge.extra_per_h for surge in arrivals.surges] == [300.0]
    assert arrivals.profile == network().load.profile
