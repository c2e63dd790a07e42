"""What a service system may ask the world to do for a customer.

Every action is a frozen dataclass whose `kind` tells it apart; `Action` is their union.  Amounts
are in minor units of the order's currency (cents), so that no sum is ever rounded.
"""

from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "ACTIONS",
    "Action",
    "Address",
    "CancelOrder",
    "ChangeCustomerAddress",
    "ChangeDeliveryAddress",
    "ChangeItems",
    "ChangePayment",
    "Compensate",
    "ExchangeItems",
    "ItemChange",
    "Refund",
    "RescheduleDelivery",
    "Reship",
    "ReturnItems",
]


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address."""

    lines: tuple[str, ...]
    city: str
    postcode: str
    country: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class ItemChange:
    """Replace the unit on one order line by another stock-keeping unit."""

    line_id: str
    new_sku: str


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Cancel a whole order."""

    order_id: str
    reason: str
    kind: Literal["cancel_order"] = field(default="cancel_order", init=False)


@dataclass(frozen=True, slots=True)
class ChangeDeliveryAddress:
    """Send an order somewhere else."""

    order_id: str
    address: Address
    kind: Literal["change_delivery_address"] = field(default="change_delivery_address", init=False)


@dataclass(frozen=True, slots=True)
class ChangeCustomerAddress:
    """Change the address on a customer's account."""

    customer_id: str
    address: Address
    kind: Literal["change_customer_address"] = field(default="change_customer_address", init=False)


@dataclass(frozen=True, slots=True)
class ChangeItems:
    """Change units of an order that has not left; `payment_method_id` takes the difference."""

    order_id: str
    changes: tuple[ItemChange, ...]
    payment_method_id: str
    kind: Literal["change_items"] = field(default="change_items", init=False)


@dataclass(frozen=True, slots=True)
class ChangePayment:
    """Pay an order by another method."""

    order_id: str
    payment_method_id: str
    kind: Literal["change_payment"] = field(default="change_payment", init=False)


@dataclass(frozen=True, slots=True)
class ReturnItems:
    """Take delivered lines back and refund them to `payment_method_id`."""

    order_id: str
    line_ids: tuple[str, ...]
    payment_method_id: str
    kind: Literal["return_items"] = field(default="return_items", init=False)


@dataclass(frozen=True, slots=True)
class ExchangeItems:
    """Exchange delivered lines; the difference goes to `payment_method_id`."""

    order_id: str
    changes: tuple[ItemChange, ...]
    payment_method_id: str
    kind: Literal["exchange_items"] = field(default="exchange_items", init=False)


@dataclass(frozen=True, slots=True)
class Refund:
    """Pay money back without taking goods back."""

    order_id: str
    amount_minor: int
    payment_method_id: str
    reason: str
    kind: Literal["refund"] = field(default="refund", init=False)


@dataclass(frozen=True, slots=True)
class Reship:
    """Send lines again, to the order's own address when `address` is None."""

    order_id: str
    line_ids: tuple[str, ...]
    address: Address | None = None
    kind: Literal["reship"] = field(default="reship", init=False)


@dataclass(frozen=True, slots=True)
class Compensate:
    """Give a customer credit for trouble with an order."""

    order_id: str
    amount_minor: int
    reason: str
    kind: Literal["compensate"] = field(default="compensate", init=False)


@dataclass(frozen=True, slots=True)
class RescheduleDelivery:
    """Deliver a shipment between two instants of the simulation clock, in seconds."""

    shipment_id: str
    earliest_s: float
    latest_s: float
    kind: Literal["reschedule_delivery"] = field(default="reschedule_delivery", init=False)


Action = (
    CancelOrder
    | ChangeDeliveryAddress
    | ChangeCustomerAddress
    | ChangeItems
    | ChangePayment
    | ReturnItems
    | ExchangeItems
    | Refund
    | Reship
    | Compensate
    | RescheduleDelivery
)
"""Any of the actions; tell them apart by `kind` or ``isinstance``."""

ACTIONS: tuple[type[Action], ...] = (
    CancelOrder,
    ChangeDeliveryAddress,
    ChangeCustomerAddress,
    ChangeItems,
    ChangePayment,
    ReturnItems,
    ExchangeItems,
    Refund,
    Reship,
    Compensate,
    RescheduleDelivery,
)
"""The classes in `Action`."""
