"""How long a system takes, on the simulation's clock: quantiles off a versioned profile.

The clock of a run never uses measured wall time, or no run could be repeated: a lane draws a
number in [0, 1] and takes the quantile.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from systems.kinds import kind_named

__all__ = ["LatencyProfile", "load_profile"]


@dataclass(frozen=True, slots=True)
class LatencyProfile:
    """Time from request to answer of one system.

    Attributes
    ----------
    name : str
        ``kind/system``, or ``kind/default``.
    version : int
        Rises whenever the figures change.
    unit : str
        Of `values`: ``s``.
    machine : str
        Where and how it was measured, or that it was not.
    batch_size : int
        Requests asked at once; the time is that of the whole batch.
    probabilities : tuple of float
        From 0 to 1, strictly increasing.
    values : tuple of float
        Quantiles at `probabilities`, in seconds, never decreasing.
    samples : int
        Batches timed; 0 where it was not measured or nobody wrote it down.
    system_sha256 : str or None
        Hash of the very system that was measured (fingerprint and parameters); None where it has
        no fingerprint.
    then : mapping of str to LatencyProfile
        Time of stages that do not always run, by the name of the stage in an answer's trace:
        added where the stage ran.
    is_default : bool
        True where no profile of this very system is known and the kind's default stands in.

    Raises
    ------
    ValueError
        If the table is no quantile function.
    """

    name: str
    version: int
    unit: str
    machine: str
    batch_size: int
    probabilities: tuple[float, ...]
    values: tuple[float, ...]
    samples: int = 0
    system_sha256: str | None = None
    then: Mapping[str, "LatencyProfile"] = field(default_factory=dict)
    is_default: bool = False

    def __post_init__(self) -> None:
        u, seconds = np.array(self.probabilities), np.array(self.values)
        if self.unit != "s" or self.version < 1 or self.batch_size < 1:
            raise ValueError(f"{self.name}: unit must be s, version and batch_size at least 1")
        if len(u) != len(seconds) or len(u) < 2 or u[0] != 0.0 or u[-1] != 1.0:
            raise ValueError(f"{self.name}: needs one value for each probability, from 0 to 1")
        if not np.isfinite(seconds).all() or seconds[0] < 0.0:
            raise ValueError(f"{self.name}: values must be finite and not negative")
        if (np.diff(u) <= 0.0).any() or (np.diff(seconds) < 0.0).any():
            raise ValueError(f"{self.name}: probabilities must increase and values never decrease")

    def record(self) -> dict[str, Any]:
        """All that the profile says, JSON-ready; `sha256` is taken over it."""
        record = asdict(replace(self, then={}))
        del record["is_default"], record["then"]
        if self.then:
            record["then"] = {stage: profile.sha256 for stage, profile in self.then.items()}
        return record

    @property
    def sha256(self) -> str:
        """Hash of everything in the profile, so that a run can name exactly what it used."""
        return hashlib.sha256(json.dumps(self.record(), sort_keys=True).encode()).hexdigest()

    def times(self, count: int) -> "LatencyProfile":
        """Profile of `count` such answers one after another, each as slow as the others.

        A reader of several views looks at one after another, and what slows it down for one (the
        machine, the parcel) holds for all.
        """
        if count == 1:
            return self
        return replace(
            self,
            values=tuple(count * value for value in self.values),
            then={stage: later.times(count) for stage, later in self.then.items()},
        )

    @overload
    def quantile(self, u: float) -> float: ...
    @overload
    def quantile(self, u: ArrayLike) -> NDArray[np.float64]: ...
    def quantile(self, u: ArrayLike) -> float | NDArray[np.float64]:
        """Time below which a share `u` of answers comes, linear between the table's points.

        Parameters
        ----------
        u : float or array of float
            In [0, 1].

        Returns
        -------
        float or ndarray of the shape of `u`
            Seconds.

        Raises
        ------
        ValueError
            If a `u` is outside [0, 1] or no number.
        """
        asked = np.asarray(u, dtype=np.float64)
        if not ((asked >= 0.0) & (asked <= 1.0)).all():
            raise ValueError("u must lie in [0, 1]")
        seconds = np.interp(asked, self.probabilities, self.values)
        return float(seconds) if asked.ndim == 0 else seconds


def load_profile(kind: str, spec: str) -> LatencyProfile:
    """Profile shipped for a system, or the default of its kind, which says that it is one.

    Raises
    ------
    UnknownKind
        If there is no such kind.
    """
    shipped = _shipped()
    name = f"{kind_named(kind).name}/{spec}"
    is_default = name not in shipped
    if is_default:
        name = f"{kind}/default"
    entry = shipped[name]
    return LatencyProfile(
        name=name,
        version=entry["version"],
        unit=entry["unit"],
        machine=entry["machine"],
        batch_size=entry["batch_size"],
        probabilities=tuple(entry["probabilities"]),
        values=tuple(entry["values"]),
        samples=entry.get("samples", 0),
        then={
            stage: load_profile(*later.split("/")) for stage, later in entry.get("then", {}).items()
        },
        is_default=is_default,
    )


@cache
def _shipped() -> dict[str, dict[str, Any]]:
    text = files("systems").joinpath("latency_profiles.json").read_text(encoding="utf-8")
    profiles: dict[str, dict[str, Any]] = json.loads(text)["profiles"]
    return profiles
