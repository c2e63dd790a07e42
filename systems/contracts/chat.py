"""Chat models, wherever they run: in process, behind an HTTP server, or replayed from a record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["ChatAnswer", "ChatBackend", "ChatMessage", "ChatRequest", "Finish", "Role", "Token"]


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True, eq=False)
class ChatMessage:
    """One message; `images` are uint8 RGB arrays for models that see."""

    role: Role
    text: str
    images: tuple[NDArray[np.uint8], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ChatRequest:
    """One completion asked for.

    Attributes
    ----------
    messages : tuple of ChatMessage
    max_tokens : int
        Must exceed what `json_schema` can make the model emit, or the answer is cut.
    temperature : float
        0 asks for the likeliest token every time.
    seed : int
        For backends that sample.
    json_schema : mapping or None
        The answer must be JSON of this schema.  A backend that cannot constrain its decoder
        checks afterwards and finishes with `Finish.MALFORMED`.
    stop : tuple of str
    top_logprobs : int
        Alternatives wanted for each token of the answer, 0 for none.
    """

    messages: tuple[ChatMessage, ...]
    max_tokens: int
    temperature: float = 0.0
    seed: int = 0
    json_schema: Mapping[str, Any] | None = None
    stop: tuple[str, ...] = ()
    top_logprobs: int = 0


class Finish(StrEnum):
    """How a completion ended.  The last three are outcomes of a backend, not exceptions."""

    STOP = "stop"
    LENGTH = "length"
    MALFORMED = "malformed"
    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Token:
    """A token of the answer with its natural-log probability, and the likeliest alternatives."""

    text: str
    logprob: float
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """One completion; `text` is empty where the backend gave none."""

    text: str
    finish: Finish
    prompt_tokens: int = 0
    completion_tokens: int = 0
    attempts: int = 1
    tokens: tuple[Token, ...] = ()


class ChatBackend(Protocol):
    """A chat model."""

    def complete(self, requests: Sequence[ChatRequest]) -> Sequence[ChatAnswer]:
        """Complete every request, in order.  Time-outs and refusals are answers, not exceptions."""

    def fingerprint(self) -> str:
        """Text that changes whenever the same request might be answered otherwise."""
