"""The verdict in words: what is lost between lab and floor, what hurts, what it costs the lanes."""

from dataclasses import dataclass
from enum import Enum

from metrics.catalogue import Better
from metrics.records import Record
from reports.damage import RIDES_ALONG, Damage, damages
from reports.inputs import ReportInputs
from reports.quantities import Unit, difference, interval, value
from reports.selection import Comparison, Selection
from reports.words import metric_words

__all__ = ["ENOUGH_REPLICATIONS", "ArmVerdict", "Point", "Tone", "Verdict", "verdict"]

ENOUGH_REPLICATIONS = 10
"""Below this many replications an interval is an indication, not grounds for a decision."""

_EFFECTS = (
    ("Review desk", "rate.to_desk", "{} of parcels are sent to the review desk"),
    ("Misroutes", "rate.misroute", "{} of parcels end in a wrong chute"),
    ("Exceptions", "rate.exception", "{} of parcels end at the exception station"),
)


class Tone(Enum):
    """Status of an arm: a word and a shape, so that colour is never needed."""

    LOSS = ("Loses on the floor", "\u25bc")
    GAIN = ("Better on the floor", "\u25b2")
    UNCLEAR = ("Not clear from this run", "\u25c6")
    NO_INTERVAL = ("No interval", "\u25c7")
    UNMEASURED = ("Not measured", "\u25cb")

    @property
    def word(self) -> str:
        """What it says."""
        return self.value[0]

    @property
    def shape(self) -> str:
        """What it looks like."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Point:
    """One topic and the sentence about it."""

    topic: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ArmVerdict:
    """What happened to one arm.

    Attributes
    ----------
    arm : str
    tone : Tone
    sentence : str
        The primary metric, with its interval.
    points : tuple of Point
        What hurts most, and what it does to the operation.
    """

    arm: str
    tone: Tone
    sentence: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The page's opening.

    Attributes
    ----------
    headline : str
    metric : str
        The primary metric it speaks of.
    arms : tuple of ArmVerdict
    cautions : tuple of str
        Why to read the numbers with care; empty where there is no reason.
    """

    headline: str
    metric: str
    arms: tuple[ArmVerdict, ...]
    cautions: tuple[str, ...]


def verdict(inputs: ReportInputs, selection: Selection) -> Verdict:
    """Put the run into words."""
    names = inputs.scenario.primary_metrics
    metric = names[0] if names else "accuracy.forced"
    found = {arm: selection.compare(metric, arm) for arm in selection.arms}
    tones = {arm: _tone(comparison) for arm, comparison in found.items()}
    arms = tuple(
        ArmVerdict(
            arm,
            tones[arm],
            _primary_sentence(found[arm], tones[arm]),
            _points(selection, arm, metric),
        )
        for arm in selection.arms
    )
    cautions = _cautions(inputs, selection, metric, tones)
    return Verdict(_headline(metric, found, tones), metric, arms, cautions)


def _tone(comparison: Comparison) -> Tone:
    loss = comparison.loss
    if loss is None:
        return Tone.UNMEASURED
    _, low, high = loss
    if low is None or high is None:
        return Tone.NO_INTERVAL
    if low <= 0.0 <= high or metric_words(comparison.metric).better is Better.NEITHER:
        return Tone.UNCLEAR
    return Tone.LOSS if low > 0.0 else Tone.GAIN


def _level(record: Record | None, unit: Unit) -> str:
    return value(None if record is None else record.value, unit)


def _points_of(number: float, unit: Unit) -> str:
    text = difference(number, unit, signed=False)
    return text.replace(" pp", " percentage points").replace(" /h", " an hour")


def _headline(metric: str, found: dict[str, Comparison], tones: dict[str, Tone]) -> str:
    words = metric_words(metric)
    name = words.label.lower()
    measured = [arm for arm, tone in tones.items() if tone is not Tone.UNMEASURED]
    if not measured:
        return "Nothing was measured in both worlds, so there is no gap to report."
    if len(found) == 1:
        return _headline_of_one(found[measured[0]], tones[measured[0]])
    losing = [arm for arm in measured if tones[arm] is Tone.LOSS]
    sizes = {arm: _size(found[arm]) for arm in measured}
    if not losing:
        return f"None of the {len(measured)} arms clearly loses {name} on the floor in this run."
    least = min(losing, key=lambda arm: sizes[arm])
    most = max(losing, key=lambda arm: sizes[arm])
    share = f"All {len(found)}" if len(losing) == len(found) else f"{len(losing)} of {len(found)}"
    share = "Both" if len(losing) == len(found) == 2 else share
    verb = "loses" if len(losing) == 1 else "lose"
    opening = f"{share} arms {verb} {name} on the floor"
    if least == most:
        return f"{opening}: {most} falls by {_points_of(sizes[most], words.unit)}."
    return (
        f"{opening}, from {_points_of(sizes[least], words.unit)} ({least}) to "
        f"{_points_of(sizes[most], words.unit)} ({most})."
    )


