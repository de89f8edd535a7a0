"""The two books of the stocks of one scope: what the record says, and what is truly there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.ledger.ledger import Int64
from sim.ledger.steps import Steps
from sim.measures.prices import Floats
from sim.measures.shelf import Shelf, among
from sim.measures.tally import Tally
from sim.measures.trade import Bools
from sim.words import Fate, Notice, Slip

Check = Callable[[Int64, Int64, Int64], Bools]
"""Whether something is so, by record, physical stock and units on order."""


@dataclass(frozen=True, eq=False)
class Books:
    """Record and shelf over the window."""

    tally: Tally
    shelves: tuple[Shelf, ...]
    selling: tuple[Shelf, ...]
    """Those whose shortages count."""

    @cached_property
    def seconds(self) -> int:
        """Length of the window."""
        return self.tally.end - self.tally.start

    @cached_property
    def right(self) -> int:
        """Seconds in which record and shelf agree, added up over the stocks."""
        wrong = sum(self.time(shelf, lambda record, there, _: record != there) for shelf in self._erring)
        return self.seconds * len(self.shelves) - wrong

    @cached_property
    def gap(self) -> int:
        """Difference between the two whatever its sign, times time, added up over the stocks: unit-seconds."""
        total = 0
        for shelf in self._erring:
            gap = self.tally.views.gap(shelf.stock).steps()
            total += Steps(abs(gap.before), gap.times, np.abs(gap.values)).integral(self.tally.start, self.tally.end)
        return total

    @cached_property
    def phantom(self) -> int:
        """Seconds with a record of something and nothing there, over the stocks that sell."""
        return self._over_selling(lambda record, there, _: (record >= 1) & (there == 0))

    @cached_property
    def hidden(self) -> int:
        """Seconds with something there and a record of nothing, likewise."""
        return self._over_selling(lambda record, there, _: (record == 0) & (there >= 1))

    @cached_property
    def frozen(self) -> int:
        """Seconds with a record of something, nothing there and nothing on order, likewise."""
        return self._over_selling(_is_frozen)

    @cached_property
    def freezes(self) -> int:
        """How often that begins in the window, over the stocks that sell."""
        return sum(self._begins(shelf) for shelf in self.selling if shelf.errs)

    def time(self, shelf: Shelf, check: Check) -> int:
        """Seconds of the window in which something is so at one stock."""
        times, levels = shelf.books
        so = check(*levels)
        return Steps(0, times, so.astype(np.int64)).time_above_zero(self.tally.start, self.tally.end)

    def _over_selling(self, check: Check) -> int:
        return sum(self.time(shelf, check) for shelf in self.selling if shelf.errs)

    def _begins(self, shelf: Shelf) -> int:
        times, levels = shelf.books
        frozen = _is_frozen(*levels)
        begins = times[frozen & ~np.concatenate(([False], frozen[:-1]))]
        return int(np.count_nonzero((begins >= self.tally.start) & (begins < self.tally.end)))

    @property
    def _erring(self) -> list[Shelf]:
        return [shelf for shelf in self.shelves if shelf.errs]

    @cached_property
    def _here(self) -> Bools:
        """By stock: whether it is one of the scope."""
        return among(self.shelves, len(self.tally.views.stocks))

    @cached_property
    def _mine(self) -> Bools:
        """By row of `RecordRows`: whether it is about a stock of the scope, in the window."""
        records = self.tally.views.ledger.records
        return self._here[records.stock] & (records.time >= self.tally.start) & (records.time < self.tally.end)

    @cached_property
    def shrunk(self) -> int:
        """Units that vanished, less those that turned up again; those sent back by customers are none of them."""
        records = self.tally.views.ledger.records
        return -int(records.physical[self._mine & (records.kind != Slip.UNPOSTED_RETURN)].sum())

    @cached_property
    def counts(self) -> int:
        """Counts of the stocks in the window."""
        counts = self.tally.views.ledger.counts
        here = self._here[counts.stock]
        return int(np.count_nonzero(here & (counts.time >= self.tally.start) & (counts.time < self.tally.end)))

    @cached_property
    def forced(self) -> int:
        """Customers of the window who were told after a normal order that they must wait."""
        notices = self.tally.views.ledger.notices
        return int(np.count_nonzero(self._are_mine(notices.visit[notices.kind == Notice.FORCED])))

    @cached_property
    def oversold(self) -> float:
        """Units that customers of the window ordered and that were not there, though the page said so."""
        ledger, everyone = self.tally.views.ledger, self.tally.everyone
        if not len(ledger.records):
            return 0.0
        forced = ledger.notices.visit[ledger.notices.kind == Notice.FORCED]
        slips = np.isin(ledger.records.kind, (Slip.OVERSOLD, Slip.PICK_FAILED)) & (ledger.records.about >= 0)
        about = ledger.records.about[slips & (ledger.records.about < len(ledger.visits))]
        at_once = ledger.visits.fate[about] == Fate.SELLER_CANCELLED
        visits = np.concatenate((forced, about[at_once & (ledger.visits.ended[about] == 0)]))
        mine = np.unique(visits[self._are_mine(visits)])
        units: Floats = everyone.ordered[mine] - ledger.visits.now[mine]
        return float(units.sum())

    def _are_mine(self, visits: Int64) -> Bools:
        stocks = self.tally.views.stock_of_stream[self.tally.everyone.stream[visits]]
        mine: Bools = self._here[stocks] & self.tally.within(visits)
        return mine


def _is_frozen(record: Int64, there: Int64, on_order: Int64) -> Bools:
    frozen: Bools = (record >= 1) & (there == 0) & (on_order == 0)
    return frozen
