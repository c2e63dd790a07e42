"""How many parcels a reader gets through on this machine, asked in batches by several processes."""

import statistics
import time
from multiprocessing import get_context
from threading import Barrier
from typing import Any

from labgap.arms import ArmSpec
from labgap.reader_host import resolve_arm
from labgap.replication import BLOCK_SIZE, replication_of
from labgap.spawned_pool import spawned_pool
from labgap.tasks import prepare_process
from scenarios.loading import load_scenario
from systems.boundary import answer_batch

__all__ = ["reader_pace"]

SCENARIO = "vision_production"
ROUNDS = 5
PATIENCE_S = 300.0
"""How long a process waits for the others; one that is lost is an error, not a standstill."""


def reader_pace(arm: ArmSpec, pictures: int, processes: int) -> dict[str, Any]:
    """Time an arm's reader on pictures of production that are already painted.

    Parameters
    ----------
    arm : ArmSpec
    pictures : int
        Each process reads all of them, in batches of `BLOCK_SIZE`.
    processes : int
        That read at the same time, one thread each.

    Returns
    -------
    dict
        ``parcels_per_s`` of all processes together, median of `ROUNDS` rounds, ``least`` and
        ``most`` of them, ``processes``, ``batch``, ``pictures``.
    """
    with get_context("spawn").Manager() as shared, spawned_pool(processes) as pool:
        gate = shared.Barrier(processes)
        asked = ([arm] * processes, [pictures] * processes, [gate] * processes)
        of_processes = list(pool.map(_seconds, *asked))
    paces = [
        sum(pictures / seconds for seconds in of_round)
        for of_round in zip(*of_processes, strict=True)
    ]
    return {
        "parcels_per_s": statistics.median(paces),
        "least": min(paces),
        "most": max(paces),
        "processes": processes,
        "batch": BLOCK_SIZE,
        "pictures": pictures,
    }


def _seconds(arm: ArmSpec, pictures: int, gate: Barrier) -> list[float]:
    """Seconds for all pictures, round by round, with the other processes at the same batch."""
    prepare_process()
    replication = replication_of(load_scenario(SCENARIO).scenario, 0)
    parcels = replication.population.parcels[:pictures]
    drawn = [replication.capture(parcel, 1, True, arm.views) for parcel in parcels]
    batches = [drawn[at : at + BLOCK_SIZE] for at in range(0, len(drawn), BLOCK_SIZE)]
    resolved = resolve_arm(arm)
    seconds = [0.0] * ROUNDS
    for batch in batches:
        # the world paints what is looked at, and keeps the last pictures alone
        answer_batch(resolved, batch)
        for number in range(ROUNDS):
            gate.wait(PATIENCE_S)
            began = time.perf_counter()
            answer_batch(resolved, batch)
            seconds[number] += time.perf_counter() - began
    return seconds
