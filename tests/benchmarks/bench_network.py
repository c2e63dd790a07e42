"""A national day, 1,500 centres and some 10 M parcels, through one cell; draws counted.

Run with ``pytest tests/benchmarks/bench_network.py --benchmark-timer=time.process_time -s``; the
name keeps it out of the default suite.
"""

from typing import Any

from sim.network.centres import draw_centres
from sim.network.day import play_centre
from sim.streams import Streams
from tests.network_specimen import network


def test_national_day(benchmark: Any) -> None:
    net = network(
        centres=1500,
        sizes={"median_per_h": 170.0, "log_sd": 0.9},
        load={
            "duration_s": 86_400.0,
            "profile": [{"start_s": 3600.0 * h, "factor": 0.5 + h % 12 / 6} for h in range(24)],
            "peaks": [{"start_s": 68_400.0, "end_s": 79_200.0, "extra_share": 0.5}],
        },
        review_desk={"rate_per_h": 900.0},
        exception_desk={"rate_per_h": 120.0},
    )
    centres = draw_centres(net, 1)

    def day() -> int:
        return sum(
            len(play_centre(net, centre, True, True, Streams(1, 0)).left_s) for centre in centres
        )

    parcels = benchmark.pedantic(day, rounds=3, warmup_rounds=0)
    benchmark.extra_info["parcels"] = parcels
    print(f"\n{parcels:,} parcels at {len(centres):,} centres")