def _size(comparison: Comparison) -> float:
    loss = comparison.loss
    return 0.0 if loss is None else loss[0]


def _headline_of_one(comparison: Comparison, tone: Tone) -> str:
    words = metric_words(comparison.metric)
    lab, floor = _level(comparison.lab, words.unit), _level(comparison.production, words.unit)
    if tone is Tone.UNCLEAR and words.better is not Better.NEITHER:
        return (
            f"{words.label} is {lab} in the lab and {floor} on the floor: this run cannot tell "
            "whether that is a real difference."
        )
    rises = comparison.gap is not None and (comparison.gap.value or 0.0) < 0.0
    verb = "rises" if rises else "falls"
    if tone is Tone.NO_INTERVAL:
        verb = "goes"
    return f"{words.label} {verb} from {lab} in the lab to {floor} on the floor."


def _primary_sentence(comparison: Comparison, tone: Tone) -> str:
    words = metric_words(comparison.metric)
    loss = comparison.loss
    if loss is None or comparison.gap is None:
        return f"{words.label} was not measured in both worlds."
    size, low, high = loss
    span = interval(low, high, words.unit, is_difference=True)
    amount = _points_of(size, words.unit)
    if tone is Tone.NO_INTERVAL:
        return f"A difference of {amount}, with no interval to say how sure that is."
    if tone is Tone.UNCLEAR:
        return (
            f"The 95% interval of the difference, {span}, includes zero: the run can "
            "neither show a loss nor rule one out."
            if low is not None and high is not None and low <= 0.0 <= high
            else f"A change of {amount} (95% interval {span})."
        )
    word = "lost" if tone is Tone.LOSS else "gained"
    low, high = (low, high) if tone is Tone.LOSS else _negated(low, high)
    span = interval(low, high, words.unit, is_difference=True)
    per_thousand = ""
    if words.unit is Unit.SHARE and comparison.metric == "accuracy.forced" and abs(size) >= 0.0005:
        side = "more" if tone is Tone.LOSS else "fewer"
        per_thousand = (
            f" In every 1,000 parcels, about {max(abs(size) * 1000, 1.0):,.0f} {side} get no right "
            "answer in time."
        )
    return f"{amount.capitalize()} {word} (95% interval {span}).{per_thousand}"


def _negated(low: float | None, high: float | None) -> tuple[float | None, float | None]:
    return (None if high is None else -high, None if low is None else -low)


def _points(selection: Selection, arm: str, metric: str) -> tuple[Point, ...]:
    points = [Point("What hurts most", _what_hurts(selection, arm, metric))]
    points.append(Point("Lane throughput", _throughput(selection, arm)))
    for topic, name, pattern in _EFFECTS:
        points.append(Point(topic, _effect(selection.compare(name, arm), pattern)))
    return tuple(points)


@dataclass(frozen=True, slots=True)
class _Harm:
    """Loss under one kind of damage."""

    damage: Damage
    size: float
    low: float | None
    high: float | None
    n: int

    @property
    def is_shown(self) -> bool:
        """True where the interval excludes no loss."""
        return self.low is not None and self.low > 0.0


def _what_hurts(selection: Selection, arm: str, metric: str) -> str:
    harms = []
    for damage in damages(selection, metric):
        comparison = selection.compare(metric, arm, damage.group())
        if comparison.loss is not None and comparison.gap is not None:
            harms.append(_Harm(damage, *comparison.loss, comparison.gap.n))
    if not harms:
        return "No degradation was scored on its own."
    # Beside kinds judged alone, one that answers for its company would look the worst.
    left_out = [harm.damage.words for harm in harms if not harm.damage.is_alone]
    if len(left_out) < len(harms):
        harms = [harm for harm in harms if harm.damage.is_alone]
    else:
        left_out = []
    # Shown losses first: few parcels hit by one kind alone make large losses by chance.
    harms.sort(key=lambda harm: (not harm.is_shown, -harm.size, harm.damage.kind))
    sentence = _worst(harms, metric_words(metric).unit)
    if not left_out:
        return sentence
    return f"{sentence} Not ranked, for want of parcels hit by it alone: {', '.join(left_out)}."


def _worst(harms: list[_Harm], unit: Unit) -> str:
    worst = harms[0]
    alone = worst.damage.is_alone
    parcels = "parcels hit by nothing else" if alone else f"parcels it hits, {RIDES_ALONG},"
    if worst.size <= 0.0:
        return f"No kind of degradation lowers it on {parcels.removesuffix(',')}."
    span = interval(worst.low, worst.high, unit, is_difference=True)
    name = worst.damage.words
    amount = _points_of(worst.size, unit)
    opening = f"{name.capitalize()}: {parcels} lose {amount}"
    if worst.low is None or worst.high is None:
        return f"{opening} (no interval, {worst.n:,} pairs)."
    if not worst.is_shown:
        return (
            f"Nothing stands out: the largest loss on {parcels} is under {name}, {amount}, and "
            f"its interval ({span}) includes zero."
        )
    tail = ""
    if len(harms) > 1 and harms[1].is_shown:
        following = harms[1]
        tail = f" Next comes {following.damage.words} with {_points_of(following.size, unit)}."
    return f"{opening} (95% interval {span}).{tail}"


