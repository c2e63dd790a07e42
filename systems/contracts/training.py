"""What trainers are handed: examples, degradations and environments, never the world itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, SupportsFloat, TypeVar

__all__ = [
    "AppliedDegradation",
    "DegradationSource",
    "Environment",
    "EnvironmentFactory",
    "Example",
    "SampleStream",
]

Request = TypeVar("Request")
Answer = TypeVar("Answer")
Observation_co = TypeVar("Observation_co", covariant=True)
ActionT_contra = TypeVar("ActionT_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class AppliedDegradation:
    """A degradation by name (``scenarios.degradations``) and severity, 1 to 5."""

    kind: str
    severity: int


@dataclass(frozen=True, slots=True)
class Example(Generic[Request, Answer]):
    """A request of some kind with the answer a perfect system would give.

    For vision that is ``Example[Capture, Reading]``, the target's boxes naming where parcel,
    label, text lines and symbols truly are.  Examples come from populations of their own, never
    from a run's.

    Attributes
    ----------
    number : int
        Its index in the stream.
    request
        What a system would be asked.
    target
        The right answer.
    degradations : tuple of AppliedDegradation
        What was done to it.
    """

    number: int
    request: Request
    target: Answer
    degradations: tuple[AppliedDegradation, ...] = ()


class SampleStream(Protocol[Request, Answer]):
    """An endless stream of examples, each made from its number alone.

    So a killed training resumes at any number, workers share a stream by striding over it, and
    two trainers that ask for the same numbers see the same examples.
    """

    def example(self, number: int) -> "Example[Request, Answer]":
        """Make example `number`, from 0."""

    def fingerprint(self) -> str:
        """Text that changes whenever any example might."""


class DegradationSource(Protocol[Request, Answer]):
    """Degrades examples on demand, so that a trainer can search for what hurts most."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds that may be trained on; those kept for the test are not among them."""

    def severities(self, kind: str) -> tuple[int, ...]:
        """Severities of a kind that may be trained on."""

    def degrade(
        self,
        example: "Example[Request, Answer]",
        degradations: Sequence[AppliedDegradation],
        seed: int,
    ) -> "Example[Request, Answer]":
        """Make the same example again under exactly these degradations; pure in its arguments.

        Raises
        ------
        ValueError
            If a kind or severity is not among those that may be trained on.
        """


class Environment(Protocol[Observation_co, ActionT_contra]):
    """The part of ``gymnasium.Env`` that trainers use, so that none of ours imports it."""

    observation_space: Any
    action_space: Any

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation_co, dict[str, Any]]:
        """Begin an episode."""

    def step(
        self, action: ActionT_contra
    ) -> tuple[Observation_co, SupportsFloat, bool, bool, dict[str, Any]]:
        """Act: observation, reward, terminated, truncated, info."""

    def close(self) -> None:
        """Release what it holds."""


class EnvironmentFactory(Protocol[Observation_co, ActionT_contra]):
    """Makes environments; workers each make their own."""

    def make(
        self, seed: int, options: Mapping[str, str | int | float | bool] | None = None
    ) -> "Environment[Observation_co, ActionT_contra]":
        """Make an environment whose episodes depend on `seed` and `options` alone."""

    def fingerprint(self) -> str:
        """Text that changes whenever an episode might."""
