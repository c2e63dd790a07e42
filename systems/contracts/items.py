"""Items: catalogue entries in, knowledge about them out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from systems.contracts.answers import Stage
from systems.contracts.arrays import sealed
from systems.contracts.mapping import SealedMapping

__all__ = [
    "AttributeKnowledge",
    "AttributeValue",
    "Evidence",
    "EvidenceSource",
    "Item",
    "ItemImage",
    "ItemStore",
    "ItemSystem",
    "Knowledge",
    "KnowledgeDecision",
    "StoredAttribute",
    "StoredVersion",
    "VersionConflictError",
]

AttributeValue = str | int | float | bool


@dataclass(frozen=True, slots=True, eq=False)
class ItemImage:
    """A product picture: `pixels` is uint8 RGB of shape (height, width, 3), sealed."""

    image_id: str
    pixels: NDArray[np.uint8]

    def __post_init__(self) -> None:
        pixels = np.asarray(self.pixels)
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
            raise ValueError("pixels must be uint8 of shape (height, width, 3)")
        object.__setattr__(self, "pixels", sealed(pixels))


@dataclass(frozen=True, slots=True)
class StoredAttribute:
    """One attribute as it stands in the item store; `unit` is empty where it has none."""

    value: AttributeValue
    unit: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """What the item store holds of an item since `valid_from`: possibly old, possibly wrong."""

    version: int
    valid_from: float
    category: str
    attributes: Mapping[str, StoredAttribute] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "attributes", SealedMapping(self.attributes))


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A catalogue entry as a merchant last sent it.

    Attributes
    ----------
    item_id : str
        Opaque.
    as_of : float
        Time of this content on the simulation clock: what came later cannot be known.
    title, description : str
        As sent: any language, possibly empty.
    images : tuple of ItemImage
        Possibly none.
    category : str
        As the merchant chose it; empty where none was given.
    wanted : tuple of str
        Names of the attributes asked for; empty means all the system knows.
    stored : StoredVersion or None
        The store's version before this update; None for a new item.
    locale : str
        BCP 47 tag.
    """

    item_id: str
    as_of: float
    title: str
    description: str
    images: tuple[ItemImage, ...] = ()
    category: str = ""
    wanted: tuple[str, ...] = ()
    stored: StoredVersion | None = None
    locale: str = "en-GB"


class EvidenceSource(StrEnum):
    """Where a value was found; `PRIOR` says that it was inferred and stands nowhere."""

    TITLE = "title"
    DESCRIPTION = "description"
    IMAGE = "image"
    STORED = "stored"
    PRIOR = "prior"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a value is believed.

    Attributes
    ----------
    source : EvidenceSource
    span : (int, int) or None
        Start and end character in title or description.
    image_id : str or None
        For images.
    region : (x0, y0, x1, y1) or None
        Part of that image, in pixels.
    version : int or None
        For stored versions.
    """

    source: EvidenceSource
    span: tuple[int, int] | None = None
    image_id: str | None = None
    region: tuple[float, float, float, float] | None = None
    version: int | None = None


class KnowledgeDecision(StrEnum):
    """What a system wants done with a value, or with an item as a whole."""

    ACCEPT = "accept"
    REVIEW = "review"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class AttributeKnowledge:
    """One attribute: its value, why, how sure, and what to do with it."""

    name: str
    value: AttributeValue
    confidence: float
    decision: KnowledgeDecision
    unit: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A system's answer to one item.

    Attributes
    ----------
    item_id : str
        That of the item.
    decision : KnowledgeDecision
        On the item as a whole: reject where it should not be listed as sent.
    confidence : float
        In [0, 1].
    attributes : tuple of AttributeKnowledge
        Each name at most once.
    category : str
        As the system would file it; empty where it does not say.
    stages : tuple of Stage
    """

    item_id: str
    decision: KnowledgeDecision
    confidence: float
    attributes: tuple[AttributeKnowledge, ...] = ()
    category: str = ""
    stages: tuple[Stage, ...] = ()


class ItemSystem(Protocol):
    """An item-knowledge system under test."""

    def extract(self, items: Sequence[Item]) -> Sequence[Knowledge]:
        """Answer every item, in order."""


class VersionConflictError(Exception):
    """Somebody wrote the item since the version the writer started from."""


class ItemStore(Protocol):
    """Versioned item knowledge; the world hands over the real one."""

    def current(self, item_ids: Sequence[str]) -> Sequence[StoredVersion | None]:
        """Newest version of each item, in order."""

    def as_of(self, item_ids: Sequence[str], t: float) -> Sequence[StoredVersion | None]:
        """Version of each item in force at instant `t`, in order."""

    def history(self, item_id: str) -> Sequence[StoredVersion]:
        """All versions of one item, oldest first."""

    def write(
        self, item_id: str, knowledge: Knowledge, at: float, expected_version: int | None
    ) -> StoredVersion:
        """Store the accepted attributes as a new version valid from `at`.

        Raises
        ------
        VersionConflictError
            If the newest version is not `expected_version` (None: no version at all).
        """