def _throughput(selection: Selection, arm: str) -> str:
    name, offered = "throughput.per_lane_h", "throughput.offered_per_lane_h"
    sorted_there = selection.value(name, arm, "production")
    sorted_here = selection.value(name, arm, "lab")
    if sorted_there is None or sorted_here is None:
        return "Not measured."
    there, here = (f"{level:,.0f}" for level in (sorted_there, sorted_here))
    given = [selection.value(offered, arm, world) for world in ("production", "lab")]
    if given[0] is None or given[1] is None:
        text = f"A lane sorts {there} parcels an hour in production, {here} in the lab."
    else:
        text = (
            f"A lane sorts {there} of the {given[0]:,.0f} parcels an hour it is offered in "
            f"production; in the lab, {here} of {given[1]:,.0f}."
        )
    part = selection.get(name, arm, "gap", "factor=degradation")
    if part is None or part.value is None or part.low is None or part.high is None:
        return text
    span = interval(part.low, part.high, Unit.PER_HOUR, is_difference=True, flip=part.value < 0.0)
    if part.low <= 0.0 <= part.high:
        return f"{text} Damage alone shows no clear effect on it (95% interval {span})."
    verb = "costs" if part.value > 0.0 else "adds"
    amount = difference(part.value, Unit.PER_HOUR, signed=False).removesuffix(" /h")
    return f"{text} Damage alone {verb} {amount} an hour (95% interval {span})."


def _effect(comparison: Comparison, pattern: str) -> str:
    words = metric_words(comparison.metric)
    loss = comparison.loss
    if (
        comparison.lab is None
        or comparison.production is None
        or comparison.production.value is None
    ):
        return "Not measured."
    lab, floor = _level(comparison.lab, words.unit), _level(comparison.production, words.unit)
    opening = f"{pattern.format(floor)} in production, {lab} in the lab"
    if comparison.gap is None or loss is None or comparison.gap.value is None:
        return f"{opening}."
    low, high = comparison.gap.low, comparison.gap.high
    if low is None or high is None:
        return f"{opening}; the difference has no interval."
    if low <= 0.0 <= high:
        span = interval(low, high, words.unit, is_difference=True, flip=True)
        return f"{opening}: no clear change (95% interval {span})."
    rises = comparison.gap.value < 0.0
    amount = _points_of(comparison.gap.value, words.unit)
    span = interval(low, high, words.unit, is_difference=True, flip=rises)
    return f"{opening}: {'up' if rises else 'down'} {amount} (95% interval {span})."


def _cautions(
    inputs: ReportInputs, selection: Selection, metric: str, tones: dict[str, Tone]
) -> tuple[str, ...]:
    cautions = [note.text for note in inputs.metrics.notes if note.group == "unanswered"]
    replications = selection.replications() or inputs.scenario.replications
    if replications < ENOUGH_REPLICATIONS:
        noun = "replication" if replications == 1 else "replications"
        cautions.append(
            f"Only {replications} {noun}: intervals from fewer than {ENOUGH_REPLICATIONS} are too "
            "uncertain to decide by. Read this page as an indication."
        )
    fidelity = inputs.scenario.fidelity
    if fidelity.kind == "sampled":
        cautions.append(
            f"Sampled: the real model read a pre-drawn sample of {fidelity.parcels:,} parcels in "
            "each replication; the other parcels drew their outcomes from what was measured in "
            "this run. Accuracy and gap rest on parcels the model saw; lane figures rest on all."
        )
    if any(tone is Tone.NO_INTERVAL for tone in tones.values()):
        cautions.append(
            "Some gaps have no interval; the notes under \u201cHow it was measured\u201d say why."
        )
    missing = sum(tone is Tone.UNMEASURED for tone in tones.values())
    if missing:
        noun = "arm has" if missing == 1 else "arms have"
        cautions.append(f"{missing} {noun} no gap for {metric_words(metric).label.lower()}.")
    low_lab = [
        arm
        for arm in selection.arms
        if metric.startswith("accuracy")
        and (level := selection.value(metric, arm, "lab")) is not None
        and level < 0.9
    ]
    if low_lab:
        cautions.append(
            f"Below 90% already in the lab: {', '.join(low_lab)}. A small gap of a reader that is "
            "weak in the lab says little."
        )
    return tuple(cautions)
