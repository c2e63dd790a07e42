"""Finding one record among many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from metrics.catalogue import Better
from metrics.records import Record
from reports.words import metric_words, parts

__all__ = ["Comparison", "Selection"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One metric of one arm and group in both worlds; any of the three may be missing."""

    metric: str
    arm: str
    group: str
    lab: Record | None
    production: Record | None
    gap: Record | None

    @property
    def is_empty(self) -> bool:
        """True where no world has a value."""
        return all(
            record is None or record.value is None
            for record in (self.lab, self.production, self.gap)
        )

    @property
    def loss(self) -> tuple[float, float | None, float | None] | None:
        """Gap told so that above zero is worse in production: value, low, high.

        A metric that is neither good nor bad is told as its rise in production.
        """
        if self.gap is None or self.gap.value is None:
            return None
        value, low, high = self.gap.value, self.gap.low, self.gap.high
        if metric_words(self.metric).better is Better.HIGHER:
            return value, low, high
        return 0.0 - value, None if high is None else 0.0 - high, None if low is None else 0.0 - low


class Selection:
    """Records by metric, arm, condition and group.

    Parameters
    ----------
    records : sequence of Record
    arms : sequence of str
        Arms in the scenario's order; arms that only the records know follow, sorted.
    """

    def __init__(self, records: Sequence[Record], arms: Iterable[str]) -> None:
        self._by_key = {
            (record.metric, record.arm, record.condition, record.group): record
            for record in records
        }
        named = tuple(arms)
        others = sorted({record.arm for record in records} - set(named))
        self.arms: tuple[str, ...] = (*named, *others)
        self._groups = tuple(dict.fromkeys(record.group for record in records))
        self._metrics = tuple(dict.fromkeys(record.metric for record in records))

    @property
    def metrics(self) -> tuple[str, ...]:
        """Every metric, in the records' order."""
        return self._metrics

    def get(self, metric: str, arm: str, condition: str, group: str = "all") -> Record | None:
        """One record, or None."""
        return self._by_key.get((metric, arm, condition, group))

    def value(self, metric: str, arm: str, condition: str, group: str = "all") -> float | None:
        """A record's value, or None."""
        record = self.get(metric, arm, condition, group)
        return None if record is None else record.value

    def compare(self, metric: str, arm: str, group: str = "all") -> Comparison:
        """Both worlds and the gap."""
        lab, production, gap = (
            self.get(metric, arm, condition, group) for condition in ("lab", "production", "gap")
        )
        return Comparison(metric, arm, group, lab, production, gap)

    def groups(self, *keys: str) -> tuple[str, ...]:
        """Groups made of exactly `keys`, in the records' order."""
        return tuple(group for group in self._groups if tuple(parts(group)) == keys)

    def replications(self) -> int:
        """Most replications any record rests on; 0 without records."""
        return max((record.replications for record in self._by_key.values()), default=0)
