"""What lies between a camera and the lane's control: does a picture arrive, and when an answer."""

from dataclasses import dataclass

__all__ = ["Link"]


@dataclass(frozen=True, slots=True)
class Link:
    """How one pass fares on its way to the reader and back.

    Attributes
    ----------
    picture : bool
        Whether the camera's picture arrives; if not, the reader is not asked.
    added_s : float
        Delay of the answer beyond the reader's own.
    """

    picture: bool = True
    added_s: float = 0.0
