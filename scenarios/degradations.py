"""Names, scopes and physical severities of degradations, without the code that applies them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

__all__ = ["KINDS", "SEVERITIES", "SEVERITY_SHARES", "DegradationKind", "Scope"]

SEVERITIES = (1, 2, 3, 4, 5)
SEVERITY_SHARES = (0.30, 0.30, 0.20, 0.12, 0.08)
"""Default shares of severities 1-5 among the items a kind hits."""


class Scope(StrEnum):
    """What a degradation belongs to, and so which items share one draw of it."""

    ITEM = "item"
    PASS = "pass"


@dataclass(frozen=True, slots=True)
class DegradationKind:
    """One way the floor differs from the lab.

    Attributes
    ----------
    name : str
        Key in scenario files.
    family : str
        ``label``, ``optics``, ...
    scope : Scope
        A torn label stays torn (item); glare falls anew on every pass.
    unit : str
        Physical unit of `levels`.
    levels : tuple of float
        Severity 1 to 5 in `unit`, strictly increasing.
    summary : str
        One sentence for people.
    """

    name: str
    family: str
    scope: Scope
    unit: str
    levels: tuple[float, float, float, float, float]
    summary: str


_ALL = (
    DegradationKind(
        "torn",
        "label",
        Scope.ITEM,
        "share of the label's area torn away",
        (0.08, 0.18, 0.30, 0.42, 0.55),
        "A corner or edge of the label is torn away and shows the parcel beneath.",
    ),
    DegradationKind(
        "taped",
        "label",
        Scope.ITEM,
        "share of the label's area under opaque tape",
        (0.08, 0.18, 0.30, 0.42, 0.55),
        "A strip of packing tape covers part of the label.",
    ),
    DegradationKind(
        "glare",
        "optics",
        Scope.PASS,
        "share of the label's area saturated",
        (0.05, 0.12, 0.22, 0.35, 0.50),
        "A lamp's specular lobe saturates part of the label.",
    ),
    DegradationKind(
        "motion_blur",
        "optics",
        Scope.PASS,
        "exposure in ms",
        (0.15, 0.30, 0.50, 0.70, 1.00),
        "The exposure is too long for the belt speed: blur = speed x exposure x pixels per metre.",
    ),
)

KINDS: Mapping[str, DegradationKind] = MappingProxyType({kind.name: kind for kind in _ALL})
