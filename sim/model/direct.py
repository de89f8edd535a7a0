"""Drop-shipping: a supplier sends what a shop is short of from his own stock, straight to customers."""

from __future__ import annotations

import numpy as np

from sim.model.clock import Clock
from sim.model.crowd import Crowd
from sim.model.people import People
from sim.model.stock import Stock
from sim.model.waiting import Waiting
from sim.rules.promise import Shelf
from sim.scenario.supply import DropShip
from sim.scenario.world import World
from sim.tape.closures import Closures
from sim.tape.tape import Tape
from sim.words import FOREVER, Fate, Turn


class Direct:
    """A supplier who takes over every accepted backorder; what he has sent nobody can cancel.

    He takes none over while he refuses orders and after he went bankrupt: those wait for the shop's own supply. While
    he is down in other ways, parcels leave when he is back.
    """

    def __init__(
        self, *, world: World, supplier: str, about: DropShip, tape: Tape, crowd: Crowd, people: People, clock: Clock
    ) -> None:
        self._takes = about.takes
        self._mean = round(about.takes.mean_value)
        self._number = list(world.suppliers).index(supplier)
        self._refusing = tape.refusing.get(supplier, Closures())
        self._down = tape.down.get(supplier, Closures())
        self._gone = tape.gone.get(supplier, FOREVER)
        self._last_miles = [world.warehouses[warehouse].last_mile for warehouse, _ in world.stocks]
        self._crowd = crowd
        self._people = people
        self._clock = clock

    @property
    def takes_orders(self) -> bool:
        """Whether it takes over a backorder now."""
        return self._clock.now < self._gone and self._refusing.is_open(self._clock.now)

    def seen(self, shelf: Shelf) -> Shelf:
        """What a page knows that promises his parcels: how long they take as a rule."""
        return shelf._replace(receipt=None, catalogue=self._mean, handling=0, last_mile=0)

    def send(self, waiting: Waiting, stock: Stock) -> None:
        """He takes over what a customer waits for; the order is fulfilled when that and all from the shelf is there."""
        now, visit = self._clock.now, waiting.visit
        delivered = self._down.next_open(now) + self._length(visit)
        self._crowd.writer.more.sent_direct(
            visit, time=now, units=waiting.wanted, supplier=self._number, delivered=delivered
        )
        if self._people.units(visit) == waiting.wanted:
            self._arrives(waiting, delivered)
        elif stock.house is None:
            self._arrives(waiting, max(delivered, now + self._crowd.trait(visit).delivery))
        else:
            last_mile = self._last_miles[stock.index]
            stock.house.when_sent(visit, now, lambda sent: self._arrives(waiting, max(delivered, sent + last_mile)))

    def _arrives(self, waiting: Waiting, delivered: int) -> None:
        close = self._clock.close
        if delivered < close:
            self._clock.at(delivered, Turn.NOTICE, lambda _event: self._crowd.deliver(waiting, delivered))
        else:
            self._crowd.settle(waiting, Fate.PENDING, close)

    def _length(self, visit: int) -> int:
        chance = self._people.throw(visit, "takes")
        return max(round(float(self._takes.ppf(np.array([chance]))[0])), 0)
