"""What a shop reckons with when it weighs a backorder: frozen numbers from its own records and its class tables."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Protocol


class Patience(Protocol):
    """How long customers of one kind wait, as the shop sees it."""

    def survival(self, wait: float) -> float:
        """Share of them whose patience lasts `wait` seconds."""
        ...


@dataclass(frozen=True, slots=True)
class Unending:
    """Customers who never give up."""

    def survival(self, wait: float) -> float:
        """All of them, however long; `wait` in seconds."""
        return 1.0 if wait < math.inf else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Rows of the delta table that matter to one who meets a short shelf, gain included.

    Each is a change of the log of the customer's visit rate.
    """

    short_wait: float = 0.0
    """Backorder delivered within 10 days."""
    medium_wait: float = 0.0
    """Within 20 days."""
    long_wait: float = 0.0
    """Later."""
    broken: float = 0.0
    """The promise was broken."""
    late_day: float = 0.0
    """Each whole day late, up to 30."""
    cancelled: float = 0.0
    """The customer cancelled."""
    stock_out: float = 0.0
    """Left without waiting."""
    substituted: float = 0.0
    """Took a substitute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """What a shop believes about a visitor who met a short shelf, and about what it costs to serve one.

    Money is in the scenario's currency, rates are per second, times in seconds, shares between 0 and 1.
    """

    price: float
    """Of a unit, to this customer."""
    unit_cost: float
    fulfilment: float = 0.0
    """Pick, pack, ship and last mile of one order."""
    fee: float = 0.0
    """Share of a payment that goes to those who process it."""
    fee_fixed: float = 0.0
    """Per payment."""
    backorder: float = 0.0
    """Handling of one accepted backorder."""
    backlog: float = 0.0
    """Per waiting unit and second."""
    cancellation: float = 0.0
    """Handling of one that is cancelled."""
    contact: float = 0.0
    """One contact with support."""
    contacts: float = 0.0
    """Contacts per waiting order and second."""
    contacts_late: float = 1.0
    """Factor on that once the promise is broken."""
    patience: Patience = field(default_factory=Unending)
    """Longest wait that customers of this class accept."""
    others_patience: Patience | None = None
    """The same of others who will meet a short shelf; that of this customer when left out."""
    eta_aversion: float = 1.0
    """Where in the promised window they expect delivery: 0 its start, 1 its end."""
    after_broken: float = 0.5
    """Share of the remaining patience that survives a broken promise."""
    change_of_mind: float = 0.0
    """Rate of cancelling for no reason of the shop's."""
    changes: Changes = Changes()
    """What each outcome does to the customer's later visits."""
    lifetime: float = 0.0
    """Worth of the customer's future (`lifetime_value`); 0 for one whom nobody knows."""
    substitute: float = 0.0
    """Chance that a substitute which the record shows in stock is taken."""
    substitute_margin: float = 0.0
    """Money earned per unit of it."""
    sign_up: float = 0.0
    """Share that leaves an address, of those who neither wait nor take a substitute."""
    buys: float = 0.0
    """Share of those told of the goods that comes back to buy."""
    defers: float = 0.0
    """Share of those who leave that means to come back."""
    comes_back: float = 0.0
    """Share of those who mean to that does so and finds the goods."""
    others: float = 0.0
    """Units that others will want until more can come than the receipt that would serve this customer."""
    free: float = math.inf
    """Units of receipts up to that one which nobody was promised."""


def lifetime_value(*, visit_rate: float, margin: float, capture: float, horizon: int, discount: float) -> float:
    """Present value of a customer's future: visit_rate x capture x margin x (1 - exp(-discount x horizon)) / discount.

    Rates per second, `horizon` in seconds, `margin` per captured visit.
    """
    time = -math.expm1(-discount * horizon) / discount if discount > 0 else float(horizon)
    return visit_rate * capture * margin * time
