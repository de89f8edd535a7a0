"""The planner: looks at inventory positions and places supply orders."""

from __future__ import annotations

from sim.ledger.writer import LedgerWriter
from sim.model.clock import Clock, Story
from sim.model.lane import Lane
from sim.model.stock import Stock
from sim.model.supplier import Supplier
from sim.model.waiting import Order
from sim.rules.replenishment import Levels, order_quantity, to_lots
from sim.words import Turn


class Planner:
    """Keeps one stock supplied over one lane from one source."""

    def __init__(
        self,
        *,
        stock: Stock,
        levels: Levels,
        lane: Lane,
        source: Supplier | Stock,
        moq: int,
        lot: int,
        cancels: bool,
        clock: Clock,
        writer: LedgerWriter,
    ) -> None:
        self.stock = stock
        self.lane = lane
        self._levels = levels
        self._source = source
        self._moq = moq
        self._lot = lot
        self._clock = clock
        self._writer = writer
        self._cancels = cancels
        self._open: list[Order] = []
        """Orders that may still be cancelled, the newest last."""
        self._given_up = 0
        """Units that customers gave up and no cancelled order has made up for."""

    def watch(self) -> None:
        """Continuous review: act inside every step that lowers the position, from the start of the run."""
        self.stock.reorder = self._levels.reorder
        self.stock.review = self._review
        self._clock.at(0, Turn.REVIEW, lambda _event: self.stock.fell())

    def visit_every(self, period: int) -> None:
        """Periodic review at 0, R, 2R, ..."""
        self._clock.begin(self._rounds(period))

    def order(self, units: int) -> Order:
        """Write down a new order; it counts as on order at once."""
        number, now = self.lane.next_number(), self._clock.now
        row = self._writer.placed(
            lane=self.lane.index, number=number, stock=self.stock.index, units=units, time=now
        )
        self.stock.position += units
        order = Order(row=row, lane=self.lane, number=number, stock=self.stock, units=units, placed=now)
        if self._cancels:
            self._open = [each for each in self._open if not each.has_left]
            self._open.append(order)
        return order

    def given_up(self, units: int) -> None:
        """Customers no longer want so many units: call off the newest orders that brought them and have not left."""
        self._given_up += units
        for order in reversed(self._open):
            needed = self.stock.position - order.units <= self.stock.reorder
            gone = order.has_left or not order.wanted  # issued units already stand at the dock of another warehouse
            if not (gone or needed) and order.units <= self._given_up:
                self._cancel(order)
        self._open = [order for order in self._open if not (order.has_left or order.is_cancelled)]

    def _cancel(self, order: Order) -> None:
        self._given_up -= order.units
        order.is_cancelled = True
        self.stock.position -= order.units
        self._writer.more.cancelled(order.row, time=self._clock.now)
        if isinstance(self._source, Supplier):
            self._source.cancel(order)
        else:
            self._source.withdraw(order)

    def _rounds(self, period: int) -> Story:
        due = 0
        while True:
            yield self._clock.until(due, Turn.REVIEW)
            self._review(self.stock)
            due += period

    def _review(self, stock: Stock) -> None:
        quantity = to_lots(order_quantity(self._levels, stock.position), moq=self._moq, lot=self._lot)
        if not quantity:
            return
        if isinstance(self._source, Stock):
            self._source.claim(self.order(quantity))
        elif self._source.takes_orders():
            self._source.fill(self.order(quantity))


