"""A supplier: its production lines, and what it does with orders while it is down."""

from __future__ import annotations

import simpy

from sim.model.clock import Clock, Story
from sim.model.waiting import Order
from sim.scenario.supply import Capacity
from sim.tape.closures import Closures
from sim.tape.keyed import KeyedDraws
from sim.words import Turn


class Supplier:
    """Fills orders from a bottomless stock, or makes them on its lines; while it is down, nothing gets done."""

    def __init__(
        self,
        *,
        held: Closures,
        refusing: Closures,
        capacity: Capacity | None,
        unit_time: KeyedDraws | None,
        clock: Clock,
    ) -> None:
        self._down = held.union(refusing)
        self._refusing = refusing
        self._unit_time = unit_time
        self._lines = simpy.Resource(clock.env, capacity.lines) if capacity else None
        self._clock = clock
        self._started = 0

    def takes_orders(self) -> bool:
        """Whether it accepts an order now."""
        return self._refusing.is_open(self._clock.now)

    def fill(self, order: Order) -> None:
        """Make or find the units of an order, then hand it to its lane."""
        if self._lines is not None and self._unit_time is not None:
            order.process = self._clock.begin(self._make(order, self._lines, self._unit_time))
        elif self._down.is_open(self._clock.now):
            order.lane.depart(order)
        else:
            order.process = self._clock.begin(self._hold(order))

    def cancel(self, order: Order) -> None:
        """Call off an order that has not left; its line is free for the next one."""
        if order.process is not None:
            order.process.interrupt()

    def _hold(self, order: Order) -> Story:
        try:
            yield self._clock.until(self._down.next_open(self._clock.now), Turn.RECEIPT)
        except simpy.Interrupt:
            return
        order.lane.depart(order)

    def _make(self, order: Order, lines: simpy.Resource, unit_time: KeyedDraws) -> Story:
        """Wait for a line and make unit after unit; work stands still while the supplier is down."""
        try:
            with lines.request() as line:
                yield line
                first, self._started = self._started, self._started + order.units
                work = unit_time.total(first, order.units)
                yield self._clock.until(self._down.after(self._clock.now, work), Turn.RECEIPT)
        except simpy.Interrupt:
            return
        order.lane.depart(order)
