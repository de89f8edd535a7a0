"""What each backorder was promised, first and last, what it was told, and which promises broke."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int64
from sim.measures.joined import Joined
from sim.measures.tally import Tally
from sim.words import Answer, Fate, Notice

Bools = NDArray[np.bool_]
Ends = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True, eq=False)
class Pledges:
    """Backorders with a date. All times in seconds after the visit."""

    tally: Tally
    joined: Joined

    @cached_property
    def orders(self) -> Joined:
        """The backorders; none where the shop named no date."""
        vague = self.tally.views.ledger.terms.vague
        return self.joined.where(np.zeros(len(self.joined), dtype=bool)) if vague else self.joined

    @cached_property
    def settled(self) -> Int64:
        """When each order was delivered, or else ended; shipped, if promises are of shipping."""
        orders, ended = self.orders, self.orders.ended.astype(np.int64)
        if self.tally.views.ledger.terms.shipping:
            own = (orders.fate == Fate.FULFILLED) & ~np.isin(orders.visit, self.tally.views.ledger.direct.visit)
            ended = ended - np.where(own, self.tally.last_mile[orders.stream], 0)
        return ended

    @cached_property
    def delivered(self) -> Bools:
        """Whether each order was delivered."""
        delivered: Bools = self.orders.fate == Fate.FULFILLED
        return delivered

    @cached_property
    def past_promise(self) -> Int64:
        """By delivered order: time from the end of the first window to delivery; negative when early."""
        late: Int64 = (self.settled - self.orders.hi)[self.delivered]
        return late

    def broken(self, promise: Ends) -> Bools:
        """Whether each order outlived a promise: delivered, or left, or still waiting, after it."""
        broken: Bools = self._outlived > promise
        return broken

    def kept(self, promise: Ends) -> tuple[int, int]:
        """How many were delivered by a promise, and how many were delivered or outlived it."""
        broken = self.broken(promise)
        judged = self.delivered | broken
        return int(np.count_nonzero(judged & ~broken)), int(np.count_nonzero(judged))

    @cached_property
    def last(self) -> Ends:
        """The end of the window that each order was told last and agreed to."""
        if not self._any_notices:
            return self.orders.hi
        last = self.orders.hi.astype(np.int64)
        order, time, hi = self._agreed
        last[order] = time + hi
        return last

    @cached_property
    def at_risk(self) -> Bools:
        """Whether the shop ever saw a promise of each order at risk."""
        return self._noticed(Notice.AT_RISK)[0] > 0

    @cached_property
    def told(self) -> Int64:
        """How often each order was told of a delay."""
        return self._noticed(Notice.DELAY, Notice.CONSENT)[0]

    @cached_property
    def told_in_time(self) -> Bools:
        """Whether each order was told of a delay before its first promise broke."""
        first = self._noticed(Notice.DELAY, Notice.CONSENT)[1]
        in_time: Bools = first < self.orders.hi
        return in_time

    @cached_property
    def breaks(self) -> Int64:
        """Promises that each order outlived: the first, even if another took its place, and those agreed to later."""
        order, time, hi = self._agreed
        later = self._outlived[order] > time + hi
        return self.broken(self.orders.hi) + np.bincount(order[later], minlength=len(self.orders))

    @property
    def _any_notices(self) -> bool:
        return len(self.tally.views.ledger.notices) > 0

    @cached_property
    def tenths(self) -> tuple[Int64, int]:
        """Deliveries by the tenth of their window in which they fell, those outside in the nearest; and how many.

        A window without length has no tenths.
        """
        lo, width = self.orders.lo.astype(np.int64), (self.orders.hi - self.orders.lo).astype(np.int64)
        there = self.delivered & (width > 0)
        tenth = (self.settled[there] - lo[there]) * 10 // width[there]
        return np.bincount(np.clip(tenth, 0, 9), minlength=10), len(tenth)

    @cached_property
    def _outlived(self) -> Int64:
        """Each order outlived the promises before this; who left at the very instant of one left without the goods."""
        fate = self.orders.fate
        just = (fate == Fate.FULFILLED) | (fate == Fate.CHANGED_MIND) | (fate == Fate.PENDING)
        outlived: Int64 = self.settled + ~just
        return outlived

    @cached_property
    def _agreed(self) -> tuple[Int64, Int64, Int64]:
        """New windows that were agreed to: order, time and end of the window after that time."""
        notices = self.tally.views.ledger.notices
        order = self._order_of_notice
        rows = np.flatnonzero((order >= 0) & (notices.answer == Answer.STAYS))
        return order[rows], notices.time[rows] - self.orders.time[order[rows]], notices.hi[rows]

    @cached_property
    def _order_of_notice(self) -> Int64:
        """Which of the orders each notice is about; -1 for others."""
        visit, orders = self.tally.views.ledger.notices.visit, self.orders.visit
        if not len(visit) or not len(orders):
            return np.full(len(visit), -1, dtype=np.int64)
        spot = np.minimum(np.searchsorted(orders, visit), len(orders) - 1)
        return np.where(orders[spot] == visit, spot, -1)

    def _noticed(self, *kinds: Notice) -> tuple[Int64, Int64]:
        """How many notices of some kinds each order had, and when the first came."""
        if not self._any_notices:
            none = np.zeros(len(self.orders), dtype=np.int64)
            return none, none + np.iinfo(np.int64).max
        notices, order = self.tally.views.ledger.notices, self._order_of_notice
        rows = np.flatnonzero((order >= 0) & np.isin(notices.kind, kinds))
        first = np.full(len(self.orders), np.iinfo(np.int64).max)
        np.minimum.at(first, order[rows], notices.time[rows] - self.orders.time[order[rows]])
        return np.bincount(order[rows], minlength=len(self.orders)), first
