"""Reading a ledger as quantities over time: on hand, on order, backlog and position of every stock.

The columns of a ledger are sorted by time, so a quantity is a few sorted columns of changes (`Jumps`). Integrals
need no more than that; only what asks for levels merges them (`Steps`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.ledger.ledger import Int32, Int64, Ledger, wide
from sim.ledger.steps import Column, Jumps, Rows, rows_by
from sim.scenario.world import World
from sim.words import JOINED, Move, Seconds, Wait

What = Literal["on_hand", "backlog", "on_order", "position"]
"""A quantity that a stock has at every moment."""


class VisitColumns(Protocol):
    """What a reader of ledgers must know of the visits; the tape's own visits fit."""

    @property
    def time(self) -> Int64:
        """Instant of each visit, in order."""

    @property
    def stream(self) -> NDArray[np.int16]:
        """Position of its stream in `world.customers`."""

    @property
    def units(self) -> Int32:
        """Units wanted."""

    @property
    def patience(self) -> Int32:
        """Longest accepted wait in seconds."""


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
    def visit_rows(self) -> tuple[Rows, ...]:
        """The visits to each stock."""
        return rows_by(self.stock_of_stream[self.visits.stream], len(self.stocks))

    @cached_property
    def joined(self) -> Int64:
        """The visits, of all stocks, that joined the backlog."""
        return np.flatnonzero(self.ledger.visits.fate >= min(JOINED))

    @cached_property
    def joined_rows(self) -> tuple[Rows, ...]:
        """The entries of `joined` that wait at each stock."""
        return rows_by(self.stock_of_stream[self.visits.stream[self.joined]], len(self.stocks))

    @cached_property
    def wait_rows(self) -> tuple[Rows, ...]:
        """The entries of `ledger.waits` at each stock."""
        stocks = self.stock_of_stream[self.visits.stream[self.ledger.waits.visit]]
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
        return rows_by(np.where(self.chosen, self._source, -1), len(self.stocks))

    @cached_property
    def chosen(self) -> NDArray[np.bool_]:
        """Whether a supply order was placed in the run; initial inbound was not."""
        inbound = [self.world.inbound_lane(item.to, item.product) for item in self.world.inbound]
        initial = np.array([inbound.count(lane) for lane in range(len(self.world.lanes))])
        return self.ledger.orders.number >= initial[self.ledger.orders.lane]

    @cached_property
    def _source(self) -> Int64:
        numbers = {stock: number for number, stock in enumerate(self.stocks)}
        source = [[numbers.get((lane.source, product), -1) for _, product in self.stocks] for lane in self.world.lanes]
        return np.array(source)[self.ledger.orders.lane, self.ledger.orders.stock]

    def on_hand(self, stock: int) -> Jumps:
        """Units physically there."""
        rows, moves, waits = self.visit_rows[stock], self._moves(stock), self.ledger.waits
        granted = self._only(waits.event, self.wait_rows[stock], Wait.GRANTED)
        sold = (self.visits.time[rows], -self.ledger.visits.now[rows])
        taken = (wide(waits.time[granted]), -waits.units[granted])
        return Jumps(int(self.ledger.opening[stock]), (sold, moves, taken))

    def on_order(self, stock: int) -> Jumps:
        """Units ordered and not yet available."""
        orders, rows = self.ledger.orders, self.order_rows[stock]
        times, units = self._moved(stock, Move.POSTED)
        return Jumps(0, ((orders.placed[rows], orders.units[rows]), (times, -units)))

    def waiting(self, stock: int | None) -> Jumps:
        """Units that customers wait for, at one stock or (`None`) at all together."""
        joined = self.joined if stock is None else self.joined[self.joined_rows[stock]]
        rows = slice(None) if stock is None else self.wait_rows[stock]
        units = self.visits.units[joined] - self.ledger.visits.now[joined]
        waits = self.ledger.waits
        return Jumps(0, ((self.visits.time[joined], units), (wide(waits.time[rows]), -waits.units[rows])))

    def claimed(self, stock: int) -> Jumps:
        """Units that other stocks ordered here and that have not left yet."""
        orders, rows = self.ledger.orders, self.claim_rows[stock]
        times, units = self._moved(stock, Move.ISSUED)
        return Jumps(0, ((orders.placed[rows], orders.units[rows]), (times, -units)))

    def backlog(self, stock: int) -> Jumps:
        """Units that customers wait for, and units of other stocks' orders that have not left yet."""
        return self.waiting(stock) + self.claimed(stock)

    def position(self, stock: int) -> Jumps:
        """On hand + on order - backlog."""
        return self.on_hand(stock) + self.on_order(stock) + -self.backlog(stock)

    def posted(self, stock: int) -> tuple[Int64, Int32]:
        """When units of supply orders became available, and how many."""
        return self._moved(stock, Move.POSTED)

    def _moves(self, stock: int) -> Column:
        moves, rows = self.ledger.moves, self.move_rows[stock]
        units = moves.units[rows]
        return moves.time[rows], np.where(moves.event[rows] == Move.POSTED, units, -units)

    def _moved(self, stock: int, event: Move) -> tuple[Int64, Int32]:
        moves = self.ledger.moves
        rows = self._only(moves.event, self.move_rows[stock], event)
        return moves.time[rows], moves.units[rows]

    @staticmethod
    def _only(events: NDArray[np.int8], rows: Rows, event: Move | Wait) -> Rows:
        same = events[rows] == event
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
    steps = _QUANTITIES[what](Views(world, ledger, visits), stock).steps()
    return steps.at(np.arange(0, ledger.close, grid, dtype=np.int64))
