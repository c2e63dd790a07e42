"""Tracking ids: eleven random digits and a check digit."""

from collections.abc import Sequence

import numpy as np
from stdnum.iso7064 import mod_11_10

from sim.sorting.cohort import Cohort
from sim.streams import Streams

__all__ = ["PAYLOAD_DIGITS", "draw_tracking_ids", "is_tracking_id"]

PAYLOAD_DIGITS = 11


def is_tracking_id(text: str) -> bool:
    """Whether `text` is twelve ASCII digits whose last is right by ISO 7064 mod 11,10."""
    return (
        len(text) == PAYLOAD_DIGITS + 1
        and text.isascii()
        and text.isdigit()
        and mod_11_10.is_valid(text)
    )


def draw_tracking_ids(cohorts: Sequence[Cohort], streams: Streams) -> list[str]:
    """Draw one id a parcel, unique in the population.

    Where two payloads agree (in a population of 30,000, less than one time in two hundred), the
    later parcel draws again, so a cohort added later never changes an id drawn before it.
    """
    taken: set[int] = set()
    ids: list[str] = []
    for cohort in cohorts:
        first = streams.generator("population", "tracking_id", *cohort.name)
        for index, drawn in enumerate(first.integers(10**PAYLOAD_DIGITS, size=cohort.count)):
            payload = int(drawn)
            attempt = 0
            while payload in taken:
                attempt += 1
                payload = _again(streams, cohort, index, attempt)
            taken.add(payload)
            digits = f"{payload:0{PAYLOAD_DIGITS}d}"
            ids.append(digits + mod_11_10.calc_check_digit(digits))
    return ids


def _again(streams: Streams, cohort: Cohort, index: int, attempt: int) -> int:
    name = ("population", "tracking_id", *cohort.name, "again", index, attempt)
    generator: np.random.Generator = streams.generator(*name)
    return int(generator.integers(10**PAYLOAD_DIGITS))
