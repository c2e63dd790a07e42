"""A regression as one slips in: somebody drops the reader's slower symbology to save time.

In the lab, where every bar code is whole, hardly anything changes.  On the floor the
two-dimensional code with its error correction was what read torn and taped labels.
"""

from collections.abc import Iterable

from systems.contracts.vision import CameraView
from systems.vision.barcode import Barcode

__all__ = ["BarsOnly"]


class BarsOnly(Barcode):
    """The built-in reader without its two-dimensional code."""

    def fingerprint(self) -> str:
        """Tell its answers from those of the reader it comes from."""
        return f"bars only 1; {super().fingerprint()}"

    def _decoded(
        self, view: CameraView
    ) -> Iterable[tuple[str, str, tuple[tuple[float, float], ...]]]:
        return [found for found in super()._decoded(view) if found[0] == "code128"]
