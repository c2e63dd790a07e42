"""Service: customers' queries in, replies out."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from systems.contracts.actions import Action
from systems.contracts.answers import Stage
from systems.contracts.claims import Claim
from systems.contracts.live_state import LiveState

__all__ = [
    "Channel",
    "Citation",
    "Override",
    "Query",
    "Reason",
    "Reply",
    "ReplyDecision",
    "ServiceSystem",
    "Speaker",
    "Turn",
]


class Channel(StrEnum):
    """How a query came in."""

    CHAT = "chat"
    APP = "app"
    EMAIL = "email"
    VOICE = "voice"


class Speaker(StrEnum):
    """Who said a turn of a conversation."""

    CUSTOMER = "customer"
    SYSTEM = "system"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier turn of the same conversation."""

    at: float
    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """What one customer asks at one instant.

    Attributes
    ----------
    query_id : str
        Opaque.
    at : float
        The query's present, in seconds of the simulation clock: ``state.at(query.at)`` is what
        can be known.
    conversation_id : str
        Opaque; the same over the turns of one conversation.
    turn : int
        From 1.
    text : str
        As the customer wrote it: any language, any length, possibly empty.
    customer_id : str or None
        The authenticated customer; None where nobody is.
    channel : Channel
    locale : str
        BCP 47 tag of the customer's setting, such as ``en-GB``; the text may differ.
    history : tuple of Turn
        Earlier turns, oldest first, so that a system need not remember conversations itself.
    """

    query_id: str
    at: float
    conversation_id: str
    turn: int
    text: str
    customer_id: str | None
    channel: Channel = Channel.CHAT
    locale: str = "en-GB"
    history: tuple[Turn, ...] = ()


class ReplyDecision(StrEnum):
    """What a service system wants done."""

    ANSWER = "answer"
    ACT = "act"
    DENY = "deny"
    CLARIFY = "clarify"
    HAND_OFF = "hand_off"


class Reason(StrEnum):
    """Why a request was denied, a draft overridden or a case handed to a person."""

    WRONG_STATUS = "wrong_status"
    WRONG_CUSTOMER = "wrong_customer"
    UNKNOWN_ORDER = "unknown_order"
    ITEM_NOT_IN_ORDER = "item_not_in_order"
    OTHER_PRODUCT = "other_product"
    OUT_OF_STOCK = "out_of_stock"
    UNKNOWN_PAYMENT_METHOD = "unknown_payment_method"
    WRONG_PAYMENT_METHOD = "wrong_payment_method"
    INSUFFICIENT_BALANCE = "insufficient_balance"
    OUTSIDE_WINDOW = "outside_window"
    ALREADY_DONE = "already_done"
    POLICY = "policy"
    CONTRADICTS_STATE = "contradicts_state"
    NOT_IN_STATE = "not_in_state"
    STALE_STATE = "stale_state"
    STATE_UNAVAILABLE = "state_unavailable"
    AMBIGUOUS = "ambiguous"
    OUT_OF_SCOPE = "out_of_scope"
    LOW_CONFIDENCE = "low_confidence"
    BACKEND_FAILED = "backend_failed"
    CUSTOMER_ASKED = "customer_asked"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Citation:
    """A document, in the version it was read in, that a reply rests on."""

    document_id: str
    version: int
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """What a check changed in a draft: `field` from `drafted` to `final`, and why.

    `field` is ``text``, ``action``, ``decision`` or ``claims[i]``.
    """

    stage: str
    field: str
    drafted: str
    final: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Reply:
    """A system's answer to one query.

    Attributes
    ----------
    query_id : str
        That of the query.
    decision : ReplyDecision
    confidence : float
        In [0, 1]: how sure the system is that text, claims and action are right.
    text : str
        What the customer would read.  On hand-off it may be empty or a note to the agent.
    action : Action or None
        Present exactly when the decision is to act; on hand-off it may hold a proposal, which
        is not executed.
    claims : tuple of Claim
        Facts the text states.
    citations : tuple of Citation
    overrides : tuple of Override
        What the system's own checks changed in its draft.
    reason : Reason or None
        Present on deny and hand-off.
    stages : tuple of Stage
    """

    query_id: str
    decision: ReplyDecision
    confidence: float
    text: str = ""
    action: Action | None = None
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    overrides: tuple[Override, ...] = ()
    reason: Reason | None = None
    stages: tuple[Stage, ...] = ()


class ServiceSystem(Protocol):
    """A service system under test."""

    def reply(self, queries: Sequence[Query], state: LiveState) -> Sequence[Reply]:
        """Answer every query, in order."""
