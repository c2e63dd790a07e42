"""The event bus: subsystems speak to one another and to the log only through it."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

__all__ = ["EventBus"]

Event = TypeVar("Event", bound=NamedTuple)


class EventBus:
    """Synchronous publish and subscribe, dispatched on the class of the event.

    Handlers run in the order in which they subscribed, within the publisher's instant of
    simulation time.
    """

    def __init__(self) -> None:
        self._handlers: dict[type, tuple[Callable[[Any], None], ...]] = {}
        self._taps: tuple[Callable[[Any], None], ...] = ()

    def subscribe(self, event: type[Event], handler: Callable[[Event], None]) -> None:
        """Call `handler` with every event of exactly the class `event`."""
        self._handlers[event] = (*self._handlers.get(event, ()), handler)

    def is_heard(self, event: type) -> bool:
        """Whether any handler has subscribed to the class `event`; taps do not count."""
        return event in self._handlers

    def tap(self, handler: Callable[[Any], None]) -> None:
        """Call `handler` with every event whatever its class, before any subscriber."""
        self._taps = (*self._taps, handler)

    def publish(self, event: NamedTuple) -> None:
        """Hand `event` to the taps, then to the subscribers of its class."""
        for tap in self._taps:
            tap(event)
        for handler in self._handlers.get(type(event), ()):
            handler(event)
