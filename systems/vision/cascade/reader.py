"""Third stage: what a line says, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from stdnum.iso7064 import mod_11_10

from systems.vision.cascade.alphabet import CLASSES, SYMBOLS_OF
from systems.vision.cascade.spelling import Spelling, spell
from systems.vision.cascade.windows import LINE_SIZE
from systems.weights import OnnxModel

__all__ = ["LENGTHS", "LineText", "SpellingReader"]

LENGTHS = {"sort_code": 6, "tracking_id": 12}
TURNED = 0.0
"""Logit above which a line is taken to lie upside down and is read the other way round."""


@dataclass(frozen=True, slots=True)
class LineText:
    """What a line says.

    Attributes
    ----------
    name : str
        ``sort_code`` or ``tracking_id``.
    text : str
        Empty where nothing of the standard could be made out.
    log_odds : float
        Of being right.
    turned : bool
        Whether it was read upside down.
    """

    name: str
    text: str
    log_odds: float
    turned: bool


class SpellingReader:
    """Reads pictures of single lines.

    Parameters
    ----------
    model : OnnxModel
        Takes (n, 1, 48, 256), grey from -1 to 1; gives logits (n, columns, 37) and (n,) the logit
        of lying upside down.
    temperature : float
        Divides the log odds; chosen on calibration data.
    """

    def __init__(self, model: OnnxModel, temperature: float = 1.0) -> None:
        self._model = model
        self._temperature = temperature

    def read(self, pictures: Sequence[NDArray[np.uint8]], names: Sequence[str]) -> list[LineText]:
        """Read lines.

        Parameters
        ----------
        pictures : sequence of ndarray of uint8, shape (48, 256, 3), RGB
        names : sequence of str
            Which line each is.
        """
        if not pictures:
            return []
        grey = np.array(
            [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in pictures], np.uint8
        )
        logits, turned = self.logits(grey)
        over = np.flatnonzero(turned > TURNED)
        if over.size:
            logits = logits.copy()
            logits[over], _ = self.logits(np.ascontiguousarray(grey[over, ::-1, ::-1]))
        texts = []
        for row, name in enumerate(names):
            said = self.spelt(logits[row], name)
            odds = said.log_odds / self._temperature
            texts.append(LineText(name, said.text, odds, bool(turned[row] > TURNED)))
        return texts

    def logits(self, grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The network's answers.

        Parameters
        ----------
        grey : ndarray of uint8, shape (n, 48, 256)

        Raises
        ------
        ValueError
            If they have not the shape of a line reader's.
        """
        assert grey.shape[1:] == LINE_SIZE[::-1]
        batch = grey[:, None].astype(np.float32) / np.float32(127.5) - np.float32(1.0)
        logits, turned = self._model.run(batch)[:2]
        if logits.ndim != 3 or logits.shape[2] != len(CLASSES) or turned.ndim != 1:
            raise ValueError(
                f"a line reader answers with shapes (n, columns, {len(CLASSES)}) and (n,), not "
                f"{logits.shape} and {turned.shape}"
            )
        return logits, turned

    def spelt(self, logits: NDArray[np.float32], name: str) -> Spelling:
        """The likeliest text of a line by its columns."""
        valid = mod_11_10.is_valid if name == "tracking_id" else None
        return spell(logits, SYMBOLS_OF[name], LENGTHS[name], valid)
