"""The four kinds of systems, and the one method each must have."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from systems.errors import UnknownKind

__all__ = ["KINDS", "Kind", "kind_named", "meant"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of system.

    Attributes
    ----------
    name : str
    method : str
        The method of its Protocol.
    parameters : tuple of str
        What that method is called with, by position.
    protocol : str
        Where the contract is written down.
    """

    name: str
    method: str
    parameters: tuple[str, ...]
    protocol: str


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind("vision", "read", ("captures",), "systems.contracts.vision.VisionSystem"),
            Kind(
                "service", "reply", ("queries", "state"), "systems.contracts.service.ServiceSystem"
            ),
            Kind(
                "routing",
                "plan",
                ("problem", "previous", "limit", "seed"),
                "systems.contracts.routing.RoutingSystem",
            ),
            Kind("items", "extract", ("items",), "systems.contracts.items.ItemSystem"),
        )
    }
)


def meant(word: str, known: Iterable[str]) -> str:
    """Say which known word was probably meant, as the end of a sentence; empty when none is near.

    Examples
    --------
    >>> meant("barcod", ["barcode", "no_read"])
    "; did you mean 'barcode'?"
    """
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def kind_named(name: str) -> Kind:
    """Look a kind up.

    Raises
    ------
    UnknownKind
        If there is none of that name.
    """
    if name not in KINDS:
        raise UnknownKind(
            f"there is no kind of system called {name!r}{meant(name, KINDS)}",
            fix=f"the kinds are {', '.join(KINDS)}",
        )
    return KINDS[name]
