"""The work of the warehouses of one scope: receipts, parcels, and the hours of those who pick."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.ledger.ledger import Int64
from sim.measures.shelf import Shelf, among
from sim.measures.tally import Tally
from sim.measures.trade import Bools
from sim.measures.work_lines import mispicked
from sim.scenario.house import WEEK, Work
from sim.scenario.world import World
from sim.words import DAY, Fate, Move


@dataclass(frozen=True, eq=False)
class House:
    """Receipts of the window, and parcels of its customers."""

    tally: Tally
    shelves: tuple[Shelf, ...]

    @cached_property
    def stocks(self) -> list[int]:
        """The stocks of the scope."""
        return [shelf.stock for shelf in self.shelves]

    @cached_property
    def _here(self) -> Bools:
        """By stock: whether it is one of them."""
        return among(self.shelves, len(self.tally.views.stocks))

    @cached_property
    def docked(self) -> Int64:
        """Seconds from the dock to availability, by supply order that arrived in the window and was put away."""
        orders = self.tally.views.ledger.orders
        mine = self._in_window(orders.arrived) & (orders.posted >= 0) & self._here[orders.stock]
        return (orders.posted - orders.arrived)[mine]

    @cached_property
    def crossed(self) -> tuple[float, float]:
        """Units that went from the dock to those who waited, and all units that became available."""
        moves = self.tally.views.ledger.moves
        if not len(moves.units):
            return 0.0, 0.0
        came = self._in_window(moves.time) & (moves.event != Move.ISSUED) & self._here[moves.stock]
        units = moves.units[came]
        return float(units[moves.event[came] == Move.CROSSED].sum()), float(units.sum())

    @cached_property
    def delays(self) -> Int64:
        """Seconds from allocation to leaving the warehouse, by parcel of a customer of the window that has left."""
        parcels = self.tally.views.ledger.parcels
        if not len(parcels):
            return parcels.ready
        mine = (parcels.shipped >= 0) & self._here[parcels.stock] & self.tally.within(parcels.visit)
        return (parcels.shipped - parcels.ready)[mine]

    @cached_property
    def parcels(self) -> tuple[float, float]:
        """Parcels sent to customers of the window, and orders that got any."""
        parcels = self.tally.accounts.parcels
        return float(parcels[0][self.stocks].sum()), float(parcels[1][self.stocks].sum())

    @cached_property
    def mispicked(self) -> Int64:
        """Orders of customers of the window that were picked wrongly, as visits."""
        sales = self.tally.accounts.sales
        visits, _ = mispicked(sales)
        return visits[self._here[sales.stock(visits)] & sales.counts(visits)]

    @cached_property
    def named(self) -> tuple[Int64, Int64]:
        """Purchases off the shelf, as visits, delivered by the time that the page named, and delivered later.

        One that has not left by the close is late if that time is past, and neither if not.
        """
        views, none = self.tally.views, np.empty(0, dtype=np.int64)
        names = [views.world.warehouses[place].delivers for place, _ in views.stocks]
        if all(name is None for name in names):
            return none, none
        facts, everyone = views.ledger.visits, self.tally.everyone
        bought = np.flatnonzero(((facts.fate == Fate.SERVED) | everyone.unsent) & (facts.now > 0))
        stock = views.stock_of_stream[everyone.stream[bought]]
        named = np.array([-1 if name is None else name for name in names])[stock]
        mine = self._here[stock] & (named >= 0) & self.tally.within(bought)
        rows, late = bought[mine], (facts.ended[bought] > named)[mine]
        return rows[~late & (facts.fate[rows] == Fate.SERVED)], rows[late]

    @cached_property
    def picking(self) -> tuple[float, float]:
        """Seconds of work of the warehouses' own pickers in the window, and the seconds that they had."""
        world, parcels = self.tally.views.world, self.tally.views.ledger.parcels
        places = {self.tally.views.stocks[stock][0] for stock in self.stocks}
        picked = self._in_window(parcels.picked) & (parcels.crossed == 0) & self._here[parcels.stock]
        where = np.array([place for place, _ in self.tally.views.stocks])[parcels.stock[picked]]
        worked = had = 0.0
        for place in sorted(places):
            work = world.warehouses[place].work
            if work is not None and work.pick is not None:
                worked += int(np.count_nonzero(where == place)) * max(round(1 / work.pick.rate), 1)
                had += work.pick.workers * open_seconds(world, work)
        return worked, had

    def _in_window(self, times: Int64) -> Bools:
        return (times >= self.tally.start) & (times < self.tally.end)


def open_seconds(world: World, work: Work) -> float:
    """Working time of a warehouse in the window, by its hours alone."""
    calendar = world.calendar
    first = calendar.start.weekday() if calendar.start else 0
    days = np.arange(-(-calendar.measure // DAY), dtype=np.int64)
    works = np.isin((first + days) % 7, [WEEK.index(day) for day in work.days])
    left = calendar.measure - DAY * days
    return float((np.clip(np.minimum(work.closes, left) - work.opens, 0, None) * works).sum())
