"""A warehouse at work: every order is a parcel that is picked, packed and sent, and every receipt is put away first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from simpy import Event

from sim.ledger.writer import LedgerWriter
from sim.model.clock import Clock, Story
from sim.model.crowd import Crowd
from sim.model.stations import Station, closed_hours
from sim.model.stock import Stock
from sim.model.support import Support
from sim.model.waiting import Order, Waiting
from sim.scenario.house import Elastic, Work
from sim.scenario.house import Station as AboutStation
from sim.scenario.policies import Levers
from sim.scenario.world import Calendar, World
from sim.scenario.world import Warehouse as AboutWarehouse
from sim.tape.closures import Closures
from sim.tape.tape import Tape
from sim.words import Fate, Turn

Sent = Callable[[int], None]
"""What follows when the last parcel of an order has left, with the instant."""


class Parcel(NamedTuple):
    """Units of one order that leave together."""

    rank: int
    """0 for those that are picked first."""
    row: int
    """Its row in the ledger."""
    visit: int


def houses_at_work(world: World, levers: Levers, tape: Tape) -> tuple[str, ...]:
    """Warehouses where a parcel may take longer than another; in all others the fixed times say everything."""
    return tuple(
        name
        for name, house in world.warehouses.items()
        if house.work is not None or name in tape.idle or levers.cross_dock
    )


def _stations(
    work: Work | None, calendar: Calendar, idle: Closures, clock: Clock
) -> Callable[[AboutStation | None, Turn], Station | None]:
    """Makes the stations of one warehouse."""
    hours = closed_hours(work, calendar)
    elastic: Elastic | None = None if work is None else work.elastic

    def station(about: AboutStation | None, turn: Turn) -> Station | None:
        if about is None:
            return None
        return Station(about, hours=hours, idle=idle, turn=turn, clock=clock, elastic=elastic)

    return station


class Warehouse:
    """What leaves a warehouse, and what comes in."""

    def __init__(
        self,
        *,
        about: AboutWarehouse,
        calendar: Calendar,
        levers: Levers,
        idle: Closures,
        dark: Closures,
        clock: Clock,
        crowd: Crowd,
        support: Support | None,
    ) -> None:
        self._about = about
        self._idle = idle
        self._dark = dark
        """When the page says out of stock."""
        self._clock = clock
        self._crowd = crowd
        self._support = support
        self._writer: LedgerWriter = crowd.writer
        self._backorders_first = levers.backorders_first
        self._cross_docks = levers.cross_dock
        work = about.work or Work()
        station = _stations(about.work, calendar, idle, clock)
        self._receive, self._put_away = station(work.receive, Turn.POSTING), station(work.put_away, Turn.POSTING)
        self._pick, self._pack = station(work.pick, Turn.REVIEW), station(work.pack, Turn.REVIEW)
        self._unsent: dict[int, int] = {}
        """Parcels that have not left, by visit."""
        self._owed: dict[int, tuple[int, Sent]] = {}
        """When an order came and what follows when all of it has left, by visit."""

    def hides(self, now: int) -> bool:
        """Whether the page says out of stock because the warehouse stands still."""
        return not self._dark.is_open(now)

    def sold(self, visit: int, stock: Stock, units: int) -> None:
        """Everything that a new visitor wanted was on the shelf."""
        now = self._clock.now
        self.send(visit, stock, units)
        self.when_sent(visit, now, lambda sent: self._served(visit, now, sent))

    def send(self, visit: int, stock: Stock, units: int, *, waited: bool = False, crossed: bool = False) -> None:
        """Units of an order are allocated; crossed ones stand at the dock and need not be picked."""
        now = self._clock.now
        row = self._writer.more.parcel(visit, stock=stock.index, units=units, ready=now, crossed=crossed)
        parcel = Parcel(0 if waited and self._backorders_first else 1, row, visit)
        self._unsent[visit] = self._unsent.get(visit, 0) + 1
        if crossed:
            self._picked(parcel)
        else:
            self._at(self._idle.after(now, self._about.picking), Turn.REVIEW, lambda: self._to_pick(parcel))

    def when_sent(self, visit: int, came: int, then: Sent) -> None:
        """Do something when all parcels of an order so far have left; the order came at an instant."""
        if visit in self._unsent:
            self._owed[visit] = (came, then)
        else:
            then(self._clock.now)

    def settle(self, waiting: Waiting, fate: Fate, instant: int) -> None:
        """A waiting customer meets a fate; one who has been granted everything does so when all of it has left."""
        if fate is not Fate.FULFILLED:
            self._crowd.settle(waiting, fate, instant)
            return
        last_mile = self._about.last_mile
        self.when_sent(waiting.visit, waiting.joined, lambda sent: self._crowd.deliver(waiting, sent + last_mile))

    def close(self) -> None:
        """Orders that have not left are pending."""
        for visit, (came, _) in self._owed.items():
            self._writer.settled(visit, Fate.PENDING, ended=self._clock.close - came)

    def take_in(self, order: Order, *, came: int, good: int) -> Story:
        """Receive an order at the dock: what somebody waits for may go straight on, the rest is put away and posted."""
        arrived, row = self._clock.now, self._writer.more.docked(order.row, arrived=self._clock.now)
        if self._cross_docks:
            yield from self._until(self._idle.after(arrived, self._about.sorting))
            order.stock.cross(order, good)
            if good and good == order.crossed:
                self._writer.more.unloaded(row, time=self._clock.now)
                self._finish(order, row)
                return
        yield from self._until(self._idle.after(arrived, self._about.receiving))
        if came > order.crossed:
            yield from self._do(self._receive, row, came - order.crossed)
        self._writer.more.unloaded(row, time=self._clock.now)
        if good > order.crossed:
            yield from self._do(self._put_away, row, good - order.crossed)
        self._finish(order, row, units=good - order.crossed)

    def _finish(self, order: Order, row: int, *, units: int = 0) -> None:
        """Nothing of an order is left at the dock."""
        self._writer.more.put_away(row, time=self._clock.now)
        order.stock.post(order, units=units)

    def _until(self, time: int) -> Story:
        if time > self._clock.now:
            yield self._clock.until(time, Turn.POSTING)

    def _do(self, station: Station | None, row: int, pieces: int) -> Story:
        """One receipt after the other; nothing to do where there is no station."""
        if station is not None:
            finished = self._clock.env.event()

            def then() -> None:
                finished.succeed()

            station.enter(0, row, pieces=pieces, then=then)
            yield finished

    def _to_pick(self, parcel: Parcel) -> None:
        if self._pick is None:
            self._picked(parcel)
        else:
            self._pick.enter(parcel.rank, parcel.row, pieces=1, then=partial(self._picked, parcel))

    def _picked(self, parcel: Parcel) -> None:
        self._writer.more.picked(parcel.row, time=self._clock.now)
        if self._pack is None:
            self._ship(parcel)
        else:
            self._pack.enter(parcel.rank, parcel.row, pieces=1, then=partial(self._ship, parcel))

    def _ship(self, parcel: Parcel) -> None:
        now, visit = self._clock.now, parcel.visit
        self._writer.more.shipped(parcel.row, time=now)
        self._unsent[visit] -= 1
        if not self._unsent[visit]:
            del self._unsent[visit]
            if visit in self._owed:
                _, then = self._owed.pop(visit)
                then(now)

    def _served(self, visit: int, came: int, sent: int) -> None:
        delivered = sent + self._about.last_mile
        self._writer.settled(visit, Fate.SERVED, ended=delivered - came)
        named = self._about.delivers
        self._crowd.served(visit, delivered, late=0 if named is None else max(delivered - came - named, 0))
        if self._support is not None:
            self._support.sold(visit, delivered=delivered)

    def _at(self, time: int, turn: Turn, action: Callable[[], None]) -> None:
        if time == self._clock.now:
            action()
        else:

            def act(_event: Event) -> None:
                action()

            self._clock.at(time, turn, act)
