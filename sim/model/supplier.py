"""A supplier: its production lines, and what it does with orders while it is down, slow or gone."""

from __future__ import annotations

import simpy

from sim.model.clock import Clock, Story
from sim.model.waiting import Order
from sim.scenario.supply import Capacity
from sim.tape.closures import Closures
from sim.tape.keyed import KeyedDraws
from sim.tape.pace import Pace
from sim.words import FOREVER, Turn


class Supplier:
    """Fills orders from a bottomless stock, or makes them on its lines; while it is down, nothing gets done."""

    def __init__(
        self,
        *,
        held: Closures,
        refusing: Closures,
        pace: Pace | None = None,
        gone: int = FOREVER,
        capacity: Capacity | None,
        unit_time: KeyedDraws | None,
        clock: Clock,
    ) -> None:
        self._down = held.union(refusing)
        self._refusing = refusing
        self._work = self._down.after if pace is None else pace.after
        self._gone = gone
        """When it goes bankrupt."""
        self._unit_time = unit_time
        self._lines = simpy.Resource(clock.env, capacity.lines) if capacity else None
        self._clock = clock
        self._started = 0
        self._unsent: dict[int, Order] = {}
        """Orders that have not left, by their row in the ledger, where the supplier may go bankrupt."""
        if gone < clock.close:
            clock.at(gone, Turn.DISRUPTION, lambda _event: self._end())

    def takes_orders(self) -> bool:
        """Whether it accepts an order now."""
        return self._clock.now < self._gone and self._refusing.is_open(self._clock.now)

    def is_down(self) -> bool:
        """Whether it is known to stand still now."""
        return self._clock.now >= self._gone or not self._down.is_open(self._clock.now)

    def fill(self, order: Order) -> None:
        """Make or find the units of an order, then hand it to its lane."""
        if self._gone < self._clock.close:
            self._unsent = {row: each for row, each in self._unsent.items() if not each.has_left}
            self._unsent[order.row] = order
        make = order.lane.make_time(order.number)
        if self._lines is not None and self._unit_time is not None:
            order.process = self._clock.begin(self._make(order, self._lines, self._unit_time, make))
        elif not make and self._down.is_open(self._clock.now):
            order.lane.depart(order)
        else:
            order.process = self._clock.begin(self._finish(order, make))

    def cancel(self, order: Order) -> None:
        """Call off an order that has not left; its line is free for the next one."""
        if order.process is not None:
            order.process.interrupt()

    def _end(self) -> None:
        """Bankrupt: what has not left never will."""
        for order in self._unsent.values():
            if not (order.has_left or order.is_cancelled):
                self.cancel(order)
                order.lane.lose_unsent(order)
        self._unsent = {}

    def _finish(self, order: Order, make: int) -> Story:
        """Do what has to be done besides the lines; it stands still with the supplier."""
        try:
            yield self._clock.until(self._work(self._clock.now, make), Turn.RECEIPT)
        except simpy.Interrupt:
            return
        order.lane.depart(order)

    def _make(self, order: Order, lines: simpy.Resource, unit_time: KeyedDraws, make: int) -> Story:
        """Wait for a line and make unit after unit; work stands still while the supplier is down."""
        try:
            with lines.request() as line:
                yield line
                first, self._started = self._started, self._started + order.units
                work = unit_time.total(first, order.units)
                yield self._clock.until(self._work(self._clock.now, work), Turn.RECEIPT)
            if make:
                yield self._clock.until(self._work(self._clock.now, make), Turn.RECEIPT)
        except simpy.Interrupt:
            return
        order.lane.depart(order)
