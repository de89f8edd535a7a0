"""What a product's class says about buyers who do not say it themselves, and what a calibration says about members.

What a stream of customers states itself always wins. Of the class, the `basic` profile takes patience and the way of
leaving only; the `full` profile takes everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from sim.scenario.customers import CustomerClass, Customers, Leaving, NotifyMe, Returns
from sim.scenario.laws import DurationLaw, parse_duration_law
from sim.scenario.memory import Calibration, Memory
from sim.words import Cause

_DEADLINE: Final = "exponential(3 d)"
_MAIL: Final = "exponential(1 d)"
_PAYS_AHEAD: Final = 0.95


@dataclass(frozen=True)
class _Class:
    """One class of products."""

    stated: str
    """Patience by what people say in surveys."""
    revealed: str
    """Patience by what they are seen to do: so many a day are lost to a longer promise."""
    leaving: tuple[float, float, float]
    """Shares that buy elsewhere, come back later, drop the wish."""
    substitution: float
    urgent: float
    returns: tuple[str, int] | None
    """After how long they come back, and how often at most."""


_CLASSES: Final[Mapping[CustomerClass, _Class]] = MappingProxyType(
    {
        "niche": _Class(
            stated="lognormal(median=30 d, sigma=0.8)",
            revealed="exponential(200 d)",
            leaving=(0.30, 0.50, 0.20),
            substitution=0.15,
            urgent=0.05,
            returns=("exponential(10 d)", 3),
        ),
        "durable": _Class(
            stated="lognormal(median=12 d, sigma=0.8)",
            revealed="exponential(100 d)",
            leaving=(0.50, 0.30, 0.20),
            substitution=0.40,
            urgent=0.10,
            returns=("exponential(7 d)", 2),
        ),
        "standard": _Class(
            stated="lognormal(median=7.7 d, sigma=0.94)",
            revealed="exponential(100 d)",
            leaving=(0.56, 0.27, 0.17),
            substitution=0.45,
            urgent=0.15,
            returns=("exponential(7 d)", 2),
        ),
        "commodity": _Class(
            stated="lognormal(median=4 d, sigma=0.8)",
            revealed="exponential(1600 h)",
            leaving=(0.75, 0.10, 0.15),
            substitution=0.60,
            urgent=0.30,
            returns=("exponential(3 d)", 1),
        ),
        "impulse": _Class(
            stated="lognormal(median=3 d, sigma=1.0)",
            revealed="exponential(1600 h)",  # nobody measured it: taken to be as steep as the commodity's
            leaving=(0.40, 0.00, 0.60),
            substitution=0.20,
            urgent=0.10,
            returns=None,
        ),
    }
)


def patience_of(customers: Customers, customer_class: CustomerClass, calibration: Calibration) -> DurationLaw:
    """Their own patience law, or that of their product's class: as revealed, or else as stated."""
    if customers.patience is not None:
        return customers.patience
    row = _CLASSES[customer_class]
    return parse_duration_law(row.revealed if calibration == "revealed" else row.stated)


ON_IMPULSE: Final = "_impulse"
"""What the name of a stream of buyers on impulse ends in."""


def on_impulse(customers: Customers, calibration: Calibration) -> Customers:
    """Such customers as buy on impulse: with the patience and the way of leaving of that class, whatever is stated.

    Of the rest of the class the `full` profile takes what is not stated.
    """
    row, (competitor, defer, abandon) = _CLASSES["impulse"], _CLASSES["impulse"].leaving
    revealed, full = calibration == "revealed", customers.profile == "full"
    changes: dict[str, Any] = {
        "patience": parse_duration_law(row.revealed if revealed else row.stated),
        "acceptance": None,
        "leaving": Leaving(competitor=competitor, defer=defer, abandon=abandon),
    }
    if full and customers.urgent is None and not revealed:
        changes["urgent"] = row.urgent
    if full and customers.substitution is None:
        changes["substitution"] = row.substitution
    return customers.model_copy(update=changes)


def leaving_of(customers: Customers, customer_class: CustomerClass) -> Leaving:
    """Their own leave split, or that of their product's class."""
    if customers.leaving is not None:
        return customers.leaving
    competitor, defer, abandon = _CLASSES[customer_class].leaving
    return Leaving(competitor=competitor, defer=defer, abandon=abandon)


