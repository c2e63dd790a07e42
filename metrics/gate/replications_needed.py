"""How many replications a verdict would take."""

import math

from scipy import special

__all__ = ["MOST", "replications_needed"]

MOST = 1000
"""Replications a scenario may have; beyond it the honest answer is that the margin is too thin."""
_POWER = 0.8


def replications_needed(
    value: float, half_width: float, replications: int, margin: float, alpha: float
) -> int | None:
    """Replications for a four in five chance of a verdict.

    The spread of one replication is read off the present interval; the harm is taken to be what
    it is now.  Below the margin the distance to it decides, at or above it the distance to zero.

    Parameters
    ----------
    value, half_width, margin : float
        In the metric's unit; `half_width` is the upper limit less `value`.
    replications : int
        At least 2.
    alpha : float
        One-sided error of a limit.

    Returns
    -------
    int or None
        More than `replications`; None if more than `MOST`.
    """
    distance = margin - value if value < margin else value
    if distance <= 0.0 or not math.isfinite(half_width) or replications < 2:
        return None
    t = float(special.stdtrit(replications - 1, 1.0 - alpha))
    spread = half_width / t * math.sqrt(replications)
    for count in range(replications + 1, MOST + 1):
        reach = float(special.stdtrit(count - 1, 1.0 - alpha) + special.ndtri(_POWER))
        if distance >= reach * spread / math.sqrt(count):
            return count
    return None
