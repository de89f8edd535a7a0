"""Reading a ledger as quantities over time: on hand, on order, backlog and position of every stock.

The columns of a ledger are sorted by time, so a quantity is a few sorted columns of changes (`Jumps`). Integrals
need no more than that; only what asks for levels merges them (`Steps`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.ledger.everyone import Everyone, VisitColumns
from sim.ledger.ledger import Int32, Int64, Ledger, wide
from sim.ledger.steps import Column, Jumps, Rows, rows_by
from sim.ledger.tables import CancelRows
from sim.ledger.work_tables import LostRows
from sim.scenario.world import World
from sim.words import Move, Seconds, Wait

What = Literal["on_hand", "backlog", "on_order", "position"]
"""A quantity that a stock has at every moment."""


@dataclass(frozen=True, eq=False)
class Views:
    """One run, readable by stock. A stock is given by its position in `world.stocks`."""

    world: World
    ledger: Ledger
    visits: VisitColumns

    @cached_property
    def stocks(self) -> tuple[tuple[str, str], ...]:
        """Every (warehouse, product)."""
        return self.world.stocks

    @cached_property
    def stock_of_stream(self) -> NDArray[np.int16]:
        """The stock each customer stream buys from."""
        numbers = {stock: number for number, stock in enumerate(self.stocks)}
        return np.array([numbers[c.source, c.buys] for c in self.world.customers.values()], dtype=np.int16)

    @cached_property
    def everyone(self) -> Everyone:
        """All visits, returns among them."""
        return Everyone(self.ledger, self.visits)

    @cached_property
    def visit_rows(self) -> tuple[Rows, ...]:
        """The visits of the tape to each stock."""
        return rows_by(self.stock_of_stream[self.visits.stream], len(self.stocks))

    @cached_property
    def return_rows(self) -> tuple[Int64, ...]:
        """The visits to each stock that are returns: rows of `VisitRows`."""
        stocks, first = self.stock_of_stream[self.everyone.stream[len(self.visits.time) :]], len(self.visits.time)
        return tuple(first + np.flatnonzero(stocks == stock) for stock in range(len(self.stocks)))

    @cached_property
    def joined(self) -> Int64:
        """The visits, of all stocks, that joined the backlog."""
        return self.everyone.joined(self.ledger.visits.fate, self.ledger.visits.hi)

    @cached_property
    def joined_rows(self) -> tuple[Rows, ...]:
        """The entries of `joined` that wait at each stock."""
        return rows_by(self.stock_of_stream[self.everyone.stream[self.joined]], len(self.stocks))

    @cached_property
    def wait_rows(self) -> tuple[Rows, ...]:
        """The entries of `ledger.waits` at each stock."""
        stocks = self.stock_of_stream[self.everyone.stream[self.ledger.waits.visit]]
        return rows_by(stocks, len(self.stocks))

    @cached_property
    def move_rows(self) -> tuple[Rows, ...]:
        """The entries of `ledger.moves` at each stock."""
        return rows_by(self.ledger.moves.stock, len(self.stocks))

    @cached_property
    def order_rows(self) -> tuple[Rows, ...]:
        """The supply orders placed by each stock, initial inbound among them."""
        return rows_by(self.ledger.orders.stock, len(self.stocks))

    @cached_property
    def claim_rows(self) -> tuple[Rows, ...]:
        """The supply orders that other stocks placed at each stock; initial inbound was never placed."""
        return rows_by(np.where(self.chosen, self.source, -1), len(self.stocks))

    @cached_property
    def chosen(self) -> NDArray[np.bool_]:
        """Whether a supply order was placed in the run; initial inbound was not."""
        inbound = [self.world.inbound_lane(item.to, item.product) for item in self.world.inbound]
        initial = np.array([inbound.count(lane) for lane in range(len(self.world.lanes))])
        return self.ledger.orders.number >= initial[self.ledger.orders.lane]

    @cached_property
    def source(self) -> Int64:
        """The stock that fills each supply order; -1 for a supplier."""
        numbers = {stock: number for number, stock in enumerate(self.stocks)}
        source = [[numbers.get((lane.source, product), -1) for _, product in self.stocks] for lane in self.world.lanes]
        return np.array(source)[self.ledger.orders.lane, self.ledger.orders.stock]

    def on_hand(self, stock: int) -> Jumps:
        """Units there by the record."""
        return self._plus(self._moved_by_all(stock), stock, self.ledger.records.record)

    def physical(self, stock: int) -> Jumps:
        """Units truly there; the same as on hand where the record never errs."""
        return self._plus(self._moved_by_all(stock), stock, self.ledger.records.physical)

    def gap(self, stock: int) -> Jumps:
        """Record less what is truly there."""
        records = self.ledger.records
        return self._plus(Jumps(0, ()), stock, records.record - records.physical)

    def _plus(self, moved: Jumps, stock: int, changes: Int64) -> Jumps:
        """Units with the changes of a book that no movement implies."""
        rows = np.flatnonzero((self.ledger.records.stock == stock) & (changes != 0))
        if not len(rows):
            return moved
        return moved + Jumps(0, ((self.ledger.records.time[rows], changes[rows]),))

    @cached_property
    def _of_moves(self) -> dict[int, Jumps]:
        return {}

    def _moved_by_all(self, stock: int) -> Jumps:
        """Units by what was posted, issued, sold and allocated; put together once for both books."""
        if stock not in self._of_moves:
            self._of_moves[stock] = self._by_moves(stock)
        return self._of_moves[stock]

    def _by_moves(self, stock: int) -> Jumps:
        rows, moves, waits = self.visit_rows[stock], self._moves(stock), self.ledger.waits
        granted = self._only(waits.event, self.wait_rows[stock], Wait.GRANTED)
        now = self.ledger.visits.now
        sold = (self.visits.time[rows], -now[: len(self.visits.time)][rows])
        taken = (wide(waits.time[granted]), -waits.units[granted])
        return Jumps(int(self.ledger.opening[stock]), (sold, moves, taken, *self._sold_later(stock)))

    def _sold_later(self, stock: int) -> tuple[Column, ...]:
        """Units sold to those who came again, and as substitutes; nothing where neither happened."""
        swaps, again = self.ledger.swaps, self.return_rows[stock]
        swapped = np.flatnonzero(swaps.stock == stock)
        columns = (
            (self.everyone.time[again], -self.ledger.visits.now[again]),
            (swaps.time[swapped], -swaps.units[swapped]),
        )
        return tuple(column for column in columns if len(column[0]))

    def on_order(self, stock: int) -> Jumps:
        """Units ordered and not yet available."""
        orders, rows = self.ledger.orders, self.order_rows[stock]
        times, units = self.posted(stock)
        placed = (orders.placed[rows], orders.units[rows])
        never = (self.ledger.cancels, self.ledger.lost)
        gone = (column for table in never for column in self._gone(table, orders.stock, stock))
        return Jumps(0, (placed, (times, -units), *gone, *self._missing(stock)))

    def _gone(
        self, table: CancelRows | LostRows, stock_of_order: NDArray[np.signedinteger[Any]], stock: int
    ) -> tuple[Column, ...]:
        """Units of supply orders that never come."""
        if not len(table):
            return ()
        rows = np.flatnonzero(stock_of_order[table.order] == stock)
        return ((table.time[rows], -self.ledger.orders.units[table.order[rows]]),)

    def _missing(self, stock: int) -> tuple[Column, ...]:
        """Units of supply orders that did not come with the others, or were rejected; known when these are posted."""
        shorts, orders = self.ledger.shorts, self.ledger.orders
        if not len(shorts):
            return ()
        rows = np.flatnonzero((orders.stock[shorts.order] == stock) & (orders.posted[shorts.order] >= 0))
        order = shorts.order[rows]
        rows = rows[np.argsort(orders.posted[order], kind="stable")]
        order = shorts.order[rows]
        return ((orders.posted[order], shorts.came[rows] - shorts.rejected[rows] - orders.units[order]),)

    def waiting(self, stock: int | None) -> Jumps:
        """Units that customers wait for, at one stock or (`None`) at all together; put together once."""
        if stock not in self._of_waits:
            self._of_waits[stock] = self._by_waits(stock)
        return self._of_waits[stock]

    @cached_property
    def _of_waits(self) -> dict[int | None, Jumps]:
        return {}

    def _by_waits(self, stock: int | None) -> Jumps:
        joined = self.joined if stock is None else self.joined[self.joined_rows[stock]]
        rows = slice(None) if stock is None else self.wait_rows[stock]
        waits, first, later = self.ledger.waits, *self.everyone.split(joined)
        came = tuple(map(self._came, (first, later) if len(later) else (first,)))
        return Jumps(0, (*came, (wide(waits.time[rows]), -waits.units[rows]), *self._handed_over(stock)))

    def _handed_over(self, stock: int | None) -> tuple[Column, ...]:
        """Units that suppliers send straight to those who would wait for them."""
        direct = self.ledger.direct
        if not len(direct):
            return ()
        rows = np.arange(len(direct))
        if stock is not None:
            rows = np.flatnonzero(self.stock_of_stream[self.everyone.stream[direct.visit]] == stock)
        return ((direct.time[rows], -direct.units[rows]),)

    def _came(self, joined: Int64) -> Column:
        """When some visits joined the backlog, and with how many units."""
        return self.everyone.time[joined], self.everyone.ordered[joined] - self.ledger.visits.now[joined]

    def claimed(self, stock: int) -> Jumps:
        """Units that other stocks ordered here and that have not left yet."""
        orders, rows = self.ledger.orders, self.claim_rows[stock]
        times, units = self._moved(stock, Move.ISSUED)
        placed = (orders.placed[rows], orders.units[rows])
        return Jumps(0, (placed, (times, -units), *self._gone(self.ledger.cancels, self.source, stock)))

    def backlog(self, stock: int) -> Jumps:
        """Units that customers wait for, and units of other stocks' orders that have not left yet."""
        return self.waiting(stock) + self.claimed(stock)

    def position(self, stock: int) -> Jumps:
        """On hand + on order - backlog."""
        return self.on_hand(stock) + self.on_order(stock) + -self.backlog(stock)

    def posted(self, stock: int) -> tuple[Int64, Int32]:
        """When units of supply orders became available, on the shelf or at the dock, and how many."""
        return self._moved(stock, Move.POSTED, Move.CROSSED)

    def _moves(self, stock: int) -> Column:
        moves, rows = self.ledger.moves, self.move_rows[stock]
        units = moves.units[rows]
        return moves.time[rows], np.where(moves.event[rows] == Move.ISSUED, -units, units)

    def _moved(self, stock: int, *events: Move) -> tuple[Int64, Int32]:
        moves = self.ledger.moves
        rows = self._only(moves.event, self.move_rows[stock], *events)
        return moves.time[rows], moves.units[rows]

    @staticmethod
    def _only(events: NDArray[np.int8], rows: Rows, first: Move | Wait, *others: Move | Wait) -> Rows:
        same = events[rows] == first
        for event in others:
            same = same | (events[rows] == event)
        if same.all():
            return rows
        return np.flatnonzero(same) if isinstance(rows, slice) else rows[same]


_QUANTITIES: Final[Mapping[What, Callable[[Views, int], Jumps]]] = MappingProxyType(
    {
        "on_hand": Views.on_hand,
        "backlog": Views.backlog,
        "on_order": Views.on_order,
        "position": Views.position,
    }
)


def path(world: World, ledger: Ledger, visits: VisitColumns, stock: int, what: What, *, grid: Seconds) -> Int64:
    """A quantity of one stock at 0, `grid`, 2 `grid`, ... before the close, for charts.

    Each value holds after all changes of its instant.
    """
    return _QUANTITIES[what](Views(world, ledger, visits), stock).at(np.arange(0, ledger.close, grid, dtype=np.int64))