def urgent_of(
    customers: Customers, customer_class: CustomerClass, calibration: Calibration
) -> tuple[float, DurationLaw]:
    """The share with a deadline of their own, and the law of that deadline.

    The revealed slopes of patience have the urgent in them already, so that calibration adds none.
    """
    deadline = customers.deadline or parse_duration_law(_DEADLINE)
    if customers.urgent is not None:
        return customers.urgent, deadline
    of_class = customers.profile == "full" and calibration != "revealed"
    return (_CLASSES[customer_class].urgent if of_class else 0.0), deadline


def substitution_of(customers: Customers, customer_class: CustomerClass) -> float:
    """The share that takes a substitute of the same price, where the product names no share of its own."""
    if customers.substitution is not None:
        return customers.substitution
    return _CLASSES[customer_class].substitution if customers.profile == "full" else 0.0


def returns_of(customers: Customers, customer_class: CustomerClass) -> Returns | None:
    """How they come back who meant to; `None` if they never do."""
    row = _CLASSES[customer_class].returns
    if customers.returns is not None or customers.profile == "basic" or row is None:
        return customers.returns
    delay, most = row
    return Returns(delay=parse_duration_law(delay), most=most)


def notify_of(customers: Customers) -> NotifyMe | None:
    """What they make of "notify me"; `None` if nothing. It is the same for every class."""
    if customers.notify is not None or customers.profile == "basic":
        return customers.notify
    return NotifyMe(delay=parse_duration_law(_MAIL))


def pays_ahead_of(customers: Customers) -> float:
    """The share of those willing to wait that also pays at order. It is the same for every class."""
    if customers.pays_ahead is not None:
        return customers.pays_ahead
    return _PAYS_AHEAD if customers.profile == "full" else 1.0


@dataclass(frozen=True)
class Delta:
    """What each experience changes in the log of a member's visit rate; the fields are those of `memory.Deltas`."""

    on_time: float
    short_wait: float
    medium_wait: float
    long_wait: float
    broken: float
    late_day: float
    cancelled: float
    seller_cancelled: float
    stock_out: float
    substituted: float
    told_in_time: float
    hidden: float

    @property
    def changes(self) -> tuple[float, ...]:
        """All rows that change regard, the factors left out."""
        return tuple(self.row(cause) for cause in _ROWS)

    def row(self, cause: Cause) -> float:
        """The change for one experience (`LATE_DAYS`: for one day).

        Raises:
            KeyError: the cause changes nothing by itself (`DROPPED_OUT`).
        """
        return float(getattr(self, _ROWS[cause]))


_ROWS: Final[Mapping[Cause, str]] = MappingProxyType(
    {
        Cause.ON_TIME: "on_time",
        Cause.SHORT_WAIT: "short_wait",
        Cause.MEDIUM_WAIT: "medium_wait",
        Cause.LONG_WAIT: "long_wait",
        Cause.BROKEN: "broken",
        Cause.LATE_DAYS: "late_day",
        Cause.CANCELLED: "cancelled",
        Cause.SELLER_CANCELLED: "seller_cancelled",
        Cause.STOCK_OUT: "stock_out",
        Cause.SUBSTITUTED: "substituted",
    }
)

_DELTAS: Final[Mapping[Calibration, Delta]] = MappingProxyType(
    {
        "revealed": Delta(
            on_time=0.0,
            short_wait=-0.008,
            medium_wait=-0.055,
            long_wait=-0.098,
            broken=-0.02,
            late_day=0.0,
            cancelled=-0.05,
            seller_cancelled=-0.07,
            stock_out=-0.01,
            substituted=-0.005,
            told_in_time=0.6,
            hidden=1.0,
        ),
        "default": Delta(
            on_time=0.005,
            short_wait=-0.008,
            medium_wait=-0.055,
            long_wait=-0.098,
            broken=-0.06,
            late_day=-0.002,
            cancelled=-0.10,
            seller_cancelled=-0.12,
            stock_out=-0.03,
            substituted=-0.01,
            told_in_time=0.6,
            hidden=1.5,
        ),
        "stated": Delta(
            on_time=0.02,
            short_wait=-0.02,
            medium_wait=-0.08,
            long_wait=-0.15,
            broken=-0.19,
            late_day=-0.004,
            cancelled=-0.25,
            seller_cancelled=-0.30,
            stock_out=-0.06,
            substituted=-0.03,
            told_in_time=0.4,
            hidden=2.0,
        ),
    }
)


def deltas_of(memory: Memory, calibration: Calibration) -> Delta:
    """The scenario's own rows, and for the others those of the calibration; `gain` is not in them yet."""
    return replace(_DELTAS[calibration], **memory.deltas.model_dump(exclude_none=True))
