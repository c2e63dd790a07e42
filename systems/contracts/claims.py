"""Statements of fact in a reply, in a form that can be held against live state."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

__all__ = ["CLAIM_VALUES", "Claim", "ClaimAttribute", "ClaimValue", "Subject"]

ClaimValue = str | int | float | bool


class Subject(StrEnum):
    """What a claim is about."""

    ORDER = "order"
    LINE = "line"
    SHIPMENT = "shipment"
    STOCK = "stock"
    OFFER = "offer"
    PROMISE = "promise"
    CUSTOMER = "customer"
    POLICY = "policy"


class ClaimAttribute(StrEnum):
    """Which property of the subject is claimed; `CLAIM_VALUES` gives the type of its value."""

    EXISTS = "exists"
    STATUS = "status"
    PLACED_AT_S = "placed_at_s"
    DELIVERED_AT_S = "delivered_at_s"
    ETA_EARLIEST_S = "eta_earliest_s"
    ETA_LATEST_S = "eta_latest_s"
    PROMISED_LATEST_S = "promised_latest_s"
    LAST_PLACE = "last_place"
    AVAILABLE_UNITS = "available_units"
    NEXT_ARRIVAL_S = "next_arrival_s"
    PRICE_MINOR = "price_minor"
    REFUND_MINOR = "refund_minor"
    REFUND_DAYS = "refund_days"
    RETURN_WINDOW_DAYS = "return_window_days"
    BALANCE_MINOR = "balance_minor"
    ALLOWED = "allowed"
    ATTRIBUTE = "attribute"


CLAIM_VALUES: Mapping[ClaimAttribute, type] = MappingProxyType(
    {
        ClaimAttribute.EXISTS: bool,
        ClaimAttribute.STATUS: str,
        ClaimAttribute.PLACED_AT_S: float,
        ClaimAttribute.DELIVERED_AT_S: float,
        ClaimAttribute.ETA_EARLIEST_S: float,
        ClaimAttribute.ETA_LATEST_S: float,
        ClaimAttribute.PROMISED_LATEST_S: float,
        ClaimAttribute.LAST_PLACE: str,
        ClaimAttribute.AVAILABLE_UNITS: int,
        ClaimAttribute.NEXT_ARRIVAL_S: float,
        ClaimAttribute.PRICE_MINOR: int,
        ClaimAttribute.REFUND_MINOR: int,
        ClaimAttribute.REFUND_DAYS: int,
        ClaimAttribute.RETURN_WINDOW_DAYS: int,
        ClaimAttribute.BALANCE_MINOR: int,
        ClaimAttribute.ALLOWED: bool,
        ClaimAttribute.ATTRIBUTE: str,
    }
)
"""Type of each claimed attribute's value; an int may stand for a float, a bool for nothing else."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One checkable statement.

    Attributes
    ----------
    subject : Subject
    subject_id : str
        Id in the record's own space: order id, line id, shipment id, SKU, customer id, or the
        document id of a policy.
    attribute : ClaimAttribute
    value : str, int, float or bool
        Of the type `CLAIM_VALUES` gives; times are seconds of the simulation clock.
    as_of : float
        Time the fact was true for, by the record it was taken from: what makes a stale claim
        visible as stale.
    qualifier : str
        Which action is allowed (`ALLOWED`) or which product attribute is meant (`ATTRIBUTE`);
        empty otherwise.
    span : (int, int) or None
        Where in the reply's text it is said, as start and end character.
    """

    subject: Subject
    subject_id: str
    attribute: ClaimAttribute
    value: ClaimValue
    as_of: float
    qualifier: str = ""
    span: tuple[int, int] | None = None
