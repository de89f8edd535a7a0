"""Which window a shop promises: pure functions of what it can know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from sim.rules.estimates import Estimates
from sim.scenario.policies import Promise


class Slip(Protocol):
    """What the shop believes about receipts that come later than confirmed.

    `overdue` is now less the confirmed date in seconds; while the date lies ahead it is -1, however far.
    """

    def quantile(self, level: float, overdue: int) -> int:
        """Seconds still to come beyond max(confirmed, now), at a level, for a receipt not here yet."""
        ...

    def mean(self, overdue: int) -> int:
        """The mean of the same, rounded."""
        ...


class Receipt(NamedTuple):
    """An inbound receipt as its supplier confirmed it; for an oracle, with its true date."""

    confirmed: int
    """Confirmed instant of arriving at the dock."""
    docked: bool = False
    """Whether it is at the dock and only has to be received: nothing can make it late any more."""


class Shelf(NamedTuple):
    """What a shop knows when its shelf cannot meet a wish: nothing that only the world knows."""

    now: int
    shortage: int
    """Units wanted that the shelf cannot give."""
    backlog: int
    """Units already promised to those who wait."""
    receipt: Receipt | None
    """The confirmed receipt that would serve this customer, first come, first served, if there is one."""
    catalogue: int
    """Mean lead time of the stock's lane, seconds."""
    handling: int
    """Receiving and picking, seconds."""
    slip: Slip
    open: bool
    """Whether the last visitor who met a short shelf was offered a backorder."""
    last_mile: int = 0
    """From leaving the warehouse to the customer, seconds."""
    day0: int = 0
    """The instant from which `Promise.until` counts."""
    inbound_units: int = 0
    """Confirmed units on their way to this stock."""
    customer_class: str = "standard"
    """Class of the product."""
    daily_demand: float = 0.0
    """Mean units wanted per day."""
    estimates: Estimates | None = None
    """What the shop reckons with; given to rules that look at the value of a backorder."""
    truth: Estimates | None = None
    """The same as it really is: given to the availability rule `oracle`, and to no other."""


class Window(NamedTuple):
    """A promise: delivery, or shipping, between `lo` and `hi` seconds from now."""

    lo: int
    hi: int


Ends = tuple[int, int]
"""A window as its basis gives it, before it is widened and rounded."""

_AHEAD: Final = -1
"""How overdue a receipt is whose date lies ahead."""


def still_to_slip(shelf: Shelf, receipt: Receipt, level: float) -> int:
    """Seconds beyond max(confirmed, now) that the receipt may still need, at a level."""
    return 0 if receipt.docked else shelf.slip.quantile(level, _overdue(shelf, receipt))


def _overdue(shelf: Shelf, receipt: Receipt) -> int:
    return max(shelf.now - receipt.confirmed, _AHEAD)


def from_dock(promise: Promise, shelf: Shelf) -> int:
    """Seconds from a receipt's arrival to what the window counts: delivery, or leaving the warehouse."""
    return shelf.handling if promise.counts == "shipping" else shelf.handling + shelf.last_mile


def _nominal(promise: Promise, shelf: Shelf) -> Ends:
    claimed = shelf.catalogue if promise.catalogue is None else promise.catalogue
    lo = claimed + from_dock(promise, shelf)
    return lo, lo + promise.width


def _due(promise: Promise, shelf: Shelf, receipt: Receipt) -> int:
    ahead = receipt.confirmed - shelf.now
    wait = shelf.handling if ahead <= 0 else ahead + shelf.handling
    return wait if promise.counts == "shipping" else wait + shelf.last_mile


def _vendor(promise: Promise, shelf: Shelf) -> Ends:
    if shelf.receipt is None:
        return _nominal(promise, shelf)
    lo = _due(promise, shelf, shelf.receipt)
    return lo, lo + promise.width


def _quantile(promise: Promise, shelf: Shelf) -> Ends:
    if shelf.receipt is None:
        return _nominal(promise, shelf)
    due = _due(promise, shelf, shelf.receipt)
    lo = still_to_slip(shelf, shelf.receipt, promise.low_level)
    return due + lo, due + max(lo, still_to_slip(shelf, shelf.receipt, promise.level))


def _mean(promise: Promise, shelf: Shelf) -> Ends:
    if shelf.receipt is None:
        return _nominal(promise, shelf)
    slip = 0 if shelf.receipt.docked else shelf.slip.mean(_overdue(shelf, shelf.receipt))
    lo = _due(promise, shelf, shelf.receipt) + slip
    return lo, lo + promise.width


def _oracle(promise: Promise, shelf: Shelf) -> Ends:
    if shelf.receipt is None:
        return _nominal(promise, shelf)
    due = _due(promise, shelf, shelf.receipt)
    return due, due


def _vague(promise: Promise, shelf: Shelf) -> Ends:
    if shelf.receipt is None:
        median, _ = _nominal(promise, shelf)
    else:
        median = _due(promise, shelf, shelf.receipt) + still_to_slip(shelf, shelf.receipt, 0.5)
    wait = round(promise.vague_factor * median) + promise.vague_penalty
    return wait, wait


BASES: Final[Mapping[str, Callable[[Promise, Shelf], Ends]]] = MappingProxyType(
    {"nominal": _nominal, "vendor": _vendor, "quantile": _quantile, "mean": _mean, "oracle": _oracle, "vague": _vague}
)
"""One row per quote basis."""

UNDATED: Final = frozenset({"vague"})
"""Bases that show no dates: their window is the wait that customers read into the page."""

LOOKING_AT_NOTHING: Final = UNDATED | {"nominal"}
"""Bases that promise nothing about a certain receipt."""


def quote(promise: Promise, shelf: Shelf) -> Window:
    """The window the page shows: by its basis, widened to the least width, rounded outward."""
    basis = promise.basis
    lo, hi = BASES[basis](promise, shelf)
    return Window(lo, hi) if basis in UNDATED else as_shown(promise, lo, hi)


def as_shown(promise: Promise, lo: int, hi: int) -> Window:
    """A window as customers see it: widened to the least width, rounded outward."""
    hi, step = max(hi, lo + promise.least_width), promise.round_to
    return Window(lo // step * step, -(-hi // step) * step) if step else Window(lo, hi)


def requote(promise: Promise, shelf: Shelf) -> Window:
    """What the shop expects today for somebody who waits: by its basis, to the second.

    A shop that looked at no date when it promised goes by the confirmed one. Not rounded, since a promise would seem
    at risk that only another hour of the day would round up.
    """
    basis = "vendor" if promise.basis in LOOKING_AT_NOTHING else promise.basis
    return Window(*BASES[basis](promise, shelf))


def best_case(promise: Promise, shelf: Shelf) -> Window:
    """What it would be if nothing slipped any more: the confirmed date, to the second."""
    soonest, _ = _vendor(promise, shelf)
    return Window(soonest, soonest)


def is_too_late(promise: Promise, shelf: Shelf, window: Window) -> bool:
    """Whether the window ends after the last moment that may be promised."""
    return promise.until is not None and shelf.now + window.hi > shelf.day0 + promise.until
