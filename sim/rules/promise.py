"""Which window a shop promises: pure functions of what it can know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from sim.scenario.policies import Promise


class Slip(Protocol):
    """What the shop believes about receipts that come later than confirmed."""

    def quantile(self, level: float, overdue: int) -> int:
        """Seconds still to come beyond max(confirmed, now), at a level, for a receipt not here yet.

        `overdue` is now less the confirmed date in seconds: negative while the date lies ahead.
        """
        ...


class Receipt(NamedTuple):
    """An inbound receipt as its supplier confirmed it."""

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
    """Receiving, picking and last mile, seconds."""
    slip: Slip
    open: bool
    """Whether the last visitor who met a short shelf was offered a backorder."""


class Window(NamedTuple):
    """A promise: delivery between `lo` and `hi` seconds from now."""

    lo: int
    hi: int


Ends = tuple[int, int]
"""A window as its basis gives it, before it is widened and rounded."""


def still_to_slip(shelf: Shelf, receipt: Receipt, level: float) -> int:
    """Seconds beyond max(confirmed, now) that the receipt may still need, at a level."""
    return 0 if receipt.docked else shelf.slip.quantile(level, shelf.now - receipt.confirmed)


def _nominal(promise: Promise, shelf: Shelf) -> Ends:
    claimed = shelf.catalogue if promise.catalogue is None else promise.catalogue
    lo = claimed + shelf.handling
    return lo, lo + promise.width


def _due(shelf: Shelf, receipt: Receipt) -> int:
    return max(receipt.confirmed - shelf.now, 0) + shelf.handling


def _vendor(promise: Promise, shelf: Shelf) -> Ends:
    if shelf.receipt is None:
        return _nominal(promise, shelf)
    lo = _due(shelf, shelf.receipt)
    return lo, lo + promise.width


def _quantile(promise: Promise, shelf: Shelf) -> Ends:
    if shelf.receipt is None:
        return _nominal(promise, shelf)
    due = _due(shelf, shelf.receipt)
    lo = still_to_slip(shelf, shelf.receipt, promise.low_level)
    return due + lo, due + max(lo, still_to_slip(shelf, shelf.receipt, promise.level))


def _oracle(promise: Promise, shelf: Shelf) -> Ends:
    if shelf.receipt is None:
        return _nominal(promise, shelf)
    due = _due(shelf, shelf.receipt)
    return due, due


BASES: Final[Mapping[str, Callable[[Promise, Shelf], Ends]]] = MappingProxyType(
    {"nominal": _nominal, "vendor": _vendor, "quantile": _quantile, "oracle": _oracle}
)
"""One row per quote basis."""


def quote(promise: Promise, shelf: Shelf) -> Window:
    """The window the page shows: by its basis, widened to the least width, rounded outward."""
    lo, hi = BASES[promise.basis](promise, shelf)
    hi = max(hi, lo + promise.least_width)
    if promise.round_to:
        lo, hi = lo // promise.round_to * promise.round_to, -(-hi // promise.round_to) * promise.round_to
    return Window(lo, hi)
