"""The customers of the window, summed by stream: counts of fates and exits, units and waiting times.

A customer belongs to the window by arriving in it and wanting at least one unit; what became of it is followed to
the close. Who comes again for the same wish is no new customer: demand is counted by wishes, and the last visit decides
what became of a wish. Sums by stream add up to any scope, so the visits are read once, whatever the number of stocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger.everyone import Everyone
from sim.ledger.ledger import Int64
from sim.ledger.steps import Rows
from sim.ledger.views import Views
from sim.measures.accounts import Accounts
from sim.measures.daily import Daily
from sim.measures.handling import handling
from sim.measures.joined import Joined
from sim.measures.people import People
from sim.words import Exit, Fate, Return, Wait

Sums = NDArray[np.float64]
"""One total per stream; whole numbers are exact up to 2**53."""


@dataclass(frozen=True, eq=False)
class Tally:
    """Sums over the customers of the window, by stream."""

    views: Views

    @cached_property
    def accounts(self) -> Accounts:
        """The money of the run."""
        return Accounts(self.views)

    @cached_property
    def daily(self) -> Daily:
        """What was wanted and ordered day by day."""
        return Daily(self.accounts.sales)

    @cached_property
    def start(self) -> int:
        """First instant of the window."""
        return self.views.world.calendar.warm_up

    @cached_property
    def end(self) -> int:
        """First instant after the window."""
        return self.start + self.views.world.calendar.measure

    @cached_property
    def handling(self) -> Int64:
        """Seconds from allocation to delivery, by stream: picking and last mile of its warehouse."""
        places = [self.views.world.warehouses[c.source] for c in self.views.world.customers.values()]
        return np.array([place.picking + place.last_mile for place in places], dtype=np.int64)

    @cached_property
    def last_mile(self) -> Int64:
        """Seconds from the warehouse to the customer, by stream."""
        places = [self.views.world.warehouses[c.source] for c in self.views.world.customers.values()]
        return np.array([place.last_mile for place in places], dtype=np.int64)

    @cached_property
    def everyone(self) -> Everyone:
        """All visits, returns among them."""
        return self.views.everyone

    @cached_property
    def people(self) -> People:
        """Members and new visitors."""
        return People(self.views, self.start, self.end)

    @cached_property
    def fates(self) -> Int64:
        """Visits by stream and `Fate`, returns among them."""
        return self._table(self._visits, self.views.ledger.visits.fate, len(Fate))

    @cached_property
    def first_fates(self) -> Int64:
        """Wishes by stream and the `Fate` of their first visit; SERVED also where the parcel has not left yet."""
        if not len(self.views.ledger.parcels):
            return self._of_wishes(self._wishes, self.fates)
        fate = np.where(self.everyone.unsent, Fate.SERVED, self.views.ledger.visits.fate)
        return self._table(self._wishes, fate.astype(np.int8), len(Fate))

    @cached_property
    def unsent(self) -> Sums:
        """Visits that bought all at once whose parcel had not left by the close."""
        rows = np.flatnonzero(self.everyone.unsent) if len(self.views.ledger.parcels) else np.empty(0, dtype=np.int64)
        return self._of_visits(rows, np.ones(len(rows), dtype=np.int64))

    @cached_property
    def outcomes(self) -> Int64:
        """Wishes by stream and the `Fate` of their last visit."""
        return self._of_wishes(self._last_visits, self.fates)

    @cached_property
    def exits(self) -> Int64:
        """Wishes by stream and the `Exit` of their last visit."""
        return self._table(self._last_visits, self.views.ledger.visits.exit, len(Exit))

    @cached_property
    def wanted(self) -> Sums:
        """Units wanted."""
        return self._sum(self._stream, self.views.visits.units[self._wishes])

    @cached_property
    def at_first(self) -> Sums:
        """Units sold at once to those who came for the first time."""
        return self._sum(self._stream, self.views.ledger.visits.now[self._wishes])

    @cached_property
    def sold(self) -> Sums:
        """Units sold at once."""
        if not len(self._returned):
            return self.at_first
        return self._sum(self.everyone.stream[self._visits], self.views.ledger.visits.now[self._visits])

    @cached_property
    def served_seconds(self) -> Sums:
        """Time from order to delivery of those served at once, added up."""
        served = self.views.ledger.visits.fate[self._visits] == Fate.SERVED
        return self._sum(self.everyone.stream[self._visits], self.views.ledger.visits.ended[self._visits] * served)

    @cached_property
    def partly(self) -> Sums:
        """Visits that got some units at once and left without the rest."""
        visits, rows = self.views.ledger.visits, self._visits
        fate = visits.fate[rows]
        some = np.flatnonzero(((fate == Fate.OUT_OF_STOCK) | (fate == Fate.BALKED)) & (visits.now[rows] > 0))
        return self._sum(self.everyone.stream[rows][some], np.ones(len(some), dtype=np.int8))

    @cached_property
    def joined(self) -> Joined:
        """Those who accepted a backorder."""
        everyone, facts, rows = self.everyone, self.views.ledger.visits, self.views.joined
        rows = rows[self.within(rows)]
        short = everyone.ordered[rows] - facts.now[rows]
        columns = (facts.fate[rows], facts.lo[rows], facts.hi[rows], facts.ended[rows], everyone.patience[rows])
        return Joined(rows, everyone.stream[rows], everyone.time[rows], short, *columns)

    @cached_property
    def short(self) -> Sums:
        """Units that joined the backlog."""
        return self._sum(self.joined.stream, self.joined.short)

    @cached_property
    def granted(self) -> Sums:
        """Units allocated to waiting customers by the close, or sent to them by suppliers."""
        granted = self._waits(self.views.ledger.waits.event == Wait.GRANTED, self.views.ledger.waits.units)
        direct = self.views.ledger.direct
        return granted + self._of_visits(direct.visit, direct.units) if len(direct) else granted

    @cached_property
    def given_up(self) -> Sums:
        """Units given up by customers who left waiting, or never wanted."""
        return self._waits(self.views.ledger.waits.event != Wait.GRANTED, self.views.ledger.waits.units)

    @cached_property
    def pending(self) -> Sums:
        """Units wanted and still waited for at the close; those ordered for fear alone are none of them."""
        pending = self.joined.where(self.joined.fate == Fate.PENDING)
        for_fear = self.everyone.ordered[pending.visit] - self.everyone.units[pending.visit]
        return self.short - self.granted - self.given_up - self._sum(pending.stream, for_fear)

    @cached_property
    def swapped(self) -> Sums:
        """Units of other products bought instead."""
        return self._of_visits(self.views.ledger.swaps.visit, self.views.ledger.swaps.units)

    @cached_property
    def all_exits(self) -> Int64:
        """Visits by stream and `Exit`, returns among them."""
        if not len(self._returned):
            return self.exits
        return self._table(self._visits, self.views.ledger.visits.exit, len(Exit))

    @cached_property
    def came_again(self) -> Int64:
        """Returns by stream, cause and `Fate`."""
        rows, shape = self._returned, (len(self.views.world.customers), len(Return), len(Fate))
        cause = self.views.ledger.returns.cause[rows - self.everyone.count]
        cells = np.ravel_multi_index((self.everyone.stream[rows], cause, self.views.ledger.visits.fate[rows]), shape)
        return np.bincount(cells, minlength=int(np.prod(shape))).reshape(shape)

    @cached_property
    def away(self) -> Int64:
        """Visits of the tape that never met the shelf, by stream and `Fate`; those beyond the stated rate are none."""
        rows = self.everyone.away
        rows = rows[self._in_window(rows)]
        rows = rows[self.views.visits.units[rows] > 0]
        if self.views.visits.extra is not None:
            rows = rows[~self.views.visits.extra[rows] | (self.views.ledger.visits.fate[rows] != Fate.ABSENT)]
        return self._table(rows, self.views.ledger.visits.fate, len(Fate))

    @cached_property
    def extra(self) -> Sums:
        """Visits beyond the stated rate that came."""
        extra = self.views.visits.extra
        if extra is None:
            return self._sum(self._stream[:0], self._stream[:0])
        return self._sum(self._stream, extra[self._wishes].astype(np.int8))

    @cached_property
    def unit_seconds(self) -> Sums:
        """Time of every unit in the backlog, to allocation, leaving or the close, added up."""
        close, waits = self.views.ledger.close, self.views.ledger.waits
        to_close = self._sum(self.joined.stream, self.joined.short * (close - self.joined.time))
        direct = self.views.ledger.direct
        if len(direct):
            to_close = to_close - self._of_visits(direct.visit, direct.units * (close - direct.time))
        return to_close - self._waits(np.True_, waits.units * (close - waits.time))

    @cached_property
    def order_seconds(self) -> Sums:
        """Time of every customer in the backlog, to the last allocation, leaving or the close, added up."""
        joined, fulfilled = self.joined, self.joined.fate == Fate.FULFILLED
        delivery = fulfilled * handling(self.views, joined.visit, self.handling[joined.stream], joined.ended)
        return self._sum(joined.stream, joined.ended - delivery)

    @cached_property
    def _first(self) -> int:
        return int(np.searchsorted(self.views.visits.time, self.start))

    @cached_property
    def _last(self) -> int:
        return int(np.searchsorted(self.views.visits.time, self.end))

    def within(self, visits: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
        """Whether visits, returns among them, are for wishes of the window."""
        return self._in_window(self.everyone.wish(visits))

    def _in_window(self, wishes: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
        return (wishes >= self._first) & (wishes < self._last)

    @cached_property
    def _wishes(self) -> Rows:
        """The first visit of each wish."""
        window = slice(self._first, self._last)
        there = self.views.visits.units[window] > 0
        gone = self.everyone.away
        there[gone[self._in_window(gone)] - self._first] = False
        return window if there.all() else self._first + np.flatnonzero(there)

    @cached_property
    def _returned(self) -> Int64:
        """The later visits of these wishes."""
        returns = self.views.ledger.returns
        return self.everyone.count + np.flatnonzero(self._in_window(returns.intent))

    @cached_property
    def _visits(self) -> Rows:
        """All visits of these wishes."""
        if not len(self._returned):
            return self._wishes
        return np.concatenate((np.arange(self.everyone.count)[self._wishes], self._returned))

    @cached_property
    def _last_visits(self) -> Rows:
        """The last visit of each wish."""
        return self.everyone.last[self._wishes] if len(self._returned) else self._wishes

    @cached_property
    def _stream(self) -> NDArray[np.int16]:
        return self.views.visits.stream[self._wishes]

    def _of_wishes(self, rows: Rows, same: Int64) -> Int64:
        """Wishes by stream and the fate of one of their visits; the same as all visits where nobody came again."""
        return self._table(rows, self.views.ledger.visits.fate, len(Fate)) if len(self._returned) else same

    def _table(self, rows: Rows, column: NDArray[np.int8], kinds: int) -> Int64:
        streams = len(self.views.world.customers)
        cells = self.everyone.stream[rows].astype(np.intp) * kinds + column[rows]
        return np.bincount(cells, minlength=streams * kinds).reshape(streams, kinds)

    def _sum(self, stream: NDArray[np.int16], amount: NDArray[np.integer[Any]]) -> Sums:
        if len(self.views.world.customers) == 1:
            return np.array([float(amount.sum(dtype=np.int64))])
        totals = np.bincount(stream, amount, len(self.views.world.customers))
        return totals.astype(np.float64, copy=False)

    def _of_visits(self, visit: Int64, amount: Int64) -> Sums:
        """A total over some visits, those for wishes outside the window left out."""
        rows = np.flatnonzero(self.within(visit))
        return self._sum(self.everyone.stream[visit[rows]], amount[rows])

    def _waits(self, chosen: NDArray[np.bool_] | np.bool_, amount: NDArray[np.integer[Any]]) -> Sums:
        visit = self.views.ledger.waits.visit
        rows = np.flatnonzero(chosen & self.within(visit))
        return self._sum(self.everyone.stream[visit[rows]], amount[rows])
