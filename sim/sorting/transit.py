"""A parcel on the belt whose destination is still open."""

from sim.sorting.parcel import Parcel

__all__ = ["Transit"]


class Transit:
    """What the lane control remembers of a parcel from lap to lap.

    Attributes
    ----------
    parcel : Parcel
    front_s : float
        When it first passed the camera; on lap `k` it does so ``(k - 1) * loop_s`` later.
    lap : int
        The lap it is on.
    reason : str
        Why it would recirculate, were it to pass the last diverter now.
    readings : int
        Answers of the reader still on their way.
    image : bool
        Whether an image waits, or is being keyed, at the review desk.
    chute : int or None
        Its destination, once known.
    decided_by : str
    lookup : str
        The verdict that led to the destination.
    left : bool
    """

    __slots__ = (
        "chute",
        "decided_by",
        "front_s",
        "image",
        "lap",
        "left",
        "lookup",
        "parcel",
        "readings",
        "reason",
    )

    def __init__(self, parcel: Parcel, front_s: float) -> None:
        self.parcel = parcel
        self.front_s = front_s
        self.lap = 1
        self.reason = "reading_pending"
        self.readings = 0
        self.image = False
        self.chute: int | None = None
        self.decided_by = ""
        self.lookup = ""
        self.left = False
