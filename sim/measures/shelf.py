"""One stock during the window: its time averages, replenishment cycles, orders, and the orders of others it fills."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.ledger.everyone import away
from sim.ledger.ledger import Int64
from sim.ledger.steps import Rows, Steps, Stretch
from sim.ledger.views import Views
from sim.measures.spans import Floats, open_by_day
from sim.words import DAY, Fate


@dataclass(frozen=True)
class Claims:
    """Units that other stocks ordered here in the window, and what became of them by the close."""

    wanted: int = 0
    at_once: int = 0
    """Of orders filled in the second of placing."""
    filled: int = 0
    cancelled: int = 0
    unit_seconds: int = 0
    """Time of every unit from placing to being filled or to the close, added up."""


@dataclass(frozen=True, eq=False)
class Shelf:
    """One stock over [start, end)."""

    views: Views
    stock: int
    start: int
    end: int

    @cached_property
    def unit_cost(self) -> float:
        """Cost of a unit."""
        return self.views.world.products[self.views.stocks[self.stock][1]].unit_cost

    @cached_property
    def left_at_close(self) -> int:
        """Units on hand at the close of the run."""
        return int(self.views.ledger.closing[self.stock])

    @cached_property
    def on_hand(self) -> int:
        """Integral of units truly on hand, unit-seconds."""
        return self._there.integral

    @cached_property
    def recorded(self) -> int:
        """The same by the record."""
        return self.record.integral(self.start, self.end) if self.errs else self.on_hand

    @cached_property
    def on_order(self) -> int:
        """Integral of units on order, unit-seconds."""
        return self.views.on_order(self.stock).integral(self.start, self.end)

    @cached_property
    def backlog(self) -> int:
        """Integral of units waited for by customers and ordered by other stocks, unit-seconds."""
        return self.views.backlog(self.stock).integral(self.start, self.end)

    @cached_property
    def ready(self) -> int:
        """Seconds with something truly on hand."""
        return self._there.time_above_zero

    @cached_property
    def days(self) -> int:
        """Whole days of the window."""
        return (self.end - self.start) // DAY

    @cached_property
    def empty_days(self) -> int:
        """Days of the window that end with nothing on hand by the record."""
        return self._empty(self.record)

    @cached_property
    def truly_empty_days(self) -> int:
        """Days of the window that end with nothing truly on hand."""
        return self._empty(self.physical) if self.errs else self.empty_days

    @cached_property
    def open_days(self) -> Floats:
        """Share of each whole day of the window with something on hand by the record."""
        return open_by_day(self.record, self.start, self.days)

    @cached_property
    def truly_open_days(self) -> Floats:
        """Share of each whole day of the window with something truly on hand."""
        return open_by_day(self.physical, self.start, self.days) if self.errs else self.open_days

    def _empty(self, level: Steps) -> int:
        last_seconds = self.start + DAY * np.arange(1, self.days + 1, dtype=np.int64) - 1
        return int(np.count_nonzero(level.at(last_seconds) == 0))

    @cached_property
    def peak_backlog(self) -> int:
        """Most units in the backlog at any time."""
        return self.views.backlog(self.stock).steps().highest(self.start, self.end)

    @cached_property
    def _there(self) -> Stretch:
        return self.physical.over(self.start, self.end)

    @cached_property
    def received(self) -> int:
        """Units that became available in the window, initial inbound included."""
        times, units = self.views.posted(self.stock)
        first, last = np.searchsorted(times, (self.start, self.end))
        return int(units[first:last].sum())

    @cached_property
    def orders(self) -> tuple[int, int]:
        """Supply orders placed in the window: how many, and their units."""
        orders, rows = self.views.ledger.orders, self.views.order_rows[self.stock]
        placed = self._in_window(orders.placed[rows]) & self.views.chosen[rows]
        return int(np.count_nonzero(placed)), int(orders.units[rows][placed].sum())

    @cached_property
    def cycles(self) -> tuple[int, int]:
        """Times between two successive postings within the window: how many, and how many without a shortage."""
        times, _ = self.views.posted(self.stock)
        times = times[self._in_window(times)]
        postings = times[np.diff(times, prepend=-1) > 0]
        if len(postings) < 2:
            return 0, 0
        met = np.searchsorted(self.short_visits, postings) + np.searchsorted(self._short_claims, postings)
        return len(postings) - 1, int(np.count_nonzero(np.diff(met) == 0))

    @cached_property
    def claims(self) -> Claims:
        """The demand of other stocks."""
        orders, rows = self.views.ledger.orders, self.views.claim_rows[self.stock]
        placed, filled, units = orders.placed[rows], orders.filled[rows], orders.units[rows].astype(np.int64)
        units = units * self._in_window(placed)
        cancelled = self._cancelled[rows]
        until = np.where(filled < 0, np.where(cancelled < 0, self.views.ledger.close, cancelled), filled)
        return Claims(
            wanted=int(units.sum()),
            at_once=int(units[filled == placed].sum()),
            filled=int(units[filled >= 0].sum()),
            cancelled=int(units[cancelled >= 0].sum()),
            unit_seconds=int(units @ (until - placed)),
        )

    @cached_property
    def record(self) -> Steps:
        """Units on hand by the record."""
        return self.views.on_hand(self.stock).steps()

    @cached_property
    def books(self) -> tuple[Int64, tuple[Int64, Int64, Int64]]:
        """All moments at which one of three changes, and these from then on: record, truly there, on order."""
        levels = (self.record, self.physical, self.views.on_order(self.stock).steps())
        times = np.unique(np.concatenate(([0], *(level.times for level in levels))))
        record, there, on_order = (level.at(times) for level in levels)
        return times, (record, there, on_order)

    @cached_property
    def errs(self) -> bool:
        """Whether record and shelf ever part."""
        return self.stock in self.views.ledger.records.stock

    @cached_property
    def physical(self) -> Steps:
        """Units truly on hand."""
        return self.views.physical(self.stock).steps() if self.errs else self.record

    @cached_property
    def _cancelled(self) -> Int64:
        """When each supply order was cancelled; -1 where it was not."""
        when = np.full(len(self.views.ledger.orders.placed), -1, dtype=np.int64)
        when[self.views.ledger.cancels.order] = self.views.ledger.cancels.time
        return when

    @cached_property
    def short_visits(self) -> Int64:
        """When visits met a shortage here, in order."""
        tape, again = self.views.visit_rows[self.stock], self.views.return_rows[self.stock]
        first = self.views.visits.time[tape][self._met_a_shortage(tape)]
        later = self.views.everyone.time[again][self._met_a_shortage(again)]
        return np.sort(np.concatenate((first, later))) if len(later) else first

    def _met_a_shortage(self, rows: Rows) -> NDArray[np.bool_]:
        fate = self.views.ledger.visits.fate
        some = fate[: len(self.views.visits.time)] if isinstance(rows, slice) else fate
        short: NDArray[np.bool_] = some[rows] != Fate.SERVED
        if len(self.views.ledger.parcels):
            short = short & ~self.views.everyone.unsent[: len(some)][rows]
        return short & ~away(some[rows]) if len(self.views.everyone.away) else short

    @cached_property
    def _short_claims(self) -> Int64:
        orders, rows = self.views.ledger.orders, self.views.claim_rows[self.stock]
        times: Int64 = orders.placed[rows][orders.filled[rows] != orders.placed[rows]]
        return times

    def _in_window(self, times: Int64) -> NDArray[np.bool_]:
        return (times >= self.start) & (times < self.end)


def among(shelves: Iterable[Shelf], count: int) -> NDArray[np.bool_]:
    """By stock, of so many: whether it is one of these."""
    here = np.zeros(count, dtype=bool)
    here[[shelf.stock for shelf in shelves]] = True
    return here
