"""Ten million parcels through one queue stage, draws not counted.

Run with ``pytest tests/benchmarks/bench_queues.py --benchmark-timer=time.process_time``; the name
keeps it out of the default suite.
"""

from typing import Any

import numpy as np
import pytest

from sim.array_queues import queue_waits

PARCELS = 10_000_000


@pytest.mark.parametrize("servers", [1, 4, 16, 40, 100, 400])
def test_stage(benchmark: Any, servers: int) -> None:
    rng = np.random.default_rng(1)
    arrival = np.cumsum(rng.exponential(0.0086, PARCELS))  # a national day: 10 M in 24 h
    service = rng.exponential(0.0086 * 0.8 * servers, PARCELS)
    benchmark.extra_info["servers"] = servers
    benchmark.pedantic(queue_waits, (arrival, service, servers), rounds=5, warmup_rounds=1)
    benchmark.extra_info["parcels_per_s"] = round(PARCELS / benchmark.stats.stats.median)
