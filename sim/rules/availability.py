"""Which status a product page shows when the shelf is short: pure functions of what the shop can know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from sim.rules.promise import Shelf, Window, quote, still_to_slip
from sim.scenario.policies import Levers


def _out_of_stock(_levers: Levers, _shelf: Shelf) -> Window | None:
    return None


def _backorder(levers: Levers, shelf: Shelf) -> Window | None:
    return quote(levers.promise, shelf)


def _hybrid(levers: Levers, shelf: Shelf) -> Window | None:
    if shelf.receipt is None:
        return None
    limits = levers.limits
    share = 1.0 if shelf.open else limits.reopen
    window = quote(levers.promise, shelf)
    spread = still_to_slip(shelf, shelf.receipt, 0.95) - still_to_slip(shelf, shelf.receipt, 0.50)
    near = window.hi <= share * limits.horizon
    return window if near and spread <= share * limits.spread else None


WHEN_SHORT: Final[Mapping[str, Callable[[Levers, Shelf], Window | None]]] = MappingProxyType(
    {"out_of_stock": _out_of_stock, "backorder": _backorder, "hybrid": _hybrid}
)
"""One row per availability rule."""


def looks_at_inbound(levers: Levers) -> bool:
    """Whether the rule or its quote depends on which receipt would serve the customer."""
    promised = levers.when_short == "backorder" and (levers.promise.basis != "nominal" or levers.only is not None)
    return promised or levers.when_short == "hybrid"


def offer(levers: Levers, shelf: Shelf) -> Window | None:
    """The window of the backorder on offer, or `None`: the page says out of stock."""
    if levers.cap is not None and shelf.backlog + shelf.shortage > levers.cap:
        return None
    if levers.only == "confirmed_inbound" and shelf.receipt is None:
        return None
    return WHEN_SHORT[levers.when_short](levers, shelf)
