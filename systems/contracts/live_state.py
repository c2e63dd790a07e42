"""Live state as a service system may see it: read-only, asked for an instant, possibly stale.

Times are seconds of the simulation clock.  Every record carries `as_of`, the time its content
reflects: a lagging replica answers ``state.at(t)`` with records whose `as_of` lies before `t`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from systems.contracts.actions import Address
from systems.contracts.mapping import SealedMapping

__all__ = [
    "Customer",
    "Document",
    "FutureStateError",
    "LiveState",
    "Offer",
    "Order",
    "OrderLine",
    "OrderStatus",
    "Payment",
    "PaymentMethod",
    "PaymentSource",
    "Promise",
    "Scan",
    "Shipment",
    "ShipmentStatus",
    "StateUnavailableError",
    "StateView",
    "Stock",
]


class StateUnavailableError(Exception):
    """A look-up timed out or its store is down; a system must expect it and still reply."""


class FutureStateError(ValueError):
    """State was asked for an instant later than the present of every query at hand."""


class OrderStatus(StrEnum):
    """Where an order stands."""

    PENDING = "pending"
    CHANGED = "changed"
    PROCESSED = "processed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURN_REQUESTED = "return_requested"
    RETURNED = "returned"
    EXCHANGE_REQUESTED = "exchange_requested"


class ShipmentStatus(StrEnum):
    """Where a shipment stands."""

    LABELLED = "labelled"
    IN_TRANSIT = "in_transit"
    AT_DEPOT = "at_depot"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    FAILED = "failed"
    RETURNING = "returning"
    LOST = "lost"


class PaymentSource(StrEnum):
    """What a payment method draws on."""

    CREDIT_CARD = "credit_card"
    PAYPAL = "paypal"
    GIFT_CARD = "gift_card"
    BANK_ACCOUNT = "bank_account"


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A way a customer pays; only gift cards have a balance."""

    payment_method_id: str
    source: PaymentSource
    balance_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """Money moved for an order: positive when the customer paid, negative when refunded."""

    payment_method_id: str
    amount_minor: int
    at: float


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order."""

    line_id: str
    sku: str
    product_id: str
    quantity: int
    unit_price_minor: int


@dataclass(frozen=True, slots=True)
class Order:
    """An order.  `currency` is an ISO 4217 code and holds for every amount in it."""

    order_id: str
    customer_id: str
    as_of: float
    placed_at: float
    status: OrderStatus
    lines: tuple[OrderLine, ...]
    address: Address
    currency: str
    payments: tuple[Payment, ...] = ()
    shipment_ids: tuple[str, ...] = ()
    delivered_at: float | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer's account."""

    customer_id: str
    as_of: float
    name: str
    email: str
    address: Address
    payment_methods: tuple[PaymentMethod, ...] = ()
    order_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """One sighting of a shipment."""

    at: float
    place: str
    what: str


@dataclass(frozen=True, slots=True)
class Shipment:
    """A parcel on its way, with the arrival window now expected."""

    shipment_id: str
    order_id: str
    as_of: float
    status: ShipmentStatus
    tracking_id: str
    line_ids: tuple[str, ...]
    scans: tuple[Scan, ...] = ()
    eta_earliest: float | None = None
    eta_latest: float | None = None
    delivered_at: float | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """Units of one SKU over all sites; `available` is what may still be promised."""

    sku: str
    as_of: float
    on_hand: int
    reserved: int
    available: int
    next_arrival_at: float | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """The delivery window the customer was given, and when."""

    order_id: str
    as_of: float
    made_at: float
    earliest: float
    latest: float


@dataclass(frozen=True, slots=True)
class Offer:
    """What is for sale under one SKU."""

    sku: str
    product_id: str
    as_of: float
    title: str
    price_minor: int
    currency: str
    options: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", SealedMapping(self.options))


@dataclass(frozen=True, slots=True)
class Document:
    """A text a reply may cite: a policy section, a help page, an item's knowledge."""

    document_id: str
    version: int
    as_of: float
    title: str
    text: str


class StateView(Protocol):
    """State for one instant.  Every look-up may raise `StateUnavailableError`."""

    @property
    def at(self) -> float:
        """The instant it was asked for."""

    def customer(self, customer_id: str) -> Customer | None:
        """Account, or None where there is none."""

    def order(self, order_id: str) -> Order | None:
        """Order, or None where there is none; it may belong to somebody else."""

    def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        """All orders of a customer, oldest first."""

    def shipment(self, shipment_id: str) -> Shipment | None:
        """Shipment, or None where there is none."""

    def stock(self, sku: str) -> Stock | None:
        """Stock of a SKU, or None where it is unknown."""

    def promise(self, order_id: str) -> Promise | None:
        """Latest delivery promise of an order, or None where none was made."""

    def offer(self, sku: str) -> Offer | None:
        """Offer under a SKU, or None where it is unknown."""

    def variants(self, product_id: str) -> tuple[Offer, ...]:
        """Offers of one product, sorted by SKU."""

    def document(self, document_id: str) -> Document | None:
        """Document in the version then in force, or None."""

    def documents(self) -> tuple[Document, ...]:
        """All documents then in force, sorted by id."""


class LiveState(Protocol):
    """Read-only state of the world over time."""

    def at(self, t: float) -> StateView:
        """State as it can be seen at instant `t`.

        A query's present is its `at`; asking for a later instant is looking into the future.

        Raises
        ------
        FutureStateError
            If `t` is later than the present of every query of the batch.
        StateUnavailableError
            If the store cannot be reached.
        """
