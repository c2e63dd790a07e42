"""What the card of a weight file says of how sure its answers must be."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from systems.errors import SystemLoadError
from systems.vision.cascade.odds_scale import OddsScale
from systems.weights import OnnxModel

__all__ = ["CardCalibration"]

FIX = "choose it again with labgap train vision --part thresholds, or give threshold itself"


@dataclass(frozen=True, slots=True)
class CardCalibration:
    """Scales of log odds and thresholds of a network, as its card has them.

    Attributes
    ----------
    told : mapping
        That part of the card; empty where there is none.
    where : str
        The weight file, for messages.
    """

    told: Mapping[str, Any]
    where: str

    @classmethod
    def of(cls, model: OnnxModel, key: str) -> "CardCalibration":
        """The calibration under a key of a model's card.

        Raises
        ------
        SystemLoadError
            If it is no JSON object.
        """
        told = model.card.get(key, {})
        if not isinstance(told, dict):
            raise SystemLoadError(f"the card's {key} is no JSON object", where=model.where, fix=FIX)
        return cls(told, model.where)

    def check_behind(self, networks: Mapping[str, str]) -> None:
        """Make sure that its threshold was chosen behind these networks.

        Parameters
        ----------
        networks : mapping of part to sha256

        Raises
        ------
        SystemLoadError
            If it was chosen behind others: it holds for those alone.
        """
        behind = self.told.get("behind", {})
        for part, sha256 in networks.items():
            if not isinstance(behind, dict) or behind.get(part, sha256) != sha256:
                raise SystemLoadError(
                    f"the card's threshold was chosen behind another {part}",
                    where=self.where,
                    fix=FIX,
                )

    def check_scale(self, given: float | None) -> None:
        """Make sure that the card's threshold is not asked of confidences on another scale.

        Raises
        ------
        SystemLoadError
            If a temperature is given.
        """
        if given is not None:
            raise SystemLoadError(
                "a temperature of your own voids the card's threshold",
                where=self.where,
                fix="give threshold too, or leave temperature out",
            )

    def scale(self, line: str, given: float | None) -> OddsScale:
        """How log odds of a line become those of being right: as given, or as the card has it.

        Parameters
        ----------
        line : str
        given : float, optional
            Temperature of every line, without an offset.

        Raises
        ------
        SystemLoadError
            If a temperature is no number above 0, or an offset no number.
        """
        if given is not None:
            return OddsScale(self._temperature(given))
        temperature = self._of_line("temperature", line, 1.0)
        offset = self._of_line("offset", line, 0.0)
        if not _is_number(offset) or not math.isfinite(offset):
            raise SystemLoadError(
                f"the card's {offset!r:.80} is no offset of log odds", where=self.where, fix=FIX
            )
        return OddsScale(self._temperature(temperature), float(offset))

    def _of_line(self, key: str, line: str, without: float) -> Any:
        """A number of the card: one for every line, or each line's own."""
        told = self.told.get(key, without)
        return told.get(line, without) if isinstance(told, dict) else told

    def _temperature(self, value: Any) -> float:
        if not _is_number(value) or not 0.0 < value < math.inf:
            raise SystemLoadError(
                f"{value!r:.80} is no temperature",
                where=self.where,
                fix="give a number above 0, or none to take that of the card",
            )
        return float(value)

    def threshold(self, given: float | None, calibration: str) -> float:
        """The least confidence to accept: as given, or as the card has it.

        Parameters
        ----------
        given : float, optional
        calibration : str
            Which of the card's.

        Raises
        ------
        SystemLoadError
            If what is given is no confidence, or the card has none for that calibration.
        """
        if given is not None:
            if not _is_number(given) or not 0.0 <= given <= 1.0:
                raise SystemLoadError(
                    f"the threshold {given!r:.80} is no confidence",
                    where=self.where,
                    fix="give a threshold from 0 to 1",
                )
            return float(given)
        known = self.told.get("thresholds", {})
        if not isinstance(known, dict) or not all(
            _is_number(value) and 0.0 <= value < math.inf for value in known.values()
        ):
            raise SystemLoadError(
                "the card's thresholds are no numbers from 0 on", where=self.where, fix=FIX
            )
        if calibration not in known:
            raise SystemLoadError(
                f"the card has no threshold calibrated on {calibration!r}",
                where=self.where,
                fix=f"use one of {', '.join(sorted(known)) or '(none)'}, or give threshold itself",
            )
        return float(known[calibration])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
