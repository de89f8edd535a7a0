"""What units cost that leave a stock: first in, first out, from layers of what each receipt cost.

Where every unit of a product cost the same in this run, a cost is a product of two numbers and nothing is replayed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from math import fsum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int8, Int64
from sim.ledger.views import Views
from sim.measures.incoming import Incoming, Pile
from sim.measures.prices import Floats, PriceList
from sim.measures.spans import Amount
from sim.measures.supply_costs import SupplyCosts
from sim.words import Move, Slip, Wait


class Drawn(IntEnum):
    """How units leave a stock; the rows are those of the ledger's table."""

    SOLD = 0
    """At once to a visit: rows of `VisitRows`."""
    GRANTED = 1
    """Rows of `WaitRows`."""
    SWAPPED = 2
    """Rows of `SwapRows`."""
    ISSUED = 3
    """Rows of `MoveRows`."""
    LOST = 4
    """Seen by nobody, or destroyed: rows of `RecordRows`."""


@dataclass(frozen=True, eq=False)
class Outflow:
    """All units that left one stock, in the order in which they did."""

    kind: Int8
    """A `Drawn`."""
    row: Int64
    time: Int64
    units: Int64


@dataclass(frozen=True, eq=False)
class Draws(Outflow):
    """The same with what they cost."""

    cost: Floats


