"""The same cell has the same bytes, whatever the hash seed of the process."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import hashlib
from scenarios.model import Burst, Surge
from sim.sorting.centre import run_cell
from sim.sorting.population import draw_population
from sim.streams import Streams
from tests.sorting_world import noisy, sorting

scenario = sorting(lanes=2, arrivals={
    "burst": Burst(mean_parcels=10.0, mean_gap_s=1.0),
    "surges": (Surge(start_s=0.0, end_s=600.0, extra_per_h=300.0),)})
streams = Streams(8, 2)
population = draw_population(scenario, streams)
digest = hashlib.sha256(repr(population.parcels).encode())
for loaded in (False, True):
    log = run_cell(scenario, population, loaded, noisy(population, review=0.3), streams)
    for name, table in log.tables().items():
        digest.update(name.encode() + repr(table.to_pylist()).encode())
print(digest.hexdigest())
"""


def digest(hash_seed: str) -> str:
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=root,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_two_hash_seeds_give_the_same_digest() -> None:
    first = digest("1")
    assert len(first) == 64
    assert digest("2") == first
