"""The orders to suppliers of one scope, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.ledger.ledger import Int64, OrderRows
from sim.measures.prices import Floats
from sim.measures.shelf import Shelf
from sim.measures.tally import Tally
from sim.words import Stage


@dataclass(frozen=True, eq=False)
class Supply:
    """Orders placed in the window by the stocks of a scope; initial inbound was placed by nobody."""

    tally: Tally
    shelves: tuple[Shelf, ...]

    @cached_property
    def orders(self) -> OrderRows:
        """All supply orders of the run."""
        return self.tally.views.ledger.orders

    @cached_property
    def placed(self) -> Int64:
        """Rows of those placed in the window, wherever they went."""
        views = self.tally.views
        if len(self.shelves) == len(views.stocks):
            rows = np.flatnonzero(views.chosen)
        else:
            some = [np.arange(len(views.chosen))[views.order_rows[shelf.stock]] for shelf in self.shelves]
            rows = np.concatenate(some)
            rows = rows[views.chosen[rows]]
        when = self.orders.placed[rows]
        return rows[(when >= self.tally.start) & (when < self.tally.end)]

    @cached_property
    def rows(self) -> Int64:
        """Rows of those that went to suppliers."""
        return self.placed[self.tally.views.source[self.placed] < 0]

    @cached_property
    def slips(self) -> Int64:
        """Seconds from the date first confirmed to the arrival, by order that arrived."""
        arrived = self.rows[self.orders.arrived[self.rows] >= 0]
        return self.orders.arrived[arrived] - self.orders.confirmed[arrived]

    @cached_property
    def overdue(self) -> int:
        """Orders that had not arrived though their first date was past at the close, or never will."""
        orders, rows = self.orders, self.rows
        due = (orders.confirmed[rows] >= 0) & (orders.confirmed[rows] < self.tally.views.ledger.close)
        never = np.isin(rows, self.tally.views.ledger.cancels.order)
        return int(np.count_nonzero((orders.arrived[rows] < 0) & due & ~never))

    @cached_property
    def lead_times(self) -> Int64:
        """Seconds from placing to being available, by order that is."""
        done = self.rows[self.orders.posted[self.rows] >= 0]
        return self.orders.posted[done] - self.orders.placed[done]

    @cached_property
    def warnings(self) -> Int64:
        """Seconds from each news of a later date to the date that it replaced; less than 0 if that was past."""
        dates = self.tally.views.ledger.dates
        if not len(dates):
            return dates.time
        order = np.argsort(dates.order, kind="stable")
        number, new = dates.order[order], dates.confirmed[order]
        first = np.diff(number, prepend=-1) != 0
        old = np.where(first, self.orders.confirmed[number], np.roll(new, 1))
        later = (new > old) & np.isin(number, self.rows)
        lead: Int64 = (old - dates.time[order])[later]
        return lead

    @cached_property
    def lost(self) -> Int64:
        """Rows of the orders that never came."""
        gone = self.tally.views.ledger.lost.order
        return gone[np.isin(gone, self.placed)] if len(gone) else gone

    @cached_property
    def fill(self) -> tuple[int, int]:
        """Units that came good, and units ordered, of the orders that arrived or never will."""
        arrived = self.orders.arrived[self.rows] >= 0
        settled = self.rows[arrived | np.isin(self.rows, self.lost) if len(self.lost) else arrived]
        good = self.tally.accounts.sales.layers.supply.good[settled] * (self.orders.arrived[settled] >= 0)
        return int(good.sum()), int(self.orders.units[settled].sum())

    @cached_property
    def exams(self) -> int:
        """Examinations of these orders by customs."""
        stages = self.tally.views.ledger.stages
        if not len(stages):
            return 0
        return int(np.count_nonzero((stages.stage == Stage.IN_CUSTOMS) & np.isin(stages.order, self.placed)))

    @cached_property
    def rushed(self) -> Int64:
        """Rows of the rush orders."""
        rushed = self.tally.accounts.sales.layers.supply.rushed
        return rushed[np.isin(rushed, self.placed)] if len(rushed) else rushed

    @cached_property
    def by_source(self) -> Floats:
        """Units ordered of each source: those of its lanes together."""
        names = [lane.source for lane in self.tally.views.world.lanes]
        sources = {name: number for number, name in enumerate(dict.fromkeys(names))}
        of_lane = np.array([sources[name] for name in names])
        units = self.orders.units[self.placed]
        return np.bincount(of_lane[self.orders.lane[self.placed]], units, len(sources)).astype(np.float64)

    @cached_property
    def by_usual(self) -> float:
        """Units ordered by the first lane of the stock that ordered."""
        usual = self.tally.accounts.sales.layers.supply.usual[self.placed] == self.orders.lane[self.placed]
        return float(self.orders.units[self.placed][usual].sum())

    @cached_property
    def sideways(self) -> float:
        """Units ordered from other warehouses by a lane that is not the first of the stock that ordered."""
        usual = self.tally.accounts.sales.layers.supply.usual[self.placed] == self.orders.lane[self.placed]
        between = (self.tally.views.source[self.placed] >= 0) & ~usual
        return float(self.orders.units[self.placed][between].sum())
