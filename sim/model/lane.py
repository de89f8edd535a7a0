"""A lane: the way of supply orders from a source to a warehouse."""

from __future__ import annotations

from simpy import Interrupt

from sim.ledger.writer import LedgerWriter
from sim.model.clock import Clock, Story
from sim.model.waiting import Order
from sim.scenario.supply import News
from sim.tape.closures import Closures
from sim.tape.dice import Die
from sim.tape.tape import LaneChance
from sim.words import Turn


class Lane:
    """Ships orders with the lead times and slips of its tape, held up while it is closed.

    Unless `crossover`, no order is confirmed for, or arrives at, an earlier instant than the one before it.
    """

    def __init__(
        self,
        *,
        index: int,
        chance: LaneChance,
        shut: Closures,
        blocked: Closures,
        crossover: bool,
        receiving: int,
        news: News,
        warned: Die,
        clock: Clock,
        writer: LedgerWriter,
    ) -> None:
        self.index = index
        """Position in `world.lanes`."""
        self._chance = chance
        self._shut = shut
        self._blocked = blocked
        self._crossover = crossover
        self._receiving = receiving
        self._news = news
        self._warned = warned
        self._clock = clock
        self._writer = writer
        self._placed = 0
        self._last_confirmed = 0
        self._last_arrival = 0

    def next_number(self) -> int:
        """The number of a new order on this lane."""
        self._placed += 1
        return self._placed - 1

    def depart(self, order: Order) -> None:
        """The source has the units: they leave as soon as the lane is open."""
        self._writer.filled(order.row, time=self._clock.now)
        order.process = self._clock.begin(self._journey(order))

    def launch(self, order: Order, *, confirmed: int) -> None:
        """Put an order on its way that left before the run, confirmed for a date."""
        self._writer.filled(order.row, time=0)
        self._set_dates(order, confirmed=confirmed)
        self._clock.begin(self._rest_of_journey(order))

    def _journey(self, order: Order) -> Story:
        departure = self._shut.next_open(self._clock.now)
        if departure > self._clock.now:
            try:
                yield self._clock.until(departure, Turn.RECEIPT)
            except Interrupt:
                return
        lead_time = self._chance.lead_time[order.number]
        self._set_dates(order, confirmed=self._clock.now + lead_time)
        yield from self._rest_of_journey(order)

    def _set_dates(self, order: Order, *, confirmed: int) -> None:
        now = self._clock.now
        order.confirmed = confirmed if self._crossover else max(confirmed, self._last_confirmed)
        work = order.confirmed - now + self._chance.slip[order.number]
        arrives = self._blocked.after(now, work)
        order.arrives = arrives if self._crossover else max(arrives, self._last_arrival)
        self._last_confirmed, self._last_arrival = order.confirmed, order.arrives
        order.has_left = True
        self._writer.left(order.row, time=now, confirmed=order.confirmed)
        order.stock.expect(order)
        if order.arrives > order.confirmed and (self._news.step or self._news.warned):
            self._clock.begin(self._bad_news(order))

    def _bad_news(self, order: Order) -> Story:
        """A late order gets new dates: the true one ahead of the first, or one guess after the other."""
        ahead = max(order.confirmed - self._news.ahead, self._clock.now)
        if self._warned(order.number) < self._news.warned:
            yield self._clock.until(ahead, Turn.POSTING)
            self._redate(order, order.arrives)
        while self._news.step and order.confirmed < order.arrives:
            yield self._clock.until(order.confirmed, Turn.POSTING)
            self._redate(order, order.confirmed + self._news.step)

    def _redate(self, order: Order, confirmed: int) -> None:
        self._writer.more.redated(order.row, time=self._clock.now, confirmed=confirmed)
        order.stock.redate(order, confirmed)

    def _rest_of_journey(self, order: Order) -> Story:
        yield self._clock.until(order.arrives, Turn.RECEIPT)
        order.docked = True
        self._writer.arrived(order.row, time=self._clock.now)
        if self._receiving:
            yield self._clock.until(self._clock.now + self._receiving, Turn.POSTING)
        order.stock.post(order)
