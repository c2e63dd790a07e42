"""Third stage: what a line says, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray
from stdnum.iso7064 import mod_11_10

from systems.errors import SystemLoadError
from systems.vision.cascade.alphabet import BLANK, CLASSES, SYMBOLS_OF
from systems.vision.cascade.odds_scale import AS_THEY_ARE, OddsScale
from systems.vision.cascade.spelling import Spelling, spell
from systems.vision.cascade.windows import LINE_SIZE
from systems.weights import OnnxModel

__all__ = ["LENGTHS", "NEVER", "LineText", "SpellingReader"]

LENGTHS = {"sort_code": 6, "tracking_id": 12}
NEVER = -1e4
"""Logit of a symbol that a reader does not know."""
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
        Takes (n, 1 or 3, height, width), grey from -1 to 1, for any n or for 1; gives CTC logits
        (n, columns, classes) and, if it likes, (n,) the logit of lying upside down.  Class 0 is
        the blank; the others are the symbols that the file names under ``alphabet``, one after
        the other, or those of `CLASSES`.
    scales : mapping of line to OddsScale
        Of the log odds, chosen on calibration data; a line without one keeps its own.

    Attributes
    ----------
    size : (width, height)
        Pixels of the picture of a line that it takes.

    Raises
    ------
    SystemLoadError
        If it takes something else, or its alphabet lacks symbols of the label standard.
    """

    def __init__(
        self, model: OnnxModel, scales: Mapping[str, OddsScale] = MappingProxyType({})
    ) -> None:
        self._model = model
        self._scales = scales
        self._channels, self.size = _picture_shape(model)
        self._columns_of, self._unknown = _columns_of(model)
        self._classes = 1 + len(model.properties.get("alphabet", CLASSES[1:]))

    def read(self, pictures: Sequence[NDArray[np.uint8]], names: Sequence[str]) -> list[LineText]:
        """Read lines.

        Parameters
        ----------
        pictures : sequence of ndarray of uint8, shape (height, width, 3), RGB
            Of `size`.
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
            odds = self._scales.get(name, AS_THEY_ARE).odds(said.log_odds)
            texts.append(LineText(name, said.text, odds, bool(turned[row] > TURNED)))
        return texts

    def logits(self, grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The network's answers.

        Parameters
        ----------
        grey : ndarray of uint8, shape (n, height, width)
            Of `size`.

        Returns
        -------
        logits : ndarray, shape (n, columns, len(CLASSES))
        turned : ndarray, shape (n,)

        Raises
        ------
        ValueError
            If they have not the shape of a line reader's.
        """
        assert grey.shape[1:] == self.size[::-1]
        batch = grey[:, None].astype(np.float32) / np.float32(127.5) - np.float32(1.0)
        if self._channels > 1:
            batch = np.repeat(batch, self._channels, axis=1)
        answers = self._model.run(batch)
        logits = answers[0]
        turned = answers[1] if len(answers) > 1 else np.full(len(grey), -np.inf, np.float32)
        if logits.ndim != 3 or logits.shape[2] != self._classes or turned.ndim != 1:
            raise ValueError(
                f"a line reader answers with shapes (n, columns, {self._classes}: the blank "
                f"and {self._classes - 1} symbols) and (n,), not {logits.shape} and "
                f"{turned.shape}; the property alphabet of its file names other symbols than "
                "0-9 and A-Z"
            )
        longest = max(LENGTHS.values())
        if logits.shape[1] < longest:
            raise ValueError(
                f"a line reader answers with {longest} columns or more, one for every symbol of "
                f"the longest line, not {logits.shape[1]}: show its network more of the line's "
                "length, or let it halve the width less often"
            )
        known = np.ascontiguousarray(logits[:, :, self._columns_of])
        known[:, :, self._unknown] = NEVER
        return known, turned

    def spelt(self, logits: NDArray[np.float32], name: str) -> Spelling:
        """The likeliest text of a line by its columns."""
        valid = mod_11_10.is_valid if name == "tracking_id" else None
        return spell(logits, SYMBOLS_OF[name], LENGTHS[name], valid)


def _picture_shape(model: OnnxModel) -> tuple[int, tuple[int, int]]:
    """Channels and (width, height) of the picture of a line that a reader takes."""
    shape = model.input_shape
    if len(shape) != 4 or shape[1] not in (1, 3, None) or shape[0] not in (1, None):
        raise SystemLoadError(
            f"a line reader takes pictures of shape (n, 1, height, width), not {shape}",
            where=model.where,
            fix="export it for pictures of one line, with a free first axis or one of 1",
        )
    channels, height, width = shape[1:]
    height = height or LINE_SIZE[1]
    return channels or 1, (width or LINE_SIZE[0] * height // LINE_SIZE[1], height)


def _columns_of(model: OnnxModel) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where a reader has each of `CLASSES`, and which it does not know."""
    alphabet = model.properties.get("alphabet")
    if alphabet is None:
        return np.arange(len(CLASSES)), np.zeros(len(CLASSES), np.bool_)
    needed = set("".join(SYMBOLS_OF.values()))
    missing = sorted(needed - set(alphabet))
    if missing:
        raise SystemLoadError(
            f"its alphabet lacks symbols of the label standard: {''.join(missing)}",
            where=model.where,
            fix="train it on the symbols 0-9 and A-Z, and name them in the order of its classes",
        )
    columns = [BLANK, *(1 + alphabet.find(symbol) for symbol in CLASSES[1:])]
    unknown = [False, *(symbol not in alphabet for symbol in CLASSES[1:])]
    return np.array(columns, np.int64), np.array(unknown, np.bool_)
