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
    """One parcel: a torn label stays torn on every lap."""
    PASS = "pass"
    """One pass of one parcel under the camera: drawn anew on every lap."""
    BATCH = "batch"
    """All parcels of one shipper: they come off one printer."""
    CAMERA_HOUR = "camera_hour"
    """One camera for an hour, or for an episode where the scenario gives episodes."""
    SITE_DAY = "site_day"
    """The whole centre for a day, or for an episode."""


@dataclass(frozen=True, slots=True)
class DegradationKind:
    """One way the floor differs from the lab.

    Attributes
    ----------
    name : str
        Key in scenario files.
    family : str
        ``label`` (what is on the parcel), ``optics`` (light, lens, sensor), ``flow`` (how the
        parcel lies) or ``platform`` (whether and when an answer comes; no picture changes).
    scope : Scope
        A torn label stays torn (item); glare falls anew on every pass.
    unit : str
        Physical unit of `levels`.
    levels : tuple of float
        Severity 1 to 5 in `unit`, strictly increasing.
    summary : str
        One sentence for people.
    symbol : str
        Behind a level in figures; ``%`` where levels are shares of one.
    """

    name: str
    family: str
    scope: Scope
    unit: str
    levels: tuple[float, float, float, float, float]
    summary: str
    symbol: str = "%"


_ALL = (
    # In the order in which they happen to a label: print, wear, what is stuck over it, then light.
    DegradationKind(
        "faded_print",
        "label",
        Scope.BATCH,
        "share of the print's darkness lost",
        (0.10, 0.20, 0.31, 0.42, 0.52),
        "A worn thermal head prints pale, with missing dots and the white lines of dead elements.",
    ),
    DegradationKind(
        "smudged",
        "label",
        Scope.ITEM,
        "length of the smear in mm",
        (0.6, 1.2, 2.4, 4.5, 8.0),
        "The fresh or wet print was rubbed, and its ink is dragged across the paper.",
        "mm",
    ),
    DegradationKind(
        "handwriting",
        "label",
        Scope.ITEM,
        "share of the label's area under marker ink",
        (0.02, 0.05, 0.09, 0.14, 0.20),
        "Somebody wrote over the print with a marker.",
    ),
    DegradationKind(
        "torn",
        "label",
        Scope.ITEM,
        "share of the label's area torn away",
        (0.08, 0.18, 0.30, 0.42, 0.55),
        "A corner or edge of the label is torn away and shows the parcel beneath.",
    ),
    DegradationKind(
        "wrinkled",
        "label",
        Scope.ITEM,
        "height of the wrinkles in mm",
        (0.9, 1.35, 1.7, 1.85, 2.0),
        "The label is creased: folds bend the print and carry light and shade.",
        "mm",
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
        "clear_tape",
        "label",
        Scope.ITEM,
        "haze: share of the light that the tape scatters",
        (0.20, 0.32, 0.42, 0.49, 0.55),
        "Clear packing tape over the print: bubbles, a milky haze and the lamp mirrored in it.",
    ),
    DegradationKind(
        "film",
        "label",
        Scope.ITEM,
        "share of the contrast lost under the film",
        (0.16, 0.32, 0.46, 0.58, 0.68),
        "The label lies under wrinkled plastic film that mirrors the lamps along its folds.",
    ),
    DegradationKind(
        "overlap",
        "flow",
        Scope.PASS,
        "share of the label's area under another parcel",
        (0.08, 0.18, 0.30, 0.42, 0.55),
        "Another parcel rides up and lies over part of the label.",
    ),
    DegradationKind(
        "skew",
        "flow",
        Scope.PASS,
        "angle to the belt in degrees",
        (10.0, 20.0, 28.0, 36.0, 45.0),
        "The parcel lies askew on the belt, and its label with it.",
        "°",
    ),
    DegradationKind(
        "label_down",
        "flow",
        Scope.PASS,
        "share of the label's area on a face the camera does not see",
        (0.08, 0.18, 0.40, 0.70, 1.00),
        "The parcel landed so that its label goes over an edge, or lies on the underside.",
    ),
    DegradationKind(
        "glare",
        "optics",
        Scope.PASS,
        "share of the label's area saturated",
        (0.05, 0.12, 0.22, 0.35, 0.50),
        "A lamp's specular lobe saturates part of the label; it spreads on tape and film.",
    ),
    DegradationKind(
        "motion_blur",
        "optics",
        Scope.PASS,
        "exposure in ms",
        (0.15, 0.30, 0.50, 0.70, 1.00),
        "The exposure is too long for the belt speed: blur = speed x exposure x pixels per metre.",
        "ms",
    ),
    DegradationKind(
        "shadow",
        "optics",
        Scope.PASS,
        "share of the light that the shadow takes",
        (0.20, 0.35, 0.50, 0.65, 0.80),
        "A gantry, a cable or a tall neighbour throws a hard shadow across the label.",
    ),
    DegradationKind(
        "mains_flicker",
        "optics",
        Scope.SITE_DAY,
        "modulation of the hall lamps at twice the mains frequency",
        (0.50, 0.75, 0.90, 0.97, 1.00),
        "Lamps swing at 100 Hz: a short exposure without a strobe is too dark or burnt out.",
    ),
    DegradationKind(
        "low_light",
        "optics",
        Scope.SITE_DAY,
        "stops of light lost, made up by gain",
        (4.0, 6.0, 7.2, 7.7, 8.2),
        "Too little light: each stop halves the photons, and shot noise grows grainy.",
        "stops",
    ),
    DegradationKind(
        "defocus",
        "optics",
        Scope.PASS,
        "radius of the blur disk in mm",
        (0.35, 0.55, 0.68, 0.72, 0.76),
        "The label lies outside the depth of field, and every point becomes a disk.",
        "mm",
    ),
    DegradationKind(
        "dirty_lens",
        "optics",
        Scope.CAMERA_HOUR,
        "share of the picture behind dirt",
        (0.06, 0.14, 0.25, 0.40, 0.60),
        "Dust and grease on the camera's window: milky patches, in one place until cleaned.",
    ),
    DegradationKind(
        "sensor_noise",
        "optics",
        Scope.CAMERA_HOUR,
        "read noise in electrons",
        (300.0, 600.0, 1000.0, 1350.0, 1650.0),
        "A hot or failing sensor adds noise of its own to every pixel, and stripes to its columns.",
        "electrons",
    ),
    DegradationKind(
        "camera_outage",
        "platform",
        Scope.CAMERA_HOUR,
        "share of the camera's pictures that do not arrive",
        (0.10, 0.30, 0.50, 0.80, 1.00),
        "A camera loses pictures or all of them: the reader is not asked, and nothing is read.",
    ),
    DegradationKind(
        "latency_spike",
        "platform",
        Scope.PASS,
        "mean delay added to the answer in s",
        (0.05, 0.20, 0.80, 2.50, 8.00),
        "The reader's server stalls, and its answer comes late.",
        "s",
    ),
)

KINDS: Mapping[str, DegradationKind] = MappingProxyType({kind.name: kind for kind in _ALL})
