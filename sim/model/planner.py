"""The planner: looks at inventory positions and places supply orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sim.ledger.writer import LedgerWriter
from sim.model.clock import Clock, Story
from sim.model.lane import Lane
from sim.model.stock import Stock
from sim.model.supplier import Supplier
from sim.model.waiting import Order
from sim.rules.replenishment import Levels, order_quantity, to_lots
from sim.rules.sourcing import Position, Source, fast_source, reorder_below, wanted
from sim.scenario.sourcing import BaseSurge, Single, Sourcing
from sim.words import Purpose, Turn


class Entry(Protocol):
    """How long it takes from deciding on an order to placing it."""

    def __call__(self, decision: int) -> int | None:
        """Seconds, by the number of the decision at its stock; `None` if it is forgotten."""
        ...


@dataclass(frozen=True)
class Route:
    """One way of filling a stock."""

    lane: Lane
    origin: Supplier | Stock
    moq: int
    lot: int
    name: str
    """Of the source."""


class Planner:
    """Keeps one stock supplied.

    Args:
        stock: the stock.
        levels: the replenishment rule in numbers.
        routes: all ways of filling the stock; the first is the usual one.
        sourcing: which of them is taken when.
        counts_backlog: whether those who wait are taken off the inventory position.
        cancels: whether orders are called off that nobody needs any more.
        entry: how long placing takes; at once when left out.
        clock: the time.
        writer: the ledger.
    """

    def __init__(
        self,
        *,
        stock: Stock,
        levels: Levels,
        routes: Sequence[Route],
        sourcing: Sourcing,
        counts_backlog: bool,
        cancels: bool,
        entry: Entry | None,
        clock: Clock,
        writer: LedgerWriter,
    ) -> None:
        self.stock = stock
        self.routes = {route.name: route for route in routes}
        """By source."""
        self._usual = routes[0]
        self._levels = levels
        self._sourcing = sourcing
        self._counts_backlog = counts_backlog
        self._cancels = cancels
        self._entry = entry
        self._clock = clock
        self._writer = writer
        self._looks_at_orders = sourcing.rule in ("backup", "dual_index", "base_surge")
        self._fast = fast_source(sourcing)
        self._follows = cancels or self._looks_at_orders
        is_simple = isinstance(sourcing, Single) and counts_backlog and entry is None
        self._look: Callable[[Stock], None] = self._restore if is_simple else self._review
        self._open: list[Order] = []
        """Orders that may still be cancelled or that the rule looks at, the newest last."""
        self._decided = 0
        """Decisions to order so far."""
        self._entering = 0
        """Units decided on and not yet placed."""
        self._is_continuous = False
        self._given_up = 0
        """Units that customers gave up and no cancelled order has made up for."""

    def watch(self) -> None:
        """Continuous review: act inside every step that lowers the position, from the start of the run."""
        self._is_continuous = True
        self.stock.review = self._look
        self.stock.reviews_grants = not self._counts_backlog
        self._look_below()
        self._clock.at(0, Turn.REVIEW, lambda _event: self.stock.fell())

    def visit_every(self, period: int) -> None:
        """Periodic review at 0, R, 2R, ..."""
        self._clock.begin(self._rounds(period))

    def set_levels(self, levels: Levels) -> None:
        """Go by other levels from now on."""
        self._levels = levels
        if self._is_continuous:
            self._look_below()
            self.stock.fell()

    def flow(self) -> None:
        """Begin the constant flow from the base source, where the rule has one."""
        if isinstance(self._sourcing, BaseSurge):
            self._clock.begin(self._base(self._sourcing))

    def order(self, units: int, route: Route | None = None) -> Order:
        """Write down a new order, over the usual way if no other is named; it counts as on order at once."""
        lane = (route or self._usual).lane
        number, now = lane.next_number(), self._clock.now
        row = self._writer.placed(lane=lane.index, number=number, stock=self.stock.index, units=units, time=now)
        self.stock.position += units
        order = Order(row=row, lane=lane, number=number, stock=self.stock, units=units, placed=now)
        if self._follows:
            self._open = [each for each in self._open if not self._is_over(each)]
            self._open.append(order)
        return order

    def place(self, units: int, route: Route, *, purpose: Purpose | None = None) -> Order | None:
        """Order so many units, in lots, over a way whose source takes orders; `None` if it does not.

        The purpose is that of an order which the replenishment rule did not ask for.
        """
        quantity = to_lots(units, moq=route.moq, lot=route.lot)
        if isinstance(route.origin, Supplier) and not route.origin.takes_orders():
            return None
        order = self.order(quantity, route)
        if purpose is not None:
            self._writer.more.meant(order.row, purpose)
        route.lane.promise(order)
        if isinstance(route.origin, Stock):
            route.origin.claim(order)
        else:
            route.origin.fill(order)
        return order

    def given_up(self, units: int) -> None:
        """Customers no longer want so many units: call off the newest orders that brought them and have not left."""
        self._given_up += units
        for order in reversed(self._open):
            needed = self.stock.position - order.units <= self.stock.reorder
            gone = order.has_left or not order.wanted  # issued units already stand at the dock of another warehouse
            if not (gone or needed or order.is_cancelled) and order.units <= self._given_up:
                self._cancel(order)
        self._open = [order for order in self._open if not self._is_over(order)]

    def _is_over(self, order: Order) -> bool:
        """Whether an order needs no more looking at."""
        if order.is_cancelled or order.docked:
            return True
        return order.has_left and not self._looks_at_orders

    def _cancel(self, order: Order) -> None:
        self._given_up -= order.units
        order.is_cancelled = True
        self.stock.position -= order.units
        self.stock.inbound.discard(order)
        self._writer.more.cancelled(order.row, time=self._clock.now)
        origin = next(route.origin for route in self.routes.values() if route.lane is order.lane)
        if isinstance(origin, Supplier):
            origin.cancel(order)
        else:
            origin.withdraw(order)

    def _rounds(self, period: int) -> Story:
        due = 0
        while True:
            yield self._clock.until(due, Turn.REVIEW)
            self._look(self.stock)
            due += period

    def _base(self, rule: BaseSurge) -> Story:
        while True:
            yield self._clock.until(self._clock.now, Turn.REVIEW)
            self.place(rule.units, self.routes[rule.base], purpose=Purpose.BASE)
            yield self._clock.until(self._clock.now + rule.every, Turn.REVIEW)

    def _look_below(self) -> None:
        self.stock.reorder = reorder_below(self._sourcing, self._levels)

    def _restore(self, stock: Stock) -> None:
        """The review of a stock that has one source and a planner who acts at once."""
        if quantity := order_quantity(self._levels, stock.position):
            self.place(quantity, self._usual)

    def _review(self, stock: Stock) -> None:
        whole = stock.position + self._entering + (0 if self._counts_backlog else stock.backlog)
        if whole > reorder_below(self._sourcing, self._levels):
            return
        position = Position(whole, self._near(whole))
        for name, units in wanted(self._sourcing, self._levels, position, self._known()):
            if self._entry is None:
                self.place(units, self.routes[name])
            else:
                self._decide(units, self.routes[name], self._entry)

    def _decide(self, units: int, route: Route, entry: Entry) -> None:
        """Decide on an order now that is placed later, or never."""
        delay = entry(self._decided)
        self._decided += 1
        if delay is not None:
            self._entering += units
            self._clock.begin(self._enter(units, route, delay))

    def _enter(self, units: int, route: Route, delay: int) -> Story:
        yield self._clock.until(self._clock.now + delay, Turn.REVIEW)
        self._entering -= units
        self.place(units, route)

    def _near(self, whole: int) -> int:
        """The position without what is due only after the lead time of the fast source."""
        if self._fast is None:
            return whole
        horizon = self.routes[self._fast].lane.expected(self._clock.now, 0)
        return whole - sum(order.units for order in self._under_way() if self._due(order) > horizon)

    def _under_way(self) -> Iterator[Order]:
        """Orders that are to come."""
        return (order for order in self._open if not (order.docked or order.is_cancelled))

    def _due(self, order: Order) -> int:
        """When an order is due, as far as the shop knows."""
        return order.confirmed if order.confirmed >= 0 else order.lane.expected(order.placed, order.units)

    def _known(self) -> list[Source]:
        now = self._clock.now
        return [
            Source(
                route.name,
                is_down=route.lane.is_shut() or (isinstance(route.origin, Supplier) and route.origin.is_down()),
                late=max([0, *(now - self._due(each) for each in self._under_way() if each.lane is route.lane)]),
            )
            for route in self.routes.values()
        ]
