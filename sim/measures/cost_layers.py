"""What units cost that leave a stock: first in, first out, from layers of what each receipt cost.

Where every unit of a product costs the same, a cost is a product of two numbers and nothing is replayed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int64
from sim.ledger.views import Views
from sim.measures.prices import Floats, PriceList
from sim.measures.spans import Amount
from sim.words import Move, Wait


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


@dataclass(frozen=True, eq=False)
class Layers:
    """Cost of the units that came to a stock, added up in the order in which they came: straight lines between."""

    units: Floats
    cost: Floats

    def until(self, units: Floats) -> Floats:
        """Cost of the first so many units."""
        return np.interp(units, self.units, self.cost)

    def between(self, first: float, last: float) -> tuple[Floats, Floats]:
        """The layers that the units from one count to another consist of: units and cost of each."""
        inside = self.units[(self.units > first) & (self.units < last)]
        edges = np.concatenate(([first], inside, [last]))
        return np.diff(edges), np.diff(self.until(edges))


@dataclass(frozen=True, eq=False)
class Draws:
    """All units that left one stock, in the order in which they did."""

    kind: Int64
    """A `Drawn`."""
    row: Int64
    time: Int64
    units: Int64
    cost: Floats

    @cached_property
    def after(self) -> Int64:
        """Units that have left with each row."""
        return np.cumsum(self.units)

    @cached_property
    def issued(self) -> dict[int, int]:
        """By movement that took units to another stock: its place among these rows."""
        places = np.flatnonzero(self.kind == Drawn.ISSUED)
        return dict(zip(self.row[places].tolist(), places.tolist(), strict=True))


class CostLayers:
    """Costs of the units that leave the stocks of one run."""

    def __init__(self, views: Views, prices: PriceList) -> None:
        self.views = views
        self._prices = prices
        self._layers: dict[int, Layers] = {}
        self._draws: dict[int, Draws] = {}

    @cached_property
    def first(self) -> Floats:
        """Cost of a unit of each stock at the start."""
        products = self.views.world.products
        return np.array([products[product].unit_cost for _, product in self.views.stocks])

    @cached_property
    def flat(self) -> NDArray[np.bool_]:
        """Whether all units of each stock cost the same: no change of cost, no duty, no freight."""
        return np.array([self._is_flat(product) for _, product in self.views.stocks])

    def _is_flat(self, product: str) -> bool:
        lanes = (lane for lane in self.views.world.lanes if lane.products is None or product in lane.products)
        extra = any(lane.duty or lane.freight for lane in lanes)
        return not extra and not self._prices.cost_moves(product)

    def cost(
        self, kind: Drawn, rows: Int64, stocks: NDArray[np.integer[Any]], units: NDArray[np.integer[Any]]
    ) -> Floats:
        """What the units of some rows of a table cost that left these stocks."""
        plain: Floats = self.first[stocks] * units
        if self.flat.all() or not len(rows):
            return plain
        return np.where(self.flat[stocks], plain, self._dense[kind][rows])

    @cached_property
    def _dense(self) -> dict[Drawn, Floats]:
        ledger = self.views.ledger
        lengths = (len(ledger.visits), len(ledger.waits.units), len(ledger.swaps), len(ledger.moves.units))
        dense = {kind: np.zeros(length) for kind, length in zip(Drawn, lengths, strict=True)}
        for stock in np.flatnonzero(~self.flat).tolist():
            draws = self.draws(stock)
            for kind, costs in dense.items():
                mine = draws.kind == kind
                costs[draws.row[mine]] = draws.cost[mine]
        return dense

    def value(self, stock: int) -> Amount:
        """Stock on hand at cost over time, where units do not all cost the same."""
        draws, (times, costs) = self.draws(stock), self._received(stock)
        before = float(self.views.ledger.opening[stock] * self.first[stock])
        return Amount(before, ((times, costs), (draws.time, -draws.cost)))

    def at_close(self, stock: int) -> float:
        """Cost of the units on hand at the close."""
        left = int(self.views.ledger.closing[stock])
        if self.flat[stock]:
            return float(self.first[stock] * left)
        layers = self.layers(stock)
        return float(layers.cost[-1] - layers.until(layers.units[-1:] - left)[0])

    def landed(self, stock: int, time: int) -> float:
        """Cost of a unit ordered all the way to a stock at an instant."""
        warehouse, product = self.views.stocks[stock]
        number = self.views.world.inbound_lane(warehouse, product)
        if number is None:
            return float(self.first[stock])
        lane = self.views.world.lanes[number]
        if (lane.source, product) in self.views.stocks:
            cost = self.landed(self.views.stocks.index((lane.source, product)), time)
        else:
            cost = float(self._prices.cost(product, np.array([time]))[0])
        return cost * (1 + lane.duty) + lane.freight

    def layers(self, stock: int) -> Layers:
        """What came to a stock, opening stock first."""
        if stock not in self._layers:
            opening = float(self.views.ledger.opening[stock])
            units, costs = [opening], [opening * self.first[stock]]
            for order in self._posted(stock).tolist():
                more = self.pieces(order)
                units.extend(more[0].tolist())
                costs.extend(more[1].tolist())
            self._layers[stock] = Layers(np.cumsum([0.0, *units]), np.cumsum([0.0, *costs]))
        return self._layers[stock]

    @cached_property
    def of_orders(self) -> tuple[Floats, Floats]:
        """By supply order: what its units cost, and duty and freight on them."""
        orders, lanes = self.views.ledger.orders, self.views.world.lanes
        bought = np.zeros(len(orders.units))
        for stock, (_, product) in enumerate(self.views.stocks):
            mine = np.flatnonzero(orders.stock == stock)
            bought[mine] = orders.units[mine] * self._prices.cost(product, orders.placed[mine])
        for order in self._issues if not self.flat.all() else ():
            bought[order] = self.bought(order)[1].sum()
        duty, freight = (np.array([getattr(lane, name) for lane in lanes]) for name in ("duty", "freight"))
        return bought, bought * duty[orders.lane] + orders.units * freight[orders.lane]

    def pieces(self, order: int) -> tuple[Floats, Floats]:
        """Layers of one supply order with duty and freight: units and cost of each."""
        orders, lanes = self.views.ledger.orders, self.views.world.lanes
        lane = lanes[orders.lane[order]]
        units, cost = self.bought(order)
        return units, cost * (1 + lane.duty) + lane.freight * units

    def bought(self, order: int) -> tuple[Floats, Floats]:
        """The same without duty and freight."""
        orders = self.views.ledger.orders
        source = self._issues.get(order)
        if source is not None:
            stock, row = source
            draws = self.draws(stock)
            place = draws.issued[row]
            last = float(draws.after[place])
            return self.layers(stock).between(last - float(draws.units[place]), last)
        product = self.views.stocks[orders.stock[order]][1]
        units = orders.units[order : order + 1].astype(np.float64)
        return units, units * self._prices.cost(product, orders.placed[order : order + 1])

    @cached_property
    def _issues(self) -> dict[int, tuple[int, int]]:
        """By supply order that another stock filled: that stock, and the row of the movement."""
        moves = self.views.ledger.moves
        rows = np.flatnonzero(moves.event == Move.ISSUED).tolist()
        return {int(moves.order[row]): (int(moves.stock[row]), row) for row in rows}

    def _posted(self, stock: int) -> Int64:
        moves = self.views.ledger.moves
        posted: Int64 = moves.order[(moves.stock == stock) & (moves.event == Move.POSTED)]
        return posted

    def _received(self, stock: int) -> tuple[Int64, Floats]:
        orders = self._posted(stock)
        costs = np.array([self.pieces(order)[1].sum() for order in orders.tolist()], dtype=np.float64)
        return self.views.ledger.orders.posted[orders], costs

    def draws(self, stock: int) -> Draws:
        """What left a stock, each with its cost."""
        if stock not in self._draws:
            kind, row, time, key, seq, units = self._outflow(stock)
            order = np.lexsort((seq, key, time))
            units = units[order]
            after = np.cumsum(units).astype(np.float64)
            layers = self.layers(stock)
            cost = layers.until(after) - layers.until(after - units)
            self._draws[stock] = Draws(kind[order], row[order], time[order], units, cost)
        return self._draws[stock]

    def _outflow(self, stock: int) -> Int64:
        """Columns kind, row, time, place among visits and facts, seq, and units of what left a stock."""
        ledger = self.views.ledger
        waits, swaps, moves = ledger.waits, ledger.swaps, ledger.moves
        stock_of_wait = self.views.stock_of_stream[self.views.everyone.stream[waits.visit]]
        granted = np.flatnonzero((waits.event == Wait.GRANTED) & (stock_of_wait == stock))
        swapped = np.flatnonzero(swaps.stock == stock)
        issued = np.flatnonzero((moves.event == Move.ISSUED) & (moves.stock == stock))
        facts = ((Drawn.GRANTED, waits, granted), (Drawn.SWAPPED, swaps, swapped), (Drawn.ISSUED, moves, issued))
        tables = [
            _columns(kind, rows, table.time[rows], 2 * table.seen[rows].astype(np.int64), table.seq[rows],
                     table.units[rows])
            for kind, table, rows in facts
        ]  # fmt: skip
        return np.concatenate([*self._sold(stock), *tables], axis=1)

    def _sold(self, stock: int) -> tuple[Int64, Int64]:
        everyone, returns, now = self.views.everyone, self.views.ledger.returns, self.views.ledger.visits.now
        rows = np.flatnonzero((self.views.stock_of_stream[everyone.stream] == stock) & (now > 0))
        first, again = everyone.split(rows)
        later = again - everyone.count
        zero = np.zeros(len(first), dtype=np.int64)
        return (
            _columns(Drawn.SOLD, first, everyone.time[first], 2 * first + 1, zero, now[first]),
            _columns(Drawn.SOLD, again, returns.time[later], 2 * returns.seen[later], returns.seq[later], now[again]),
        )


def _columns(kind: Drawn, *columns: NDArray[np.integer[Any]]) -> Int64:
    same = np.full(len(columns[0]), kind, dtype=np.int64)
    return np.stack([same, *(column.astype(np.int64) for column in columns)])
