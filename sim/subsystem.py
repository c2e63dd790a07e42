"""What every part of the world is to the kernel."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sim.world import World

__all__ = ["Subsystem"]


class Subsystem(Protocol):
    """One part of the world: a lane, a fleet, a desk, or the recording that stands in for one."""

    name: str

    def start(self, world: "World") -> None:
        """Subscribe to the bus and schedule the first events on ``world.env``."""

    def drain(self) -> None:
        """Check what must hold once nothing is left to happen.

        Raises
        ------
        sim.world.ConservationError
            If something that entered is neither out nor accounted for.
        """
