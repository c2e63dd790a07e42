"""How many parcels a reader gets through on this machine, asked in batches by several processes."""

import time
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
ROUNDS = 3
"""The fastest counts: what else ran on the machine can only slow a reader down."""


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
        ``parcels_per_s`` of all processes together, ``processes``, ``batch``, ``pictures``.
    """
    with spawned_pool(processes) as pool:
        seconds = list(pool.map(_seconds, [arm] * processes, [pictures] * processes))
    return {
        "parcels_per_s": sum(pictures / each for each in seconds),
        "processes": processes,
        "batch": BLOCK_SIZE,
        "pictures": pictures,
    }


def _seconds(arm: ArmSpec, pictures: int) -> float:
    prepare_process()
    replication = replication_of(load_scenario(SCENARIO).scenario, 0)
    parcels = replication.population.parcels[:pictures]
    drawn = [replication.capture(parcel, 1, True, arm.views) for parcel in parcels]
    batches = [drawn[at : at + BLOCK_SIZE] for at in range(0, len(drawn), BLOCK_SIZE)]
    resolved = resolve_arm(arm)
    seconds = 0.0
    for batch in batches:
        # the world paints what is looked at, and keeps the last pictures alone
        answer_batch(resolved, batch)
        rounds = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            answer_batch(resolved, batch)
            rounds.append(time.perf_counter() - began)
        seconds += min(rounds)
    return seconds