class CostLayers:
    """Costs of the units that leave the stocks of one run."""

    def __init__(self, views: Views, prices: PriceList) -> None:
        self.views = views
        self.supply = SupplyCosts(views, prices)
        self._piles: dict[int, tuple[Floats, Floats]] = {}
        self._draws: dict[int, Draws] = {}
        self._outflows: dict[int, Outflow] = {}

    @cached_property
    def first(self) -> Floats:
        """Cost of a unit of each stock at the start."""
        products = self.views.world.products
        return np.array([products[product].unit_cost for _, product in self.views.stocks])

    @cached_property
    def salvage(self) -> Floats:
        """What is left of that, by stock, for a unit that comes back."""
        products = self.views.world.products
        salvage: Floats = self.first * np.array([products[product].salvage for _, product in self.views.stocks])
        return salvage

    @cached_property
    def flat(self) -> NDArray[np.bool_]:
        """Whether all units of each stock cost the same: wherever and whenever they came from, and came back."""
        records, orders = self.views.ledger.records, self.views.ledger.orders
        products = [product for _, product in self.views.stocks]
        dear = {products[stock] for stock in np.unique(orders.stock[self._moved]).tolist()}
        flat = np.array([product not in dear for product in products])
        back = np.unique(records.stock[records.kind == Slip.UNPOSTED_RETURN])
        flat[back] &= self.salvage[back] == self.first[back]
        return flat

    @property
    def _moved(self) -> NDArray[np.bool_]:
        """Whether a unit of each supply order costs other than one at the start; transfers then carry that on."""
        supply = self.supply
        own = supply.unit_cost != self.first[self.views.ledger.orders.stock]
        moved: NDArray[np.bool_] = own | (supply.duty != 0) | (supply.freight != 0) | (supply.premium != 0)
        return moved

    def cost(
        self, kind: Drawn, rows: Int64, stocks: NDArray[np.integer[Any]], units: NDArray[np.integer[Any]]
    ) -> Floats:
        """What the units of some rows of a table cost that left these stocks."""
        if self.flat.all() or not len(rows):
            plain: Floats = self.first[stocks] * units
            return plain
        dear: Floats = self._dense[kind][rows]
        return np.where(self.flat[stocks], self.first[stocks] * units, dear) if self.flat.any() else dear

    @property
    def sold(self) -> Floats:
        """By row of `VisitRows`: what the units cost that were sold at once; 0 where all units cost the same."""
        return self._dense[Drawn.SOLD]

    @cached_property
    def _dense(self) -> dict[Drawn, Floats]:
        ledger = self.views.ledger
        waits, moves = ledger.waits.units, ledger.moves.units
        lengths = (len(ledger.visits), len(waits), len(ledger.swaps), len(moves), len(ledger.records))
        dense = {kind: np.zeros(length) for kind, length in zip(Drawn, lengths, strict=True)}
        for stock in np.flatnonzero(~self.flat).tolist():
            draws = self.draws(stock)
            for kind, costs in dense.items():
                mine = np.flatnonzero(draws.kind == kind)
                costs[draws.row[mine]] = draws.cost[mine]
        return dense

    def value(self, stock: int) -> Amount:
        """Stock truly there at cost over time, where units do not all cost the same."""
        draws, came = self.draws(stock), self.layers(stock).came
        before = float(self.views.ledger.opening[stock] * self.first[stock])
        times = np.array([each.time for each in came], dtype=np.int64)
        return Amount(before, ((times, np.array([each.cost for each in came])), (draws.time, -draws.cost)))

    def at_close(self, stock: int) -> float:
        """Cost of the units truly there at the close."""
        records, left = self.views.ledger.records, int(self.views.ledger.closing[stock])
        left += int((records.physical - records.record)[records.stock == stock].sum())
        if self.flat[stock]:
            return float(self.first[stock] * left)
        units = self._pile(stock)[0][-1:]
        return float(np.diff(self._until(stock, np.concatenate((units - left, units))))[0])

    def between(self, stock: int, first: Int64, last: Int64) -> Floats:
        """Cost of the units from one count to another of all that ever came to a stock."""
        if self.flat[stock]:
            plain: Floats = self.first[stock] * (last - first)
            return plain
        return self._until(stock, last.astype(np.float64)) - self._until(stock, first.astype(np.float64))

    @cached_property
    def incoming(self) -> Incoming:
        """What came to the stocks."""
        return Incoming(self.views, self.supply, first=self.first, salvage=self.salvage, left=self._left.__getitem__)

    @cached_property
    def of_orders(self) -> tuple[Floats, Floats]:
        """By supply order: what its good units cost, and duty and freight on them."""
        supply = self.supply
        bought = supply.unit_cost * supply.good
        for order, (_, cost) in self.incoming.sent.items() if not self.flat.all() else ():
            bought[order] = fsum(cost)
        return bought, bought * supply.duty + supply.good * supply.freight

    @cached_property
    def found(self) -> Floats:
        """By row of `RecordRows`: cost of the units that turned up again; those sent back were paid for."""
        records, cost = self.views.ledger.records, np.zeros(len(self.views.ledger.records))
        again = np.flatnonzero((records.physical > 0) & (records.kind != Slip.UNPOSTED_RETURN))
        cost[again] = self.first[records.stock[again]] * records.physical[again]
        for stock in np.flatnonzero(~self.flat).tolist() if len(again) else ():
            for each in self.layers(stock).came:
                if each.record in again:
                    cost[each.record] = each.cost
        return cost

    def draws(self, stock: int) -> Draws:
        """What left a stock, each with its cost."""
        if stock not in self._draws:
            gone = self._gone(stock)
            left = np.concatenate(([0], np.cumsum(gone.units))).astype(np.float64)
            self._draws[stock] = Draws(gone.kind, gone.row, gone.time, gone.units, np.diff(self._until(stock, left)))
        return self._draws[stock]

    def layers(self, stock: int) -> Pile:
        """What came to a stock, opening stock first."""
        return self.incoming.piles[stock]

    def _pile(self, stock: int) -> tuple[Floats, Floats]:
        """Units and cost of all that came to a stock, added up layer by layer."""
        if stock not in self._piles:
            pile = self.layers(stock)
            self._piles[stock] = np.array(pile.units), np.array(pile.cost)
        return self._piles[stock]

    def _until(self, stock: int, units: Floats) -> Floats:
        """Cost of the first so many units that came to a stock: straight lines between the layers."""
        return np.interp(units, *self._pile(stock))

    @cached_property
    def _left(self) -> dict[int, int]:
        """By movement that took units to another stock: how many had left with it."""
        moves, left = self.views.ledger.moves, dict[int, int]()
        for stock in np.unique(moves.stock[moves.event == Move.ISSUED]).tolist():
            gone = self._gone(stock)
            issued = gone.kind == Drawn.ISSUED
            left.update(zip(gone.row[issued].tolist(), np.cumsum(gone.units)[issued].tolist(), strict=True))
        return left

    def _gone(self, stock: int) -> Outflow:
        """What left a stock, in the order in which it did: a fact comes before the visits not seen at it."""
        if stock not in self._outflows:
            sold, (kind, row, time, seen, units) = self._sold(stock), self._facts(stock)
            at, visits = np.searchsorted(sold, seen), self.views.ledger.visits
            self._outflows[stock] = Outflow(
                kind=np.insert(np.full(len(sold), Drawn.SOLD, dtype=np.int8), at, kind),
                row=np.insert(sold, at, row),
                time=np.insert(self.views.visits.time[sold], at, time),
                units=np.insert(visits.now[sold].astype(np.int64), at, units),
            )
        return self._outflows[stock]

    def _sold(self, stock: int) -> Int64:
        """Visits of the tape that bought something at once."""
        rows, now = self.views.visit_rows[stock], self.views.ledger.visits.now[: self.views.everyone.count]
        return np.flatnonzero(now > 0) if isinstance(rows, slice) else rows[now[rows] > 0]

    def _facts(self, stock: int) -> Int64:
        """Columns kind, row, time, seen and units of what else left a stock, in its order."""
        ledger = self.views.ledger
        waits, swaps, moves = ledger.waits, ledger.swaps, ledger.moves
        mine = np.arange(len(waits.time))[self.views.wait_rows[stock]]
        granted = mine[waits.event[mine] == Wait.GRANTED]
        swapped = np.flatnonzero(swaps.stock == stock)
        issued = np.flatnonzero((moves.event == Move.ISSUED) & (moves.stock == stock))
        lost = np.flatnonzero((ledger.records.physical < 0) & (ledger.records.stock == stock))
        tables: tuple[tuple[Drawn, Any, Int64, Any], ...] = (
            (Drawn.GRANTED, waits, granted, waits.units),
            (Drawn.SWAPPED, swaps, swapped, swaps.units),
            (Drawn.ISSUED, moves, issued, moves.units),
            (Drawn.LOST, ledger.records, lost, -ledger.records.physical),
        )
        facts = [
            _columns(kind, rows, table.time[rows], table.seen[rows], table.seq[rows], units[rows])
            for kind, table, rows, units in tables
            if len(rows)
        ]
        kind, row, time, seen, seq, units = np.concatenate([self._sold_again(stock), *facts], axis=1)
        return np.stack([kind, row, time, seen, units])[:, np.lexsort((seq, seen, time))]

    def _sold_again(self, stock: int) -> Int64:
        """Those who came again and bought at once."""
        returns, now, again = self.views.ledger.returns, self.views.ledger.visits.now, self.views.return_rows[stock]
        again = again[now[again] > 0]
        later = again - self.views.everyone.count
        return _columns(Drawn.SOLD, again, returns.time[later], returns.seen[later], returns.seq[later], now[again])


def _columns(kind: Drawn, *columns: NDArray[np.integer[Any]]) -> Int64:
    table = np.empty((len(columns) + 1, len(columns[0])), dtype=np.int64)
    table[0] = kind
    for place, column in enumerate(columns, start=1):
        table[place] = column
    return table
