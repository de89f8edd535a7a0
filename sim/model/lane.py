"""A lane: the way of supply orders from a source to a warehouse."""

from __future__ import annotations

from simpy import Event

from sim.ledger.writer import LedgerWriter
from sim.model.clock import Clock, Story
from sim.model.journey import Journey, Step
from sim.model.waiting import Order
from sim.model.warehouse import Warehouse
from sim.scenario.supply import News
from sim.tape.dice import Die
from sim.words import Loss, Turn


class Lane:
    """Ships orders with the lead times and slips of its tape, held up while it is closed.

    Unless `crossover`, no order is confirmed for, or arrives at, an earlier instant than the one before it.
    """

    def __init__(
        self,
        *,
        index: int,
        journey: Journey,
        crossover: bool,
        receiving: int,
        house: Warehouse | None,
        news: News,
        warned: Die,
        confirms_at_once: bool,
        clock: Clock,
        writer: LedgerWriter,
    ) -> None:
        self.index = index
        """Position in `world.lanes`."""
        self._journey_of = journey
        self._crossover = crossover
        self._receiving = receiving
        self._house = house
        """The warehouse at the end, where receipts pass stations, may be held up, or are cross-docked."""
        self._news = news
        self._warned = warned
        self._confirms_at_once = confirms_at_once
        self._clock = clock
        self._writer = writer
        self._placed = 0
        self._last_promised = 0
        """The last date confirmed before leaving."""
        self._last_confirmed = 0
        self._last_arrival = 0

    def next_number(self) -> int:
        """The number of a new order on this lane."""
        self._placed += 1
        return self._placed - 1

    def is_shut(self) -> bool:
        """Whether nothing can leave now."""
        return self._journey_of.is_shut(self._clock.now)

    def make_time(self, number: int) -> int:
        """Time that the source takes to make an order, besides the time on a line."""
        return self._journey_of.chance.make[number]

    def expected(self, placed: int, units: int) -> int:
        """When an order placed at an instant comes to the dock, as far as anybody plans."""
        return placed + self._journey_of.planned(units)

    def promise(self, order: Order) -> None:
        """The source confirms a date for an order just placed, if it does so before the order leaves."""
        if not self._confirms_at_once:
            return
        planned = max(self.expected(order.placed, order.units) - self._journey_of.optimism, order.placed)
        order.confirmed = planned if self._crossover else max(planned, self._last_promised)
        self._last_promised = order.confirmed
        self._writer.confirmed(order.row, order.confirmed)
        order.stock.expect(order)

    def depart(self, order: Order) -> None:
        """The source has the units: they leave as soon as the lane is open and something goes."""
        self._writer.filled(order.row, time=self._clock.now)
        order.process = None
        self._clock.soon(lambda _event: self._board(order))

    def launch(self, order: Order, *, confirmed: int) -> None:
        """Put an order on its way that left before the run, confirmed for a date."""
        self._writer.filled(order.row, time=0)
        date, pushed = self._leave(order, confirmed)
        steps = self._journey_of.rest(order.number, confirmed + pushed)
        self._pass(order, steps, until=self._set_off(order, date, steps))

    def lose_unsent(self, order: Order) -> None:
        """An order that has not left never will."""
        self._lose(order, Loss.SUPPLIER_GONE)

    def _board(self, order: Order) -> None:
        departure = self._journey_of.departure(self._clock.now)
        if departure > self._clock.now or self._journey_of.sails:
            self._clock.at(departure, Turn.RECEIPT, lambda _event: self._go(order))
        else:
            self._go(order)

    def _go(self, order: Order) -> None:
        if order.is_cancelled:
            return
        now = self._clock.now
        date, pushed = self._leave(order, self._journey_of.plan(order.number, now))
        steps = self._journey_of.steps(order.number, now, pushed)
        self._pass(order, steps, until=self._set_off(order, date, steps))

    def _leave(self, order: Order, planned: int) -> tuple[int, int]:
        """An order leaves: its date, and by how much the date of the one before it puts that off."""
        order.has_left = True
        planned = max(planned, self._clock.now)
        date = planned if self._crossover else max(planned, self._last_confirmed)
        self._last_confirmed = date
        first = date if order.confirmed < 0 else order.confirmed
        self._writer.left(order.row, time=self._clock.now, confirmed=first)
        return date, date - planned

    def _set_off(self, order: Order, date: int, steps: tuple[Step, ...]) -> int | None:
        """An order sets off on its true way; when it is lost, if it ever is."""
        arrives = steps[-1].time
        order.arrives = arrives if self._crossover else max(arrives, self._last_arrival)
        lost = self._journey_of.lost(self._clock.now, order.arrives)
        if lost is None:
            self._last_arrival = order.arrives
        if order.confirmed < 0:
            order.confirmed = date
            order.stock.expect(order)
        elif date != order.confirmed:
            self._redate(order, date)
        if order.arrives > order.confirmed and (self._news.step or self._news.warned):
            self._clock.begin(self._bad_news(order, lost))
        return lost

    def _bad_news(self, order: Order, lost: int | None) -> Story:
        """A late order gets new dates: the true one ahead of the first, or one guess after the other."""
        late = order.arrives - order.confirmed
        ahead = order.confirmed - self._news.ahead - int(self._news.ahead_of_slip * late)
        if self._warned(order.number) < self._news.warned:
            yield self._clock.until(max(ahead, self._clock.now), Turn.POSTING)
            if lost is None or self._clock.now < lost:
                self._redate(order, order.arrives)
        while self._news.step and order.confirmed < order.arrives:
            yield self._clock.until(order.confirmed, Turn.POSTING)
            if lost is not None and self._clock.now >= lost:
                return
            self._redate(order, order.confirmed + self._news.step)

    def _redate(self, order: Order, confirmed: int) -> None:
        self._writer.more.redated(order.row, time=self._clock.now, confirmed=confirmed)
        order.stock.redate(order, confirmed)

    def _pass(self, order: Order, steps: tuple[Step, ...], *, until: int | None) -> None:
        """Reach one stage after the other, and the dock, unless the order is lost at an instant before."""
        stage, time, fee = steps[0]
        if until is not None and (stage is None or time >= until):
            self._clock.at(until, Turn.DISRUPTION, lambda _event: self._lose(order, Loss.GOODS_LOST))
        elif stage is None:
            self._clock.at(order.arrives, Turn.RECEIPT, lambda _event: self._dock(order))
        else:

            def reach(_event: Event) -> None:
                self._writer.more.reached(order.row, stage, time=time, fee=fee)
                self._pass(order, steps[1:], until=until)

            self._clock.at(time, Turn.RECEIPT, reach)

    def _dock(self, order: Order) -> None:
        order.docked = True
        now = self._clock.now
        self._writer.arrived(order.row, time=now)
        came, rejected = self._journey_of.come(order.number, order.units)
        good = came - rejected
        if good != order.units:
            self._writer.more.came(order.row, came=came, rejected=rejected)
        if self._house is not None:
            self._clock.begin(self._house.take_in(order, came=came, good=good))
        elif self._receiving:
            posted = now + self._receiving
            self._clock.at(posted, Turn.POSTING, lambda _event: order.stock.post(order, units=good))
        else:
            order.stock.post(order, units=good)

    def _lose(self, order: Order, loss: Loss) -> None:
        order.is_cancelled = True
        self._writer.more.lost(order.row, loss, time=self._clock.now)
        order.stock.give_up(order)
