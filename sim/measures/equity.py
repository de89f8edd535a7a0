"""What the run did to the future: the worth of members with their regard at the close, and of new visitors.

Later visits are reckoned at the rate of those on the tape, which no policy changes. Each member's own rate is judged
from its visits: with gamma rates of a given shape, (shape + visits) / (shape + mean visits) times the mean.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from math import exp, log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int64
from sim.measures.prices import Floats
from sim.measures.sales import Sales
from sim.measures.trade import NOBODY
from sim.scenario.memory import Memory, Panel, Reputation
from sim.words import Cause

_TERMS: Final = 40
"""Of the exponential series; regard is between -2.3 and 0.22, so that the rest is below 1e-15."""
_MILLION: Final = 1_000_000
BAD_STARS: Final = 20
"""Reviews of fewer tenths of stars keep new visitors away for a while."""


class Equity:
    """Changes of equity by stock, with a last entry of 0 for the shop as a whole."""

    def __init__(self, sales: Sales) -> None:
        self._sales = sales
        self._world = sales.world
        self._memory = sales.world.memory or Memory()

    @cached_property
    def customers(self) -> Floats:
        """Worth of the members at the close less that of the same members without regard."""
        return self._of_members(self._changes)

    @cached_property
    def lost(self) -> Floats:
        """The same of those alone who are worth less."""
        return -self._of_members(np.minimum(self._changes, 0.0))

    @cached_property
    def reputation(self) -> Floats:
        """Worth of new visitors after the close less that with the first mean of stars."""
        reputation = self._world.reputation
        if reputation is None or not len(self._sales.ledger.reviews):
            return np.zeros(len(self._sales.views.stocks) + 1)
        return self._per_visit(members=False) * self._stars(reputation)

    def _of_members(self, changes: Floats) -> Floats:
        if self._world.panel is None or not len(changes):
            return np.zeros(len(self._sales.views.stocks) + 1)
        return self._per_visit(members=True) * self._weighed(changes, self._world.panel)

    def _per_visit(self, *, members: bool) -> Floats:
        """Margin that members (or new visitors) bring per second, by stock, while nothing changes them."""
        sales, visits = self._sales, self._sales.views.visits
        streams = len(self._world.customers)
        mine = self._base & (self._is_member if members else ~self._is_member)
        units = np.bincount(visits.stream[mine], visits.units[mine], streams)
        rate = self._memory.capture * units / (sales.spans.end - sales.spans.start)
        count = len(sales.views.stocks) + 1
        return np.bincount(sales.views.stock_of_stream, rate * self._margins, count).astype(np.float64)

    @cached_property
    def _margins(self) -> Floats:
        """Price at the close less cost of a unit ordered then, by stream."""
        sales, close = self._sales, self._sales.spans.close
        streams = np.arange(len(self._world.customers))
        prices = sales.prices.paid(streams, np.full(len(streams), close))
        costs = [sales.layers.supply.landed(int(stock), close) for stock in sales.views.stock_of_stream]
        margins: Floats = prices - np.array(costs)
        return margins

    @cached_property
    def _base(self) -> NDArray[np.bool_]:
        """The visits of the window at their first rate, whether or not they came."""
        visits = self._sales.views.visits
        window = self._sales.spans.within(visits.time)
        return window if visits.extra is None else window & ~visits.extra

    @cached_property
    def _member(self) -> NDArray[np.int32]:
        visits = self._sales.views.visits
        return np.full(len(visits.time), NOBODY, dtype=np.int32) if visits.member is None else visits.member

    @cached_property
    def _is_member(self) -> NDArray[np.bool_]:
        return self._member >= 0

    def _weighed(self, changes: Floats, panel: Panel) -> float:
        """Mean of a change over all members, those counting more who visit more; in seconds of visits."""
        own = self._member[self._base & self._is_member]
        counted = np.bincount(own, minlength=panel.members)[self._members]
        weight = (panel.shape + counted) / (panel.shape + len(own) / panel.members)
        return float(weight @ changes) / panel.members

    @cached_property
    def _last(self) -> Int64:
        """The last row of each member's regard."""
        member = self._sales.ledger.regard.member
        return len(member) - 1 - np.unique(member[::-1], return_index=True)[1]

    @cached_property
    def _members(self) -> Int64:
        return self._sales.ledger.regard.member[self._last]

    @cached_property
    def _changes(self) -> Floats:
        """By member with experiences: discounted time-integral of its visits, as a multiple, less the same at first."""
        regard, memory = self._sales.ledger.regard, self._memory
        faded = 2.0 ** (-(self._sales.spans.close - regard.time[self._last]) / memory.half_life)
        change = later(regard.after[self._last] / _MILLION * faded, memory)
        gone = np.isin(self._members, regard.member[regard.cause == Cause.DROPPED_OUT])
        return np.where(gone, -discounted(memory.discount, 0, memory.horizon), change)

    def _stars(self, reputation: Reputation) -> float:
        """The same integral for new visitors; reviews stop counting one after the other."""
        reviews, close, memory = self._sales.ledger.reviews, self._sales.spans.close, self._memory
        stars = reviews.stars[np.argsort(reviews.time, kind="stable")] / 10
        ends = np.sort(reviews.time) + reputation.memory - close
        calm = _calm(reviews.time[reviews.stars < BAD_STARS], close, reputation)
        edges = np.unique(np.clip(np.concatenate(([0, memory.horizon, calm], ends)), 0, memory.horizon))
        expired = np.searchsorted(ends, edges[:-1], side="right")
        still = np.concatenate((np.cumsum(stars[::-1])[::-1], [0.0]))[expired]
        mean = (reputation.prior * reputation.prior_stars + still) / (reputation.prior + len(ends) - expired)
        factor = 1 + reputation.elasticity * (mean - reputation.prior_stars)
        factor *= np.where(edges[:-1] < calm, reputation.shock, 1.0)
        return float((factor - 1) @ _discounted(memory.discount, edges))


def _discounted(rate: float, edges: Int64) -> Floats:
    """`discounted` between neighbours."""
    return np.array([discounted(rate, first, last) for first, last in pairwise(edges.tolist())])


def _calm(bad: Int64, close: int, reputation: Reputation) -> int:
    """Seconds after the close at which the shock of the last bad review is over."""
    return max(int(bad.max()) + reputation.shock_lasts - close, 0) if len(bad) and reputation.shock < 1 else 0


def discounted(rate: float, first: int, last: int) -> float:
    """Seconds between two instants, counting exp(-rate x time) each."""
    return (exp(-rate * first) - exp(-rate * last)) / rate if rate else float(last - first)


def later(regard: Floats, memory: Memory) -> Floats:
    """Discounted integral of exp(regard that fades) - 1 over the horizon, in seconds, by its series."""
    fade = log(2) / memory.half_life
    total, power = np.zeros(len(regard)), np.ones(len(regard))
    for k in range(1, _TERMS):
        power = power * regard / k
        total = total + power * discounted(memory.discount + k * fade, 0, memory.horizon)
    return total
