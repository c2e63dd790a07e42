"""A parcel as it truly is."""

from dataclasses import dataclass

__all__ = ["MATERIALS", "STANDARD_LABEL", "LabelStyle", "Parcel"]

MATERIALS = ("kraft", "white_card", "brown_paper", "grey_bag", "black_bag", "blue_bag")


@dataclass(frozen=True, slots=True)
class LabelStyle:
    """How a shipper lays out his labels.

    Attributes
    ----------
    template : str
        One of `scenarios.labels_model.TEMPLATE_NAMES`.
    font : str
        Of sort code and printed tracking id; empty leaves both to the template's usual ones.
    """

    template: str = "standard"
    font: str = ""


STANDARD_LABEL = LabelStyle()


@dataclass(frozen=True, slots=True)
class Parcel:
    """Ground truth of one parcel; nothing here may reach a system under test.

    Attributes
    ----------
    parcel_id : str
        Deterministic id, e.g. ``P003-000042``.
    number : int
        Index in the population of its replication; base parcels come first, surge ones after.
    lane : int
        Lane it arrives on.
    surge : bool
        True for parcels that exist only under load.
    tracking_id : str
        Twelve digits, the last one an ISO 7064 mod 11,10 check digit.
    sort_code : str
        Six of 32 symbols, uniform.
    chute : int
        Where the sort plan sends the code.
    manifest : str
        ``on_time``, ``late`` or ``missing``.
    manifest_delay_s : float
        Delay of the manifest record after arrival; 0 unless late, infinite when missing.
    material : str
        One of `MATERIALS`.
    length_mm, width_mm, height_mm : float
        Length lies along the belt.
    weight_g : float
    conveyable : bool
        Whether a belt can carry it; the induction turns others away.
    label : LabelStyle
        Layout and fonts of its label.
    """

    parcel_id: str
    number: int
    lane: int
    surge: bool
    tracking_id: str
    sort_code: str
    chute: int
    manifest: str
    manifest_delay_s: float
    material: str
    length_mm: float
    width_mm: float
    height_mm: float
    weight_g: float
    conveyable: bool = True
    label: LabelStyle = STANDARD_LABEL
