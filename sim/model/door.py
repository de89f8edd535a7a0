"""The door of the shop: who comes in, and what the shelf has for them."""

from __future__ import annotations

from collections.abc import Sequence

from sim.model.clock import Clock
from sim.model.demand_side import DemandSide
from sim.model.stock import Stock
from sim.rules.availability import for_sale
from sim.scenario.policies import Levers
from sim.words import Fate


class Door:
    """Takes in visits one by one, those of the tape and those who come back."""

    def __init__(self, *, demand: DemandSide, stocks: Sequence[Stock], levers: Levers, clock: Clock) -> None:
        self._people = demand.people
        self._crowd = demand.crowd
        self._writer = demand.writer
        self._shop = demand.shop
        self._support = demand.support
        self._feelings = demand.feelings
        self._prices_change = demand.prices.change
        self._stocks = stocks
        self._reserve = levers.reserve
        self._clock = clock
        demand.elsewhere.receive = self.back

    def opens(self, visit: int, stream: int, units: int) -> None:
        """A visit of the tape."""
        now = self._clock.now
        if not self._people.comes(visit, now):
            self._stay_away(visit, Fate.ABSENT)
        else:
            self._enter(visit, stream, units, now)

    def back(self, visit: int, units: int) -> None:
        """Somebody comes back for the same wish."""
        self._enter(visit, self._people.stream(visit), units, self._clock.now)

    def _enter(self, visit: int, stream: int, units: int, now: int) -> None:
        if self._prices_change and not self._crowd.wants_to_buy(visit, now):
            self._stay_away(visit, Fate.NO_INTENT)
            return
        stock = self._stocks[stream]
        shown = for_sale(self._reserve, stock.free, self._crowd.trait(visit).priority)
        if units > shown:
            self._shop.meet(visit, stock, units, kept=stock.free - shown)
            return
        stock.take(units)
        self._sold(visit, units, now)
        stock.fell()

    def _sold(self, visit: int, units: int, now: int) -> None:
        if not units:
            return
        delivered = now + self._crowd.trait(visit).delivery
        if self._feelings is not None:
            self._feelings.served(visit, delivered)
        if self._support is not None:
            self._support.sold(visit, delivered=delivered)

    def _stay_away(self, visit: int, fate: Fate) -> None:
        self._writer.sold(visit, now=0)
        self._writer.settled(visit, fate, ended=0)
