"""A parcel on the belt whose way off it is still open."""

from sim.sorting.parcel import Parcel

__all__ = ["Transit"]


class Transit:
    """What the lane control remembers of a parcel from lap to lap.

    Attributes
    ----------
    parcel : Parcel
    rider : Parcel or None
        Another that was fed with it and shares its way.
    front_s : float
        When it first passed the camera, in running time of the belt; on lap `k` it does so
        ``(k - 1) * loop_s`` later.
    lap : int
        The lap it is on.
    known_lap : int
        First lap since which the control has not lost it; answers to earlier ones are void.
    exit_lap : int
        Last lap at whose end it is looked for.
    reason : str
        Why it would recirculate, were it to pass the last diverter now.
    readings : int
        Answers of the reader still on their way.
    image : bool
        Whether an image waits, or is being keyed, at the review desk.
    chute : int or None
        Its destination, once known.
    guess : int or None
        Where it goes should the desk refuse its image.
    decided_by : str
    lookup : str
        The verdict that led to the destination.
    left : bool
    """

    __slots__ = (
        "chute",
        "decided_by",
        "exit_lap",
        "front_s",
        "guess",
        "image",
        "known_lap",
        "lap",
        "left",
        "lookup",
        "parcel",
        "readings",
        "reason",
        "rider",
    )

    def __init__(self, parcel: Parcel, front_s: float, rider: Parcel | None = None) -> None:
        self.parcel = parcel
        self.rider = rider
        self.front_s = front_s
        self.lap = 1
        self.known_lap = 1
        self.exit_lap = 0
        self.reason = "reading_pending"
        self.readings = 0
        self.image = False
        self.chute: int | None = None
        self.guess: int | None = None
        self.decided_by = ""
        self.lookup = ""
        self.left = False
