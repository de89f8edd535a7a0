"""Which status a product page shows when the shelf is short: pure functions of what the shop can know."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from sim.rules.estimates import Estimates
from sim.rules.promise import Shelf, Window, is_too_late, quote, still_to_slip
from sim.rules.value import is_worth_it, stakes_of
from sim.scenario.policies import Levers
from sim.scenario.terms import Reserve
from sim.words import DAY


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


def _preorder(levers: Levers, shelf: Shelf) -> Window | None:
    room = shelf.receipt is not None and _fits(shelf, levers.preorder.cap * shelf.inbound_units)
    return quote(levers.promise, shelf) if room else None


def _by_class(levers: Levers, shelf: Shelf) -> Window | None:
    return quote(levers.promise, shelf) if shelf.customer_class in levers.classes else None


def _by_value(levers: Levers, shelf: Shelf, estimates: Estimates | None) -> Window | None:
    if estimates is None:
        raise ValueError("a rule that looks at the value of a backorder was shown no estimates")
    window = quote(levers.promise, shelf)
    return window if is_worth_it(stakes_of(levers, shelf, estimates, window)) else None


def _ev_greedy(levers: Levers, shelf: Shelf) -> Window | None:
    return _by_value(levers, shelf, shelf.estimates)


def _oracle(levers: Levers, shelf: Shelf) -> Window | None:
    return _by_value(levers, shelf, shelf.truth)


WHEN_SHORT: Final[Mapping[str, Callable[[Levers, Shelf], Window | None]]] = MappingProxyType(
    {
        "out_of_stock": _out_of_stock,
        "backorder": _backorder,
        "hybrid": _hybrid,
        "preorder": _preorder,
        "by_class": _by_class,
        "ev_greedy": _ev_greedy,
        "oracle": _oracle,
    }
)
"""One row per availability rule."""


def looks_at_inbound(levers: Levers) -> bool:
    """Whether the rule or its quote depends on which receipt would serve the customer."""
    if levers.when_short in ("backorder", "by_class"):
        return levers.promise.basis != "nominal" or levers.only is not None
    return levers.when_short != "out_of_stock"


def looks_at_value(levers: Levers) -> bool:
    """Whether the rule has to be shown estimates."""
    return levers.when_short == "ev_greedy"


def knows_the_future(levers: Levers) -> bool:
    """Whether the rule is the clairvoyant benchmark, which alone is shown the truth."""
    return levers.when_short == "oracle"


def offering(levers: Levers) -> Callable[[Shelf], Window | None]:
    """What `offer` says under these levers; without limits that is the rule alone, and quicker for many visitors."""
    is_limited = any(limit is not None for limit in (levers.cap, levers.cap_days, levers.only, levers.promise.until))
    return partial(offer if is_limited else WHEN_SHORT[levers.when_short], levers)


def offer(levers: Levers, shelf: Shelf) -> Window | None:
    """The window of the backorder on offer, or `None`: the page says out of stock."""
    if levers.cap is not None and not _fits(shelf, levers.cap):
        return None
    if levers.cap_days is not None and not _fits(shelf, levers.cap_days / DAY * shelf.daily_demand):
        return None
    if levers.only == "confirmed_inbound" and shelf.receipt is None:
        return None
    window = WHEN_SHORT[levers.when_short](levers, shelf)
    if window is None or levers.promise.until is None:
        return window
    return None if is_too_late(levers.promise, shelf, window) else window


def _fits(shelf: Shelf, most: float) -> bool:
    """Whether no more than `most` units would wait."""
    return shelf.backlog + shelf.shortage <= math.floor(most + 1e-9)


def for_sale(reserve: Reserve | None, free: int, priority: int) -> int:
    """Units on the shelf that a customer of this priority may buy (critical-level rationing)."""
    if reserve is None or priority <= reserve.priority:
        return free
    return max(free - reserve.units, 0)
