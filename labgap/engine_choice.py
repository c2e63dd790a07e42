"""Which engine a run asks for, before any engine is loaded."""

from dataclasses import dataclass
from enum import StrEnum

from labgap.errors import InvalidUse

__all__ = ["LOCAL", "EngineChoice", "EngineName"]


class EngineName(StrEnum):
    """Engines known by name."""

    LOCAL = "local"
    RAY = "ray"


@dataclass(frozen=True)
class EngineChoice:
    """Which engine runs tasks; no result depends on it.

    Attributes
    ----------
    name : EngineName
    address : str or None
        Of a Ray cluster to join, ``host:port``; None starts one on this machine.

    Raises
    ------
    InvalidUse
        If an address is given to the engine that has none.
    """

    name: EngineName = EngineName.LOCAL
    address: str | None = None

    def __post_init__(self) -> None:
        """Refuse an address that would be ignored."""
        if self.address is not None and self.name is not EngineName.RAY:
            raise InvalidUse(
                "only Ray has a cluster to join", where="--ray-address", fix="add --engine ray"
            )

    def record(self) -> dict[str, str]:
        """For the manifest: which engine, and whether its cluster was there before."""
        if self.name is EngineName.LOCAL:
            return {"name": "local"}
        return {"name": "ray", "cluster": "started" if self.address is None else "joined"}


LOCAL = EngineChoice()
"""The pool on this machine."""
