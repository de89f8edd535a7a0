"""The customers of the window, summed by stream: counts of fates and exits, units and waiting times.

A customer belongs to the window by arriving in it and wanting at least one unit; what became of it is followed to
the close. Sums by stream add up to any scope, so the visits are read once, whatever the number of stocks.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int32, Int64
from sim.ledger.steps import Rows
from sim.ledger.views import Views
from sim.words import Exit, Fate, Wait

Sums = NDArray[np.float64]
"""One total per stream; whole numbers are exact up to 2**53."""


@dataclass(frozen=True, eq=False)
class Joined:
    """Those who accepted a backorder; one entry per customer in each column."""

    stream: NDArray[np.int16]
    time: Int64
    """Instant of the visit."""
    short: Int32
    """Units that were not sold at once."""
    fate: NDArray[np.int8]
    lo: Int32
    hi: Int32
    ended: Int32
    """Seconds from the visit to delivery, to leaving, or to the close."""
    patience: Int32

    def __len__(self) -> int:
        return len(self.time)

    def where(self, keep: NDArray[np.bool_]) -> Joined:
        """Only some of them."""
        return Joined(**{field.name: getattr(self, field.name)[keep] for field in fields(self)})


@dataclass(frozen=True, eq=False)
class Tally:
    """Sums over the customers of the window, by stream."""

    views: Views

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
    def fates(self) -> Int64:
        """Customers by stream and `Fate`."""
        return self._table(self.views.ledger.visits.fate, len(Fate))

    @cached_property
    def exits(self) -> Int64:
        """Customers by stream and `Exit`."""
        return self._table(self.views.ledger.visits.exit, len(Exit))

    @cached_property
    def wanted(self) -> Sums:
        """Units wanted."""
        return self._sum(self._stream, self.views.visits.units[self._rows])

    @cached_property
    def sold(self) -> Sums:
        """Units sold at once."""
        return self._sum(self._stream, self.views.ledger.visits.now[self._rows])

    @cached_property
    def served_seconds(self) -> Sums:
        """Time from order to delivery of those served at once, added up."""
        served = self.views.ledger.visits.fate[self._rows] == Fate.SERVED
        return self._sum(self._stream, self.views.ledger.visits.ended[self._rows] * served)

    @cached_property
    def partly(self) -> Sums:
        """Customers who got some units at once and left without the rest."""
        visits, rows = self.views.ledger.visits, self._rows
        fate = visits.fate[rows]
        some = np.flatnonzero(((fate == Fate.OUT_OF_STOCK) | (fate == Fate.BALKED)) & (visits.now[rows] > 0))
        return self._sum(self._stream[some], np.ones(len(some), dtype=np.int8))

    @cached_property
    def joined(self) -> Joined:
        """Those who accepted a backorder."""
        visits, facts = self.views.visits, self.views.ledger.visits
        rows = self.views.joined
        rows = rows[np.searchsorted(rows, self._first) : np.searchsorted(rows, self._last)]
        short = visits.units[rows] - facts.now[rows]
        columns = (facts.fate[rows], facts.lo[rows], facts.hi[rows], facts.ended[rows], visits.patience[rows])
        return Joined(visits.stream[rows], visits.time[rows], short, *columns)

    @cached_property
    def short(self) -> Sums:
        """Units that joined the backlog."""
        return self._sum(self.joined.stream, self.joined.short)

    @cached_property
    def granted(self) -> Sums:
        """Units allocated to waiting customers by the close."""
        return self._waits(self.views.ledger.waits.event == Wait.GRANTED, self.views.ledger.waits.units)

    @cached_property
    def given_up(self) -> Sums:
        """Units given up by customers who left waiting."""
        return self._waits(self.views.ledger.waits.event != Wait.GRANTED, self.views.ledger.waits.units)

    @cached_property
    def unit_seconds(self) -> Sums:
        """Time of every unit in the backlog, to allocation, leaving or the close, added up."""
        close, waits = self.views.ledger.close, self.views.ledger.waits
        to_close = self._sum(self.joined.stream, self.joined.short * (close - self.joined.time))
        return to_close - self._waits(np.True_, waits.units * (close - waits.time))

    @cached_property
    def order_seconds(self) -> Sums:
        """Time of every customer in the backlog, to the last allocation, leaving or the close, added up."""
        joined = self.joined
        delivery = np.where(joined.fate == Fate.FULFILLED, self.handling[joined.stream], 0)
        return self._sum(joined.stream, joined.ended - delivery)

    @cached_property
    def _first(self) -> int:
        return int(np.searchsorted(self.views.visits.time, self.start))

    @cached_property
    def _last(self) -> int:
        return int(np.searchsorted(self.views.visits.time, self.end))

    @cached_property
    def _rows(self) -> Rows:
        units = self.views.visits.units[self._first : self._last]
        if units.all():
            return slice(self._first, self._last)
        return self._first + np.flatnonzero(units)

    @cached_property
    def _stream(self) -> NDArray[np.int16]:
        return self.views.visits.stream[self._rows]

    def _table(self, column: NDArray[np.int8], kinds: int) -> Int64:
        streams = len(self.views.world.customers)
        cells = self._stream.astype(np.intp) * kinds + column[self._rows]
        return np.bincount(cells, minlength=streams * kinds).reshape(streams, kinds)

    def _sum(self, stream: NDArray[np.int16], amount: NDArray[np.integer[Any]]) -> Sums:
        totals = np.bincount(stream, amount, len(self.views.world.customers))
        return totals.astype(np.float64, copy=False)

    def _waits(self, chosen: NDArray[np.bool_] | np.bool_, amount: NDArray[np.integer[Any]]) -> Sums:
        visit = self.views.ledger.waits.visit
        rows = np.flatnonzero(chosen & (visit >= self._first) & (visit < self._last))
        return self._sum(self.views.visits.stream[visit[rows]], amount[rows])
